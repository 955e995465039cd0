/** What is said of a file that is no rule set. */
import { expect, it } from 'vitest';
import { examineRules, parseRules, parseStoredRules } from '../../../electron/recon/rule-file.ts';

it.each([
  ['{', 'the rule set is no JSON: expected a key in double quotes, but the document ends'],
  ['[]', 'the rule set is a list, not an object'],
])('names the rule set where all of it is wrong, and no other document: %s', (text, said) => {
  expect(examineRules(text)).toMatchObject({ ok: false, faults: [{ path: 'the rule set' }] });
  expect(() => parseRules(text, 'my.json')).toThrow(said);
});

/** Path and fault of each, the other members left out. */
function saidOf(document: unknown): readonly string[] {
  const examined = examineRules(JSON.stringify(document));
  return examined.ok ? [] : examined.faults.map(({ path, message }) => `${path} ${message}`);
}

const PLAIN = { format: 1, name: 'x', revision: 1, rules: [{ name: 'a', key: 'identity' }] };
const RATE = { from: 'EUR', to: 'USD', rate: '1.1', source: 'ECB', date: '2024-03-28' };

it('tells names, pairs and categories that come twice beside the faults of single members', () => {
  const rules = [{ name: 'a', key: 'identity', kind: '2:2' }, { name: ' a ', key: 'identity' }, 5];
  const units = [{ from: 'MWH', to: 'MWH', factor: '0' }];
  expect(saidOf({ ...PLAIN, rules, units, fx: [RATE, RATE], categories: ['PRICE', 'PRICE', 'X'] })).toEqual([
    'rules[0].kind is "2:2", not one of 1:1, 1:N, N:1, N:M',
    'rules[1].name is "a", as an earlier rule is named',
    'rules[2] is 5, not an object',
    'units[0].to is what it is converted from',
    'units[0].factor is 0; it must be more',
    'fx[1] gives EUR to USD a second time',
    'categories[1] is PRICE a second time',
    expect.stringMatching(/^categories\[2\] is "X", not one of /),
  ]);
  const off = [{ name: 'a', key: 'identity', enabled: false }];
  expect(saidOf({ ...PLAIN, rules: off, revision: 0 })).toEqual([
    'revision is 0, too small',
    'rules has no rule that is enabled; enable at least one',
  ]);
});

it('tells what is wrong within a key, whichever of its forms was meant', () => {
  const steps = ['nope', { capture: '(' }, { day: 'Mars/Base' }];
  const keys = [[{ field: 'zz', steps }, { text: 1 }], { etrm: ['x'], ledgr: [] }, 'idenity', []];
  const rules = keys.map((key, at) => ({ name: String(at), key }));
  expect(saidOf({ ...PLAIN, rules }).map((said) => said.replace(/not one of .*/, 'not one of'))).toEqual([
    'rules[0].key[0].field is "zz", not one of',
    'rules[0].key[0].steps[0] is "nope", not one of',
    'rules[0].key[0].steps[1].capture is no regular expression without look-around and back references',
    'rules[0].key[0].steps[2].day is no time zone that is known here, such as "America/New_York"',
    'rules[0].key[1].text is 1, not a string',
    'rules[1].key.ledger is missing',
    'rules[1].key.etrm[0] is "x", not one of',
    'rules[1].key.ledgr is not known here; there are etrm, ledger',
    'rules[2].key is neither "identity" nor a list of fields',
    'rules[3].key is empty; name at least one field',
  ]);
});

it('tells what the engine would refuse of a key, but reads a kept rule set that has it', () => {
  const key = [
    { field: 'trade_id', steps: [{ capture: '\\u0054(\\d+)' }, { remove: '[\\b]' }, { day: 'UTC' }] },
    { field: 'delivery_start', steps: [{ hour: '+05:00' }] },
  ];
  const document = { ...PLAIN, rules: [{ name: 'a', key: { etrm: key, ledger: ['trade_id', 'due_date'] } }] };
  expect(saidOf(document)).toEqual([
    "rules[0].key.etrm[0].steps[0].capture has \\u, which the engine's regular expressions do not know",
    "rules[0].key.etrm[0].steps[1].remove has \\b, which the engine's regular expressions do not know",
    'rules[0].key.etrm[0].steps[2].day is of a time: delivery_start or delivery_end, and trade_id is none',
    'rules[0].key.etrm[1].steps[0].hour is an offset; name a zone, such as "Etc/GMT-5"',
  ]);
  expect(parseStoredRules(JSON.stringify(document), 'it').rules).toHaveLength(1);
});

it('takes no day that no calendar has, but reads a kept rule set that has one', () => {
  const document = { ...PLAIN, not_yet_due_after: '2024-13-01', fx: [{ ...RATE, date: '2024-02-30' }] };
  expect(saidOf(document)).toEqual([
    'not_yet_due_after is "2024-13-01", a day that does not exist',
    'fx[0].date is "2024-02-30", a day that does not exist',
  ]);
  expect(parseStoredRules(JSON.stringify(document), 'it').fx[0]?.date).toBe('2024-02-30');
});

it('tells a number that is no whole one once, and not as one of a profile', () => {
  const window = { field: 'due_date', days_before: 0, days_after: 1.5 };
  expect(saidOf({ ...PLAIN, rules: [{ name: 'a', key: 'identity', window }] })).toEqual([
    'rules[0].window.days_after is 1.5; numbers here are whole, and decimals stand as strings',
  ]);
});
