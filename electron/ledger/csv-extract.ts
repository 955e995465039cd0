/** A CSV extract as header and records with their line numbers; UTF-8, delimiter found from the header. */

import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { TieoutError } from '../../shared/errors.ts';

export interface CsvRecord {
  /** Where the record begins; the header is line 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

const DELIMITERS = [',', ';', '\t', '|'] as const;

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

/**
 * @param name of the file, for messages.
 * @throws TieoutError `ledger-encoding` where the bytes are not UTF-8, `ledger-rows` where the quoting is broken.
 */
export async function* csvRecords(bytes: Uint8Array, name: string): AsyncGenerator<CsvRecord> {
  if (!isUtf8(bytes)) {
    throw new TieoutError(
      'ledger-encoding',
      `${name} is not UTF-8; save it as "CSV UTF-8" and import it again.`,
      { file: name },
    );
  }
  const head = Buffer.from(bytes.subarray(0, 64 * 1024))
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  const delimiter = delimiterOf(head.split(/\r?\n/, 1)[0] ?? '');
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 1_000_000,
  });
  const source = Readable.from(pieces(bytes), { objectMode: false });
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const entry of source.pipe(parser)) {
      yield recordOf(entry);
    }
  } catch (error) {
    if (error instanceof CsvError) {
      const line = typeof error.lines === 'number' ? error.lines : 0;
      throw new TieoutError(
        'ledger-rows',
        `${name} cannot be read as CSV at line ${line} (${error.message}); nothing was imported.`,
        { file: name, line },
        { cause: error },
      );
    }
    throw error;
  }
}

interface ParsedEntry {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function isEntry(entry: unknown): entry is ParsedEntry {
  return typeof entry === 'object' && entry !== null && 'record' in entry && Array.isArray(entry.record);
}

/** The parser counts the line where a record ends; a quoted cell may hold line breaks. */
function recordOf(entry: unknown): CsvRecord {
  if (!isEntry(entry)) throw new TieoutError('internal', 'The CSV parser gave something that is no record.');
  let inside = 0;
  for (const cell of entry.record) {
    if (cell.includes('\n') || cell.includes('\r')) inside += cell.split(/\r\n|\n|\r/).length - 1;
  }
  return { line: entry.info.lines - inside, cells: entry.record };
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  const size = 256 * 1024;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
