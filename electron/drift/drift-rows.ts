/** Findings as they are shown: of the newest finished run of each source and resource, with what was decided of them. */
import {
  DRIFT_KINDS,
  DRIFT_SEVERITIES,
  DRIFT_STATES,
  type DriftRow,
  type DriftSeverity,
  type DriftSummary,
} from '../../shared/drift.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { RowWindow } from '../../shared/views.ts';
import type { Row } from '../workspace/row.ts';
import type { Parameter, Reader } from '../workspace/transaction.ts';
import { baselines } from './baseline.ts';

/** Which findings; what is null is not asked for. */
export interface DriftFilter {
  /** One run; else the newest that ended well of each source and resource, in the month where one is named. */
  readonly runId: string | null;
  readonly source: string | null;
  readonly resource: string | null;
  readonly month: string | null;
}

export const ALL_DRIFT: DriftFilter = { runId: null, source: null, resource: null, month: null };

interface Where {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

function runsOf({ runId, source, resource, month }: DriftFilter): Where {
  const parameters = [source, source, resource, resource, month, month, runId, runId, runId];
  return {
    sql: `SELECT run_id, seq, source, resource, month, started_at FROM run_state
      WHERE outcome = 'done' AND (?::VARCHAR IS NULL OR source = ?) AND (?::VARCHAR IS NULL OR resource = ?)
        AND (?::VARCHAR IS NULL OR month = ?) AND (?::VARCHAR IS NULL OR run_id = ?)
      QUALIFY ?::VARCHAR IS NOT NULL OR row_number() OVER (PARTITION BY source, resource ORDER BY seq DESC) = 1`,
    parameters,
  };
}

function oneOf<Name extends string>(names: readonly Name[], text: string): Name {
  const name = names.find((each) => each === text);
  if (name === undefined) throw new TieoutError('internal', `"${text}" is none of ${names.join(', ')}.`);
  return name;
}

function driftRow(row: Row): DriftRow {
  return {
    runId: row.text('run_id'),
    month: row.text('month'),
    source: row.text('source'),
    resource: row.text('resource'),
    position: row.int('position'),
    field: row.text('field'),
    kind: oneOf(DRIFT_KINDS, row.text('kind')),
    aspect: row.text('aspect'),
    severity: oneOf(DRIFT_SEVERITIES, row.text('severity')),
    expected: row.text('expected'),
    seen: row.text('seen'),
    count: row.int('records'),
    firstPage: row.intOrNull('first_page'),
    firstIndex: row.intOrNull('first_index'),
    sample: row.textOrNull('sample'),
    state: oneOf(DRIFT_STATES, row.text('state')),
    decidedAt: row.textOrNull('decided_at'),
    decidedBy: row.textOrNull('decided_by'),
    note: row.textOrNull('note'),
  };
}

/** @param window of the rows in their order; all of them where it is absent. */
export async function driftRows(
  database: Reader,
  filter: DriftFilter,
  window?: { readonly offset: number; readonly limit: number },
): Promise<readonly DriftRow[]> {
  const runs = runsOf(filter);
  const rows = await database.rows(
    `SELECT d.* FROM drift_state d JOIN (${runs.sql}) r ON r.run_id = d.run_id
     ORDER BY r.seq DESC, d.position LIMIT ?::BIGINT OFFSET ?`,
    [...runs.parameters, window?.limit ?? null, window?.offset ?? 0],
  );
  return rows.map(driftRow);
}

/** The rows of a screen. */
export async function driftWindow(
  database: Reader,
  filter: DriftFilter,
  window: { readonly offset: number; readonly limit: number },
): Promise<RowWindow<DriftRow>> {
  const { total } = await driftCounts(database, filter);
  return { offset: window.offset, total, rows: await driftRows(database, filter, window) };
}

/** What the accepted schemas are, of all sources where none is named, and what is open. */
export async function driftSummary(database: Reader, filter: DriftFilter): Promise<DriftSummary> {
  const { total, open } = await driftCounts(database, filter);
  const schemas = await baselines(database, filter.source, null);
  return {
    total,
    open,
    schemas: schemas.map(({ resource, members, changedAt, actor, note }) => ({
      resource,
      members: members.length,
      changedAt,
      changedBy: actor,
      note,
    })),
  };
}

interface DriftCounts {
  readonly total: number;
  /** Not decided yet. */
  readonly open: Readonly<Record<DriftSeverity, number>>;
  /** Runs that were asked for, and whether there is any. */
  readonly runs: number;
}

export async function driftCounts(database: Reader, filter: DriftFilter): Promise<DriftCounts> {
  const runs = runsOf(filter);
  const row = await database.row(
    `SELECT count(d.run_id) AS total, count(DISTINCT r.run_id) AS runs,
       count(*) FILTER (WHERE d.state = 'open' AND d.severity = 'breaking') AS breaking,
       count(*) FILTER (WHERE d.state = 'open' AND d.severity = 'warning') AS warning,
       count(*) FILTER (WHERE d.state = 'open' AND d.severity = 'info') AS info
     FROM (${runs.sql}) r LEFT JOIN drift_state d ON r.run_id = d.run_id`,
    runs.parameters,
  );
  return {
    total: row?.int('total') ?? 0,
    runs: row?.int('runs') ?? 0,
    open: {
      breaking: row?.int('breaking') ?? 0,
      warning: row?.int('warning') ?? 0,
      info: row?.int('info') ?? 0,
    },
  };
}
