import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_TOLERANCE, isWithin, parseTolerance } from '../../../shared/curves.ts';
import { type Decimal, decimal, divide, multiply, normalise, subtract } from '../../../shared/decimal.ts';
import { SEED, sentDecimal } from './decimals.ts';
import { pythonFractions } from './fractions.ts';

function within(settled: string, curve: string, absolute: string, percent: string): boolean {
  const tolerance = { absolute: decimal(absolute), percent: decimal(percent) };
  return isWithin(subtract(decimal(settled), decimal(curve)), decimal(curve), tolerance);
}

describe('the tolerance of a curve', () => {
  it.each([
    ['30', '30', '0', '0', true],
    ['30.000000000001', '30', '0', '0', false],
    ['30.005', '30', '0.005', '0', true],
    ['29.995', '30', '0.005', '0', true],
    ['30.0050001', '30', '0.005', '0', false],
    ['30.3', '30', '0', '1', true],
    ['30.31', '30', '0', '1', false],
    ['29.7', '30', '0', '1', true],
    ['-30.3', '-30', '0', '1', true],
    ['-29.69', '-30', '0', '1', false],
    ['0.01', '0', '0', '100', false],
    ['0.01', '0', '0.01', '100', true],
    ['30.3', '30', '0.005', '1', true],
    ['0.104', '0.1', '0.005', '1', true],
  ])('takes %s for %s within %s or %s %%: %s', (settled, curve, absolute, percent, expected) => {
    expect(within(settled, curve, absolute, percent)).toBe(expected);
  });

  it('says of a mean what it says of the price itself, whatever the weight', () => {
    const price = fc
      .integer({ min: -5000, max: 5000 })
      .map((units) => divide(decimal(String(units)), decimal('100'), 2));
    fc.assert(
      fc.property(price, price, fc.integer({ min: 1, max: 9000 }), (settled, curve, seconds) => {
        const weight = decimal(String(seconds));
        const tolerance = { absolute: decimal('0.5'), percent: decimal('2.5') };
        const off = subtract(settled, curve);
        expect(isWithin(multiply(off, weight), multiply(curve, weight), tolerance, weight)).toBe(
          isWithin(off, curve, tolerance),
        );
      }),
      { seed: SEED },
    );
  });

  it('is read from text within the bounds of what the engine compares', () => {
    expect(parseTolerance({ absolute: ' 0.250 ', percent: '1e1' })).toEqual({
      tolerance: { absolute: '0.250', percent: '10' },
    });
    expect(parseTolerance({ absolute: '999999999.999999999999', percent: '100.0000' })).toHaveProperty(
      'tolerance',
    );
    for (const absolute of ['', 'x', '-0.1', '1000000000', '0.0000000000001', 'NaN'])
      expect(parseTolerance({ absolute, percent: '0' }), absolute).toMatchObject({ field: 'absolute' });
    for (const percent of ['', '-1', '100.0001', '0.00001', '1,5'])
      expect(parseTolerance({ absolute: '0', percent }), percent).toMatchObject({ field: 'percent' });
  });

  it('is by default what rounding to cents moves', () => {
    expect(DEFAULT_TOLERANCE).toEqual({ absolute: '0.005', percent: '0' });
  });
});

describe('dividing decimals', () => {
  it.each([
    ['1', '3', 4, '0.3333'],
    ['2', '3', 4, '0.6667'],
    ['-2', '3', 4, '-0.6667'],
    ['0.5', '1', 0, '0'],
    ['1.5', '1', 0, '2'],
    ['2.5', '1', 0, '2'],
    ['-2.5', '1', 0, '-2'],
    ['-3.5', '1', 0, '-4'],
    ['0', '-7', 3, '0'],
    ['100', '0.001', 0, '100000'],
    ['1', '8', 3, '0.125'],
    ['1', '8', 2, '0.12'],
  ])('%s by %s to %i places is %s, a half to the even neighbour', (a, b, places, expected) => {
    expect(divide(decimal(a), decimal(b), places)).toBe(expected);
  });

  it('refuses nothing', () => {
    expect(() => divide(decimal('1'), decimal('0.00'), 2)).toThrow(RangeError);
  });

  it('is what Python makes of it', () => {
    const cases = fc
      .sample(fc.tuple(sentDecimal, sentDecimal, fc.integer({ min: 0, max: 15 })), {
        numRuns: 500,
        seed: SEED,
      })
      .filter(([, b]) => normalise(b) !== '0');
    const answers = pythonFractions(
      cases.map(([a, b, places]): ['divide', string, string, string] => ['divide', a, b, String(places)]),
    );
    expect(cases.map(([a, b, places]): Decimal => divide(a, b, places))).toEqual(answers);
  });
});
