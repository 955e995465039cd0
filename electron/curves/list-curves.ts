/** A month's snapshots of curves, with what the current run was pinned to and what a run that began now would be. */
import type { CurveSnapshotRow } from '../../shared/views.ts';
import type { Row } from '../workspace/row.ts';
import { instantText } from '../workspace/stored-types.ts';
import type { Reader } from '../workspace/transaction.ts';
import { POINT_ORDER } from './snapshot-hash.ts';
import { CHOSEN_SNAPSHOTS } from './snapshots.ts';
import { TOLERANCE_COLUMNS } from './tolerances.ts';

/** $1: month, $2: source, $3: run id (null: none). Add conditions on `s` with WHERE, then the order. */
export const CURVE_SNAPSHOTS = `
  WITH chosen AS (${CHOSEN_SNAPSHOTS}),
  known AS (
    SELECT s.*, 'import' AS origin, i.file_name AS source_name, i.imported_at AS came_at
    FROM curve_snapshot s JOIN curve_import i ON i.import_id = s.source_id WHERE i.month = $1
    UNION ALL
    SELECT s.*, 'sync', coalesce(r.connection, r.base_url), r.started_at
    FROM curve_snapshot s JOIN run r ON r.run_id = s.source_id WHERE r.month = $1
  )
  SELECT s.source_id, s.origin, s.source_name, s.came_at, s.curve_id, s.points, s.sha256, ${instantText('s.as_of')} AS as_of,
    ${instantText('s.delivery_start')} AS delivery_start, ${instantText('s.delivery_end')} AS delivery_end,
    ${TOLERANCE_COLUMNS}, l.absolute IS NULL AS by_default,
    EXISTS (SELECT 1 FROM chosen c
      WHERE c.source_id = s.source_id AND c.curve_id = s.curve_id AND c.as_of = s.as_of) AS is_chosen,
    EXISTS (SELECT 1 FROM run_pin p WHERE p.run_id = $3 AND p.source_id = s.source_id AND p.curve_id = s.curve_id
      AND p.as_of = s.as_of) AS is_pinned
  FROM known s LEFT JOIN curve_tolerance l ON l.curve_id = s.curve_id`;

/** Newest first within a curve. */
export const SNAPSHOT_ORDER = 'ORDER BY s.curve_id, s.as_of DESC, s.seq DESC';

export function curveSnapshotRow(row: Row): CurveSnapshotRow {
  return {
    sourceId: row.text('source_id'),
    sourceName: row.text('source_name'),
    origin: row.text('origin') === 'import' ? 'import' : 'sync',
    curveId: row.text('curve_id'),
    asOf: row.text('as_of'),
    points: row.int('points'),
    deliveryStart: row.text('delivery_start'),
    deliveryEnd: row.text('delivery_end'),
    sha256: row.sha256('sha256'),
    knownAt: row.text('came_at'),
    pinned: row.bool('is_pinned'),
    chosen: row.bool('is_chosen'),
    absolute: row.decimal('absolute'),
    percent: row.decimal('percent'),
    toleranceIsDefault: row.bool('by_default'),
  };
}

export interface CheckedRunOfMonth {
  readonly runId: string | null;
  readonly source: string;
}

/**
 * The run of settlements that a month's findings are of: the newest finished one, else the newest. @param source null:
 * of any source. @returns with no run, the source that was asked for.
 */
export async function checkedRun(
  reader: Reader,
  month: string,
  source: string | null,
): Promise<CheckedRunOfMonth> {
  const row = await reader.row(
    `SELECT run_id, source FROM run_state
     WHERE month = $1 AND resource = 'settlements' AND ($2::VARCHAR IS NULL OR source = $2)
     ORDER BY outcome IS NOT DISTINCT FROM 'done' DESC, seq DESC LIMIT 1`,
    [month, source],
  );
  return { runId: row?.text('run_id') ?? null, source: row?.text('source') ?? source ?? '' };
}

/** Points of one snapshot in the order of its hash. Bound: source id, curve id, as-of as RFC 3339. */
export const SNAPSHOT_POINTS = `
  SELECT ${instantText('delivery_start')} AS start_at, ${instantText('delivery_end')} AS end_at, price_text, price_uom,
    currency
  FROM curve_point WHERE run_id = ? AND curve_id = ? AND as_of = ?::TIMESTAMP
  ORDER BY ${POINT_ORDER}`;
