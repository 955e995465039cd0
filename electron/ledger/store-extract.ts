/**
 * An extract on its way into the table of postings: what is in plain form the engine types, and only the other rows are typed
 * one by one. What is refused, and in which words, is decided there alone.
 */
import { decimal } from '../../shared/decimal.ts';
import type { TotalsCheck } from '../../shared/extracts.ts';
import type { LedgerRow } from '../../shared/ledger.ts';
import { ledgerColumns, type PlacedLedgerRow } from '../workspace/ledger-columns.ts';
import type { Row } from '../workspace/row.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { countedColumns } from './counted-columns.ts';
import type { OpenExtract } from './extract-source.ts';
import { type LedgerTyping, ledgerTyping } from './ledger-typing.ts';
import type { ExtractMapping } from './mapping.ts';
import {
  constantsOf,
  insertPlain,
  labelled,
  lacking,
  otherRows,
  type PlainRows,
  type RowSource,
  sumsUpTo,
} from './plain-rows.ts';
import { makeColumns, type SampledColumn, sampledColumns } from './sampled-columns.ts';
import { NotPlain, type Staged, type StagedRows } from './staged-extract.ts';
import { mayBeTotals } from './totals-rows.ts';
import { type Reading, RowTyping } from './typed-extract.ts';

/** Rows that are appended at once. */
const APPENDED = 20_000;

export interface Stored {
  readonly typing: RowTyping;
  readonly checks: readonly TotalsCheck[];
  /** Rows that were typed one by one. */
  readonly exact: number;
}

class Appending {
  readonly #tx: Transaction;
  readonly #importId: string;
  #rows: PlacedLedgerRow[] = [];
  #flushed: Promise<void> = Promise.resolve();

  constructor(tx: Transaction, importId: string) {
    this.#tx = tx;
    this.#importId = importId;
  }

  add(line: number, row: LedgerRow): void {
    this.#rows.push({ importId: this.#importId, line, row });
  }

  async flush(least = 1): Promise<void> {
    if (this.#rows.length < least) return;
    const rows = this.#rows;
    this.#rows = [];
    const { types, columns } = ledgerColumns(rows);
    this.#flushed = this.#flushed.then(() => this.#tx.append('ledger_row', types, columns));
    await this.#flushed;
  }
}

/** Puts the postings of an extract into the table, each typed one by one. */
export async function storeExactly(
  tx: Transaction,
  open: OpenExtract,
  mapping: ExtractMapping,
  importId: string,
  { signal, onProgress }: Reading,
): Promise<Stored> {
  const appending = new Appending(tx, importId);
  const typing = new RowTyping(open, mapping, (line, row) => appending.add(line, row));
  let seen = 0;
  for await (const row of open.rows()) {
    typing.add(row);
    seen += 1;
    if (seen % 5000 !== 0) continue;
    signal.throwIfAborted();
    onProgress('Reading the extract', seen, null);
    await appending.flush(APPENDED);
    await new Promise(setImmediate);
  }
  const checks = typing.finish();
  await appending.flush();
  return { typing, checks, exact: seen };
}

function addSum(typing: RowTyping, row: Row): void {
  const volume = row.textOrNull('volume');
  typing.sums.add(
    row.text('currency'),
    row.textOrNull('volume_uom'),
    decimal(row.text('amount')),
    volume === null ? null : decimal(volume),
    row.int('n'),
  );
}

/** Rows that the engine puts into the table, and how many there are of the file. */
interface Inserting {
  readonly rows: RowSource & Pick<Staged, 'tail'>;
  readonly plain: PlainRows;
  readonly total: number;
  /** True where the engine reads the file meanwhile, and may refuse it. */
  readonly fromFile: boolean;
}

/** The engine's rows first, then every other one, typed one by one. */
async function storePlain(
  tx: Transaction,
  open: OpenExtract,
  mapping: ExtractMapping,
  importId: string,
  { rows, plain, total, fromFile }: Inserting,
  { signal, onProgress }: Reading,
): Promise<Stored> {
  await insertPlain(tx, importId, rows, plain).catch((error: unknown) => {
    signal.throwIfAborted();
    // The engine's words hold lines of the file, so that nothing can be told from them.
    throw fromFile ? new NotPlain('the engine does not take the file', { cause: error }) : error;
  });
  signal.throwIfAborted();
  const appending = new Appending(tx, importId);
  const typing = new RowTyping(open, mapping, (line, row) => appending.add(line, row));
  const placed = await tx.row(
    'SELECT count(*) AS n, max(line) AS line, sum(line)::BIGINT AS lines FROM ledger_row WHERE import_id = ?',
    [importId],
  );
  const kept = placed?.int('n') ?? 0;
  onProgress('Typing the rows', kept, total);
  const others = kept < total ? await otherRows(tx, importId, open.plan.headers.length, rows) : [];
  const lines = others.reduce((sum, { line }) => sum + line, placed?.intOrNull('lines') ?? 0);
  if (kept + others.length !== total || lines !== total * rows.firstLine + (total * (total - 1)) / 2)
    throw new NotPlain(`the engine reads ${kept} and ${others.length} rows of ${total}`);
  // A Parquet file may have rows without a value.
  const filled = others.filter(
    ({ cells, kinds }) => kinds === null || cells.some((cell) => cell.trim() !== ''),
  );
  const totals = filled.filter((row) => mayBeTotals(row, open.plan) !== null).map(({ line }) => line);
  const plainSums = await sumsUpTo(tx, importId, totals);
  const lastPlain = placed?.intOrNull('line') ?? 0;
  for (const row of filled) {
    for (const sum of plainSums.get(row.line) ?? []) addSum(typing, sum);
    typing.add(row, row.line < lastPlain);
    await appending.flush(APPENDED);
  }
  for (const sum of plainSums.get(null) ?? []) addSum(typing, sum);
  for (const [at, row] of rows.tail.entries()) typing.add({ ...row, line: rows.firstLine + total + at });
  const checks = typing.finish();
  await appending.flush();
  return { typing, checks, exact: total - kept + rows.tail.length };
}

/** Puts the postings of an extract that is staged into the table, those in plain form by the engine. */
export async function storeStaged(
  tx: Transaction,
  open: OpenExtract,
  mapping: ExtractMapping,
  importId: string,
  staged: StagedRows,
  reading: Reading,
): Promise<Stored> {
  const { total } = staged;
  reading.onProgress('Typing the rows', 0, total);
  const typing = ledgerTyping(open.plan, open.reading.numbers);
  const constants = constantsOf(open, typing);
  const label = labelled(open, mapping);
  const asked = [lacking(open, constants), ...(label === null ? [] : [label])];
  const { columns, found, tables } = await countedColumns(tx, open, staged, typing, asked);
  const plain = { columns, constants, checks: found.map((each) => `NOT (${each})`) };
  const inserting = { rows: staged, plain, total, fromFile: false };
  const stored = await storePlain(tx, open, mapping, importId, inserting, reading);
  await tx.run('DROP TABLE staged_extract');
  for (const table of tables) await tx.run(`DROP TABLE ${table}`);
  return stored;
}

/** A CSV extract that the engine types as it reads it. */
export interface DirectExtract {
  readonly staged: Staged;
  readonly columns: readonly SampledColumn[];
  readonly typing: LedgerTyping;
  readonly total: number;
}

/** @returns null for one that must be staged. */
export function directExtract(open: OpenExtract, staged: Staged): DirectExtract | null {
  const { sample, lines } = staged;
  if (sample === null || lines === null) return null;
  const typing = ledgerTyping(open.plan, open.reading.numbers);
  const columns = sampledColumns(open, { ...staged, sample }, typing);
  return columns === null ? null : { staged, columns, typing, total: lines };
}

/**
 * Puts the postings of an extract into the table while the engine reads it.
 * @throws NotPlain where it does not take the file; the transaction is of no use any more then.
 */
export async function storeDirectly(
  tx: Transaction,
  open: OpenExtract,
  mapping: ExtractMapping,
  importId: string,
  { staged, columns: sampled, typing, total }: DirectExtract,
  reading: Reading,
): Promise<Stored> {
  reading.onProgress('Typing the rows', 0, total);
  const constants = constantsOf(open, typing);
  const label = labelled(open, mapping);
  const { columns, tables } = await makeColumns(tx, sampled, typing);
  const checks = [lacking(open, constants), ...(label === null ? [] : [label])].map(
    (each) => `NOT (${each})`,
  );
  const plain = { columns, constants, checks };
  const inserting = { rows: staged, plain, total, fromFile: true };
  const stored = await storePlain(tx, open, mapping, importId, inserting, reading);
  for (const table of tables) await tx.run(`DROP TABLE ${table}`);
  return stored;
}
