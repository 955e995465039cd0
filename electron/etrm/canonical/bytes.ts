/**
 * The bytes that JSON's grammar names. Take them apart at the head of a room (`const { COMMA } = BYTE`): such a constant
 * is folded into machine code, while an imported one is loaded at every use.
 */
export const BYTE = {
  TAB: 0x09,
  LINE_FEED: 0x0a,
  CARRIAGE_RETURN: 0x0d,
  SPACE: 0x20,
  QUOTE: 0x22,
  PLUS: 0x2b,
  COMMA: 0x2c,
  MINUS: 0x2d,
  POINT: 0x2e,
  SLASH: 0x2f,
  ZERO: 0x30,
  NINE: 0x39,
  COLON: 0x3a,
  UPPER_E: 0x45,
  OPEN_BRACKET: 0x5b,
  BACKSLASH: 0x5c,
  CLOSE_BRACKET: 0x5d,
  LOWER_E: 0x65,
  LOWER_F: 0x66,
  LOWER_N: 0x6e,
  LOWER_T: 0x74,
  LOWER_U: 0x75,
  OPEN_BRACE: 0x7b,
  CLOSE_BRACE: 0x7d,
  DELETE: 0x7f,
} as const;

/** Readable bytes after the end of every buffer that is scanned or copied in words. */
export const SLACK = 32;

const LONGEST_WORD_COPY = 256;

/**
 * The byte at an index within the buffer, in one bounded load. Only ever give it a plain `Uint8Array`: where it has seen
 * a `Buffer` too, V8 asks at every load which of them it is.
 */
export function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

/** The integer at an index within the array. */
export function intAt(ints: Int32Array, at: number): number {
  return ints[at] ?? 0;
}

/**
 * Copies a short run of ASCII in words of eight bytes, up to sixteen bytes more than asked: both buffers need `SLACK`.
 * Doubles carry the bytes because a BigInt would be allocated. No run of ASCII is a NaN (that needs a byte of
 * 0xF0 or more), so no bit of it can be changed on the way.
 */
export function copyWords(from: DataView, start: number, size: number, to: DataView, at: number): void {
  to.setFloat64(at, from.getFloat64(start, true), true);
  to.setFloat64(at + 8, from.getFloat64(start + 8, true), true);
  for (let done = 16; done < size; done += 8) {
    to.setFloat64(at + done, from.getFloat64(start + done, true), true);
  }
}

/** Whether `copyWords` is quicker for this size than a `subarray` and a `set`. */
export function isShort(size: number): boolean {
  return size <= LONGEST_WORD_COPY;
}
