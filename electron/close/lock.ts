/** A month that was approved is locked: whatever would change it asks here first, in its own transaction. */
import { TieoutError } from '../../shared/errors.ts';
import type { Reader } from '../workspace/transaction.ts';

/** @throws TieoutError `month-locked`, naming who locked it and when. */
export async function assertOpen(reader: Reader, month: string): Promise<void> {
  const row = await reader.row(
    `SELECT actor, occurred_at FROM close_standing WHERE month = ? AND act = 'approved'`,
    [month],
  );
  if (!row) return;
  const [by, since] = [row.text('actor'), row.text('occurred_at')];
  throw new TieoutError(
    'month-locked',
    `${month} is locked: ${by} approved its close on ${since}; reopen it with tieout close reopen --month ${month} --reason TEXT before anything in it changes.`,
    { month, locked_by: by, locked_at: since },
  );
}

/** Of the months of some runs. @throws TieoutError `month-locked`. */
export async function assertRunsOpen(reader: Reader, runIds: readonly string[]): Promise<void> {
  const rows = await reader.rows(
    `SELECT DISTINCT month FROM run WHERE run_id IN (${runIds.map(() => '?').join(', ') || 'NULL'}) ORDER BY month`,
    runIds,
  );
  for (const row of rows) await assertOpen(reader, row.text('month'));
}
