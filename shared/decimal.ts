/**
 * Exact decimals as strings. Money, volumes and prices never pass through a JavaScript number; here they are
 * plain-notation strings, and sums, differences and products are exact.
 */

/** A decimal in plain notation: `-?digits[.digits]`, no exponent, digits as they were sent. */
export type Decimal = string & { readonly __brand: 'decimal' };

/** What a decimal may have at most (design: "up to 38 significant digits"). */
export const MAX_SIGNIFICANT_DIGITS = 38;

const PLAIN = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Zeros before, behind and by exponent: a decimal of 38 digits needs no more of them. */
const MOST_ZEROS = 400;
/** Beyond this a text is not even looked at: a hostile one must not cost time. */
const MOST_CHARACTERS = 2 * MOST_ZEROS;

/** An integer times a power of ten: `units * 10^-scale`. */
interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

function brand(text: string): Decimal {
  return text as Decimal;
}

export const ZERO: Decimal = brand('0');

/**
 * Reads a JSON number token or a numeric string. `1e3` becomes `1000`, `1.50` stays `1.50`, `-0` becomes `0`.
 * @returns null where the text is no number, has over 38 significant digits, or an exponent beyond 400.
 */
export function parseDecimal(text: string): Decimal | null {
  if (text.length > MOST_CHARACTERS) return null;
  const parts = PLAIN.exec(text);
  if (!parts) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const digits = whole + fraction;
  const significant = digits.replace(/^0+/, '');
  const shift = Number(exponent);
  if (
    significant.length > MAX_SIGNIFICANT_DIGITS &&
    significant.replace(/0+$/, '').length > MAX_SIGNIFICANT_DIGITS
  ) {
    return null;
  }
  if (Math.abs(shift) > MOST_ZEROS) return null;
  const point = whole.length + shift;
  let plain: string;
  if (point <= 0) plain = `0.${'0'.repeat(-point)}${digits}`;
  else if (point >= digits.length) plain = digits + '0'.repeat(point - digits.length);
  else plain = `${digits.slice(0, point)}.${digits.slice(point)}`;
  plain = plain.replace(/^0+(?=\d)/, '');
  const negative = sign === '-' && significant !== '';
  return brand(negative ? `-${plain}` : plain);
}

/**
 * Text that is known to be a decimal in plain notation: what we stored or computed ourselves, of any length (a product
 * has more digits than a sent decimal may have). @throws RangeError where it is none.
 */
export function decimal(text: string): Decimal {
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new RangeError(`not a decimal: ${text}`);
  return brand(text);
}

function scaled(value: Decimal): Scaled {
  const point = value.indexOf('.');
  if (point < 0) return { units: BigInt(value), scale: 0 };
  return {
    units: BigInt(value.slice(0, point) + value.slice(point + 1)),
    scale: value.length - point - 1,
  };
}

/** Shortest plain form: no trailing zeros, no `-0`. */
function plain({ units, scale }: Scaled): Decimal {
  const negative = units < 0n;
  let digits = (negative ? -units : units).toString();
  if (scale > 0) {
    digits = digits.padStart(scale + 1, '0');
    const fraction = digits.slice(-scale).replace(/0+$/, '');
    digits = fraction === '' ? digits.slice(0, -scale) : `${digits.slice(0, -scale)}.${fraction}`;
  }
  return brand(negative && digits !== '0' ? `-${digits}` : digits);
}

function aligned(a: Scaled, b: Scaled): readonly [bigint, bigint, number] {
  if (a.scale === b.scale) return [a.units, b.units, a.scale];
  if (a.scale > b.scale) return [a.units, b.units * 10n ** BigInt(a.scale - b.scale), a.scale];
  return [a.units * 10n ** BigInt(b.scale - a.scale), b.units, b.scale];
}

/** Exact sum, in shortest plain form. */
export function add(a: Decimal, b: Decimal): Decimal {
  const [left, right, scale] = aligned(scaled(a), scaled(b));
  return plain({ units: left + right, scale });
}

/** Exact `a - b`, in shortest plain form. */
export function subtract(a: Decimal, b: Decimal): Decimal {
  const [left, right, scale] = aligned(scaled(a), scaled(b));
  return plain({ units: left - right, scale });
}

/** Exact product, in shortest plain form (its digits are not limited to 38). */
export function multiply(a: Decimal, b: Decimal): Decimal {
  const left = scaled(a);
  const right = scaled(b);
  return plain({ units: left.units * right.units, scale: left.scale + right.scale });
}

/**
 * The quotient rounded to so many places, a half to the even neighbour (IEEE 754), in shortest plain form.
 * @throws RangeError where the divisor is 0.
 */
export function divide(a: Decimal, b: Decimal, places: number): Decimal {
  const left = scaled(a);
  const right = scaled(b);
  if (right.units === 0n) throw new RangeError('division by zero');
  const shift = BigInt(places + right.scale - left.scale);
  const above = shift >= 0n ? left.units * 10n ** shift : left.units;
  const below = shift >= 0n ? right.units : right.units * 10n ** -shift;
  const negative = above < 0n !== below < 0n;
  const [numerator, divisor] = [above < 0n ? -above : above, below < 0n ? -below : below];
  const whole = numerator / divisor;
  const twice = (numerator % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && whole % 2n === 1n);
  const units = up ? whole + 1n : whole;
  return plain({ units: negative ? -units : units, scale: places });
}

/** What becomes of a half: `half-even` goes to the even neighbour (IEEE 754), `half-up` away from zero. */
export type RoundingMode = 'half-even' | 'half-up';

/** Rounded to so many places, in shortest plain form. */
export function round(a: Decimal, places: number, mode: RoundingMode = 'half-even'): Decimal {
  const { units, scale } = scaled(a);
  if (scale <= places) return plain({ units, scale });
  const divisor = 10n ** BigInt(scale - places);
  const size = units < 0n ? -units : units;
  const whole = size / divisor;
  const twice = (size % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && (mode === 'half-up' || whole % 2n === 1n));
  const rounded = up ? whole + 1n : whole;
  return plain({ units: units < 0n ? -rounded : rounded, scale: places });
}

/** Digits behind the point, as they stand: 2 of `1.50`. */
export function decimalPlaces(a: Decimal): number {
  return scaled(a).scale;
}

export function negate(a: Decimal): Decimal {
  const { units, scale } = scaled(a);
  return plain({ units: -units, scale });
}

export function absolute(a: Decimal): Decimal {
  return a.startsWith('-') ? negate(a) : normalise(a);
}

/** By value: `1.50` equals `1.5`. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  if (a === b) return 0;
  const [left, right] = aligned(scaled(a), scaled(b));
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

export function isZero(a: Decimal): boolean {
  return scaled(a).units === 0n;
}

export function sum(values: Iterable<Decimal>): Decimal {
  let total = ZERO;
  for (const value of values) total = add(total, value);
  return total;
}

/** Shortest plain form of the same value: `1234.50` becomes `1234.5`. */
export function normalise(a: Decimal): Decimal {
  return plain(scaled(a));
}

/** For the eye: thousands separated by a narrow gap character; the digits are all there. */
export function grouped(a: string, separator = ','): string {
  const negative = a.startsWith('-');
  const [whole = '', fraction] = (negative ? a.slice(1) : a).split('.');
  const head = whole.replace(/\B(?=(\d{3})+$)/g, separator);
  return `${negative ? '-' : ''}${head}${fraction === undefined ? '' : `.${fraction}`}`;
}
