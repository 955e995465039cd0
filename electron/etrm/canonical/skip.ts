import * as octets from './bytes.ts';
import { numberEnd, type Rendering, skipSpace, stringEnd } from './scan.ts';
import type { Source } from './source.ts';
import { DEEPEST_NESTING, nestingError, syntaxError } from './syntax.ts';

const { byteAt } = octets;
const { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } = octets.BYTE;

const unused: Rendering = { from: 0, to: 0 };

/**
 * The index after the value at `at`, its grammar checked.
 * @param depth arrays and objects that are open around it.
 * @throws TieoutError json-syntax, json-digits, json-nesting
 */
export function valueEnd(source: Source, at: number, depth: number): number {
  switch (byteAt(source.bytes, at)) {
    case QUOTE: {
      const end = stringEnd(source, at);
      return end < 0 ? ~end : end;
    }
    case OPEN_BRACE:
      return containerEnd(source, at, depth, CLOSE_BRACE);
    case OPEN_BRACKET:
      return containerEnd(source, at, depth, CLOSE_BRACKET);
    default:
      return numberEnd(source, at, unused);
  }
}

function containerEnd(source: Source, start: number, depth: number, close: number): number {
  const { bytes } = source;
  if (depth >= DEEPEST_NESTING) throw nestingError(source, start);
  let at = skipSpace(bytes, start + 1);
  if (byteAt(bytes, at) === close) return at + 1;
  for (;;) {
    if (close === CLOSE_BRACE) at = valueStart(source, at);
    at = skipSpace(bytes, valueEnd(source, at, depth + 1));
    if (byteAt(bytes, at) === close) return at + 1;
    at = close === CLOSE_BRACE ? nextKey(source, at) : nextElement(source, at);
  }
}

/** The index of the value of the member whose key is at `at`. */
function valueStart(source: Source, at: number): number {
  const end = keyEnd(source, at);
  return skipSpace(source.bytes, afterColon(source, end));
}

/** The index after the key at `at`, whatever its form. */
export function keyEnd(source: Source, at: number): number {
  if (byteAt(source.bytes, at) !== QUOTE) throw syntaxError(source, at, 'a key in double quotes');
  const end = stringEnd(source, at);
  return end < 0 ? ~end : end;
}

/** The index after the colon that follows a key's end. */
export function afterColon(source: Source, at: number): number {
  const colon = skipSpace(source.bytes, at);
  if (byteAt(source.bytes, colon) !== COLON) throw syntaxError(source, colon, "':'");
  return colon + 1;
}

/** The index of the key after the comma at `at`. */
export function nextKey(source: Source, at: number): number {
  if (byteAt(source.bytes, at) !== COMMA) throw syntaxError(source, at, "',' or '}'");
  return skipSpace(source.bytes, at + 1);
}

/** The index of the element after the comma at `at`. */
export function nextElement(source: Source, at: number): number {
  if (byteAt(source.bytes, at) !== COMMA) throw syntaxError(source, at, "',' or ']'");
  return skipSpace(source.bytes, at + 1);
}
