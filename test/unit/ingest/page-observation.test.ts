/** What pages look like to the reader that types them, against the plain way: both must see the same. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEED_NAMES } from '../../../electron/etrm/canonical/page.ts';
import { calendarFiles } from '../../../electron/ingest/calendars/calendars.ts';
import { sameNames } from '../../../electron/ingest/mapping.ts';
import { PageReader } from '../../../electron/ingest/page-reading.ts';
import { SETTLEMENT_RECORD } from '../../../electron/ingest/record-schema.ts';
import { enumeratedMembers, type PageObserved } from '../../../electron/ingest/schema-observed.ts';
import { observedPage } from '../drift/observed-page.ts';

const mapping = sameNames(SETTLEMENT_RECORD);
const enumerated = enumeratedMembers(SETTLEMENT_RECORD, mapping);

/** One reader reads all pages of a run, so what it keeps from one must not show in the next. */
function readPages(pages: readonly (readonly string[])[], exact: boolean): readonly PageObserved[] {
  const reader = new PageReader(
    { resource: 'settlements', mapping, names: SEED_NAMES, exact },
    calendarFiles(),
  );
  return pages.map((records, at) => {
    const body = Buffer.from(`{"results":[${records.join(' ,\n')}],"next_page":false}`);
    const read = reader.read(at + 1, new Uint8Array(body), 'application/json');
    if (read.kind !== 'records') throw new Error(`the page is ${read.kind}`);
    return read.content.observed;
  });
}

/** Members come in whatever order; their names and counts are what matters. */
function sorted(page: PageObserved) {
  return { ...page, fields: [...page.fields].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) };
}

const text = fc.oneof(
  fc.string({ maxLength: 12, unit: 'binary' }).filter((each) => each.isWellFormed()),
  fc.string({ maxLength: 90 }),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-0.0',
    '007.50',
    ' 12.5 ',
    '+3',
    '1e3',
    '1.',
    '.5',
    '-',
    '12-',
    '1'.repeat(50),
    '2024-04-02',
    'x\ty',
    '😀',
  ),
);
const number = fc.constantFrom(
  '0',

  '12',
  '-12.5',
  '-12.50',
  '-12.500',
  '0.001',
  '1e3',
  '1E-7',
  '-1.5e+2',
  '123456789012345678901234567890',
  '0.0',
);
const code = fc.constantFrom('FINAL', 'final', ' Final ', 'VOID', 'PRELIM', '');
const value = fc.oneof(
  fc.constantFrom('null', 'true', 'false', '{}', '{"a": [1, {"b": "x"}]}', '[]', '[1, "two"]'),
  number,
  text.map((each) => JSON.stringify(each)),
  // As a vendor may escape it; digits that are escaped are not known as such.
  text
    .filter((each) => !/\d/.test(each))
    .map((each) => `"${[...each].map((unit) => [...unit].map(escaped).join('')).join('')}"`),
);

function escaped(unit: string): string {
  return Array.from(
    { length: unit.length },
    (_, at) => `\\u${unit.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}

const member = fc.oneof(
  fc.tuple(fc.constantFrom('desk', 'amount', 'settlement_id', '', 'Größe', 'n'.repeat(201)), value),
  fc.tuple(
    fc.constantFrom('status', 'currency'),
    fc.oneof(
      code.map((each) => JSON.stringify(each)),
      value,
    ),
  ),
);
const record = fc
  .uniqueArray(member, { selector: ([name]) => name, maxLength: 6 })
  .map((members) => `{${members.map(([name, sent]) => `${JSON.stringify(name)}: ${sent}`).join(', ')}}`);
/** Records in a row often share most of their values. */
const several = fc
  .tuple(record, fc.integer({ min: 1, max: 3 }))
  .map(([each, times]) => new Array<string>(times).fill(each));
const page = fc.array(several, { minLength: 1, maxLength: 5 }).map((records) => records.flat());
const run = fc.array(page, { minLength: 1, maxLength: 3 });

describe('what a page looks like to its reader', () => {
  it.each([
    ['quick', false],
    ['exact', true],
  ])('is what each value of each record says, the %s way', (_, exact) => {
    fc.assert(
      fc.property(run, (pages) => {
        const observed = readPages(pages, exact);
        const plainly = pages.map((records, at) => observedPage(at + 1, records, enumerated));
        expect(observed.map(sorted)).toEqual(plainly.map(sorted));
      }),
      { numRuns: 400 },
    );
  });

  it('counts a value that comes again as often as it comes, of a closed set beyond what is told apart, too', () => {
    const codes = Array.from({ length: 70 }, (_, at) => `"CODE-${at}"`);
    const records = codes.flatMap((each) => [each, each, each].map((status) => `{"status": ${status}}`));
    for (const exact of [false, true]) {
      const [seen] = readPages([records], exact);
      expect(seen && sorted(seen)).toEqual(sorted(observedPage(1, records, enumerated)));
      expect(seen?.fields.get('status')?.moreValues?.count).toBe(18);
    }
  });

  it('counts the last of doubled members, and nothing of what is no object', () => {
    const [page] = readPages([['{"desk":1,"desk":"East"}', '17', '{"desk":null}']], false);
    expect(page?.records).toBe(2);
    expect(page?.fields.get('desk')?.kinds).toMatchObject({
      integer: null,
      string: { count: 1, index: 0 },
      null: { count: 1, index: 2 },
    });
  });
});
