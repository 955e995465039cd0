import { BYTE, byteAt } from './bytes.ts';
import { skipSpace } from './scan.ts';
import type { Source } from './source.ts';

const { CLOSE_BRACE, CLOSE_BRACKET, LOWER_F, LOWER_N, LOWER_T, OPEN_BRACE, OPEN_BRACKET, QUOTE } = BYTE;

/** What a JSON value is; `NaN` and `Infinity` are numbers, as in Python. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null';

/** The kind of the value that starts with a byte. */
export function kindOf(first: number): JsonKind {
  switch (first) {
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

/** The kind of the value whose first byte is at `at`. */
export function kindAt(bytes: Uint8Array, at: number): JsonKind {
  return kindOf(bytes[at] ?? 0);
}

/** Python's truth of the value from `from` to `to`: what is empty or zero is false, NaN is true. */
export function isTruthy(source: Source, from: number, to: number): boolean {
  const { bytes } = source;
  const kind = kindOf(byteAt(bytes, from));
  switch (kind) {
    case 'object':
      return byteAt(bytes, skipSpace(bytes, from + 1)) !== CLOSE_BRACE;
    case 'array':
      return byteAt(bytes, skipSpace(bytes, from + 1)) !== CLOSE_BRACKET;
    case 'string':
      return to - from > 2;
    case 'number':
      return Number(source.text(from, to)) !== 0;
    default:
      return kind === 'true';
  }
}

/** Whether the key token from `from` to `to` stands for `name`, which is plain ASCII. */
export function keyIs(source: Source, from: number, to: number, name: string): boolean {
  if (to - from < name.length + 2) return false;
  const token = source.text(from, to);
  return token.includes('\\') ? JSON.parse(token) === name : token === `"${name}"`;
}
