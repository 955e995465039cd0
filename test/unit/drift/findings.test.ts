import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../../electron/drift/baseline.ts';
import { findingsOf } from '../../../electron/drift/findings.ts';
import { memberRoles } from '../../../electron/drift/member-roles.ts';
import { runAgainst } from '../../../electron/drift/run-seen.ts';
import { PLAIN, type RecordMapping, sameNames } from '../../../electron/ingest/mapping.ts';
import { SETTLEMENT_RECORD } from '../../../electron/ingest/record-schema.ts';
import { enumeratedMembers, MOST_MEMBERS } from '../../../electron/ingest/schema-observed.ts';
import { observedPage } from './observed-page.ts';

type Record = Readonly<globalThis.Record<string, unknown>>;
type Pages = readonly (readonly Record[])[];

const seedMapping = sameNames(SETTLEMENT_RECORD);

async function drift(before: Pages, now: Pages, mapping: RecordMapping = seedMapping) {
  const enumerated = enumeratedMembers(SETTLEMENT_RECORD, mapping);
  const pagesOf = async function* (pages: Pages) {
    for (const [at, records] of pages.entries())
      yield observedPage(
        at + 1,
        records.map((record) => JSON.stringify(record)),
        enumerated,
      );
  };
  const baseline = baselineOf((await runAgainst(pagesOf(before), null)).run);
  return findingsOf(
    baseline,
    await runAgainst(pagesOf(now), baseline),
    memberRoles(SETTLEMENT_RECORD, mapping),
  );
}

describe('drift', () => {
  it('is not where the same comes again, in any order and number', async () => {
    const before = [[{ price: 25.5, status: 'FINAL', desk: null }], [{ price: '1.25', status: 'VOID' }]];
    expect(
      await drift(before, [
        [
          { status: 'VOID', price: 3 },
          { desk: null, status: 'final', price: 1.5 },
        ],
      ]),
    ).toEqual([]);
  });

  it('is not of a run without a record', async () => {
    expect(await drift([[{ a: 1 }]], [[], []])).toEqual([]);
  });

  it('names an added member, where it is first and how many records have it', async () => {
    expect(
      await drift([[{ a: 1 }]], [[{ a: 1 }], [{ a: 1 }, { a: 1, desk: null }], [{ a: 1, desk: 'East' }]]),
    ).toEqual([
      {
        field: 'desk',
        kind: 'added',
        aspect: '',
        severity: 'info',
        expected: 'absent',
        seen: 'string or null',
        count: 2,
        firstPage: 2,
        firstIndex: 1,
        sample: 'East',
      },
    ]);
  });

  it.each([
    ['settlement_id', 'breaking'],
    ['charge_type', 'warning'],
    ['curve_id', 'warning'],
    ['desk', 'info'],
  ])('of a missing %s is %s', async (field, severity) => {
    const one = { a: 1, [field]: 'x' };
    expect(await drift([[one]], [[{ a: 1 }], [{ a: 1 }]])).toEqual([
      expect.objectContaining({
        field,
        kind: 'missing',
        aspect: 'all',
        severity,
        count: 2,
        firstPage: 1,
        firstIndex: 0,
      }),
    ]);
    expect(await drift([[one]], [[one], [one, { a: 1 }, one]])).toEqual([
      expect.objectContaining({ field, kind: 'missing', aspect: 'some', severity, count: 1, firstPage: 2 }),
    ]);
    // What was not in every record before may be absent from some.
    expect(await drift([[one, { a: 1 }]], [[{ a: 1 }, one]])).toEqual([]);
  });

  it.each<[string, unknown, unknown, string, string]>([
    ['trade_id', 'T-1', 7, 'integer', 'breaking'],
    ['version', 1, '1', 'string', 'breaking'],
    ['version', 1, 1.5, 'number', 'breaking'],
    ['amount', -12.5, '-12.50', 'string', 'info'],
    ['amount', -12.5, 'n/a', 'string', 'breaking'],
    ['amount', '1', 1.5, 'number', 'info'],
    ['due_date', '2024-04-20', 20240420, 'integer', 'warning'],
    ['curve_id', 'C', { id: 'C' }, 'object', 'warning'],
    ['desk', 'East', ['East'], 'array', 'info'],
  ])('of %s from %j to %j is of type %s and %s', async (field, before, now, aspect, severity) => {
    const found = await drift([[{ [field]: before }]], [[{ [field]: before }], [{ [field]: now }]]);
    expect(found).toContainEqual(
      expect.objectContaining({
        field,
        kind: 'type',
        aspect,
        severity,
        count: 1,
        firstPage: 2,
        firstIndex: 0,
      }),
    );
    expect(found.filter(({ kind }) => kind === 'type')).toHaveLength(1);
  });

  it('is not in a number that has a fraction now and then', async () => {
    expect(await drift([[{ price: 25.5 }]], [[{ price: 25 }]])).toEqual([]);
    expect(await drift([[{ price: 25 }]], [[{ price: 25.5 }]])).toEqual([
      expect.objectContaining({ kind: 'widened', aspect: 'fraction-digits' }),
    ]);
  });

  it.each([
    ['currency', 'USD', 'breaking'],
    ['deal_leg', 1, 'warning'],
    ['invoice_no', 'I', 'warning'],
    ['desk', 'East', 'info'],
  ])('of a %s that is newly null is told with its count', async (field, value, severity) => {
    const one = { [field]: value };
    const none = { [field]: null };
    expect(await drift([[one]], [[one], [one, none, none]])).toEqual([
      expect.objectContaining({
        field,
        kind: 'null',
        severity,
        seen: 'null',
        count: 2,
        firstPage: 2,
        firstIndex: 1,
      }),
    ]);
    expect(await drift([[one, none]], [[none]])).toEqual([]);
  });

  it('tells a longer text, counts those that are longer and shows the longest of the first page', async () => {
    const text = (length: number) => ({ counterparty: 'x'.repeat(length) });
    expect(await drift([[text(5)]], [[text(5)], [text(6), text(8), text(8)], [text(9)]])).toEqual([
      {
        field: 'counterparty',
        kind: 'widened',
        aspect: 'length',
        severity: 'info',
        expected: 'at most 5 characters',
        seen: '9 characters',
        count: 4,
        firstPage: 2,
        firstIndex: 1,
        sample: 'xxxxxxxx',
      },
    ]);
  });

  it('tells digits before and behind the point, of numbers and numeric strings, and not their length', async () => {
    expect(await drift([[{ amount: '12.50' }]], [[{ amount: '1234.567' }]])).toEqual([
      expect.objectContaining({
        aspect: 'integer-digits',
        seen: '4 digits before the point',
        sample: '1234.567',
      }),
      expect.objectContaining({ aspect: 'fraction-digits', seen: '3 digits behind the point' }),
    ]);
    expect(await drift([[{ amount: -99.5 }]], [[{ amount: 100.5 }]])).toEqual([
      expect.objectContaining({ aspect: 'integer-digits', expected: 'at most 2 digits before the point' }),
    ]);
  });

  it.each([
    ['status', 'FINAL', 'disputed', 'DISPUTED', 'info'],
    ['status', 'FINAL', 'PRELIM', 'PRELIM', 'breaking'],
    ['price_type', 'FIXED', 'SPREAD', 'SPREAD', 'warning'],
    ['currency', 'USD', 'EUR', 'EUR', 'info'],
    ['currency', 'USD', 'XQQ', 'XQQ', 'breaking'],
    ['timezone', 'UTC', 'America/New_York', 'AMERICA/NEW_YORK', 'info'],
    ['timezone', 'UTC', 'Eastern', 'EASTERN', 'breaking'],
  ])('of %s to the unseen code %j is %s', async (field, before, now, aspect, severity) => {
    expect(await drift([[{ [field]: before }]], [[{ [field]: before }, { [field]: now }]])).toEqual([
      expect.objectContaining({
        field,
        kind: 'value',
        aspect,
        severity,
        expected: before,
        sample: now,
        firstIndex: 1,
      }),
    ]);
  });

  it('goes by what a profile makes of the members', async () => {
    const mapping: RecordMapping = {
      fields: new Map([
        ['settlement_id', { ...PLAIN, from: 'Id' }],
        ['status', { ...PLAIN, from: 'St', values: { F: 'FINAL', '9': 'VOID' } }],
        ['amount', { ...PLAIN, from: ['money', 'amount'] }],
        ['due_date', { ...PLAIN, from: 'due', form: 'yyyyMMdd' }],
      ]),
      delivery: { calendar: 'pjm', date: 'day', dateForm: null, label: 'he', flag: null },
      ignored: ['desk'],
    };
    const before = {
      Id: 'S',
      St: 'F',
      money: { amount: 1 },
      due: '20240401',
      day: '2024-03-01',
      he: '01',
      amount: 1,
    };
    const now = { Id: 'S', St: 9, money: null, due: 20240401, day: null, he: 1, amount: 'x', desk: 1 };
    const found = await drift([[before]], [[now]], mapping);
    expect(found.map(({ field, kind, severity }) => `${field} ${kind} ${severity}`).sort()).toEqual(
      [
        'St type info',
        'amount type info',
        'day null breaking',
        'due type info',
        'he type info',
        'money null breaking',
      ].sort(),
    );
  });

  it('comes gravest first', async () => {
    const found = await drift([[{ a: 1, version: 1, curve_id: 'C' }]], [[{ b: 1 }]]);
    expect(found.map(({ field, severity }) => `${severity} ${field}`)).toEqual([
      'breaking version',
      'warning curve_id',
      'info a',
      'info b',
    ]);
  });

  it('says so where there are more members than are told apart, and does not call the others missing', async () => {
    const many = Object.fromEntries(Array.from({ length: MOST_MEMBERS + 5 }, (_, at) => [`m${at}`, 1]));
    const found = await drift([[{ zz: 1, m0: 1 }]], [[{ ...many, zz: 1 }]]);
    expect(found).toContainEqual(
      expect.objectContaining({ field: '*', kind: 'added', severity: 'warning', count: 6, sample: 'm1000' }),
    );
    expect(found.filter(({ kind }) => kind === 'missing')).toEqual([]);
    expect(await drift([[many]], [[{ other: 1, m0: 1 }]])).not.toContainEqual(
      expect.objectContaining({ kind: 'added' }),
    );
  });
});
