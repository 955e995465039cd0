/** A month's snapshots of curves as the Month screen shows them, by window. */
import type { CurveSnapshotRow, RowWindow } from '../../shared/views.ts';
import { CURVE_SNAPSHOTS, checkedRun, curveSnapshotRow, SNAPSHOT_ORDER } from '../curves/list-curves.ts';
import type { Database } from '../workspace/database.ts';
import type { WindowAsked } from './windows.ts';

export interface CurvesAsked extends WindowAsked {
  readonly month: string;
  readonly connection: string | null;
  /** Snapshots that this run is pinned to are marked; null: of the month's newest finished one. */
  readonly runId: string | null;
}

export async function curvesWindow(
  database: Database,
  { month, connection, runId, offset, limit }: CurvesAsked,
): Promise<RowWindow<CurveSnapshotRow>> {
  const run = await checkedRun(database, month, connection);
  const parameters = [month, run.source, runId ?? run.runId];
  const rows = await database.rows(
    `${CURVE_SNAPSHOTS} ${SNAPSHOT_ORDER} LIMIT ${limit} OFFSET ${offset}`,
    parameters,
  );
  const counted = await database.row(`SELECT count(*) AS n FROM (${CURVE_SNAPSHOTS})`, parameters);
  return { offset, total: counted?.int('n') ?? 0, rows: rows.map(curveSnapshotRow) };
}
