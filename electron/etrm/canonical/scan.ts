import * as octets from './bytes.ts';
import type { Source } from './source.ts';
import { digitsError, MOST_DIGITS, syntaxError } from './syntax.ts';

const { byteAt } = octets;
const {
  BACKSLASH,
  CARRIAGE_RETURN,
  DELETE,
  LINE_FEED,
  LOWER_E,
  LOWER_U,
  MINUS,
  NINE,
  PLUS,
  POINT,
  QUOTE,
  SLASH,
  SPACE,
  TAB,
  UPPER_E,
  ZERO,
} = octets.BYTE;

/**
 * How a scalar appears in the canonical form. Where `from` is 0 or more, the source's bytes from `from` to `to`
 * are the canonical form. Where it is negative, the token from `~from` to `to` must be rewritten.
 */
export interface Rendering {
  from: number;
  to: number;
}

const NO_ESCAPE = 0;
const KEPT_ESCAPE = 1;
const CHANGED_ESCAPE = 2;

/** Escapes of two characters: those that the canonical form writes the same, and `\/`, which it does not. */
const SHORT_ESCAPE = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === SLASH) return CHANGED_ESCAPE;
  return '"\\bfnrt'.includes(String.fromCharCode(byte)) ? KEPT_ESCAPE : NO_ESCAPE;
});

const NOT_HEX = 255;

/** The value of a hexadecimal digit, or 255. */
const HEX_VALUE = Uint8Array.from({ length: 256 }, (_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? NOT_HEX : value;
});

const LOWER_A = 0x61;

/** The high bit of each byte of a word, as a signed integer. */
const HIGH_BITS = 0x80808080 | 0;

/** The first byte at or after `at` that is not JSON white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let next = at;
  for (;;) {
    const byte = byteAt(bytes, next);
    if (byte !== SPACE && byte !== LINE_FEED && byte !== CARRIAGE_RETURN && byte !== TAB) return next;
    next += 1;
  }
}

/**
 * The index after the string that opens at `at`, or the complement (`~`) of it where the string is not in canonical
 * form as it stands. Reads four bytes at a time.
 * @throws TieoutError json-syntax
 */
export function stringEnd(source: Source, at: number): number {
  const { view } = source;
  let next = at + 1;
  let foreign = 0;
  for (;;) {
    const word = view.getInt32(next, true);
    const stops = stopsIn(word);
    if (stops === 0) {
      foreign |= foreignIn(word);
      next += 4;
      continue;
    }
    const shift = 24 & (31 - Math.clz32(stops & -stops));
    foreign |= foreignIn(word & ((1 << shift) - 1));
    next += shift >> 3;
    if (((word >> shift) & 0xff) === QUOTE) return (foreign & HIGH_BITS) === 0 ? next + 1 : ~(next + 1);
    next = escapeEnd(source, next);
    if (next < 0) {
      next = ~next;
      foreign = HIGH_BITS;
    }
  }
}

/**
 * Which of four bytes are a quote, a backslash or a control character. Each term has the high bit of a byte set where
 * that byte is the one looked for, and perhaps of bytes above it: the lowest bit is right.
 */
function stopsIn(word: number): number {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  return (
    (((word - 0x20202020) & ~word) |
      ((quotes - 0x01010101) & ~quotes) |
      ((backslashes - 0x01010101) & ~backslashes)) &
    HIGH_BITS
  );
}

/** Has the high bit of some byte set, among other bits, where one of four bytes of UTF-8 is DEL or not ASCII. */
function foreignIn(word: number): number {
  return word | (word + 0x01010101);
}

/**
 * The index after the escape at `at`, or the complement of it where the canonical form writes it otherwise.
 * @throws TieoutError json-syntax, for a control character also
 */
function escapeEnd(source: Source, at: number): number {
  const { bytes } = source;
  if (byteAt(bytes, at) !== BACKSLASH) {
    throw syntaxError(source, at, 'the closing quote of a string (control characters must be escaped)');
  }
  const escaped = byteAt(bytes, at + 1);
  if (escaped === LOWER_U) {
    const unit = escapedUnit(bytes, at + 2);
    if (unit < 0) throw syntaxError(source, at, 'four hexadecimal digits after \\u');
    return keepsEscape(bytes, at + 2, unit) ? at + 6 : ~(at + 6);
  }
  const short = byteAt(SHORT_ESCAPE, escaped);
  if (short === NO_ESCAPE) {
    throw syntaxError(source, at, 'an escape of JSON (one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u)');
  }
  return short === KEPT_ESCAPE ? at + 2 : ~(at + 2);
}

/** The UTF-16 code unit of four hexadecimal digits, or a negative number where they are not that. */
export function escapedUnit(bytes: Uint8Array, at: number): number {
  const a = byteAt(HEX_VALUE, byteAt(bytes, at));
  const b = byteAt(HEX_VALUE, byteAt(bytes, at + 1));
  const c = byteAt(HEX_VALUE, byteAt(bytes, at + 2));
  const d = byteAt(HEX_VALUE, byteAt(bytes, at + 3));
  return (a | b | c | d) > 15 ? -1 : (a << 12) | (b << 8) | (c << 4) | d;
}

/** Whether Python writes this unit as the same `\uXXXX`: it must need one, and have lower-case digits. */
function keepsEscape(bytes: Uint8Array, at: number, unit: number): boolean {
  if (unit < DELETE && (unit >= SPACE || (unit >= 8 && unit <= 13 && unit !== 11))) return false;
  for (let digit = at; digit < at + 4; digit += 1) {
    const byte = byteAt(bytes, digit);
    if (byte > NINE && byte < LOWER_A) return false;
  }
  return true;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

/**
 * The index after the number at `at`, its canonical form in `into`. Python's `repr` gives back the digits of a
 * decimal of at most 15 significant digits, less trailing zeros, and has no exponent from 1e-4 to below 1e16: such
 * a number is copied. Other decimals are left to be rewritten.
 * @throws TieoutError json-syntax, json-digits
 */
export function numberEnd(source: Source, at: number, into: Rendering): number {
  const bytes = source.bytes;
  const first = byteAt(bytes, at) === MINUS ? at + 1 : at;
  let next = first;
  let byte = byteAt(bytes, next);
  if (byte === ZERO) {
    next += 1;
    byte = byteAt(bytes, next);
  } else {
    if (!isDigit(byte)) return literalEnd(source, at, into);
    do {
      next += 1;
      byte = byteAt(bytes, next);
    } while (isDigit(byte));
  }
  const whole = next - first;
  if (byte === POINT) {
    const fraction = next + 1;
    next = fraction;
    byte = byteAt(bytes, next);
    while (isDigit(byte)) {
      next += 1;
      byte = byteAt(bytes, next);
    }
    if (next === fraction) throw syntaxError(source, next, 'a digit after the decimal point');
    if (byte !== LOWER_E && byte !== UPPER_E) {
      let to = next;
      while (to > fraction + 1 && byteAt(bytes, to - 1) === ZERO) to -= 1;
      const copied =
        whole + to - fraction <= 15 && (byteAt(bytes, first) !== ZERO || !isTiny(bytes, fraction, to));
      into.from = copied ? at : ~at;
      into.to = copied ? to : next;
      return next;
    }
  } else if (byte !== LOWER_E && byte !== UPPER_E) {
    if (whole > MOST_DIGITS) throw digitsError(source, at, whole);
    into.from = first > at && byteAt(bytes, first) === ZERO ? first : at;
    into.to = next;
    return next;
  }
  next += 1;
  byte = byteAt(bytes, next);
  if (byte === PLUS || byte === MINUS) next += 1;
  const exponent = next;
  while (isDigit(byteAt(bytes, next))) next += 1;
  if (next === exponent) throw syntaxError(source, next, 'a digit of the exponent');
  into.from = ~at;
  into.to = next;
  return next;
}

/** Whether a decimal `0.` + fraction, trailing zeros cut off, is below 1e-4 and not zero. */
function isTiny(bytes: Uint8Array, fraction: number, to: number): boolean {
  if (to - fraction <= 4) return false;
  for (let at = fraction; at < fraction + 4; at += 1) if (byteAt(bytes, at) !== ZERO) return false;
  return true;
}

const LITERALS = ['true', 'false', 'null', 'NaN', 'Infinity', '-Infinity'].map((word) =>
  Uint8Array.from(word, (letter) => letter.charCodeAt(0)),
);

/**
 * The index after one of the words `true`, `false`, `null`, `NaN`, `Infinity`, `-Infinity`.
 * @throws TieoutError json-syntax
 */
function literalEnd(source: Source, at: number, into: Rendering): number {
  for (const word of LITERALS) {
    let matched = 0;
    while (matched < word.length && byteAt(source.bytes, at + matched) === byteAt(word, matched))
      matched += 1;
    if (matched === word.length) {
      into.from = at;
      into.to = at + matched;
      return at + matched;
    }
  }
  throw syntaxError(source, at, 'a value');
}
