/** The form's document: what it reads, changes and finds by its paths. */
import { describe, expect, test } from 'vitest';
import { examineRules } from '../../../electron/recon/rule-file.ts';
import { DEFAULT_RULES } from '../../../electron/recon/rules.ts';
import { faultsAt, faultsWithin } from '../../../renderer/rules/form-context.ts';
import {
  documentText,
  type JsonObject,
  pathOf,
  readDocument,
  textAt,
  valueAt,
  withMoved,
  withValue,
} from '../../../renderer/rules/rule-document.ts';
import { newRule, ruleWords } from '../../../renderer/rules/rule-words.ts';

const TEXT = `${JSON.stringify(DEFAULT_RULES, null, 2)}\n`;
const SET = readDocument(TEXT) as JsonObject;

const named = (...names: readonly string[]): JsonObject =>
  withValue(
    SET,
    ['rules'],
    names.map((name) => ({ ...newRule(SET), name })),
  );
const names = (set: JsonObject): readonly string[] =>
  [0, 1, 2].map((at) => textAt(set, ['rules', at, 'name'])).filter((name) => name !== '');

describe('the text and the form', () => {
  test('are one document: what the form does not change comes back as it was', () => {
    expect(documentText(SET)).toBe(TEXT);
    const odd = '{"format":1,"unknown":[1,{"a":null}],"rules":[]}';
    const changed = withValue(readDocument(odd) as JsonObject, ['name'], 'desk');
    expect(JSON.parse(documentText(changed))).toEqual({ ...JSON.parse(odd), name: 'desk' });
  });

  test('have no form where the text is no JSON object', () => {
    for (const text of ['', '{', '[]', '"x"', 'null', '3']) expect(readDocument(text)).toBeNull();
  });
});

describe('a change by its path', () => {
  test('makes what is on the way, and takes members and elements out', () => {
    const derived = ['rules', 0, 'tolerance', 'derived'];
    const made = withValue(SET, [...derived, 'stage'], 'line');
    expect(valueAt(made, derived)).toEqual({ stage: 'line' });
    expect(valueAt(SET, derived)).toBeUndefined();
    expect(withValue(made, derived, undefined)).toEqual(SET);
    expect(valueAt(withValue(SET, ['pending', 1], undefined), ['pending'])).toEqual(['ESTIMATED', 'VOID']);
  });

  test('reads nothing where a path leads through something else', () => {
    expect(valueAt(SET, ['name', 'x'])).toBeUndefined();
    expect(valueAt(SET, ['rules', 'name'])).toBeUndefined();
    expect(valueAt(SET, ['toString'])).toBeUndefined();
  });

  test('moves a rule, and leaves it where there is no further', () => {
    const set = named('a', 'b', 'c');
    expect(names(withMoved(set, ['rules'], 0, 2))).toEqual(['b', 'c', 'a']);
    expect(names(withMoved(set, ['rules'], 2, 1))).toEqual(['a', 'c', 'b']);
    for (const [from, to] of [
      [0, -1],
      [2, 3],
      [7, 0],
    ] as const)
      expect(withMoved(set, ['rules'], from, to)).toBe(set);
  });
});

describe('faults', () => {
  test('are found beside their fields by the paths that the check writes', () => {
    const set = withValue(
      withValue(
        withValue(named('a', 'a'), ['rules', 0, 'tolerance', 'absolute'], 'abc'),
        ['rules', 1, 'key'],
        { etrm: [{ field: 'delivery_start', steps: [{ capture: '(' }, { day: 'Mars/Base' }] }], ledger: [] },
      ),
      ['fx', 0],
      { from: 'US', to: 'EUR', rate: '0', source: ' ', date: 'today' },
    );
    const examined = examineRules(documentText(set));
    expect(examined.ok).toBe(false);
    const faults = examined.ok ? [] : examined.faults;
    const places = [
      ['rules', 0, 'tolerance', 'absolute'],
      ['rules', 1, 'name'],
      ['rules', 1, 'key', 'etrm', 0, 'steps', 0, 'capture'],
      ['rules', 1, 'key', 'etrm', 0, 'steps', 1, 'day'],
      ['rules', 1, 'key', 'ledger'],
      ...['from', 'rate', 'source', 'date'].map((field) => ['fx', 0, field]),
    ];
    for (const path of places) expect(faultsAt(faults, path), path.join('.')).toHaveLength(1);
    expect(faults).toHaveLength(places.length);
    expect(faultsWithin(faults, ['rules', 1])).toBe(4);
    expect(faultsWithin(faults, ['fx'])).toBe(4);
  });

  test('of names that are no plain words keep their places', () => {
    expect(pathOf('rules[2]["a b"].c')).toEqual(['rules', 2, 'a b', 'c']);
    expect(pathOf('the profile')).toEqual([]);
  });
});

describe('a new rule', () => {
  test('is sound, and has a name that no other has', () => {
    const twice = withValue(SET, ['rules', 1], newRule(SET));
    const three = withValue(twice, ['rules', 2], newRule(twice));
    expect(names(three)).toEqual(['settlement', 'rule 2', 'rule 3']);
    expect(examineRules(documentText(three)).ok).toBe(true);
  });

  test('is told in a line', () => {
    expect(ruleWords(newRule(SET))).toBe('by identity, within 0.01, N:M');
    expect(
      ruleWords({
        key: ['trade_id', { field: 'delivery_start', steps: [{ day: 'UTC' }] }, { text: '-' }],
        tolerance: { percent: '2', derived: { stage: 'line', mode: 'half-up' } },
        window: { field: 'due_date', days_before: 0, days_after: 2 },
        kind: '1:1',
        outcome: 'suggested',
      }),
    ).toBe('by trade_id + delivery_start… + "-", within 2 % or rounding, 1:1, in a date window, suggested');
  });
});
