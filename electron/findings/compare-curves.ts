/**
 * What the curves and tolerances that are known now would change in a run that was checked with earlier ones. Nothing
 * of it is kept: a run is never graded again.
 */
import { TieoutError } from '../../shared/errors.ts';
import type { CurveChange, CurveComparison, FindingChange, PinnedCurve } from '../../shared/views.ts';
import { type Clock, isoTime } from '../clock.ts';
import { checkedRun } from '../curves/list-curves.ts';
import { sealRuns } from '../curves/snapshots.ts';
import type { Row } from '../workspace/row.ts';
import { instantText } from '../workspace/stored-types.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { PageChecks } from './check-pages.ts';
import { type CheckTables, checkTables, prepareTables } from './check-tables.ts';
import { choosePins } from './pins.ts';

export interface CompareParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
}

export interface CompareRequest {
  readonly month: string;
  /** Null: the newest finished run of any source. */
  readonly source: string | null;
  /** Changes to list, at most; all are counted. */
  readonly limit: number;
  /** Ends it between two of its steps. */
  readonly signal?: AbortSignal;
}

/** Curves of which the pinned snapshots or the tolerance are not those of now. */
function changedCurves({ pin }: CheckTables): string {
  const side = (relation: string) => `
    SELECT curve_id, string_agg(sha256 || ' ' || absolute || ' ' || percent, ',' ORDER BY position) AS print,
      max(as_of) AS as_of, arg_max(sha256, position) AS sha256, count(*) AS snapshots,
      any_value(absolute) AS absolute, any_value(percent) AS percent
    FROM ${relation} GROUP BY curve_id`;
  const columns = (prefix: 'o' | 'n') =>
    `${instantText(`${prefix}.as_of`)} AS ${prefix}_as_of, ${prefix}.sha256 AS ${prefix}_sha256,
     ${prefix}.snapshots AS ${prefix}_snapshots, ${prefix}.absolute AS ${prefix}_absolute, ${prefix}.percent AS ${prefix}_percent`;
  return `
    WITH o AS (${side("(SELECT * FROM run_pin WHERE run_id = $1 AND kind = 'curve')")}),
    n AS (${side(`(SELECT * FROM temp.${pin} WHERE kind = 'curve')`)})
    SELECT coalesce(o.curve_id, n.curve_id) AS curve_id, ${columns('o')}, ${columns('n')}
    FROM o FULL JOIN n ON n.curve_id = o.curve_id
    WHERE o.print IS DISTINCT FROM n.print
    ORDER BY 1`;
}

/** Findings of curves, one a settlement's place, code and field, as they were and as they would be. */
function changedFindings(target: string): string {
  return `
    WITH o AS (SELECT * FROM finding WHERE run_id = $1 AND starts_with(code, 'CURVE_')),
    n AS (SELECT * FROM temp.${target})
    SELECT s.settlement_id, s.version, s.trade_id, s.curve_id, s.timezone, s.page, s.idx,
      ${instantText('s.delivery_start')} AS delivery_start, ${instantText('s.delivery_end')} AS delivery_end,
      coalesce(o.code, n.code) AS code, coalesce(n.found, o.found) AS found,
      o.expected AS before_expected, n.expected AS after_expected,
      CASE WHEN o.code IS NULL THEN 'appears' WHEN n.code IS NULL THEN 'goes' ELSE 'moves' END AS change
    FROM o FULL JOIN n ON n.page = o.page AND n.idx = o.idx AND n.code = o.code AND n.field = o.field
    JOIN settlement s ON s.run_id = $1 AND s.page = coalesce(o.page, n.page) AND s.idx = coalesce(o.idx, n.idx)
    WHERE (o.code IS NULL OR n.code IS NULL OR o.expected <> n.expected OR o.found <> n.found)
      AND NOT EXISTS (
        SELECT 1 FROM settlement h
        WHERE h.run_id = $1 AND h.settlement_id = s.settlement_id AND h.version > s.version)`;
}

function pinnedOf(row: Row, prefix: 'o' | 'n'): PinnedCurve | null {
  const sha256 = row.sha256OrNull(`${prefix}_sha256`);
  const asOf = row.textOrNull(`${prefix}_as_of`);
  if (sha256 === null || asOf === null) return null;
  return {
    asOf,
    sha256,
    snapshots: row.int(`${prefix}_snapshots`),
    absolute: row.decimal(`${prefix}_absolute`),
    percent: row.decimal(`${prefix}_percent`),
  };
}

function curveChange(row: Row): CurveChange {
  return { curveId: row.text('curve_id'), before: pinnedOf(row, 'o'), after: pinnedOf(row, 'n') };
}

const CHANGES = ['appears', 'goes', 'moves'] as const;

function changeOf(text: string): FindingChange['change'] {
  const change = CHANGES.find((name) => name === text);
  if (change) return change;
  throw new TieoutError('internal', `The change ${text} is unknown; this is a defect.`);
}

function findingChange(row: Row): FindingChange {
  return {
    change: changeOf(row.text('change')),
    code: row.text('code'),
    settlementId: row.text('settlement_id'),
    version: row.int('version'),
    tradeId: row.text('trade_id'),
    curveId: row.textOrNull('curve_id'),
    timezone: row.text('timezone'),
    deliveryStart: row.text('delivery_start'),
    deliveryEnd: row.text('delivery_end'),
    found: row.text('found'),
    before: row.textOrNull('before_expected'),
    after: row.textOrNull('after_expected'),
  };
}

async function compared(
  tx: Transaction,
  run: { readonly runId: string; readonly source: string; readonly month: string },
  { limit, signal }: Pick<CompareRequest, 'limit' | 'signal'>,
): Promise<Omit<CurveComparison, 'runId' | 'month'>> {
  const tables = checkTables(run.runId, 'compare');
  await choosePins(tx, tables, run);
  await tx.run(`DELETE FROM temp.${tables.pin} WHERE kind <> 'curve'`);
  const curves = (await tx.rows(changedCurves(tables), [run.runId])).map(curveChange);
  const pinned = await tx.row('SELECT 1 AS found FROM run_pin WHERE run_id = ? LIMIT 1', [run.runId]);
  const wasChecked = pinned !== null;
  if (curves.length === 0) return { wasChecked, curves, appears: 0, goes: 0, moves: 0, changes: [] };
  signal?.throwIfAborted();
  const target = `check_found_${tables.pin}`;
  await tx.run(`CREATE TEMP TABLE ${target} AS SELECT * FROM finding LIMIT 0`);
  const prepared = await prepareTables(tx, tables);
  await new PageChecks(prepared).checkRun(tx, run.runId, `temp.${target}`);
  signal?.throwIfAborted();
  const counts = await tx.rows(
    `SELECT change, count(*) AS n FROM (${changedFindings(target)}) GROUP BY change`,
    [run.runId],
  );
  const count = (change: string): number =>
    counts.find((row) => row.text('change') === change)?.int('n') ?? 0;
  const rows = await tx.rows(
    `SELECT * FROM (${changedFindings(target)}) ORDER BY page, idx, code LIMIT ${limit}`,
    [run.runId],
  );
  return {
    wasChecked,
    curves,
    appears: count('appears'),
    goes: count('goes'),
    moves: count('moves'),
    changes: rows.map(findingChange),
  };
}

/** @throws TieoutError `nothing-to-do` where the month has no run of settlements. */
export async function compareCurves(parts: CompareParts, request: CompareRequest): Promise<CurveComparison> {
  const { database } = parts.workspace;
  const { month } = request;
  const { runId, source } = await checkedRun(database, month, request.source);
  if (runId === null) {
    throw new TieoutError(
      'nothing-to-do',
      `${month} has no sync of settlements that later curves could change; run the sync first.`,
      { month },
    );
  }
  const at = isoTime(parts.clock.now());
  await database.transaction((tx) => sealRuns(tx, { at, actor: parts.actor }));
  const result = await database.scratch(
    (tx) => compared(tx, { runId, source, month }, request),
    request.signal,
  );
  return { month, runId, ...result };
}
