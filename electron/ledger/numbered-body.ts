/**
 * Rows of a CSV extract, written for the engine each behind its number: it reads them on all of its threads, in any order,
 * and every row still bears its line.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { diskError } from '../workspace/disk-error.ts';
import { splitLine } from './dialect.ts';
import { LONGEST_LINE } from './plain-sql.ts';

const LF = 0x0a;
const CR = 0x0d;
const ZERO = 0x30;
const NINE = 0x39;
const DIGITS = 10;
/** Bytes that are written at once. */
const PIECE = 4 * 1024 * 1024;

/** All rows at the beginning are looked at, and of those behind one in so many: a prime that is no part of a month's hours. */
const HEAD_SAMPLE = 1000;
const SAMPLED = 101;

/** Cells of rows from all over a file. */
export interface Sample {
  readonly rows: readonly (readonly string[])[];
  /** True where there are no other rows. */
  readonly whole: boolean;
}

export interface NumberedBody {
  readonly lines: number;
  /** Bytes of the longest line. */
  readonly longest: number;
  readonly sample: Sample;
}

/** Decimal digits that are counted up where they stand. */
class Numbering {
  readonly #digits = new Uint8Array(DIGITS).fill(ZERO);
  #first = DIGITS - 1;

  /** Writes the number and counts on. @returns where it ends. */
  write(to: Uint8Array, at: number): number {
    const digits = this.#digits;
    let end = at;
    for (let place = this.#first; place < DIGITS; place += 1, end += 1) to[end] = digits[place] ?? ZERO;
    let place = DIGITS - 1;
    for (; digits[place] === NINE; place -= 1) digits[place] = ZERO;
    digits[place] = (digits[place] ?? ZERO) + 1;
    if (place < this.#first) this.#first = place;
    return end;
  }
}

/** A file that is written while the next piece is made. */
class Pieces {
  readonly #file: FileHandle;
  #piece = Buffer.allocUnsafeSlow(PIECE);
  #other = Buffer.allocUnsafeSlow(PIECE);
  #writing: Promise<unknown> = Promise.resolve();
  at = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  get piece(): Buffer {
    return this.#piece;
  }

  async next(): Promise<void> {
    await this.#writing;
    const { at } = this;
    const full = this.#piece;
    this.#writing = this.#file.writeFile(full.subarray(0, at));
    this.#writing.catch(() => {});
    [this.#piece, this.#other] = [this.#other, full];
    this.at = 0;
  }

  async end(): Promise<void> {
    await this.next();
    await this.#writing;
  }
}

export interface NumberedFile {
  readonly path: string;
  readonly delimiter: string;
  /** Empty: no cell is quoted. */
  readonly quote: string;
}

async function write(
  file: FileHandle,
  bytes: Buffer,
  { delimiter, quote }: NumberedFile,
  signal: AbortSignal,
): Promise<NumberedBody | null> {
  const pieces = new Pieces(file);
  const numbering = new Numbering();
  const parting = delimiter.charCodeAt(0);
  const rows: (readonly string[])[] = [];
  let [lines, longest] = [0, 0];
  for (let from = 0; from < bytes.length; lines += 1) {
    const at = bytes.indexOf(LF, from);
    const end = at < 0 ? bytes.length : at + 1;
    const length = end - from;
    if (length > longest) longest = length;
    if (length > LONGEST_LINE) return null;
    if (pieces.at + DIGITS + 1 + length > PIECE) {
      signal.throwIfAborted();
      await pieces.next();
    }
    const { piece } = pieces;
    const to = numbering.write(piece, pieces.at);
    piece[to] = parting;
    bytes.copy(piece, to + 1, from, end);
    pieces.at = to + 1 + length;
    if (lines < HEAD_SAMPLE || lines % SAMPLED === 0) {
      let last = at < 0 ? end : at;
      if (bytes[last - 1] === CR) last -= 1;
      const text = bytes.toString('utf8', from, last);
      rows.push(quote === '' ? text.split(delimiter) : splitLine(text, delimiter, quote));
    }
    from = end;
  }
  await pieces.end();
  return { lines, longest, sample: { rows, whole: lines === rows.length } };
}

/**
 * @param bytes rows of which each is a line.
 * @returns null where a line is longer than the engine reads.
 * @throws TieoutError `workspace-full`, `workspace-unwritable`; the signal's reason.
 */
export async function writeNumbered(
  bytes: Buffer,
  as: NumberedFile,
  signal: AbortSignal,
): Promise<NumberedBody | null> {
  let file: FileHandle | null = null;
  try {
    file = await open(as.path, 'wx');
    return await write(file, bytes, as, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw diskError(error, as.path);
  } finally {
    await file?.close();
  }
}
