/** A CSV extract as header and records with their line numbers; UTF-8, delimiter found from the header. */

import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { type ErrorCode, TieoutError } from '../../shared/errors.ts';

export interface CsvRecord {
  /** Where the record begins; the header is line 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

const DELIMITERS = [',', ';', '\t', '|'] as const;
const LF = 0x0a;
const CR = 0x0d;

/** The delimiter that the first line holds most of, outside quotes. */
export function delimiterOf(firstLine: string): string {
  const bare = firstLine.replace(/"[^"]*"/g, '');
  let best: string = ',';
  let most = 0;
  for (const delimiter of DELIMITERS) {
    const count = bare.split(delimiter).length - 1;
    if (count > most) {
      best = delimiter;
      most = count;
    }
  }
  return best;
}

/** What an error is called, by what is wrong. */
interface CsvErrorCodes {
  readonly encoding: ErrorCode;
  readonly rows: ErrorCode;
}

const LEDGER_CODES: CsvErrorCodes = { encoding: 'ledger-encoding', rows: 'ledger-rows' };

/** How cells are parted. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly quote: string;
  /** The line of the file that the bytes begin with. */
  readonly firstLine: number;
}

/** The dialect of a file that begins with its header. */
function ownDialect(bytes: Uint8Array): CsvDialect {
  const head = Buffer.from(bytes.subarray(0, 64 * 1024))
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  return { delimiter: delimiterOf(head.split(/\r?\n/, 1)[0] ?? ''), quote: '"', firstLine: 1 };
}

/**
 * @param name of the file, for messages.
 * @param dialect of bytes that are known to be UTF-8; null finds that of the first line.
 * @throws TieoutError `codes.encoding` where the bytes are not UTF-8, `codes.rows` where the quoting is broken.
 */
export async function* csvRecords(
  bytes: Uint8Array,
  name: string,
  codes: CsvErrorCodes = LEDGER_CODES,
  dialect: CsvDialect | null = null,
): AsyncGenerator<CsvRecord> {
  // Who knows the dialect has decoded the file already.
  if (dialect === null && !isUtf8(bytes)) {
    throw new TieoutError(
      codes.encoding,
      `${name} is not UTF-8; save it as "CSV UTF-8" and import it again.`,
      { file: name },
    );
  }
  const { delimiter, quote, firstLine } = dialect ?? ownDialect(bytes);
  const parser = parse({
    bom: true,
    delimiter,
    quote,
    escape: quote,
    info: true,
    // A file that was joined from several may have more than one of them.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 1_000_000,
  });
  const source = Readable.from(pieces(bytes), { objectMode: false });
  source.on('error', (error) => parser.destroy(error));
  const lines = new LineCount(bytes);
  let end = 0;
  try {
    for await (const entry of source.pipe(parser)) {
      if (!isEntry(entry))
        throw new TieoutError('internal', 'The CSV parser gave something that is no record.');
      yield { line: lines.next(end) + firstLine - 1, cells: entry.record };
      end = entry.info.bytes;
    }
  } catch (error) {
    if (error instanceof CsvError) {
      // The end of the last cell that could be read: rows before it may not have been handed out any more.
      const line = lines.next(typeof error.bytes === 'number' ? error.bytes : end) + firstLine - 1;
      const reason = error.message.replace(/ at line \d+,?/, '');
      throw new TieoutError(
        codes.rows,
        `${name} cannot be read as CSV at line ${line} (${reason}); nothing was imported.`,
        { file: name, line },
        { cause: error },
      );
    }
    throw error;
  }
}

interface ParsedEntry {
  readonly record: readonly string[];
  /** `bytes`: where the record ends, its line end included. */
  readonly info: { readonly bytes: number };
}

function isEntry(entry: unknown): entry is ParsedEntry {
  return typeof entry === 'object' && entry !== null && 'record' in entry && Array.isArray(entry.record);
}

/**
 * Lines as an editor counts them, blank ones and those inside quotes included; each of CRLF, LF and CR ends one. The
 * parser's own count takes a CRLF inside quotes for two.
 */
class LineCount {
  readonly #bytes: Uint8Array;
  #at = 0;
  #line = 1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The line of the first byte from `offset` on that ends no line; offsets come in rising order. */
  next(offset: number): number {
    const bytes = this.#bytes;
    for (; this.#at < bytes.length; this.#at += 1) {
      const byte = bytes[this.#at];
      const ends = byte === LF || byte === CR;
      if (this.#at >= offset && !ends) break;
      if (byte === LF || (byte === CR && bytes[this.#at + 1] !== LF)) this.#line += 1;
    }
    return this.#line;
  }
}

/** Small ones first: the parser works through a piece before it gives a record, and a header is asked for by itself. */
function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  const most = 256 * 1024;
  for (let at = 0, size = 4096; at < bytes.length; at += size, size = Math.min(size * 2, most))
    yield bytes.subarray(at, at + size);
}
