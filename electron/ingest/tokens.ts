/** Tokens of strings and numbers, as they lie in a body: looked at byte by byte, because it is done for every value. */
import { BYTE, byteAt } from '../etrm/canonical/bytes.ts';
import type { Source } from '../etrm/canonical/source.ts';

const { BACKSLASH, MINUS, NINE, POINT, ZERO } = BYTE;

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

/** Two decimal digits, or NaN. */
export function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = byteAt(bytes, at) - ZERO;
  const ones = byteAt(bytes, at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** UTF-16 units of a string's token. */
export function lengthOf(source: Source, from: number, to: number): number {
  const { bytes } = source;
  let length = 0;
  for (let at = from + 1; at < to - 1; at += 1) {
    const byte = byteAt(bytes, at);
    if (byte === BACKSLASH) return textOf(source, from, to).length;
    // A byte that continues a character adds nothing; one that begins four bytes is a surrogate pair.
    if ((byte & 0xc0) !== 0x80) length += byte >= 0xf0 ? 2 : 1;
  }
  return length;
}

/** The index after `-?digits[.digits]`, or `start` where there is none. */
export function plainNumberEnd(bytes: Uint8Array, start: number): number {
  const first = byteAt(bytes, start) === MINUS ? start + 1 : start;
  let at = first;
  while (isDigit(byteAt(bytes, at))) at += 1;
  if (at === first) return start;
  if (byteAt(bytes, at) !== POINT || !isDigit(byteAt(bytes, at + 1))) return at;
  at += 1;
  while (isDigit(byteAt(bytes, at))) at += 1;
  return at;
}

/** Whether the bytes from `from` to `to` are this token. */
export function isToken(token: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (token.length !== to - from) return false;
  for (let at = 0; at < token.length; at += 1)
    if (byteAt(token, at) !== byteAt(bytes, from + at)) return false;
  return true;
}

/** Whether two values, by their `Rendering`, were sent as the same bytes. From the end: ids and times differ there. */
export function isSameToken(source: Source, from: number, to: number, start: number, end: number): boolean {
  if (from < 0 || start < 0 || to - from !== end - start) return false;
  const { bytes, view } = source;
  // The rendering of a decimal leaves out zeros at its end: 1.5 and 1.50 are not the same digits.
  if (isDigit(byteAt(bytes, to)) || isDigit(byteAt(bytes, end))) return false;
  let at = end;
  let other = to;
  while (at - start >= 4) {
    at -= 4;
    other -= 4;
    if (view.getInt32(at, true) !== view.getInt32(other, true)) return false;
  }
  while (at > start) {
    at -= 1;
    other -= 1;
    if (byteAt(bytes, at) !== byteAt(bytes, other)) return false;
  }
  return true;
}

/** A string's token, decoded. */
export function textOf(source: Source, from: number, to: number): string {
  const token = source.text(from, to);
  return token.includes('\\') ? String(JSON.parse(token)) : token.slice(1, -1);
}
