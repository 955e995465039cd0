import { isUtf8 } from 'node:buffer';
import { byteAt } from './bytes.ts';
import type { Source } from './source.ts';
import { syntaxError } from './syntax.ts';

const STEP = 4096;

/** @throws TieoutError json-syntax at the first byte that is not UTF-8 (an encoded surrogate is not). */
export function requireUtf8(source: Source): void {
  const document = source.bytes.subarray(0, source.length);
  if (!isUtf8(document)) throw syntaxError(source, firstFault(document), 'UTF-8');
}

function firstFault(document: Uint8Array): number {
  let at = 0;
  for (let next = characterStart(document, STEP); next > at && isUtf8(document.subarray(at, next)); ) {
    at = next;
    next = characterStart(document, at + STEP);
  }
  for (;;) {
    const size = [1, 2, 3, 4].find((bytes) => isUtf8(document.subarray(at, at + bytes)));
    if (size === undefined || at >= document.length) return at;
    at += size;
  }
}

/** The last index at or before `at` where a character starts. */
function characterStart(document: Uint8Array, at: number): number {
  let start = Math.min(at, document.length);
  while (start > 0 && (byteAt(document, start) & 0xc0) === 0x80) start -= 1;
  return start;
}
