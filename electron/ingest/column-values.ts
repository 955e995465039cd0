/** The values of one column of a chunk (`row-layout.ts`), and texts that stand in many of its rows. */
import { SLACK } from '../etrm/canonical/bytes.ts';
import { type StoredKind, VALUE_BYTES } from './row-layout.ts';

/** Rows that are held at first; twice as many each time, up to a chunk's. */
export const FIRST_ROWS = 32;

/** A text that comes again and again: where it lies among the texts of the chunk that had it last. */
export interface KnownText {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly size: number;
  /** `RowColumns.epoch` when it was placed. */
  epoch: number;
  place: number;
}

export function knownText(text: string): KnownText {
  const encoded = Buffer.from(text);
  const bytes = new Uint8Array(encoded.length + SLACK);
  bytes.set(encoded);
  return { bytes, view: new DataView(bytes.buffer), size: encoded.length, epoch: -1, place: 0 };
}

/** One column of the chunk that is being written. */
export class ColumnValues {
  readonly kind: StoredKind;
  bytes: Uint8Array;
  words: Int32Array;
  nulls: Uint8Array;
  /** Words of a value; 0 of a boolean, which is a byte. */
  private readonly step: number;
  /** Whether there may be a NULL, and a text that is not inline. */
  sparse = false;
  long = false;

  constructor(kind: StoredKind) {
    this.kind = kind;
    this.step = VALUE_BYTES[kind] >> 2;
    this.bytes = new Uint8Array(FIRST_ROWS * VALUE_BYTES[kind]);
    this.words = new Int32Array(this.bytes.buffer, 0, this.bytes.length >> 2);
    this.nulls = new Uint8Array(FIRST_ROWS);
  }

  /** What the row before has, long texts with their place among the chunk's. */
  again(row: number): void {
    const { words, step } = this;
    this.nulls[row] = this.nulls[row - 1] ?? 0;
    if (step === 0) this.bytes[row] = this.bytes[row - 1] ?? 0;
    const base = row * step;
    for (let at = base; at < base + step; at += 1) words[at] = words[at - step] ?? 0;
  }

  hold(rows: number): void {
    const [bytes, nulls] = [new Uint8Array(rows * VALUE_BYTES[this.kind]), new Uint8Array(rows)];
    bytes.set(this.bytes);
    nulls.set(this.nulls);
    this.bytes = bytes;
    this.words = new Int32Array(bytes.buffer, 0, bytes.length >> 2);
    this.nulls = nulls;
  }
}

/** Bytes behind the text are zero: the engine compares them. */
export function inline(
  values: ColumnValues,
  base: number,
  bytes: Uint8Array,
  start: number,
  size: number,
): void {
  const { words } = values;
  words[base + 1] = 0;
  words[base + 2] = 0;
  words[base + 3] = 0;
  const place = base * 4 + 4;
  for (let at = 0; at < size; at += 1) values.bytes[place + at] = bytes[start + at] ?? 0;
}

/** A bit a row: 0 where there is NULL. */
export function setValidity(chunk: Uint8Array, place: number, nulls: Uint8Array, rows: number): void {
  for (let row = 0; row < rows; row += 8) {
    let byte = 0;
    for (let bit = 0; bit < 8; bit += 1) if (nulls[row + bit] !== 1) byte |= 1 << bit;
    chunk[place + (row >> 3)] = byte;
  }
}
