import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DecimalWords } from '../../../electron/ingest/decimal-words.ts';

const FRACTION_DIGITS = 12;

/** What the engine reads from the words: a DECIMAL(38,12) in units of 10^-12. */
function unitsOf(words: Int32Array): bigint {
  const bits = words.reduceRight((value, word) => (value << 32n) | BigInt(word >>> 0), 0n);
  return BigInt.asIntN(128, bits);
}

function stored(whole: string, fraction: string, negative: boolean): bigint {
  const bytes = new Uint8Array(Buffer.from(`"${whole}.${fraction}"`));
  const words = new Int32Array(8).fill(-1);
  const decimals = new DecimalWords();
  // What was read before leaves nothing behind.
  decimals.read(new Uint8Array(Buffer.from('999999999999999999.999999999999')), 0, 18, 12);
  decimals.read(bytes, 1, whole.length, fraction.length);
  decimals.store(words, 4, negative);
  expect([...words.subarray(0, 4)]).toEqual([-1, -1, -1, -1]);
  return unitsOf(words.subarray(4));
}

const digits = (least: number, most: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: least, maxLength: most });

it('holds every digit of a decimal of up to 18 and 12', () => {
  fc.assert(
    fc.property(digits(1, 18), digits(0, FRACTION_DIGITS), fc.boolean(), (whole, fraction, negative) => {
      const value = BigInt(`${whole}${fraction.padEnd(FRACTION_DIGITS, '0')}`);
      expect(stored(whole, fraction, negative)).toBe(negative ? -value : value);
    }),
    { numRuns: 5000 },
  );
});

it.each(Array.from({ length: 18 }, (_, at) => at + 1))('holds %i nines before the point', (count) => {
  const nines = '9'.repeat(count);
  for (const fraction of ['', '9', '999999', '9999999', '999999999999', '000000000001']) {
    const value = BigInt(`${nines}${fraction.padEnd(FRACTION_DIGITS, '0')}`);
    expect(stored(nines, fraction, true)).toBe(-value);
  }
});
