/** Findings of a run as the Month screen shows them, by window. */
import type { FindingCode, FindingCounts } from '../../shared/findings.ts';
import type { FindingRow, RowWindow } from '../../shared/views.ts';
import { CURRENT_FINDINGS, countFindings, FINDING_ORDER, findingRow } from '../findings/list.ts';
import type { Database } from '../workspace/database.ts';
import { likePattern, searched, type WindowAsked } from './windows.ts';

export interface FindingsAsked extends WindowAsked {
  readonly runId: string;
  /** Null: of every kind. */
  readonly code: FindingCode | null;
  readonly search: string;
}

const SEARCHED = ['f.settlement_id', 's.trade_id', 's.counterparty', 's.location', 's.curve_id'];

export async function findingsWindow(
  database: Database,
  { runId, code, search, offset, limit }: FindingsAsked,
): Promise<RowWindow<FindingRow>> {
  const pattern = likePattern(search);
  const found = search.trim() === '' ? '' : ` AND ${searched(SEARCHED)}`;
  const where = `${CURRENT_FINDINGS} AND ($2::VARCHAR IS NULL OR f.code = $2)${found.replaceAll('?', '$3')}`;
  const parameters = found === '' ? [runId, code] : [runId, code, pattern];
  const rows = await database.rows(`${where} ${FINDING_ORDER} LIMIT ${limit} OFFSET ${offset}`, parameters);
  const counted = await database.row(`SELECT count(*) AS n FROM (${where})`, parameters);
  return { offset, total: counted?.int('n') ?? 0, rows: rows.map(findingRow) };
}

/** Counts by code, and whether the run was checked at all. */
export async function findingsSummary(
  database: Database,
  runId: string,
): Promise<{ readonly checked: boolean; readonly counts: FindingCounts }> {
  const pinned = await database.row('SELECT 1 AS found FROM run_pin WHERE run_id = ? LIMIT 1', [runId]);
  return { checked: pinned !== null, counts: await countFindings(database, runId) };
}
