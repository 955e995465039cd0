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
import type { OpenExtract } from './extract-source.ts';
import { ledgerTyping } from './ledger-typing.ts';
import type { ExtractMapping } from './mapping.ts';
import { insertPlain, labelled, otherRows, plainFields, setBulk, sumsUpTo } from './plain-rows.ts';
import type { StagedRows } from './staged-extract.ts';
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

/** Puts the postings of an extract that is staged into the table, those in plain form by the engine. */
export async function storeStaged(
  tx: Transaction,
  open: OpenExtract,
  mapping: ExtractMapping,
  importId: string,
  staged: StagedRows,
  { signal, onProgress }: Reading,
): Promise<Stored> {
  const { total, place } = staged;
  onProgress('Typing the rows', 0, total);
  const cells = ledgerTyping(open.plan, open.reading.numbers);
  const plain = await plainFields(tx, open, staged, cells);
  await setBulk(tx);
  await insertPlain(tx, importId, place, staged, plain, labelled(open, mapping));
  signal.throwIfAborted();
  const appending = new Appending(tx, importId);
  const typing = new RowTyping(open, mapping, (line, row) => appending.add(line, row));
  const last = await tx.row('SELECT count(*) AS n, max(line) AS line FROM ledger_row WHERE import_id = ?', [
    importId,
  ]);
  const kept = last?.int('n') ?? 0;
  onProgress('Typing the rows', kept, total);
  const others = kept < total ? await otherRows(tx, importId, place, open.plan.headers.length, staged) : [];
  const totals = others.filter((row) => mayBeTotals(row, open.plan) !== null).map(({ line }) => line);
  const plainSums = await sumsUpTo(tx, importId, totals);
  const lastPlain = last?.intOrNull('line') ?? 0;
  for (const row of others) {
    for (const sum of plainSums.get(row.line) ?? []) addSum(typing, sum);
    typing.add(row, row.line < lastPlain);
    await appending.flush(APPENDED);
  }
  for (const sum of plainSums.get(null) ?? []) addSum(typing, sum);
  for (const [at, row] of staged.tail.entries()) typing.add({ ...row, line: staged.firstLine + total + at });
  const checks = typing.finish();
  await appending.flush();
  await tx.run('DROP TABLE staged_extract');
  for (const table of plain.tables) await tx.run(`DROP TABLE ${table}`);
  return { typing, checks, exact: total - kept + staged.tail.length };
}
