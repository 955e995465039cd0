/** Why settlements are pending, counted. */
import { PENDING_REASONS, type PendingReason } from '../../shared/recon.ts';
import type { Reader } from '../workspace/transaction.ts';

export async function pendingReasons(
  reader: Reader,
  reconId: string,
): Promise<Readonly<Partial<Record<PendingReason, number>>>> {
  const rows = await reader.rows(
    `SELECT reason, count(*) AS n FROM recon_judged WHERE recon_id = ? AND state = 'pending' GROUP BY reason`,
    [reconId],
  );
  const counts: Partial<Record<PendingReason, number>> = {};
  for (const reason of PENDING_REASONS) {
    const n = rows.find((row) => row.textOrNull('reason') === reason)?.int('n') ?? 0;
    if (n > 0) counts[reason] = n;
  }
  return counts;
}
