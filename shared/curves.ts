/** Curves: prices for delivery intervals as they were known at an instant, and how far a settled price may be off. */
import { absolute, compare, type Decimal, decimal, multiply, parseDecimal } from './decimal.ts';

/** A settled price is inside where it is off by no more than the larger of the two. */
export interface Tolerance {
  /** In the price's unit. */
  readonly absolute: Decimal;
  /** Of the curve's price, whatever its sign. */
  readonly percent: Decimal;
}

/** What rounding a price to cents can move it by. */
export const DEFAULT_TOLERANCE: Tolerance = { absolute: decimal('0.005'), percent: decimal('0') };

/** Bounds in which the engine compares exactly: DECIMAL(38,12) and DECIMAL(9,4). */
const MOST_WHOLE_DIGITS = 9;
const MOST_ABSOLUTE_DECIMALS = 12;
const MOST_PERCENT_DECIMALS = 4;
const WHOLE = decimal('100');

function bounded(text: string, decimals: number): Decimal | null {
  const value = parseDecimal(text.trim());
  if (value === null || value.startsWith('-')) return null;
  const [whole = '', fraction = ''] = value.split('.');
  const used = fraction.replace(/0+$/, '');
  return whole.length <= MOST_WHOLE_DIGITS && used.length <= decimals ? value : null;
}

/** @returns the tolerance, or what is wrong with it, as the end of a sentence. */
export function parseTolerance(given: {
  readonly absolute: string;
  readonly percent: string;
}): { readonly tolerance: Tolerance } | { readonly field: 'absolute' | 'percent'; readonly problem: string } {
  const absolute = bounded(given.absolute, MOST_ABSOLUTE_DECIMALS);
  if (absolute === null) {
    return {
      field: 'absolute',
      problem: `is "${given.absolute}", not a decimal from 0 to 999999999 with at most ${MOST_ABSOLUTE_DECIMALS} decimals`,
    };
  }
  const percent = bounded(given.percent, MOST_PERCENT_DECIMALS);
  if (percent === null || compare(percent, WHOLE) > 0) {
    return {
      field: 'percent',
      problem: `is "${given.percent}", not a decimal from 0 to 100 with at most ${MOST_PERCENT_DECIMALS} decimals`,
    };
  }
  return { tolerance: { absolute, percent } };
}

/**
 * Whether a difference is inside, exactly. Where the curve's price is a mean, all of it is given times the same weight,
 * so that nothing is divided.
 * @param difference times `weight`. @param curvePrice times `weight`. @param weight above 0.
 */
export function isWithin(
  difference: Decimal,
  curvePrice: Decimal,
  tolerance: Tolerance,
  weight: Decimal = decimal('1'),
): boolean {
  const off = absolute(difference);
  return (
    compare(off, multiply(tolerance.absolute, weight)) <= 0 ||
    compare(multiply(off, WHOLE), multiply(tolerance.percent, absolute(curvePrice))) <= 0
  );
}
