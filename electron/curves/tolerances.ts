/** How far a settled price may be off its curve, set by curve and kept as events. */
import { DEFAULT_TOLERANCE, type Tolerance } from '../../shared/curves.ts';
import { decimal } from '../../shared/decimal.ts';
import { type Clock, isoTime } from '../clock.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Reader } from '../workspace/transaction.ts';
import type { Workspace } from '../workspace/workspace.ts';

export interface ToleranceParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
}

export interface ToleranceSet {
  readonly curveId: string;
  readonly tolerance: Tolerance;
  /** Null where it is the default. */
  readonly setAt: string | null;
  readonly actor: string | null;
  /** True where a snapshot of the curve is in the workspace. */
  readonly known: boolean;
}

/** SQL of the two parts for a relation left-joined with `curve_tolerance` as `l`. */
export const TOLERANCE_COLUMNS = `coalesce(l.absolute, '${DEFAULT_TOLERANCE.absolute}') AS absolute,
    coalesce(l.percent, '${DEFAULT_TOLERANCE.percent}') AS percent`;

export async function readTolerance(reader: Reader, curveId: string): Promise<ToleranceSet> {
  const row = await reader.row('SELECT * FROM curve_tolerance WHERE curve_id = ?', [curveId]);
  const point = await reader.row('SELECT 1 AS found FROM curve_snapshot WHERE curve_id = ? LIMIT 1', [
    curveId,
  ]);
  return {
    curveId,
    tolerance: row
      ? { absolute: decimal(row.text('absolute')), percent: decimal(row.text('percent')) }
      : DEFAULT_TOLERANCE,
    setAt: row?.text('changed_at') ?? null,
    actor: row?.text('actor') ?? null,
    known: point !== null,
  };
}

/**
 * Runs that are checked from now on use it; finished ones keep theirs.
 * @param tolerance null goes back to the default.
 */
export async function setTolerance(
  parts: ToleranceParts,
  curveId: string,
  tolerance: Tolerance | null,
): Promise<ToleranceSet> {
  const at = isoTime(parts.clock.now());
  const absolute = tolerance?.absolute ?? null;
  const percent = tolerance?.percent ?? null;
  return parts.workspace.database.transaction(async (tx) => {
    const seq = await appendAudit(tx, {
      at,
      actor: parts.actor,
      type: 'curves.tolerance',
      payload: { curve_id: curveId, absolute, percent },
    });
    await tx.run('INSERT INTO curve_tolerance_event VALUES (?, ?, ?, ?, ?, ?)', [
      seq,
      at,
      parts.actor,
      curveId,
      absolute,
      percent,
    ]);
    return readTolerance(tx, curveId);
  });
}
