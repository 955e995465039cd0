/** What a changed rule set is saved as, and what lies between two sets. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_RULES } from '../../../electron/recon/rules.ts';
import { ruleDifferences } from '../../../renderer/rules/rule-difference.ts';
import {
  type JsonObject,
  readDocument,
  withMoved,
  withValue,
} from '../../../renderer/rules/rule-document.ts';
import { asNewRevision, nextRevision, revisionFaults } from '../../../renderer/rules/rule-revisions.ts';
import { newRule } from '../../../renderer/rules/rule-words.ts';

const SET = readDocument(JSON.stringify(DEFAULT_RULES)) as JsonObject;
const SAVED = [
  { name: 'default', revision: 1 },
  { name: 'desk', revision: 4 },
  { name: 'desk', revision: 2 },
];

describe('a changed set', () => {
  test('gets a name of its own and the revision after the newest of that name', () => {
    expect(asNewRevision(SET, SAVED)).toMatchObject({ name: 'desk', revision: 5 });
    expect(asNewRevision({ ...SET, name: 'gas' }, SAVED)).toMatchObject({ name: 'gas', revision: 1 });
    expect(nextRevision([], 'desk')).toBe(1);
  });

  test('cannot be saved as the built-in one, nor as a revision that there is', () => {
    expect(revisionFaults(SET, SAVED)).toMatchObject([{ path: 'name' }]);
    expect(revisionFaults({ ...SET, name: 'desk', revision: 4 }, SAVED)).toMatchObject([
      { path: 'revision', message: expect.stringContaining('is 5') },
    ]);
    expect(revisionFaults({ ...SET, name: 'desk', revision: 5 }, SAVED)).toEqual([]);
  });
});

describe('what lies between two sets', () => {
  const two = withValue(SET, ['rules', 1], newRule(SET));

  test('is nothing where only name and revision differ', () => {
    expect(ruleDifferences(SET, { ...SET, name: 'desk', revision: 9 })).toEqual([]);
  });

  test('is a rule that came or went, and each member that changed', () => {
    expect(ruleDifferences(SET, two)).toEqual([{ what: 'rule "rule 2"', before: null, after: 'added' }]);
    expect(ruleDifferences(two, SET)).toEqual([{ what: 'rule "rule 2"', before: 'was there', after: null }]);
    const changed = withValue(
      withValue(SET, ['rules', 0, 'tolerance'], { percent: '2' }),
      ['rules', 0, 'ignore'],
      ['price'],
    );
    expect(ruleDifferences(SET, { ...changed, ledger: 'delta' })).toEqual([
      { what: 'rule "settlement": ignore', before: 'none', after: 'price' },
      { what: 'rule "settlement": tolerance.absolute', before: '0.01', after: null },
      { what: 'rule "settlement": tolerance.percent', before: null, after: '2' },
      { what: 'ledger', before: 'postings', after: 'delta' },
    ]);
  });

  test('is another order, which decides who has a row', () => {
    expect(ruleDifferences(two, withMoved(two, ['rules'], 0, 1))).toEqual([
      { what: 'order of the rules', before: 'settlement, rule 2', after: 'rule 2, settlement' },
    ]);
  });
});
