/** What became of a run's records: committed, open, retried, discarded. */
import type { LetterCounts } from '../../shared/dead-letters.ts';
import type { Reader } from '../workspace/transaction.ts';

/** Of a run as a reconciliation read it. */
export interface KnownCounts extends LetterCounts {
  /** Retried only after it: still dead to it. */
  readonly retriedSince: number;
}

/**
 * @param knownUntil a place in the audit chain: a letter that was retried after it counts as open. Null: as it stands
 * now. Discards are always those of now: they say why a record is not there, and change no total.
 */
export async function letterCounts(
  reader: Reader,
  runId: string,
  knownUntil: number | null = null,
): Promise<KnownCounts> {
  const row = await reader.row('SELECT * FROM dead_letter_count WHERE run_id = ?', [runId]);
  const since =
    knownUntil === null
      ? null
      : await reader.row(
          `SELECT count(*) AS n FROM dead_letter_event WHERE run_id = ? AND act = 'retried' AND seq > ?`,
          [runId, knownUntil],
        );
  const retriedSince = since?.int('n') ?? 0;
  return {
    received: row?.int('received') ?? 0,
    rejected: row?.int('rejected') ?? 0,
    committed: (row?.int('committed') ?? 0) - retriedSince,
    open: (row?.int('open') ?? 0) + retriedSince,
    retried: (row?.int('retried') ?? 0) - retriedSince,
    discarded: row?.int('discarded') ?? 0,
    retriedSince,
  };
}
