import * as octets from './bytes.ts';
import type { Output } from './output.ts';
import type { Source } from './source.ts';

const { byteAt } = octets;
const { MINUS } = octets.BYTE;

/** The longest `repr` of a double, e.g. `-2.2250738585072014e-308`. */
const LONGEST = 24;

/** Writes the decimal token from `from` to `to` as Python's `repr(float(token))`. */
export function writeFloat(source: Source, from: number, to: number, output: Output): void {
  const value = Number(source.ascii(from, to));
  const text = value === 0 && byteAt(source.bytes, from) === MINUS ? '-0.0' : pythonFloat(value);
  output.room(LONGEST);
  const { bytes, length } = output;
  for (let at = 0; at < text.length; at += 1) bytes[length + at] = text.charCodeAt(at);
  output.length = length + text.length;
}

/**
 * Python's `repr` of a double other than -0 and NaN. Both languages choose the same shortest digits. They differ in
 * where the exponent starts (Python: from 1e16, below 1e-4), Python's exponent has at least two digits, and a whole
 * number is marked with `.0`.
 */
function pythonFloat(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(value) ? `${value}.0` : String(value);
  if (size === 0) return '0.0';
  const text = value.toExponential();
  const sign = text.at(-2);
  return sign === '-' || sign === '+' ? `${text.slice(0, -1)}0${text.slice(-1)}` : text;
}
