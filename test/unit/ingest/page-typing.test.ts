/** The quick way of typing against the exact one: whatever a record holds, both say the same. */

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readPage, SEED_NAMES } from '../../../electron/etrm/canonical/page.ts';
import { calendarFiles, marketCalendar } from '../../../electron/ingest/calendars/calendars.ts';
import { type FieldMapping, PLAIN, type RecordMapping, sameNames } from '../../../electron/ingest/mapping.ts';
import { type PageContent, PageReader } from '../../../electron/ingest/page-reading.ts';
import { PageTyping } from '../../../electron/ingest/page-typing.ts';
import {
  RECORD_SCHEMAS,
  type RecordField,
  SETTLEMENT_RECORD,
} from '../../../electron/ingest/record-schema.ts';
import { RecordTyping } from '../../../electron/ingest/record-typing.ts';
import type { Resource } from '../../../shared/resource.ts';
import { pieceTexts } from './piece-texts.ts';
import { GOOD, recordJson } from './sample-record.ts';

function content(resource: Resource, mapping: RecordMapping, body: string, exact: boolean): PageContent {
  const reader = new PageReader({ resource, mapping, names: SEED_NAMES, exact }, calendarFiles());
  const read = reader.read(7, new Uint8Array(Buffer.from(body)), 'application/json');
  if (read.kind !== 'records') throw new Error(`the page is ${read.kind}`);
  return read.content;
}

function told(resource: Resource, { rows, ...rest }: PageContent) {
  const byKey = [...rest.drift].sort((a, b) => `${a.kind} ${a.field}`.localeCompare(`${b.kind} ${b.field}`));
  return { ...rest, drift: byKey, packed: null, rows: pieceTexts(RECORD_SCHEMAS[resource], rows) };
}

function expectSame(resource: Resource, mapping: RecordMapping, records: readonly string[]): PageContent {
  const body = `{"results": [${records.join(', ')}], "next_page": false}`;
  const quick = content(resource, mapping, body, false);
  expect(told(resource, quick)).toEqual(told(resource, content(resource, mapping, body, true)));
  return quick;
}

const digits = (least: number, most: number) =>
  fc
    .array(fc.constantFrom(...'0123456789'), { minLength: least, maxLength: most })
    .map((each) => each.join(''));

/** Number tokens: plain, wide, with exponents, with zeros where they matter. */
const numberToken = fc
  .record({
    sign: fc.constantFrom('', '-'),
    whole: fc.oneof(
      fc.constant('0'),
      digits(0, 24).map((rest) => `7${rest}`),
    ),
    fraction: fc.oneof(
      fc.constant(''),
      digits(1, 22).map((rest) => `.${rest}`),
    ),
    exponent: fc.constantFrom('', '', '', '', 'e3', 'E-7', 'e+20'),
  })
  .map(({ sign, whole, fraction, exponent }) => `${sign}${whole}${fraction}${exponent}`);

const instantText = fc
  .record({
    year: fc.constantFrom('1969', '1970', '2024', '2026', '2254', '2255', '9999', '0099'),
    month: fc.constantFrom('00', '01', '02', '03', '11', '12', '13'),
    day: fc.constantFrom('00', '01', '28', '29', '30', '31'),
    time: fc.constantFrom(
      '00:00:00',
      '01:30:00',
      '23:59:59',
      '24:00:00',
      '05:00',
      '05:00:60',
      '05:00:00.5',
      '05:00:00.1234567',
    ),
    zone: fc.constantFrom('Z', 'z', '+00:00', '-05:00', '+13:45', '+24:00', ''),
    between: fc.constantFrom('T', 'T', 't', ' '),
  })
  .map(({ year, month, day, time, zone, between }) => `${year}-${month}-${day}${between}${time}${zone}`);

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    '\\N',
    'a\tb',
    'line\nbreak',
    '"quoted"',
    ' padded ',
    '\u00a0nbsp',
    'Électricité',
    'x\ud800',
    '007',
    '-12.50',
    '',
  ),
  fc.integer({ min: 4000, max: 11_000 }).map((size) => 'x'.repeat(size)),
);

/** A string as JSON writes it, sometimes with every character escaped. */
const jsonString = (value: fc.Arbitrary<string>) =>
  fc.tuple(value, fc.integer({ min: 0, max: 9 })).map(([each, escaped]) =>
    escaped === 0
      ? `"${[...each]
          .flatMap((character) => character.split(''))
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join('')}"`
      : JSON.stringify(each),
  );

const value = fc.oneof(
  { weight: 4, arbitrary: jsonString(text) },
  { weight: 4, arbitrary: numberToken },
  { weight: 2, arbitrary: jsonString(numberToken) },
  { weight: 4, arbitrary: jsonString(instantText) },
  {
    weight: 3,
    arbitrary: jsonString(
      fc.constantFrom(
        'POWER',
        'power',
        ' Sell',
        'BUY',
        'MWH',
        'usd',
        'USD',
        'XAU',
        'FINAL',
        'UTC',
        'America/Chicago',
        'EST5EDT',
        'IST',
        '2024-02-29',
        '2023-02-29',
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'null',
      'true',
      'false',
      'NaN',
      '-Infinity',
      '{}',
      '[1, {"a": "b"}]',
      '-0',
      '-0.00',
      '0.0',
      '1e400',
    ),
  },
);

const others = ['desk', 'Nested', 'schön', 'a\\u0062c', ''];

const zeros = ['-0', '-0.00', '0.0', '0', '"-0.0"', '"00"', '" 5 "', '"+5"', '"1e3"', '"1."', '".5"', '"-"'];

/** What a field of a type may be sent as: mostly something that might be taken. */
function likely({ type }: RecordField): fc.Arbitrary<string> {
  switch (type.kind) {
    case 'decimal':
      return fc.oneof(numberToken, jsonString(numberToken), fc.constantFrom(...zeros));
    case 'instant':
      return jsonString(instantText);
    case 'enumeration':
      return jsonString(
        fc.constantFrom(...type.names, ...type.names.map((name) => ` ${name.toLowerCase()}`)),
      );
    case 'integer':
      return fc.oneof(
        fc.integer({ min: -1, max: 3 }).map(String),
        fc.constantFrom('1.0', '1e0', '9007199254740993'),
      );
    default:
      return jsonString(text);
  }
}

const change = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...SETTLEMENT_RECORD.fields)
      .chain((field) => fc.tuple(fc.constant(field.name), likely(field))),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...others, ...Object.keys(GOOD)), value) },
);

/** A good record with some members replaced, taken away, doubled or moved. */
const record = fc
  .record({
    changes: fc.array(change, { maxLength: 3 }),
    removed: fc.array(fc.constantFrom(...others, ...Object.keys(GOOD)), { maxLength: 1 }),
    reversed: fc.boolean(),
    spaced: fc.boolean(),
  })
  .map(({ changes, removed, reversed, spaced }) => {
    const members = Object.entries(GOOD)
      .filter(([name]) => !removed.includes(name))
      .map(([name, each]) => `"${name}":${each}`);
    for (const [name, each] of changes) members.push(`"${name}":${each}`);
    if (reversed) members.reverse();
    return `{${members.join(spaced ? ' ,\n ' : ',')}}`;
  });

const anything = fc.oneof({ weight: 12, arbitrary: record }, { weight: 1, arbitrary: value });

describe('typing from the bytes', { timeout: 60_000 }, () => {
  it('says what exact typing says, of good records and of bad ones', () => {
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1, maxLength: 6 }), (records) => {
        expectSame('settlements', sameNames(SETTLEMENT_RECORD), records);
      }),
      { numRuns: 800 },
    );
  });

  it('does so of more records than one chunk holds, each with most of what the one before has', () => {
    const hub = JSON.stringify('A hub whose name does not fit beside its length');
    const other = JSON.stringify('Another hub of such a name');
    const records = Array.from({ length: 5000 }, (_, at) =>
      at % 701 === 17
        ? recordJson({ amount: '"none"' })
        : recordJson({
            settlement_id: `"S-${at}"`,
            location: at % 3000 < 1500 ? hub : other,
            legal_entity: at % 900 < 450 ? 'null' : hub,
            volume: at % 7 === 0 ? '"50.5"' : '50',
          }),
    );
    const page = expectSame('settlements', sameNames(SETTLEMENT_RECORD), records);
    expect(page.deadLetters).toHaveLength(8);
  });

  it('does so of numbers that are equal and not the same, one after the other', () => {
    const sent = [
      '36.852',
      '36.85200',
      '36.8520',
      '36.852',
      '-0',
      '0',
      '0.0',
      '0.00',
      '1',
      '1.0',
      '1.00',
      '1e0',
    ];
    const prices = sent.flatMap((one) => sent.flatMap((other) => [one, other, other]));
    const page = expectSame(
      'settlements',
      sameNames(SETTLEMENT_RECORD),
      prices.map((price) => recordJson({ price, amount: `"${price}"` })),
    );
    expect(page.deadLetters).toEqual([]);
    const texts = pieceTexts(SETTLEMENT_RECORD, page.rows).map((row) =>
      row.find((text) => text === '36.85200'),
    );
    expect(texts.filter((text) => text !== undefined)).toHaveLength(
      prices.filter((price) => price === '36.85200').length,
    );
  });

  it('does so for trades and curves', () => {
    for (const resource of ['trades', 'curves'] as const) {
      fc.assert(
        fc.property(fc.array(anything, { minLength: 1, maxLength: 4 }), (records) => {
          expectSame(resource, sameNames(RECORD_SCHEMAS[resource]), records);
        }),
        { numRuns: 200 },
      );
    }
  });

  it('does so with members mapped: other names, constants, codes, factors, forms, nested members', () => {
    const from = (path: string | readonly string[], rest: Partial<FieldMapping> = {}): FieldMapping => ({
      ...PLAIN,
      from: path,
      ...rest,
    });
    const mapping: RecordMapping = {
      fields: new Map([
        ...sameNames(SETTLEMENT_RECORD).fields,
        ['settlement_id', from('trade_id')],
        ['timezone', { ...PLAIN, from: null, constant: 'America/New_York' }],
        ['direction', from('direction', { values: { BUY: 'SELL', Sell: 'BUY', '7': 'BUY' } })],
        ['status', from('status', { values: { FINAL: 'ACTUAL' } })],
        ['volume', from('volume', { scale: '0.001' })],
        ['amount', from('amount', { negate: true })],
        ['updated_at', from('updated_at', { form: "yyyy-MM-dd'T'HH:mm:ss", zone: 'America/New_York' })],
        ['location', from(['Nested', 'hub'])],
        ['gl_account', from('charge_type')],
      ]),
      delivery: null,
      ignored: ['desk'],
    };
    const nested = fc.tuple(record, fc.constantFrom('{"hub": "PJM-RTO"}', '{"hub": 3}', '{}', '[]', 'null'));
    fc.assert(
      fc.property(fc.array(nested, { minLength: 1, maxLength: 4 }), (records) => {
        expectSame(
          'settlements',
          mapping,
          records.map(([json, hub]) => json.replace(/\}$/, `,"Nested":${hub}}`)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('reads the sample itself from its bytes, so that the two ways are two', () => {
    const typing = new RecordTyping(SETTLEMENT_RECORD, sameNames(SETTLEMENT_RECORD), marketCalendar);
    const exactly = vi.spyOn(typing, 'type');
    const page = new PageTyping(typing, new Set(), false);
    page.start(1);
    readPage(Buffer.from(`{"results": [${recordJson()}]}`), SEED_NAMES, page);
    expect(page.take().records).toBe(1);
    expect(exactly).not.toHaveBeenCalled();
  });

  it('stages a good record from its bytes, digits as sent', () => {
    const page = expectSame('settlements', sameNames(SETTLEMENT_RECORD), [recordJson()]);
    expect(pieceTexts(SETTLEMENT_RECORD, page.rows)).toEqual([
      [
        ...[
          '7',
          '0',
          'S-1',
          '1',
          'T-1',
          '2',
          'ACME Energy',
          'Tie Power LLC',
          'EEI-7',
          'INV-9',
          '500100',
          'POWER',
        ],
        ...[
          'ENERGY',
          'BUY',
          '1709269200000000',
          '1709272800000000',
          'America/New_York',
          'PJM-RTO',
          '50.000000000000',
          '50',
          'MWH',
        ],
        ...['28.348916000000', '28.348916', 'USD/MWH', '-1417.445800000000', '-1417.44580', 'USD', 'FINAL'],
        ...['PJM-DA', '2024-04-20', '1712045730500000', null, null, null, 'false'],
      ],
    ]);
  });
});
