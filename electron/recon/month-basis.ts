/** What a reconciliation of a month reads: its newest finished run of settlements and its current extracts. */
import { TieoutError } from '../../shared/errors.ts';
import type { Month } from '../../shared/month.ts';
import type { Reader } from '../workspace/transaction.ts';

export interface MonthBasis {
  readonly runId: string;
  readonly importIds: readonly string[];
}

/**
 * @param source null: of any.
 * @throws TieoutError `nothing-to-do` where the month has no finished sync or no ledger extract.
 */
export async function monthBasis(reader: Reader, month: Month, source: string | null): Promise<MonthBasis> {
  const run = await reader.row(
    `SELECT run_id FROM run_state
     WHERE month = ? AND resource = 'settlements' AND outcome = 'done' AND (?::VARCHAR IS NULL OR source = ?)
     ORDER BY seq DESC LIMIT 1`,
    [month, source, source],
  );
  if (!run) {
    throw new TieoutError(
      'nothing-to-do',
      `${month} has no finished sync of settlements; run the sync first.`,
      { month },
    );
  }
  const imports = await reader.rows(
    'SELECT import_id FROM ledger_import_current WHERE month = ? ORDER BY file_name',
    [month],
  );
  if (imports.length === 0) {
    throw new TieoutError('nothing-to-do', `${month} has no ledger extract; import one first.`, { month });
  }
  return { runId: run.text('run_id'), importIds: imports.map((row) => row.text('import_id')) };
}
