import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  currency,
  day,
  decimalValue,
  type FieldReader,
  instant,
  integer,
  oneOf,
  type Sent,
  shown,
  text,
  unsignedDecimal,
  zoneReader,
} from '../../../electron/ingest/field-types.ts';
import { REASON_CODES, STATUSES } from '../../../shared/settlement.ts';
import { decimalToken, SEED } from '../shared/decimals.ts';

const word = (value: string): Sent => ({ kind: 'string', value });
const number = (token: string): Sent => ({ kind: 'number', text: token, integer: /^-?\d+$/.test(token) });

/** The value, or the code of the refusal. */
function outcome<Value>(reader: FieldReader<Value>, sent: Sent): Value | string {
  const read = reader(sent);
  return read.ok ? read.value : `refused: ${read.refusal.code}`;
}

const every: readonly Sent[] = [
  word('x'),
  number('5'),
  { kind: 'true' },
  { kind: 'false' },
  { kind: 'object', text: '{"a":1}' },
  { kind: 'array', text: '[1]' },
];

describe('any reader', () => {
  const readers: readonly FieldReader<unknown>[] = [
    text,
    integer(1, 'json'),
    integer(0, 'file'),
    decimalValue,
    unsignedDecimal,
    oneOf(STATUSES),
    instant,
    day,
    currency,
    zoneReader(),
  ];

  it('gives a value or a reason with a known code that shows what was sent', () => {
    for (const reader of readers) {
      for (const sent of every) {
        const read = reader(sent);
        if (read.ok) continue;
        expect(REASON_CODES).toContain(read.refusal.code);
        expect(read.refusal.message).toContain(shown(sent));
      }
    }
  });

  it('shows no more than the beginning of a long value', () => {
    for (const reader of readers) {
      const read = reader(word('~'.repeat(100_000)));
      if (!read.ok) expect(read.refusal.message.length).toBeLessThan(200);
    }
  });
});

describe('a time', () => {
  it.each([
    ['2024-03-01T05:00:00Z', 1_709_269_200_000_000n],
    ['2024-03-01t05:00:00z', 1_709_269_200_000_000n],
    ['2024-03-01 05:00:00Z', 1_709_269_200_000_000n],
    [' 2024-03-01T05:00:00Z ', 1_709_269_200_000_000n],
    ['2024-03-01T00:00:00-05:00', 1_709_269_200_000_000n],
    ['2024-03-01T10:30:00+05:30', 1_709_269_200_000_000n],
    ['2024-03-01T05:00:00-00:00', 1_709_269_200_000_000n],
    ['2024-02-29T19:00:00.000-10:00', 1_709_269_200_000_000n],
    ['2024-03-01T05:00:00.5Z', 1_709_269_200_500_000n],
    ['2024-03-01T05:00:00.123456Z', 1_709_269_200_123_456n],
    ['2024-03-01T05:00:00.123456000Z', 1_709_269_200_123_456n],
    ['1969-12-31T23:59:59.999999Z', -1n],
    ['2000-02-29T00:00:00Z', 951_782_400_000_000n],
    ['9999-12-31T23:59:59.999999Z', 253_402_300_799_999_999n],
  ])('%s is read to the microsecond', (sent, micros) => {
    expect(outcome(instant, word(sent))).toBe(micros);
  });

  it.each([
    ['a leap day in a common year', '2023-02-29T00:00:00Z'],
    ['a leap day in a century', '1900-02-29T00:00:00Z'],
    ['a thirty-first of April', '2024-04-31T00:00:00Z'],
    ['a month 13', '2024-13-01T00:00:00Z'],
    ['a day 0', '2024-03-00T00:00:00Z'],
    ['24:00', '2024-03-01T24:00:00Z'],
    ['hour 25', '2024-03-01T25:00:00Z'],
    ['minute 60', '2024-03-01T05:60:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['an offset of a day', '2024-03-01T05:00:00+24:00'],
    ['an offset with 60 minutes', '2024-03-01T05:00:00+05:60'],
    ['nanoseconds', '2024-03-01T05:00:00.123456789Z'],
    ['no offset', '2024-03-01T05:00:00'],
    ['an offset without a colon', '2024-03-01T05:00:00+0500'],
    ['an offset of hours alone', '2024-03-01T05:00:00+05'],
    ['a zone name', '2024-03-01T05:00:00[America/New_York]'],
    ['a date alone', '2024-03-01'],
    ['the order of the United States', '03/01/2024 05:00:00Z'],
    ['a basic form', '20240301T050000Z'],
    ['a two-digit year', '24-03-01T05:00:00Z'],
    ['a year before the calendar', '0099-03-01T05:00:00Z'],
    ['a sign before the year', '+2024-03-01T05:00:00Z'],
    ['an empty fraction', '2024-03-01T05:00:00.Z'],
    ['a comma for a point', '2024-03-01T05:00:00,5Z'],
    ['a year 10000 in UTC', '9999-12-31T23:30:00-01:00'],
    ['nothing', ''],
  ])('is refused where it has %s', (_, sent) => {
    expect(outcome(instant, word(sent))).toBe('refused: timestamp');
  });

  it('is refused where it is no text', () => {
    for (const sent of every.slice(1)) expect(outcome(instant, sent)).toBe('refused: type');
  });

  it('is the instant that the calendar says, whatever its offset and fraction', () => {
    const sent = fc.record({
      micros: fc.bigInt({ min: -2_208_988_800_000_000n, max: 32_503_679_999_999_999n }),
      offsetMinutes: fc.integer({ min: -1439, max: 1439 }),
      digits: fc.constantFrom(0, 1, 3, 6, 9),
      zulu: fc.boolean(),
    });
    fc.assert(
      fc.property(sent, ({ micros, offsetMinutes, digits, zulu }) => {
        const grain = BigInt(10 ** Math.max(0, 6 - digits));
        const nanos = (micros / grain) * grain * 1000n;
        const sign = offsetMinutes < 0 ? '-' : '+';
        const minutes = Math.abs(offsetMinutes);
        const zone = `${sign}${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
        const written = Temporal.Instant.fromEpochNanoseconds(nanos).toString({
          timeZone: zulu ? 'UTC' : zone,
          fractionalSecondDigits: digits,
        });
        expect(outcome(instant, word(written.replace('+00:00', zulu ? 'Z' : '+00:00')))).toBe(nanos / 1000n);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});

describe('a day', () => {
  it.each(['2024-02-29', '2024-12-31', '0001-01-01', ' 2024-03-01 '])('%j is one', (sent) => {
    expect(outcome(day, word(sent))).toBe(sent.trim());
  });

  it.each(['2023-02-29', '2024-2-29', '2024-04-31', '2024-03', '29.02.2024', '2024-03-01T00:00:00Z', ''])(
    '%j is none',
    (sent) => {
      expect(outcome(day, word(sent))).toBe('refused: date');
    },
  );

  it('exists exactly where the calendar has it', () => {
    const parts = fc.tuple(
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
    );
    fc.assert(
      fc.property(parts, ([year, month, date]) => {
        const sent = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
        let exists = true;
        try {
          Temporal.PlainDate.from(sent);
        } catch {
          exists = false;
        }
        expect(outcome(day, word(sent))).toBe(exists ? sent : 'refused: date');
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});

describe('a decimal', () => {
  it('is the same from a JSON number and from a text, with its digits kept', () => {
    fc.assert(
      fc.property(decimalToken, (token) => {
        const fromText = outcome(decimalValue, word(` ${token} `));
        expect(fromText).toBe(outcome(decimalValue, number(token)));
        expect(fromText).not.toMatch(/^refused/);
      }),
      { seed: SEED, numRuns: 500 },
    );
    expect(outcome(decimalValue, number('1234.50'))).toBe('1234.50');
    expect(outcome(decimalValue, number('9007199254740993'))).toBe('9007199254740993');
    expect(outcome(decimalValue, number('0.1000000000000000055511151231257827'))).toBe(
      '0.1000000000000000055511151231257827',
    );
  });

  it.each([
    [word(''), 'decimal'],
    [word('12,5'), 'decimal'],
    [word('1,234.50'), 'decimal'],
    [word('(12.50)'), 'decimal'],
    [word('12.50 USD'), 'decimal'],
    [number('NaN'), 'decimal'],
    [number('-Infinity'), 'decimal'],
    [word('9'.repeat(39)), 'digits'],
    [number(`0.${'1'.repeat(39)}`), 'digits'],
    [number('1e401'), 'digits'],
    [{ kind: 'true' }, 'type'],
    [{ kind: 'array', text: '[1]' }, 'type'],
  ] as const)('%j is refused as %s', (sent, code) => {
    expect(outcome(decimalValue, sent)).toBe(`refused: ${code}`);
  });

  it('may have to be at least zero', () => {
    expect(outcome(unsignedDecimal, number('0'))).toBe('0');
    expect(outcome(unsignedDecimal, number('-0.0'))).toBe('0.0');
    expect(outcome(unsignedDecimal, number('-0.01'))).toBe('refused: range');
    expect(outcome(unsignedDecimal, word('-1'))).toBe('refused: range');
  });
});

describe('an integer', () => {
  it('comes as a JSON integer, without fraction and exponent', () => {
    expect(outcome(integer(1, 'json'), number('12'))).toBe(12);
    for (const token of ['1.0', '1e0', '1.5', 'NaN']) {
      expect(outcome(integer(1, 'json'), number(token)), token).toBe('refused: type');
    }
    expect(outcome(integer(1, 'json'), word('12'))).toBe('refused: type');
    expect(outcome(integer(1, 'json'), { kind: 'true' })).toBe('refused: type');
  });

  it('comes as digits from a file', () => {
    expect(outcome(integer(0, 'file'), word(' 12 '))).toBe(12);
    for (const cell of ['1.0', '1e0', '+1', '0x1', 'one', '']) {
      expect(outcome(integer(0, 'file'), word(cell)), cell).toBe('refused: type');
    }
  });

  it('has a least value, and must be one that a double holds', () => {
    expect(outcome(integer(1, 'json'), number('0'))).toBe('refused: range');
    expect(outcome(integer(0, 'json'), number('-1'))).toBe('refused: range');
    expect(outcome(integer(0, 'json'), number('9007199254740991'))).toBe(9007199254740991);
    expect(outcome(integer(0, 'json'), number('9007199254740993'))).toBe('refused: range');
    const large = integer(1, 'json')(number('1152921504606846976'));
    expect(!large.ok && large.refusal.message).toBe('is 1152921504606846976, more than 9007199254740991');
    expect(outcome(integer(0, 'json'), number('9'.repeat(400)))).toBe('refused: range');
  });
});

describe('an enumeration', () => {
  it('is matched in any case and kept in its own', () => {
    for (const status of STATUSES) {
      for (const sent of [
        status,
        status.toLowerCase(),
        ` ${status} `,
        `${status[0]}${status.slice(1).toLowerCase()}`,
      ]) {
        expect(outcome(oneOf(STATUSES), word(sent))).toBe(status);
      }
    }
  });

  it.each(['', 'FINALE', 'FIN AL', 'ＦＩＮＡＬ', '__proto__', 'constructor'])('%j is refused', (sent) => {
    expect(outcome(oneOf(STATUSES), word(sent))).toBe('refused: enumeration');
  });

  it('names what it may be', () => {
    const read = oneOf(['BUY', 'SELL'])(word('LEND'));
    expect(read).toEqual({
      ok: false,
      refusal: { code: 'enumeration', message: 'is "LEND", not one of BUY, SELL' },
    });
  });
});

describe('a currency', () => {
  it.each([
    ['USD', 'USD'],
    ['eur', 'EUR'],
    [' Cad ', 'CAD'],
  ])('%j is %s', (sent, code) => {
    expect(outcome(currency, word(sent))).toBe(code);
  });

  it.each(['', '$', 'US', 'USDT', 'US Dollar', 'QQQ', '840'])('%j is none', (sent) => {
    expect(outcome(currency, word(sent))).toBe('refused: currency');
  });
});

describe('a zone', () => {
  it.each([
    'America/New_York',
    'America/Chicago',
    'Europe/London',
    'UTC',
    'EST',
    'EST5EDT',
    'Etc/GMT+5',
    'US/Pacific',
  ])('%s is one of the IANA database', (name) => {
    expect(outcome(zoneReader(), word(name))).toBe(name);
  });

  it.each([
    '',
    '+05:00',
    '-0500',
    'GMT+5',
    'Eastern',
    'EDT',
    'PST',
    'IST',
    'America/Springfield',
    'SystemV/EST5',
  ])('%j is none', (name) => {
    const reader = zoneReader();
    for (const time of ['first', 'again']) {
      expect(outcome(reader, word(name)), time).toBe('refused: zone');
    }
  });

  it('is still told apart after thousands of names that are none', () => {
    const reader = zoneReader();
    for (let at = 0; at < 3000; at += 1) expect(outcome(reader, word(`X${at}`))).toBe('refused: zone');
    expect(outcome(reader, word('America/New_York'))).toBe('America/New_York');
  });
});

describe('a text', () => {
  it('is kept as it was sent', () => {
    for (const sent of ['ACME', 'Müller & Söhne', '東京電力', 'a\nb', '😀', 'a  b'])
      expect(outcome(text, word(sent))).toBe(sent);
  });

  it('loses the white space around it, as a ledger’s cells do', () => {
    expect(outcome(text, word('ACME Energy        '))).toBe('ACME Energy');
    expect(outcome(text, word('\u00a0\tACME\n'))).toBe('ACME');
  });

  it('is neither blank nor another type', () => {
    for (const sent of ['', ' ', '\t\n', '\u00a0']) expect(outcome(text, word(sent))).toBe('refused: empty');
    expect(outcome(text, number('5'))).toBe('refused: type');
  });

  it('has no half of a surrogate pair, which no database could tell from another', () => {
    expect(outcome(text, word('a\ud83d'))).toBe('refused: type');
    expect(outcome(text, word('\ude00b'))).toBe('refused: type');
  });
});
