/**
 * Typed rows as text, a row a line, columns between tabs, as the engine's CSV reader takes them (`STAGED_FORM` in
 * `workspace/staged-rows.ts`): NULL is `\N`, a value is quoted where it holds a tab, a quote, a backslash or a control
 * character.
 */
import { BYTE, copyWords, isShort, SLACK } from '../etrm/canonical/bytes.ts';

const { TAB, LINE_FEED, BACKSLASH, ZERO } = BYTE;
const UPPER_N = 0x4e;
const SMALLEST = 256 * 1024;
const RETAINED = 8 * 1024 * 1024;

/** What must stand in quotes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const SPECIAL = /["\\\x00-\x1f]/;

/** A value as it is staged. */
export function stagedText(value: string): string {
  return SPECIAL.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

export class RowBuffer {
  bytes = new Uint8Array(SMALLEST + SLACK);
  view = new DataView(this.bytes.buffer);
  length = 0;

  /** Makes sure that `size` more bytes can be written. */
  room(size: number): void {
    if (this.length + size + SLACK > this.bytes.length) this.grow(size);
  }

  /** A run of plain bytes, and a tab. */
  copy(from: DataView, bytes: Uint8Array, start: number, size: number): void {
    this.room(size + 1);
    if (isShort(size)) copyWords(from, start, size, this.view, this.length);
    else this.bytes.set(bytes.subarray(start, start + size), this.length);
    this.length += size;
    this.bytes[this.length] = TAB;
    this.length += 1;
  }

  /** NULL, and a tab. */
  nothing(): void {
    this.room(3);
    const { bytes, length } = this;
    bytes[length] = BACKSLASH;
    bytes[length + 1] = UPPER_N;
    bytes[length + 2] = TAB;
    this.length = length + 3;
  }

  /** A whole number of 0 to 2^53, and a tab. */
  integer(value: number): void {
    this.room(20);
    let digits = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits += 1;
    let rest = value;
    for (let at = this.length + digits - 1; at >= this.length; at -= 1) {
      const next = Math.floor(rest / 10);
      this.bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.length += digits;
    this.bytes[this.length] = TAB;
    this.length += 1;
  }

  /** Any text, quoted where it must be, and a tab. */
  text(value: string | null): void {
    if (value === null) {
      this.nothing();
      return;
    }
    const encoded = Buffer.from(stagedText(value));
    this.room(encoded.length + 1);
    this.bytes.set(encoded, this.length);
    this.length += encoded.length;
    this.bytes[this.length] = TAB;
    this.length += 1;
  }

  /** Turns the last tab into the line's end. */
  endRow(): void {
    this.bytes[this.length - 1] = LINE_FEED;
  }

  /** A copy of what was written; the buffer is empty again. */
  taken(): Uint8Array<ArrayBuffer> {
    const rows = this.bytes.slice(0, this.length);
    this.length = 0;
    if (this.bytes.length > RETAINED) {
      this.bytes = new Uint8Array(SMALLEST + SLACK);
      this.view = new DataView(this.bytes.buffer);
    }
    return rows;
  }

  private grow(size: number): void {
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + size + 2 * SLACK));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}
