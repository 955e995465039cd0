/**
 * A retried letter becomes a settlement of a run that a reconciliation may have read before: what was known then is what
 * lay in the table then.
 */
import type { Parameter, Reader } from '../workspace/transaction.ts';

export interface Relation {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/**
 * The settlements of a run as they were known at an event of the audit chain, each with `row_no`, by which the engine finds
 * it again within the transaction.
 * @param knownUntil the event's number; null: as they are known now.
 */
export async function knownSettlements(
  reader: Reader,
  runId: string,
  knownUntil: number | null,
): Promise<Relation> {
  const all = { sql: 'SELECT *, rowid AS row_no FROM settlement WHERE run_id = ?', parameters: [runId] };
  if (knownUntil === null) return all;
  const later = await reader.row(
    `SELECT seq FROM dead_letter_event WHERE run_id = ? AND act = 'retried' AND seq > ? LIMIT 1`,
    [runId, knownUntil],
  );
  // Hardly ever is there one: the table alone is read half as fast again.
  if (!later) return all;
  return {
    sql: `SELECT s.*, s.rowid AS row_no FROM settlement s
      ANTI JOIN (SELECT page, idx FROM dead_letter_event WHERE run_id = ? AND act = 'retried' AND seq > ?) e
        ON e.page = s.page AND e.idx = s.idx
      WHERE s.run_id = ?`,
    parameters: [runId, knownUntil, runId],
  };
}
