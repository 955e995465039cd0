import * as octets from './bytes.ts';
import type { Output } from './output.ts';
import { escapedUnit } from './scan.ts';
import type { Source } from './source.ts';

const { byteAt } = octets;
const { BACKSLASH, DELETE, LOWER_U, QUOTE, SPACE } = octets.BYTE;

/** `\u` as a little-endian word. */
const ESCAPE_U = 0x755c;

/** For an ASCII character that Python escapes in two characters, the second of them; 0 where it does not. */
const ESCAPE_LETTER = letters({ 8: 'b', 9: 't', 10: 'n', 12: 'f', 13: 'r', 34: '"', 92: '\\' });

/** What the character after a backslash stands for (`u` apart). */
const UNESCAPED = letters({
  34: '"',
  47: '/',
  92: '\\',
  98: '\b',
  102: '\f',
  110: '\n',
  114: '\r',
  116: '\t',
});

function letters(entries: Readonly<Record<number, string>>): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => entries[byte]?.charCodeAt(0) ?? 0);
}

/** Bytes of a string for which room is made at a time. One byte becomes at most six, and the last character may stand over. */
const BLOCK = 1024;
const BLOCK_ROOM = 6 * BLOCK + 12;

/**
 * Writes the string token from `from` to `to`, quotes included and already scanned, as Python's `ensure_ascii` does:
 * what is not printable ASCII as `\uXXXX` in lower case, code unit by code unit. A lone surrogate is written as itself.
 */
export function writeString(source: Source, from: number, to: number, output: Output): void {
  output.byte(QUOTE);
  let at = from + 1;
  while (at < to - 1) {
    output.room(BLOCK_ROOM);
    at = writeBlock(source, at, Math.min(at + BLOCK, to - 1), output);
  }
  output.byte(QUOTE);
}

/** Writes the characters that start before `end` and returns the index after the last of them. */
function writeBlock(source: Source, start: number, end: number, output: Output): number {
  const { view } = source;
  const into = output.bytes;
  const intoView = output.view;
  let length = output.length;
  let at = start;
  while (at < end) {
    const word = view.getInt32(at, true);
    const lead = word & 0xff;
    if (lead < DELETE && lead !== BACKSLASH) {
      into[length] = lead;
      length += 1;
      at += 1;
    } else if ((lead & 0xf0) === 0xe0) {
      let next = word;
      do {
        const unit = ((next & 0x0f) << 12) | ((next >> 2) & 0x0fc0) | ((next >> 16) & 0x3f);
        length = writeUnit(unit, intoView, length);
        at += 3;
        next = view.getInt32(at, true);
      } while ((next & 0xf0) === 0xe0 && at < end);
    } else if (lead >= 0xf0) {
      const point =
        ((word & 0x07) << 18) | ((word << 4) & 0x3f000) | ((word >> 10) & 0x0fc0) | ((word >> 24) & 0x3f);
      length = writeUnit(0xd800 | ((point - 0x10000) >> 10), intoView, length);
      length = writeUnit(0xdc00 | (point & 0x3ff), intoView, length);
      at += 4;
    } else if (lead > DELETE) {
      length = writeUnit(((lead & 0x1f) << 6) | ((word >> 8) & 0x3f), intoView, length);
      at += 2;
    } else if (lead === DELETE) {
      length = writeUnit(DELETE, intoView, length);
      at += 1;
    } else {
      const escaped = (word >> 8) & 0xff;
      const unit = escaped === LOWER_U ? escapedUnit(source.bytes, at + 2) : byteAt(UNESCAPED, escaped);
      length = unit < 0x80 ? writeAscii(unit, intoView, length) : writeUnit(unit, intoView, length);
      at += escaped === LOWER_U ? 6 : 2;
    }
  }
  output.length = length;
  return at;
}

/**
 * Writes `\uXXXX` and returns the index after it. Each hexadecimal digit lies in a byte of one word: adding 6 to a
 * digit above 9 carries into its high half, which marks where the 39 between `9` and `a` is to be added.
 */
function writeUnit(unit: number, into: DataView, at: number): number {
  const digits = (unit >> 12) | (unit & 0x0f00) | ((unit & 0xf0) << 12) | ((unit & 0xf) << 24);
  const aboveNine = ((digits + 0x06060606) >> 4) & 0x01010101;
  into.setUint16(at, ESCAPE_U, true);
  into.setInt32(at + 2, digits + 0x30303030 + Math.imul(aboveNine, 39), true);
  return at + 6;
}

/** Writes an ASCII character, escaped where Python escapes it, and returns the index after it. */
function writeAscii(unit: number, into: DataView, at: number): number {
  const letter = byteAt(ESCAPE_LETTER, unit);
  if (letter !== 0) {
    into.setUint16(at, BACKSLASH | (letter << 8), true);
    return at + 2;
  }
  if (unit < SPACE || unit === DELETE) return writeUnit(unit, into, at);
  into.setUint8(at, unit);
  return at + 1;
}

/** From this size on a token without escapes is copied by a native call. */
const LONG_TOKEN = 64;

/**
 * Decodes the string token from `from` to `to` into generalised UTF-8, where a lone surrogate has the three bytes of
 * its code point: unsigned byte order is then Python's order of strings, by code point.
 * @param into at least `to - from` bytes from `at` on.
 * @returns the index after the last byte written.
 */
export function decodeString(
  bytes: Uint8Array,
  from: number,
  to: number,
  into: Uint8Array,
  at: number,
): number {
  const end = to - 1;
  if (to - from >= LONG_TOKEN) {
    const token = bytes.subarray(from + 1, end);
    if (!token.includes(BACKSLASH)) {
      into.set(token, at);
      return at + token.length;
    }
  }
  let next = at;
  for (let read = from + 1; read < end; ) {
    const byte = byteAt(bytes, read);
    if (byte !== BACKSLASH) {
      into[next] = byte;
      next += 1;
      read += 1;
      continue;
    }
    const escaped = byteAt(bytes, read + 1);
    if (escaped !== LOWER_U) {
      into[next] = byteAt(UNESCAPED, escaped);
      next += 1;
      read += 2;
      continue;
    }
    const unit = escapedUnit(bytes, read + 2);
    read += 6;
    const low = isHighSurrogate(unit) && read < end ? escapedLowSurrogate(bytes, read) : -1;
    if (low >= 0) read += 6;
    next = encodePoint(low < 0 ? unit : 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), into, next);
  }
  return next;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** The low surrogate that is escaped at `at`, or a negative number where there is none. */
function escapedLowSurrogate(bytes: Uint8Array, at: number): number {
  if (byteAt(bytes, at) !== BACKSLASH || byteAt(bytes, at + 1) !== LOWER_U) return -1;
  const unit = escapedUnit(bytes, at + 2);
  return unit >= 0xdc00 && unit <= 0xdfff ? unit : -1;
}

function encodePoint(point: number, into: Uint8Array, at: number): number {
  if (point < 0x80) {
    into[at] = point;
    return at + 1;
  }
  if (point < 0x800) {
    into[at] = 0xc0 | (point >> 6);
    into[at + 1] = 0x80 | (point & 0x3f);
    return at + 2;
  }
  if (point < 0x10000) {
    into[at] = 0xe0 | (point >> 12);
    into[at + 1] = 0x80 | ((point >> 6) & 0x3f);
    into[at + 2] = 0x80 | (point & 0x3f);
    return at + 3;
  }
  into[at] = 0xf0 | (point >> 18);
  into[at + 1] = 0x80 | ((point >> 12) & 0x3f);
  into[at + 2] = 0x80 | ((point >> 6) & 0x3f);
  into[at + 3] = 0x80 | (point & 0x3f);
  return at + 4;
}
