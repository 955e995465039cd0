import { TieoutError } from '../../../shared/errors.ts';
import { BYTE, byteAt } from './bytes.ts';
import type { Source } from './source.ts';

const { LINE_FEED } = BYTE;

/**
 * Deepest nesting of arrays and objects that is read. CPython 3.11's `json` gives up a few levels earlier (994 to
 * 997, by the depth of its caller), so whatever Python accepts is accepted.
 */
export const DEEPEST_NESTING = 1000;

/** Most digits of an integer, its sign not counted: CPython's limit (`sys.get_int_max_str_digits()`). */
export const MOST_DIGITS = 4300;

/** `expected` names what the grammar allows at the byte offset `at`. */
export function syntaxError(source: Source, at: number, expected: string): TieoutError {
  const seen = at >= source.length ? 'the document ends' : 'something else is there';
  return faultAt('json-syntax', source, Math.min(at, source.length), `expected ${expected}, but ${seen}`);
}

export function nestingError(source: Source, at: number): TieoutError {
  return faultAt(
    'json-nesting',
    source,
    at,
    `arrays and objects are nested more than ${DEEPEST_NESTING} levels deep`,
  );
}

export function digitsError(source: Source, at: number, digits: number): TieoutError {
  return faultAt('json-digits', source, at, `an integer has ${digits} digits; ${MOST_DIGITS} are allowed`);
}

/** Line and column count from 1, the column in characters, as Python's own message does; the offset counts bytes from 0. */
function faultAt(
  code: 'json-syntax' | 'json-nesting' | 'json-digits',
  source: Source,
  offset: number,
  what: string,
): TieoutError {
  let line = 1;
  let column = 1;
  for (let at = 0; at < offset; at += 1) {
    const byte = byteAt(source.bytes, at);
    if (byte === LINE_FEED) {
      line += 1;
      column = 1;
    } else if ((byte & 0xc0) !== 0x80) {
      column += 1;
    }
  }
  return new TieoutError(
    code,
    `The JSON cannot be read: ${what} (line ${line}, column ${column}, byte ${offset}).`,
    { offset, line, column },
  );
}
