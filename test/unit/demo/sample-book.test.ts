import { describe, expect, it } from 'vitest';
import { type SampleBook, sampleBook } from '../../../electron/demo/book.ts';
import { slotJson } from '../../../electron/demo/generated-records.ts';
import { COMPLETE_SAMPLE, PLANTS } from '../../../electron/demo/plants.ts';
import { REFUSALS } from '../../../electron/demo/refused.ts';
import { readVendorRecord, sent, type VendorRecord } from './vendor-record.ts';

function texts(book: SampleBook): readonly string[] {
  return Array.from({ length: book.records }, (_, slot) => slotJson(book, slot));
}

function march(records: number, seed = 1): SampleBook {
  return sampleBook({ month: '2024-03', records, seed });
}

function isRefused(book: SampleBook, slot: number): boolean {
  return book.served(slot).kind === 'refused';
}

const accepted = (book: SampleBook): readonly VendorRecord[] =>
  texts(book)
    .filter((_, slot) => !isRefused(book, slot))
    .map(readVendorRecord);

/** `-1234.50` in units of 10^-18, computed apart from shared/decimal.ts. */
function units(text: string, scale: number): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(scale, '0'));
}

describe('the sample book', () => {
  it('is the same for the same seed and another for another', () => {
    expect(texts(march(600, 7))).toEqual(texts(march(600, 7)));
    expect(texts(march(600, 7))).not.toEqual(texts(march(600, 8)));
  });

  it.each([1, 2, 14, 15, 59, 60, 61, 100, 249, 250, 251, 1000, 8784])(
    'serves %i records: each settlement in each of its versions, the repeated one twice',
    (records) => {
      const book = march(records);
      const served = accepted(book).map((record) => `${record.settlement_id} ${record.version}`);
      expect(served.length + book.refused).toBe(records);
      const expected: string[] = [];
      for (let settlement = 0; settlement < book.settlements; settlement += 1) {
        const { current, superseded } = book.history(settlement);
        expected.push(`${current.settlement_id} ${current.version}`);
        if (superseded) expected.push(`${superseded.settlement_id} ${superseded.version}`);
        if (settlement === book.repeated) expected.push(`${current.settlement_id} ${current.version}`);
      }
      expect([...served].sort()).toEqual(expected.sort());
    },
  );

  it(`has every plant from ${COMPLETE_SAMPLE} records on, whatever the seed`, () => {
    for (const seed of [0, 1, 2, 42, 2 ** 40]) {
      for (const records of [COMPLETE_SAMPLE, 500, 8784]) {
        const book = march(records, seed);
        const found = new Map<string, number>();
        for (let settlement = 0; settlement < book.settlements; settlement += 1) {
          const { plant } = book.history(settlement);
          if (plant) found.set(plant, (found.get(plant) ?? 0) + 1);
        }
        for (const { name, copies } of Object.values(PLANTS)) {
          expect(found.get(name) ?? 0, `${name}, seed ${seed}, ${records}`).toBeGreaterThanOrEqual(copies);
        }
        expect(book.refused).toBe(REFUSALS.length);
        expect(book.repeated).not.toBeNull();
      }
    }
  });

  it('prices every record exactly: amount is volume times price with the sign of the cash', () => {
    for (const record of accepted(march(3000))) {
      const product = units(sent(record, 'volume'), 9) * units(sent(record, 'price'), 9);
      const buy = sent(record, 'direction').toUpperCase() === 'BUY';
      expect(units(sent(record, 'amount'), 18), record.settlement_id ?? '').toBe(buy ? -product : product);
    }
  });

  it('holds decimals that a double cannot', () => {
    const text = texts(march(20)).join('\n');
    expect(text).toMatch(/"price":"?12345678901234\.123456789/);
    const unsafe = accepted(march(20)).filter(
      (record) => !`${Number(sent(record, 'amount'))}`.includes(sent(record, 'amount').replace(/0+$/, '')),
    );
    expect(unsafe.length).toBeGreaterThanOrEqual(3);
  });

  it('sends decimals as numbers and as numeric strings, with up to 6 digits in prices and 3 in volumes', () => {
    const all = texts(march(3000)).join('\n');
    expect(all).toMatch(/"price":-?\d+\.\d{6},/);
    expect(all).toMatch(/"price":"-?\d+\.\d+"/);
    expect(all).toMatch(/"volume":\d+\.\d{3},/);
    expect(all).toMatch(/"amount":"-?\d/);
  });

  it('is a believable book: five power markets, gas, negative prices, both sides, several names', () => {
    const records = accepted(march(8784));
    const values = (field: string) => new Set(records.map((record) => record[field]));
    for (const zone of ['America/New_York', 'America/Chicago', 'America/Los_Angeles', 'America/Panama']) {
      expect(values('timezone')).toContain(zone);
    }
    const upper = (field: string) =>
      new Set(records.map((record) => (record[field] ?? 'absent').toUpperCase()));
    expect([...upper('commodity')].sort()).toEqual(['CAPACITY', 'EMISSIONS', 'NATURAL_GAS', 'POWER']);
    expect([...upper('direction')].sort()).toEqual(['BUY', 'SELL']);
    expect(upper('status').size).toBe(5);
    expect(values('status').size).toBeGreaterThan(5); // other case now and then
    expect(values('counterparty').size).toBeGreaterThan(5);
    expect([...values('counterparty')].some((name) => /[^ -~]/.test(name ?? ''))).toBe(true);
    expect(records.some((record) => sent(record, 'price').startsWith('-'))).toBe(true);
    expect(records.some((record) => record.desk !== undefined)).toBe(true);
    expect(records.some((record) => record.nested !== undefined)).toBe(true);
    expect(records.some((record) => record.curve_id === null)).toBe(true);
    expect(records.some((record) => record.curve_id === undefined)).toBe(true);
    expect(records.some((record) => /^[A-Z]+-RT-/.test(record.curve_id ?? ''))).toBe(true);
  });

  it('restates some settlements in price, some in volume, some in their time stamp only', () => {
    const book = march(8784);
    const kinds = new Set<string>();
    for (let settlement = 0; settlement < book.settlements; settlement += 1) {
      const { current, superseded } = book.history(settlement);
      if (!superseded) continue;
      expect([superseded.version, current.version]).toEqual([1, 2]);
      const changed = Object.entries(current).filter(([field, value]) => {
        const before = Object.entries(superseded).find(([name]) => name === field);
        return before?.[1] !== value;
      });
      kinds.add(
        changed
          .map(([field]) => field)
          .sort()
          .join(' '),
      );
    }
    expect([...kinds].sort()).toEqual([
      'amount price status updated_at version',
      'amount status updated_at version volume',
      'updated_at version',
    ]);
  });

  it('spreads the refused records over pages, and serves the repeated record on one page of any round size', () => {
    const book = march(8784);
    const slots = Array.from({ length: book.records }, (_, slot) => slot);
    const pages = slots.filter((slot) => isRefused(book, slot)).map((slot) => Math.floor(slot / 1000));
    expect(new Set(pages).size).toBeGreaterThanOrEqual(5);
    const repeats = slots.filter((slot) => {
      const served = book.served(slot);
      return served.kind === 'settlement' && served.settlement === book.repeated;
    });
    expect(repeats).toEqual([20, 21]);
    expect(slotJson(book, 20)).toBe(slotJson(book, 21));
  });

  it('refuses a record count and a seed that are no whole numbers in range, and a month that is none', () => {
    expect(() => march(0)).toThrow(/--records/);
    expect(() => march(1.5)).toThrow(/--records/);
    expect(() => march(10, -1)).toThrow(/--seed/);
    expect(() => sampleBook({ month: '2024-13', records: 10, seed: 1 })).toThrow(/no month/);
  });
});
