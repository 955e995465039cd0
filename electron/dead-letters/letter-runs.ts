/** The runs whose dead letters are looked at where no run is named: of each source and resource the one that counts. */
import type { Month } from '../../shared/month.ts';
import type { Reader } from '../workspace/transaction.ts';

/**
 * Of each source and resource of a month the newest finished run, which reconciliations read; where none has finished,
 * the newest. @param month null: of every month.
 */
export async function countingRuns(reader: Reader, month: Month | null): Promise<readonly string[]> {
  const rows = await reader.rows(
    `SELECT run_id FROM run_state WHERE ?::VARCHAR IS NULL OR month = ?
     QUALIFY row_number() OVER (
       PARTITION BY source, month, resource ORDER BY outcome IS NOT DISTINCT FROM 'done' DESC, seq DESC) = 1
     ORDER BY month, seq`,
    [month, month],
  );
  return rows.map((row) => row.text('run_id'));
}
