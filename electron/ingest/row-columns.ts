/** Writes typed rows as pieces of columns (`row-layout.ts`), value by value as they are read. */
import { copyWords, isShort, SLACK } from '../etrm/canonical/bytes.ts';
import { ColumnValues, FIRST_ROWS, inline, type KnownText, setValidity } from './column-values.ts';
import { DecimalWords } from './decimal-words.ts';
import {
  CHUNK_ROWS,
  COLUMN_WORDS,
  HEAD_WORDS,
  INLINE_BYTES,
  type StoredColumn,
  VALUE_BYTES,
} from './row-layout.ts';

const TWO_32 = 2 ** 32;
/** Of a DECIMAL(38,12). */
const FRACTION_DIGITS = 12;
/** What a DECIMAL(38,12) holds of whole digits is more; beyond these the text alone is kept. */
const WHOLE_DIGITS = 18;
const SMALLEST_TEXTS = 16 * 1024;
const RETAINED_TEXTS = 8 * 1024 * 1024;

function aligned(size: number): number {
  return (size + 15) & ~15;
}

export class RowColumns {
  private readonly values: readonly ColumnValues[];
  private texts = new Uint8Array(SMALLEST_TEXTS + SLACK);
  private textsView = new DataView(this.texts.buffer);
  private textsLength = 0;
  /** Texts up to here are of rows that are complete. */
  private textsKept = 0;
  private row = 0;
  private capacity = FIRST_ROWS;
  private chunks: Uint8Array[] = [];
  /** Changes when places among the texts are no longer what they were. */
  private epoch = 0;
  private readonly decimals = new DecimalWords();

  constructor(columns: readonly StoredColumn[]) {
    this.values = columns.map(({ kind }) => new ColumnValues(kind));
  }

  /** Forgets every row. */
  clear(): void {
    this.chunks = [];
    this.startChunk();
  }

  private startChunk(): void {
    this.row = 0;
    this.textsLength = 0;
    this.textsKept = 0;
    this.epoch += 1;
    for (const values of this.values) {
      values.sparse = false;
      values.long = false;
    }
  }

  private at(column: number): ColumnValues {
    const values = this.values[column];
    if (values === undefined) throw new Error(`no column ${column}`);
    return values;
  }

  /** Whether the chunk has a row before this one. */
  hasLast(): boolean {
    return this.row > 0;
  }

  /** What the row before has; there is one. */
  again(column: number): void {
    this.at(column).again(this.row);
  }

  nothing(column: number): void {
    const values = this.at(column);
    const { row } = this;
    values.nulls[row] = 1;
    values.sparse = true;
    // A place that is not one must never be taken for a text.
    if (values.kind === 'text') values.words[row * 4] = 0;
  }

  /** An integer, or microseconds since 1970, of 0 to 2^53. */
  integer(column: number, value: number): void {
    const { words, nulls } = this.at(column);
    const { row } = this;
    nulls[row] = 0;
    words[row * 2] = value >>> 0;
    words[row * 2 + 1] = Math.floor(value / TWO_32);
  }

  /** The same, of any size that 64 bits hold. @param text in decimal digits. */
  integerText(column: number, text: string): void {
    const { words, nulls } = this.at(column);
    const { row } = this;
    const value = BigInt(text);
    nulls[row] = 0;
    words[row * 2] = Number(BigInt.asIntN(32, value));
    words[row * 2 + 1] = Number(BigInt.asIntN(32, value >> 32n));
  }

  boolean(column: number, value: boolean): void {
    const { bytes, nulls } = this.at(column);
    nulls[this.row] = 0;
    bytes[this.row] = value ? 1 : 0;
  }

  /**
   * A decimal's value, from its digits where they lie.
   * @param whole where the whole digits begin. @param wholeDigits at most 18. @param fractionDigits at most 12; a point lies before them.
   */
  decimal(
    column: number,
    bytes: Uint8Array,
    whole: number,
    wholeDigits: number,
    fractionDigits: number,
    negative: boolean,
  ): void {
    const { words, nulls } = this.at(column);
    nulls[this.row] = 0;
    this.decimals.read(bytes, whole, wholeDigits, fractionDigits);
    this.decimals.store(words, this.row * 4, negative);
  }

  /**
   * A decimal's value, from its text in plain notation; NULL where the engine's type does not hold it.
   * @returns whether it does.
   */
  decimalText(column: number, text: string): boolean {
    const negative = text.startsWith('-');
    const [wholeText = '', fractionText = ''] = text.replace('-', '').split('.');
    const fraction = fractionText.replace(/0+$/, '');
    if (wholeText.length > WHOLE_DIGITS || fraction.length > FRACTION_DIGITS) {
      this.nothing(column);
      return false;
    }
    const digits = new Uint8Array(Buffer.from(`${wholeText}.${fraction}`));
    this.decimal(column, digits, 0, wholeText.length, fraction.length, negative);
    return true;
  }

  /** A text that lies in a buffer as it is. */
  copy(column: number, from: DataView, bytes: Uint8Array, start: number, size: number): void {
    const values = this.at(column);
    const { row } = this;
    values.nulls[row] = 0;
    const base = row * 4;
    values.words[base] = size;
    if (size <= INLINE_BYTES) {
      inline(values, base, bytes, start, size);
      return;
    }
    this.prefix(values, base, bytes, start);
    values.words[base + 2] = this.keep(from, bytes, start, size);
    values.words[base + 3] = 0;
    values.long = true;
  }

  private prefix(values: ColumnValues, base: number, bytes: Uint8Array, start: number): void {
    values.words[base + 1] =
      (bytes[start] ?? 0) |
      ((bytes[start + 1] ?? 0) << 8) |
      ((bytes[start + 2] ?? 0) << 16) |
      ((bytes[start + 3] ?? 0) << 24);
  }

  /** A text that comes again and again. */
  known(column: number, text: KnownText): void {
    const values = this.at(column);
    const { row } = this;
    values.nulls[row] = 0;
    const base = row * 4;
    values.words[base] = text.size;
    if (text.size <= INLINE_BYTES) {
      inline(values, base, text.bytes, 0, text.size);
      return;
    }
    if (text.epoch !== this.epoch) {
      text.place = this.keep(text.view, text.bytes, 0, text.size);
      text.epoch = this.epoch;
    }
    this.prefix(values, base, text.bytes, 0);
    values.words[base + 2] = text.place;
    values.words[base + 3] = 0;
    values.long = true;
  }

  private keep(from: DataView, bytes: Uint8Array, start: number, size: number): number {
    const place = this.textsLength;
    if (place + size + SLACK > this.texts.length) this.grow(size);
    if (isShort(size)) copyWords(from, start, size, this.textsView, place);
    else this.texts.set(bytes.subarray(start, start + size), place);
    this.textsLength = place + size;
    return place;
  }

  private grow(size: number): void {
    const larger = new Uint8Array(Math.max(this.texts.length * 2, this.textsLength + size + 2 * SLACK));
    larger.set(this.texts.subarray(0, this.textsLength));
    this.texts = larger;
    this.textsView = new DataView(larger.buffer);
  }

  /** The row is not to be: what was written of it is written over. */
  undo(): void {
    if (this.textsLength === this.textsKept) return;
    this.textsLength = this.textsKept;
    this.epoch += 1;
  }

  endRow(): void {
    this.textsKept = this.textsLength;
    this.row += 1;
    if (this.row === CHUNK_ROWS) this.endChunk();
    else if (this.row === this.capacity) {
      this.capacity *= 2;
      for (const values of this.values) values.hold(this.capacity);
    }
  }

  private endChunk(): void {
    if (this.row > 0) this.chunks.push(this.chunk());
    this.startChunk();
  }

  private chunk(): Uint8Array {
    const { row: rows, values } = this;
    const validity = aligned(CHUNK_ROWS / 8);
    let size = aligned(4 * (HEAD_WORDS + COLUMN_WORDS * values.length));
    const places = values.map(({ kind, sparse }) => {
      const data = size;
      size += aligned(rows * VALUE_BYTES[kind]);
      const nulls = sparse ? size : 0;
      if (sparse) size += validity;
      return { data, nulls };
    });
    const texts = size;
    size += aligned(this.textsLength);
    const chunk = new Uint8Array(size);
    const head = new Int32Array(chunk.buffer, 0, HEAD_WORDS + COLUMN_WORDS * values.length);
    head.set([size, rows, texts, this.textsLength]);
    for (const [at, { data, nulls }] of places.entries()) {
      const column = this.at(at);
      head.set([data, nulls, column.long ? 1 : 0], HEAD_WORDS + COLUMN_WORDS * at);
      chunk.set(column.bytes.subarray(0, rows * VALUE_BYTES[column.kind]), data);
      if (nulls > 0) setValidity(chunk, nulls, column.nulls, rows);
    }
    chunk.set(this.texts.subarray(0, this.textsLength), texts);
    return chunk;
  }

  /** A piece of all rows since the last; there are none any more. */
  taken(): Uint8Array<ArrayBuffer> {
    this.endChunk();
    const { chunks } = this;
    this.chunks = [];
    if (this.texts.length > RETAINED_TEXTS) {
      this.texts = new Uint8Array(SMALLEST_TEXTS + SLACK);
      this.textsView = new DataView(this.texts.buffer);
    }
    const [only] = chunks;
    if (chunks.length === 1 && only && only.buffer instanceof ArrayBuffer) return new Uint8Array(only.buffer);
    const piece = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const chunk of chunks) {
      piece.set(chunk, at);
      at += chunk.length;
    }
    return piece;
  }
}
