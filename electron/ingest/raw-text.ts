/** The bytes of a span as text. */
export function rawText(utf8: Uint8Array, start: number, end: number): string {
  return Buffer.from(utf8.buffer, utf8.byteOffset + start, end - start).toString('utf8');
}
