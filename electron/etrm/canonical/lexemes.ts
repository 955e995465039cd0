import { TieoutError } from '../../../shared/errors.ts';
import * as octets from './bytes.ts';
import * as keyTable from './keys.ts';
import { KeyTable } from './keys.ts';
import * as scan from './scan.ts';
import { afterColon, keyEnd, valueEnd } from './skip.ts';
import { Source } from './source.ts';
import { syntaxError } from './syntax.ts';
import { type JsonKind, kindAt, kindOf } from './values.ts';

const { byteAt, intAt } = octets;
const { skipSpace, stringEnd } = scan;
const { NO_KEY } = keyTable;
const { CLOSE_BRACE, COLON, COMMA, POINT, SPACE, UPPER_E } = octets.BYTE;

/** The value of a member as it was sent: no digit of a number is lost. */
export type Lexeme =
  | { readonly kind: 'string'; readonly value: string }
  | {
      readonly kind: 'number';
      /** The token as sent: `-12.50`, `1e3`, `NaN`, `Infinity`, `-Infinity`. */
      readonly text: string;
      /** Whether Python reads an `int`: a number with neither fraction nor exponent. */
      readonly integer: boolean;
    }
  | { readonly kind: 'true' | 'false' | 'null' }
  | {
      readonly kind: 'object' | 'array';
      /** The token as sent, with its white space. */
      readonly text: string;
    };

const TRUE: Lexeme = { kind: 'true' };
const FALSE: Lexeme = { kind: 'false' };
const NULL: Lexeme = { kind: 'null' };

/** What the element whose first byte is at `start` is: ask before `readMembers`. */
export function elementKind(utf8: Uint8Array, start: number): JsonKind {
  return kindAt(utf8, start);
}

/**
 * The members of the object from `start` to `end`, by decoded key, as Python reads them: the last of duplicates, at the
 * place of the first. A lone surrogate stays one, in a key or a string.
 * @param utf8 the body, as `decodeBody` gives it; `start` and `end` as `readPage` gives them.
 * @throws TieoutError vendor-page-shape where the element is not an object; json-syntax, json-digits, json-nesting
 *   (offsets from `start`) where it is not JSON.
 */
export function readMembers(utf8: Uint8Array, start: number, end: number): ReadonlyMap<string, Lexeme> {
  const kind = kindAt(utf8, start);
  if (kind !== 'object') {
    throw new TieoutError('vendor-page-shape', `A record is not an object but of the kind ${kind}.`, {
      seen: kind,
    });
  }
  return reader.read(utf8.subarray(start, end));
}

/** Members of one record whose keys are remembered to foretell those of the next. */
const MOST_EXPECTED = 256;

/**
 * Reads one record at a time; keeps the keys it has seen. Longer values are cut from the record's text and keep it in
 * memory for as long as they live.
 */
class LexemeReader {
  private readonly source = new Source();
  private readonly keys = new KeyTable();
  /** Decoded keys, by number. */
  private names: string[] = [];
  /** The keys of the last record, in its order. */
  private readonly expected = new Int32Array(MOST_EXPECTED).fill(NO_KEY);
  /** Whether the record has a backslash. */
  private escapes = false;
  /** Where the value that was read last ends. */
  private valueEnd = 0;

  read(record: Uint8Array): ReadonlyMap<string, Lexeme> {
    this.load(record);
    const members = new Map<string, Lexeme>();
    const { source, keys, expected } = this;
    const { bytes } = source;
    let at = skipSpace(bytes, 1);
    let count = 0;
    if (byteAt(bytes, at) !== CLOSE_BRACE) {
      for (;;) {
        let key = count < MOST_EXPECTED ? intAt(expected, count) : NO_KEY;
        let name: string | undefined;
        if (key !== NO_KEY && keys.matches(key, source, at)) {
          name = this.names[key];
          at += keys.size(key);
        } else {
          const end = keyEnd(source, at);
          key = keys.find(source, at, end);
          if (count < MOST_EXPECTED) expected[count] = key;
          name = key === NO_KEY ? this.string(at, end) : this.name(key, at, end);
          at = end;
        }
        at = byteAt(bytes, at) === COLON ? at + 1 : afterColon(source, at);
        if (byteAt(bytes, at) <= SPACE) at = skipSpace(bytes, at);
        members.set(name ?? '', this.lexeme(at));
        at = this.valueEnd;
        count += 1;
        if (byteAt(bytes, at) <= SPACE) at = skipSpace(bytes, at);
        const byte = byteAt(bytes, at);
        if (byte === CLOSE_BRACE) break;
        if (byte !== COMMA) throw syntaxError(source, at, "',' or '}'");
        at += 1;
        if (byteAt(bytes, at) <= SPACE) at = skipSpace(bytes, at);
      }
    }
    const rest = skipSpace(bytes, at + 1);
    if (rest < source.length) throw syntaxError(source, rest, 'the end of the record');
    return members;
  }

  private load(record: Uint8Array): void {
    const { source } = this;
    source.release();
    source.load(record);
    if (this.keys.forgetIfFull()) {
      this.names = [];
      this.expected.fill(NO_KEY);
    }
    this.escapes = source.ascii(0, source.length).includes('\\');
  }

  private lexeme(at: number): Lexeme {
    const { source } = this;
    const kind = kindOf(byteAt(source.bytes, at));
    if (kind === 'string') {
      const end = stringEnd(source, at);
      this.valueEnd = end < 0 ? ~end : end;
      return {
        kind,
        value: end < 0 || this.escapes ? this.string(at, this.valueEnd) : source.ascii(at + 1, end - 1),
      };
    }
    const end = valueEnd(source, at, 1);
    this.valueEnd = end;
    switch (kind) {
      case 'number':
        return { kind, text: source.ascii(at, end), integer: this.isInteger(at, end) };
      case 'true':
        return TRUE;
      case 'false':
        return FALSE;
      case 'null':
        return NULL;
      default:
        return { kind, text: source.text(at, end) };
    }
  }

  private isInteger(from: number, to: number): boolean {
    for (let at = from; at < to; at += 1) {
      const byte = byteAt(this.source.bytes, at);
      if (byte === POINT || byte >= UPPER_E) return false;
    }
    return true;
  }

  private name(key: number, from: number, to: number): string {
    const known = this.names[key];
    if (known !== undefined) return known;
    const name = this.string(from, to);
    this.names[key] = name;
    return name;
  }

  /** Decodes a string token. */
  private string(from: number, to: number): string {
    const token = this.source.text(from, to);
    if (!token.includes('\\')) return token.slice(1, -1);
    const decoded: unknown = JSON.parse(token);
    return String(decoded);
  }
}

const reader = new LexemeReader();
