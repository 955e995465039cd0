import { BYTE, byteAt } from './bytes.ts';
import { skipSpace } from './scan.ts';
import type { Source } from './source.ts';

const { CLOSE_BRACE, CLOSE_BRACKET, LOWER_F, LOWER_N, LOWER_T, OPEN_BRACE, OPEN_BRACKET, QUOTE } = BYTE;

/** What a JSON value is; `NaN` and `Infinity` are numbers, as in Python. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null';

/** The kind of the value whose first byte is at `at`. */
export function kindAt(bytes: Uint8Array, at: number): JsonKind {
  switch (byteAt(bytes, at)) {
    case OPEN_BRACE:
      return 'object';
    case OPEN_BRACKET:
      return 'array';
    case QUOTE:
      return 'string';
    case LOWER_T:
      return 'true';
    case LOWER_F:
      return 'false';
    case LOWER_N:
      return 'null';
    default:
      return 'number';
  }
}

/** Python's truth of the value from `from` to `to`: what is empty or zero is false, NaN is true. */
export function isTruthy(source: Source, from: number, to: number): boolean {
  const { bytes } = source;
  const kind = kindAt(bytes, from);
  switch (kind) {
    case 'object':
      return byteAt(bytes, skipSpace(bytes, from + 1)) !== CLOSE_BRACE;
    case 'array':
      return byteAt(bytes, skipSpace(bytes, from + 1)) !== CLOSE_BRACKET;
    case 'string':
      return to - from > 2;
    case 'number':
      return Number(text(bytes, from, to)) !== 0;
    default:
      return kind === 'true';
  }
}

/** Whether the key token from `from` to `to` stands for `name`, which is plain ASCII. */
export function keyIs(source: Source, from: number, to: number, name: string): boolean {
  const token = text(source.bytes, from, to);
  return token.includes('\\') ? JSON.parse(token) === name : token === `"${name}"`;
}

/** The token from `from` to `to` as text. */
export function text(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
}
