import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameNames } from '../../../electron/ingest/mapping.ts';
import { SETTLEMENT_RECORD } from '../../../electron/ingest/record-schema.ts';
import {
  countAbove,
  emptyRun,
  enumeratedMembers,
  firstOf,
  MOST_MEMBERS,
  MOST_SIZES,
  MOST_VALUES,
  mergePage,
  type PageObserved,
  presentIn,
  type RunObserved,
  SAMPLE_LENGTH,
} from '../../../electron/ingest/schema-observed.ts';
import { observedPage } from '../drift/observed-page.ts';

function merged(pages: readonly PageObserved[]): RunObserved {
  const run = emptyRun();
  for (const page of pages) mergePage(run, page);
  return run;
}

function fieldOf(run: RunObserved, name: string) {
  const field = run.fields.get(name);
  if (!field) throw new Error(`${name} was not seen`);
  return field;
}

/** A value of each kind, as it is sent. */
const sent = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    'false',
    '{}',
    '{"a":[1]}',
    '[]',
    '1e3',
    '-0.50',
    '12.500',
    '"12.50"',
    '" 7 "',
  ),
  fc.integer({ min: -99_999, max: 99_999 }).map(String),
  fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text)),
);
const record = fc
  .dictionary(fc.constantFrom('a', 'b', 'status', '__proto__', ''), sent, { noNullPrototype: false })
  .map(
    (members) =>
      `{${Object.entries(members)
        .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
        .join(',')}}`,
  );
const pages = fc.array(fc.array(record, { maxLength: 6 }), { minLength: 1, maxLength: 5 });
const STATUS = new Set(['status']);

/** Without the order in which members and codes were first seen, which a merge in another order cannot know. */
function unordered(run: RunObserved) {
  const byName = <Value>(map: ReadonlyMap<string, Value>) =>
    [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return {
    ...run,
    fields: byName(run.fields).map(([name, field]) => [
      name,
      { ...field, values: field.values && byName(field.values) },
    ]),
  };
}

describe('what a run looked like', () => {
  it('is the same whichever way its pages are merged', () => {
    fc.assert(
      fc.property(pages, fc.infiniteStream(fc.nat()), (given, order) => {
        const observed = given.map((records, at) => observedPage(at + 1, records, STATUS));
        const keyed = observed.map((page) => ({ page, key: order.next().value ?? 0 }));
        const shuffled = keyed.toSorted((a, b) => a.key - b.key).map(({ page }) => page);
        expect(unordered(merged(shuffled))).toEqual(unordered(merged(observed)));
      }),
    );
  });

  it('counts every member of every record once, by kind', () => {
    fc.assert(
      fc.property(pages, (given) => {
        const run = merged(given.map((records, at) => observedPage(at + 1, records, STATUS)));
        const all = given.flatMap((records, at) =>
          records.map((text, index) => ({
            page: at + 1,
            index,
            members: new Map(Object.entries(parsed(text))),
          })),
        );
        expect(run.records).toBe(all.length);
        const names = new Set(all.flatMap(({ members }) => [...members.keys()]));
        expect(new Set(run.fields.keys())).toEqual(names);
        for (const name of names) {
          const having = all.filter(({ members }) => members.has(name));
          const field = fieldOf(run, name);
          expect(presentIn(field)).toBe(having.length);
          expect(firstOf(field)).toMatchObject({ page: having[0]?.page, index: having[0]?.index });
          const strings = having
            .map(({ members }) => members.get(name))
            .filter((value) => typeof value === 'string');
          expect(field.kinds.string?.count ?? 0).toBe(strings.length);
          expect(field.lengths?.largest ?? -1).toBe(Math.max(-1, ...strings.map(({ length }) => length)));
        }
      }),
    );
  });

  it('leaves the pages that it was merged from as they were', () => {
    const page = observedPage(1, ['{"a":"x"}', '{"a":"yy"}']);
    const before = structuredClone(page);
    merged([page, observedPage(2, ['{"a":"zzz"}'])]);
    expect(page).toEqual(before);
  });

  it('crosses from a thread as it is', () => {
    const page = observedPage(1, ['{"status":"FINAL","a":1.5,"b":null}'], STATUS);
    expect(structuredClone(page)).toEqual(page);
  });

  it('knows the digits of numbers and numeric strings in plain notation', () => {
    const run = merged([
      observedPage(
        1,
        ['{"a":-0012}', '{"a":1.2500}'].map((text) => text.replace('-0012', '-12')),
      ),
      observedPage(2, ['{"a":"12345.6"}', '{"a":" 1 "}', '{"a":1e6}', '{"a":1.5e-4}', '{"a":"n/a"}']),
    ]);
    const field = fieldOf(run, 'a');
    expect(field.numericStrings).toBe(2);
    expect(field.integerDigits).toMatchObject({ largest: 7, page: 2, index: 2, sample: '1e6' });
    expect(field.fractionDigits).toMatchObject({ largest: 5, page: 2, index: 3, sample: '1.5e-4' });
    expect(field.integerDigits && countAbove(field.integerDigits, 1)).toBe(3);
  });

  it('tells the codes of an enumeration without regard to case, and counts them', () => {
    const status = (code: string) => JSON.stringify({ status: code });
    const run = merged([
      observedPage(1, [status('Final'), status(' FINAL '), status('VOID')], STATUS),
      observedPage(2, [status('void'), status('PRELIM')], STATUS),
    ]);
    expect([...(fieldOf(run, 'status').values ?? [])]).toEqual([
      ['FINAL', { count: 2, page: 1, index: 0, sample: 'Final' }],
      ['VOID', { count: 2, page: 1, index: 2, sample: 'VOID' }],
      ['PRELIM', { count: 1, page: 2, index: 1, sample: 'PRELIM' }],
    ]);
  });

  it('stays bounded whatever a vendor sends', () => {
    const names = Array.from({ length: 3 * MOST_MEMBERS }, (_, at) => `m${at}`);
    const page = (number: number, from: number) =>
      observedPage(
        number,
        names.slice(from, from + 700).map((name) => `{"${name}":1}`),
      );
    const long = observedPage(5, [
      `{"${'n'.repeat(10_000)}":1}`,
      JSON.stringify({ m0: 'x'.repeat(100_000) }),
    ]);
    const codes = Array.from({ length: 200 }, (_, at) => `{"status":"C${at}"}`);
    const run = merged([
      page(1, 0),
      page(2, 700),
      page(3, 1400),
      page(4, 0),
      long,
      observedPage(6, codes, STATUS),
    ]);
    expect(run.fields.size).toBe(MOST_MEMBERS);
    // 400 of the second page, 700 of the third, the long name, and 200 times `status`.
    expect(run.moreMembers).toMatchObject({
      count: 400 + 700 + 1 + 200,
      page: 2,
      index: 300,
      sample: 'm1000',
    });
    expect(fieldOf(run, 'm0').kinds.string?.sample).toHaveLength(SAMPLE_LENGTH);
    expect(fieldOf(run, 'm0').lengths?.counts).toHaveLength(MOST_SIZES);
    const alone = fieldOf(merged([observedPage(1, codes, STATUS), observedPage(2, codes, STATUS)]), 'status');
    expect(alone.values?.size).toBe(MOST_VALUES);
    expect(alone.moreValues).toMatchObject({ count: 2 * (200 - MOST_VALUES), page: 1, index: MOST_VALUES });
  });

  it('knows which members hold codes', () => {
    const members = enumeratedMembers(SETTLEMENT_RECORD, sameNames(SETTLEMENT_RECORD));
    expect([...members].sort()).toEqual(
      ['commodity', 'currency', 'direction', 'price_type', 'status', 'timezone', 'volume_uom'].sort(),
    );
  });
});

/** `__proto__` is a member as any other. */
function parsed(text: string): Record<string, unknown> {
  return JSON.parse(text);
}
