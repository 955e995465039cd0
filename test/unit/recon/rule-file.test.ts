/** What is said of a file that is no rule set. */
import { expect, it } from 'vitest';
import { examineRules, parseRules } from '../../../electron/recon/rule-file.ts';

it.each([
  ['{', 'the rule set is no JSON: expected a key in double quotes, but the document ends'],
  ['[]', 'the rule set is a list, not an object'],
])('names the rule set where all of it is wrong, and no other document: %s', (text, said) => {
  expect(examineRules(text)).toMatchObject({ ok: false, faults: [{ path: 'the rule set' }] });
  expect(() => parseRules(text, 'my.json')).toThrow(said);
});
