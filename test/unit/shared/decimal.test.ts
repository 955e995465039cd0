import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  compare,
  decimal,
  grouped,
  isZero,
  MAX_SIGNIFICANT_DIGITS,
  multiply,
  negate,
  normalise,
  parseDecimal,
  subtract,
  sum,
  ZERO,
} from '../../../shared/decimal.ts';
import { dec, decimalToken, SEED, sentDecimal } from './decimals.ts';
import { pythonFractions, type Question } from './fractions.ts';

describe('reading a decimal', () => {
  it.each([
    ['1234.50', '1234.50'],
    ['-1234.50', '-1234.50'],
    ['+7', '7'],
    ['007.10', '7.10'],
    ['0', '0'],
    ['-0', '0'],
    ['-0.00', '0.00'],
    ['1e3', '1000'],
    ['1E+3', '1000'],
    ['1.50e1', '15.0'],
    ['1.5e-3', '0.0015'],
    ['-12e-1', '-1.2'],
    ['123e-5', '0.00123'],
    ['0e400', `0`],
    ['1e00000003', '1000'],
    ['5e-0', '5'],
  ])('%s is %s, with the digits as they were sent', (token, plain) => {
    expect(parseDecimal(token)).toBe(plain);
  });

  it.each([
    '',
    '-',
    '.',
    '.5',
    '1.',
    '1,5',
    '1 000',
    ' 1',
    '1\n',
    '0x10',
    'NaN',
    'Infinity',
    '-Infinity',
    '1e',
    '1e1.5',
    '--1',
    '1_000',
    '(5)',
    '١٢',
    '１２',
  ])('%j is none', (token) => {
    expect(parseDecimal(token)).toBeNull();
  });

  it('takes 38 significant digits and not 39, wherever the point is', () => {
    const most = '9'.repeat(MAX_SIGNIFICANT_DIGITS);
    for (const token of [most, `-${most}`, `0.${most}`, `9.${most.slice(1)}`, `${most}e-20`, `${most}e20`]) {
      expect(parseDecimal(token), token).not.toBeNull();
    }
    for (const token of [`${most}9`, `0.${most}9`, `9.${most}`, `${most}.9`, `${most}9e-20`]) {
      expect(parseDecimal(token), token).toBeNull();
    }
  });

  it('counts neither leading nor trailing zeros as significant', () => {
    const most = '9'.repeat(MAX_SIGNIFICANT_DIGITS);
    expect(parseDecimal(`000${most}`)).toBe(most);
    expect(parseDecimal(`0.000${most}`)).toBe(`0.000${most}`);
    expect(parseDecimal(`${most}000`)).toBe(`${most}000`);
    expect(parseDecimal(`${most}.000`)).toBe(`${most}.000`);
    expect(parseDecimal(`1${'0'.repeat(37)}1`)).toBeNull();
  });

  it('takes exponents to 400 and none beyond', () => {
    expect(parseDecimal('1e400')).toBe(`1${'0'.repeat(400)}`);
    expect(parseDecimal('1e-400')).toBe(`0.${'0'.repeat(399)}1`);
    expect(parseDecimal('1e401')).toBeNull();
    expect(parseDecimal('1e-401')).toBeNull();
    expect(parseDecimal('1e99999999999999999999')).toBeNull();
  });

  it('refuses a hostile token of a million characters at once', () => {
    const begun = performance.now();
    for (const token of [
      `1${'0'.repeat(1_000_000)}1`,
      `0.${'0'.repeat(1_000_000)}1`,
      '9'.repeat(1_000_000),
      `${'0'.repeat(1_000_000)}x`,
    ]) {
      expect(parseDecimal(token)).toBeNull();
    }
    // Read digit by digit it takes milliseconds; what looks at each pair of digits takes hours.
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('keeps the value of any token, as Python reads it', () => {
    const tokens = fc.sample(decimalToken, { seed: SEED, numRuns: 3000 });
    const values = pythonFractions(tokens.map((token): Question => ['value', token]));
    expect(tokens.map((token) => normalise(dec(token)))).toEqual(values.map((value) => shortest(value)));
  });

  it('gives plain notation that reads back as itself', () => {
    fc.assert(
      fc.property(sentDecimal, (value) => {
        expect(value).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?$/);
        expect(parseDecimal(value)).toBe(value);
        expect(decimal(value)).toBe(value);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});

/** Python's answer has no trailing zeros already; minus zero it does not know. */
function shortest(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

describe('arithmetic', () => {
  const pairs = fc.sample(fc.tuple(sentDecimal, sentDecimal), { seed: SEED, numRuns: 2500 });

  it.each([
    ['add', add],
    ['subtract', subtract],
    ['multiply', multiply],
  ] as const)('%s is exact to the last digit, as Python’s fractions are', (operation, ours) => {
    const theirs = pythonFractions(pairs.map(([a, b]): Question => [operation, a, b]));
    expect(pairs.map(([a, b]) => ours(a, b))).toEqual(theirs.map(shortest));
  });

  it('compares by value, as Python does', () => {
    const theirs = pythonFractions(pairs.map(([a, b]): Question => ['compare', a, b]));
    expect(pairs.map(([a, b]) => String(compare(a, b)))).toEqual(theirs);
  });

  it('keeps the laws of numbers', () => {
    fc.assert(
      fc.property(sentDecimal, sentDecimal, sentDecimal, (a, b, c) => {
        expect(add(a, b)).toBe(add(b, a));
        expect(add(add(a, b), c)).toBe(add(a, add(b, c)));
        expect(multiply(a, add(b, c))).toBe(add(multiply(a, b), multiply(a, c)));
        expect(subtract(add(a, b), b)).toBe(normalise(a));
        expect(add(a, negate(a))).toBe('0');
        expect(isZero(subtract(a, a))).toBe(true);
        expect(absolute(a)).toBe(compare(a, ZERO) < 0 ? negate(a) : normalise(a));
        expect(sum([a, b, c])).toBe(sum([c, a, b]));
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('has one shortest form for each value', () => {
    fc.assert(
      fc.property(sentDecimal, fc.integer({ min: 0, max: 5 }), (value, zeros) => {
        const longer = decimal(`${value}${value.includes('.') ? '' : '.'}${'0'.repeat(zeros + 1)}`);
        expect(normalise(longer)).toBe(normalise(value));
        expect(compare(longer, value)).toBe(0);
        expect(normalise(normalise(value))).toBe(normalise(value));
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('never makes a minus zero', () => {
    for (const zero of ['0', '-0', '-0.00', '0e5']) {
      expect(negate(dec(zero))).toBe('0');
      expect(normalise(dec(zero))).toBe('0');
      expect(absolute(dec(zero))).toBe('0');
      expect(multiply(dec(zero), dec('-5'))).toBe('0');
    }
    expect(normalise(decimal('-0.00'))).toBe('0');
  });

  it('adds nothing up to zero', () => {
    expect(sum([])).toBe('0');
  });

  it('takes no text for a decimal that is none', () => {
    for (const text of ['', '1e3', '+1', '.5', '5.', 'abc', '1,5'])
      expect(() => decimal(text)).toThrow(RangeError);
  });
});

describe('grouping for the eye', () => {
  it.each([
    ['0', '0'],
    ['999', '999'],
    ['1000', '1,000'],
    ['-1234567.123456', '-1,234,567.123456'],
    ['-100', '-100'],
    ['100000.5', '100,000.5'],
  ])('%s is shown as %s', (value, shown) => {
    expect(grouped(value)).toBe(shown);
  });

  it('loses no digit', () => {
    fc.assert(
      fc.property(sentDecimal, (value) => {
        expect(grouped(value).replaceAll(',', '')).toBe(value);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});
