/** Retried letters as the table of their run has them: the place where they were received, the values of now. */
import type { LetterPlace } from '../../shared/dead-letters.ts';
import { SETTLEMENT_RECORD } from '../ingest/record-schema.ts';
import { type RowPiece, withRows } from '../workspace/staged-rows.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { Relation } from './known-settlements.ts';

/**
 * Typed rows at the places of their letters: `run_id`, `page`, `idx` and the fields.
 * @param relation of `withRows`, whose `idx` is a place in the list. @param columns of it.
 */
export function placedRows(
  relation: string,
  columns: readonly string[],
  places: readonly LetterPlace[],
): Relation {
  const fields = columns.filter((column) => column !== 'page' && column !== 'idx');
  return {
    sql: `SELECT p.run_id, p.page, p.idx, ${fields.map((field) => `q.${field}`).join(', ')} FROM ${relation} q
      JOIN (SELECT unnest(from_json(?, '[{"at":"BIGINT","run_id":"VARCHAR","page":"BIGINT","idx":"BIGINT"}]'), recursive := true)) p
        ON p.at = q.idx`,
    parameters: [
      JSON.stringify(places.map(({ runId, page, index }, at) => ({ at, run_id: runId, page, idx: index }))),
    ],
  };
}

/** Commits records that passed, in the caller's transaction. @param places of all the letters that were typed. */
export async function storeRetried(
  tx: Transaction,
  rows: RowPiece,
  places: readonly LetterPlace[],
): Promise<void> {
  if (rows.length === 0) return;
  await withRows(tx, SETTLEMENT_RECORD, [rows], async (relation, columns) => {
    const placed = placedRows(relation, columns, places);
    const fields = columns.filter((column) => column !== 'page' && column !== 'idx');
    await tx.run(
      `INSERT INTO settlement (run_id, page, idx, ${fields.join(', ')}) SELECT * FROM (${placed.sql}) ORDER BY page, idx`,
      placed.parameters,
    );
  });
}
