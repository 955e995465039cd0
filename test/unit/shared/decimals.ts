/** Decimals for property tests: as JSON and CSV carry them, and as we keep them. */
import fc from 'fast-check';
import { type Decimal, parseDecimal } from '../../../shared/decimal.ts';

export const SEED = 20_240_301;

function digits(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });
}

/** Tokens that are decimals of at most 38 digits, with sign, fraction and exponent as senders choose. */
export const decimalToken: fc.Arbitrary<string> = fc
  .record({
    sign: fc.constantFrom('', '', '-', '+'),
    whole: digits(1, 20),
    fraction: fc.option(digits(1, 18), { nil: null }),
    exponent: fc.option(
      fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.integer({ min: 0, max: 40 })),
      { nil: null },
    ),
  })
  .map(({ sign, whole, fraction, exponent }) => {
    const point = fraction === null ? '' : `.${fraction}`;
    return `${sign}${whole}${point}${exponent === null ? '' : exponent.join('')}`;
  });

/** The decimal that a token stands for. */
export function dec(token: string): Decimal {
  const value = parseDecimal(token);
  if (value === null) throw new Error(`not a decimal: ${token}`);
  return value;
}

/** Decimals that were sent: `-1234.50`, `0.00`, `1000000000000000000000`. */
export const sentDecimal: fc.Arbitrary<Decimal> = decimalToken.map(dec);
