/** An extract as the engine reads it: straight from a file, or all its cells as texts in a temporary table. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transaction } from '../workspace/transaction.ts';
import type { OpenExtract } from './extract-source.ts';
import type { SourceRow } from './ledger-typing.ts';
import { type Sample, writeNumbered } from './numbered-body.ts';
import { literalPath } from './parquet-extract.ts';
import { type PlainBody, plainBody } from './plain-body.ts';
import { plainConstants, type RowSource } from './plain-rows.ts';
import { LONGEST_LINE, LONGEST_TEXT } from './plain-sql.ts';
import type { Reading } from './typed-extract.ts';

/** Thrown where the engine's reader does not take the file: it goes the exact way then. */
export class NotPlain extends Error {}

/** What the engine can read by itself: its relation is a query of a file, that can be asked again. */
export interface Staged extends RowSource {
  /** True where no cell is long or has white space at its edge: each is stored as it stands. */
  readonly clean: boolean;
  /** A character that no cell has; null: any may be in one. */
  readonly absent: string | null;
  readonly tail: readonly Omit<SourceRow, 'line'>[];
  /** Rows that there must be; null where the file itself says how many. */
  readonly lines: number | null;
  /** Of a CSV file. */
  readonly sample: Sample | null;
}

function csvQuery(path: string, width: number, { delimiter, quote, newLine }: PlainBody): string {
  const columns = Array.from({ length: width }, (_, at) => `'c${at}': 'VARCHAR'`).join(', ');
  const quotes =
    quote === ''
      ? `quote = '', escape = ''`
      : `quote = '${quote === "'" ? "''" : quote}', escape = '${quote === "'" ? "''" : quote}'`;
  return `(SELECT * FROM read_csv('${literalPath(path)}', columns = {'n': 'BIGINT', ${columns}}, auto_detect = false, header = false,
    delim = '${delimiter === '\t' ? '\\t' : delimiter}', ${quotes}, new_line = '${newLine === '\n' ? '\\n' : '\\r\\n'}', ignore_errors = false, max_line_size = ${LONGEST_LINE + 100}))`;
}

/**
 * What the engine can read by itself, and hands it to `use`; the file it lies in is gone afterwards.
 * @returns null where it cannot.
 */
export async function withStaged<Result>(
  open: OpenExtract,
  folder: string,
  signal: AbortSignal,
  use: (staged: Staged) => Promise<Result>,
): Promise<Result | null> {
  if (!plainConstants(open)) return null;
  if (open.parquet) {
    const { numbered, kinds } = open.parquet;
    const unknown = { clean: false, absent: null, tail: [], lines: null, sample: null };
    return await use({ relation: `(${numbered})`, kinds, firstLine: 1, ...unknown });
  }
  const body = open.csv === null ? null : plainBody(open, open.csv);
  if (body === null) return null;
  const path = join(folder, `${randomUUID()}.csv`);
  try {
    await mkdir(folder, { recursive: true });
    const { bytes, delimiter, quote, firstLine, tail } = body;
    const written = await writeNumbered(bytes, { path, delimiter, quote }, signal);
    if (written === null) return null;
    const { lines, longest, sample } = written;
    const clean = body.trimmed && longest <= LONGEST_TEXT;
    const absent = quote === '' ? delimiter : null;
    const relation = csvQuery(path, open.plan.headers.length, body);
    return await use({ relation, kinds: null, firstLine, clean, absent, tail, lines, sample });
  } finally {
    await rm(path, { force: true });
  }
}

/** What is staged: its relation is a temporary table. */
export interface StagedRows extends Staged {
  readonly total: number;
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
  await tx
    .run(`CREATE TEMPORARY TABLE staged_extract AS SELECT * FROM ${staged.relation}`)
    .catch((error: unknown) => {
      signal.throwIfAborted();
      // The engine's words hold lines of the file, so that nothing can be told from them.
      throw new NotPlain('the engine does not take the file', { cause: error });
    });
  await tx.settle?.();
  signal.throwIfAborted();
  const counted = await tx.row('SELECT count(*) AS n FROM staged_extract');
  const total = counted?.int('n') ?? 0;
  if (staged.lines !== null && staged.lines !== total)
    throw new NotPlain(`the engine reads ${total} rows of ${staged.lines} lines`);
  return { ...staged, relation: 'staged_extract', total };
}
