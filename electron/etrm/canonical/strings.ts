import * as octets from './bytes.ts';
import type { Output } from './output.ts';
import { escapedUnit } from './scan.ts';
import type { Source } from './source.ts';

const { byteAt } = octets;
const { BACKSLASH, DELETE, LOWER_U, QUOTE, SPACE } = octets.BYTE;

/** `\u` as a little-endian word. */
const ESCAPE_U = 0x755c;

/** The two lower-case hexadecimal digits of a byte, as a little-endian word of ASCII. */
const HEX_PAIR = Uint16Array.from({ length: 256 }, (_, byte) => {
  const digits = byte.toString(16).padStart(2, '0');
  return digits.charCodeAt(0) | (digits.charCodeAt(1) << 8);
});

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

/** The most bytes that one step of `writeString` writes: two escaped units. */
const WIDEST_STEP = 12;

/**
 * Writes the string token from `from` to `to`, quotes included and already scanned, as Python's `ensure_ascii` does:
 * what is not printable ASCII as `\uXXXX` in lower case, code unit by code unit. A lone surrogate is written as itself.
 */
export function writeString(source: Source, from: number, to: number, output: Output): void {
  const bytes = source.bytes;
  output.byte(QUOTE);
  let at = from + 1;
  const end = to - 1;
  while (at < end) {
    output.room(WIDEST_STEP);
    const lead = byteAt(bytes, at);
    if (lead >= 0x80) {
      at = writeCharacter(bytes, at, lead, output);
    } else if (lead === BACKSLASH) {
      const escaped = byteAt(bytes, at + 1);
      if (escaped === LOWER_U) {
        const unit = escapedUnit(bytes, at + 2);
        if (unit < 0x80) writeAscii(unit, output);
        else writeUnit(unit, output);
        at += 6;
      } else {
        writeAscii(byteAt(UNESCAPED, escaped), output);
        at += 2;
      }
    } else if (lead === DELETE) {
      writeUnit(lead, output);
      at += 1;
    } else {
      const start = at;
      let byte = lead;
      while (byte !== BACKSLASH && byte < DELETE && at < end) {
        at += 1;
        byte = byteAt(bytes, at);
      }
      output.copy(bytes, source.view, start, at);
    }
  }
  output.byte(QUOTE);
}

/** Writes one character of two to four bytes of UTF-8 and returns the index after it. */
function writeCharacter(bytes: Uint8Array, at: number, lead: number, output: Output): number {
  const second = byteAt(bytes, at + 1) & 0x3f;
  if (lead < 0xe0) {
    writeUnit(((lead & 0x1f) << 6) | second, output);
    return at + 2;
  }
  const third = byteAt(bytes, at + 2) & 0x3f;
  if (lead < 0xf0) {
    writeUnit(((lead & 0x0f) << 12) | (second << 6) | third, output);
    return at + 3;
  }
  const fourth = byteAt(bytes, at + 3) & 0x3f;
  const offset = (((lead & 0x07) << 18) | (second << 12) | (third << 6) | fourth) - 0x10000;
  writeUnit(0xd800 | (offset >> 10), output);
  writeUnit(0xdc00 | (offset & 0x3ff), output);
  return at + 4;
}

function writeUnit(unit: number, output: Output): void {
  const at = output.length;
  output.view.setUint16(at, ESCAPE_U, true);
  output.view.setUint16(at + 2, HEX_PAIR[unit >> 8] ?? 0, true);
  output.view.setUint16(at + 4, HEX_PAIR[unit & 0xff] ?? 0, true);
  output.length = at + 6;
}

function writeAscii(unit: number, output: Output): void {
  const letter = byteAt(ESCAPE_LETTER, unit);
  if (letter !== 0) {
    output.view.setUint16(output.length, BACKSLASH | (letter << 8), true);
    output.length += 2;
  } else if (unit < SPACE || unit === DELETE) {
    writeUnit(unit, output);
  } else {
    output.bytes[output.length] = unit;
    output.length += 1;
  }
}

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
