/** An extract as the engine reads it: all its cells as texts in a temporary table. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CellKind } from '../workbook/reader.ts';
import { diskError } from '../workspace/disk-error.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { OpenExtract } from './extract-source.ts';
import type { SourceRow } from './ledger-typing.ts';
import { literalPath } from './parquet-extract.ts';
import { type PlainBody, plainBody } from './plain-body.ts';
import { LONGEST_TEXT } from './plain-sql.ts';
import type { Reading } from './typed-extract.ts';

/** Thrown where the engine's reader does not take the file: it goes the exact way then. */
export class NotPlain extends Error {}

export interface Staged {
  readonly kinds: readonly CellKind[] | null;
  readonly firstLine: number;
  /** True where no cell is long or has white space at its edge: each is stored as it stands. */
  readonly clean: boolean;
  /** A character that no cell has; null: any may be in one. */
  readonly absent: string | null;
  readonly tail: readonly Omit<SourceRow, 'line'>[];
  /** Query of the cells, `c0`, `c1`, ... */
  readonly query: string;
  /** Rows that there must be; null where the file itself says how many. */
  readonly lines: number | null;
}

function csvQuery(path: string, width: number, { delimiter, quote, newLine }: PlainBody): string {
  const columns = Array.from({ length: width }, (_, at) => `'c${at}': 'VARCHAR'`).join(', ');
  const quotes =
    quote === ''
      ? `quote = '', escape = ''`
      : `quote = '${quote === "'" ? "''" : quote}', escape = '${quote === "'" ? "''" : quote}'`;
  return `SELECT * FROM read_csv('${literalPath(path)}', columns = {${columns}}, auto_detect = false, header = false,
    delim = '${delimiter === '\t' ? '\\t' : delimiter}', ${quotes}, new_line = '${newLine === '\n' ? '\\n' : '\\r\\n'}', ignore_errors = false, max_line_size = 1000000)`;
}

interface Lines {
  readonly count: number;
  /** Bytes of the longest. */
  readonly longest: number;
}

function linesOf(bytes: Uint8Array): Lines {
  let [count, longest, from] = [0, 0, 0];
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, from)) {
    count += 1;
    longest = Math.max(longest, at - from);
    from = at + 1;
  }
  const rest = bytes.length - from;
  return { count: rest > 0 ? count + 1 : count, longest: Math.max(longest, rest) };
}

async function writeBody(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: 'wx' });
  } catch (error) {
    throw diskError(error, path);
  }
}

/**
 * What the engine can read by itself, and hands it to `use`; the file it lies in is gone afterwards.
 * @returns null where it cannot.
 */
export async function withStaged<Result>(
  open: OpenExtract,
  folder: string,
  use: (staged: Staged) => Promise<Result>,
): Promise<Result | null> {
  if (open.parquet) {
    const { query, kinds } = open.parquet;
    return await use({ query, kinds, firstLine: 1, clean: false, absent: null, tail: [], lines: null });
  }
  const body = open.csv === null ? null : plainBody(open, open.csv);
  if (body === null) return null;
  const path = join(folder, `${randomUUID()}.csv`);
  try {
    await mkdir(folder, { recursive: true });
    await writeBody(path, body.bytes);
    const { firstLine, tail } = body;
    const { count, longest } = linesOf(body.bytes);
    const clean = body.trimmed && longest <= LONGEST_TEXT;
    const absent = body.quote === '' ? body.delimiter : null;
    const query = csvQuery(path, open.plan.headers.length, body);
    return await use({ query, kinds: null, firstLine, clean, absent, tail, lines: count });
  } finally {
    await rm(path, { force: true });
  }
}

export interface StagedRows extends Staged {
  readonly total: number;
  /** Of a row, counted from 0: SQL over the staged table. */
  readonly place: string;
}

/**
 * Has the engine read an extract into a temporary table.
 * @throws NotPlain where it does not take the file; the transaction is of no use any more then.
 */
export async function stageRows(
  tx: Transaction,
  staged: Staged,
  { signal, onProgress }: Reading,
): Promise<StagedRows> {
  onProgress('Reading the extract', 0, null);
  await tx.run(`CREATE TEMPORARY TABLE staged_extract AS ${staged.query}`).catch((error: unknown) => {
    // The engine's words hold lines of the file, so that nothing can be told from them.
    throw new NotPlain('the engine does not take the file', { cause: error });
  });
  await tx.settle?.();
  signal.throwIfAborted();
  const counted = await tx.row('SELECT count(*) AS n, min(rowid)::VARCHAR AS first FROM staged_extract');
  const total = counted?.int('n') ?? 0;
  if (staged.lines !== null && staged.lines !== total)
    throw new NotPlain(`the engine reads ${total} rows of ${staged.lines} lines`);
  // Where the engine begins to count is its own affair.
  return { ...staged, total, place: `(rowid - ${counted?.textOrNull('first') ?? 0})` };
}
