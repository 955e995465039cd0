import { BYTE, byteAt } from './bytes.ts';
import type { Output } from './output.ts';
import type { Source } from './source.ts';

const { MINUS } = BYTE;

/** Writes the decimal token from `from` to `to` as Python's `repr(float(token))`. */
export function writeFloat(source: Source, from: number, to: number, output: Output): void {
  const value = Number(latin1(source.bytes, from, to));
  const text = value === 0 && byteAt(source.bytes, from) === MINUS ? '-0.0' : pythonFloat(value);
  output.room(text.length);
  for (let at = 0; at < text.length; at += 1) output.bytes[output.length + at] = text.charCodeAt(at);
  output.length += text.length;
}

/** Characters that one call turns into a string; a longer token is put together from pieces. */
const PIECE = 24;

function latin1(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > PIECE)
    return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  return String.fromCharCode(...bytes.subarray(from, to));
}

const SHORTEST = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/**
 * Python's `repr` of a double that is not -0. Both languages choose the same shortest digits; they differ in where the
 * exponent starts and how it is written, and Python marks a whole number with `.0`.
 */
export function pythonFloat(value: number): string {
  const text = String(value);
  const size = Math.abs(value);
  if (size === 0) return '0.0';
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(value) ? `${text}.0` : text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = SHORTEST.exec(text) ?? [];
  if (whole === '') return text;
  const digits = `${whole}${fraction}`.replace(/^0+/, '').replace(/0+$/, '');
  const leading = `${whole}${fraction}`.length - `${whole}${fraction}`.replace(/^0+/, '').length;
  const power = whole.length - leading + Number(exponent) - 1;
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  return `${sign}${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
