/**
 * Whether the vendor's listing held still while it was read (network.md, "Pages"): a record key that lies on two pages,
 * or a first page that is another by the end, means that records may be missing or doubled.
 */
import type { Resource } from '../../shared/resource.ts';
import { RECORD_SCHEMAS } from '../ingest/record-schema.ts';
import type { Database } from '../workspace/database.ts';

export interface DoubledKeys {
  readonly count: number;
  /** The first few: key and pages. */
  readonly examples: readonly string[];
}

const SHOWN = 5;

/** What tells one record from another, by resource. */
const RECORD_KEYS: Readonly<Record<Resource, string>> = {
  settlements: `settlement_id || ' version ' || version`,
  trades: `trade_id || ' leg ' || deal_leg || ' version ' || version`,
  curves: `curve_id || ' as of ' || as_of || ' for ' || delivery_start`,
};

/**
 * Keys that lie on more than one page of a run; of a dead letter, the record itself. Grouped by their hashes first,
 * because a million keys as text would take a hundred megabytes. $1: run id.
 */
function doubledSql(resource: Resource): string {
  const { table } = RECORD_SCHEMAS[resource];
  const key = RECORD_KEYS[resource];
  return `
  WITH keyed AS (
    SELECT hash(${key}) AS key_hash, page FROM ${table} WHERE run_id = $1
    UNION ALL
    SELECT hash(raw), page FROM dead_letter WHERE run_id = $1
  ), suspect AS (
    SELECT key_hash FROM keyed GROUP BY key_hash HAVING min(page) < max(page)
  ), again AS (
    SELECT ${key} AS record_key, page FROM ${table}
    WHERE run_id = $1 AND hash(${key}) IN (SELECT key_hash FROM suspect)
    UNION ALL
    SELECT raw, page FROM dead_letter WHERE run_id = $1 AND hash(raw) IN (SELECT key_hash FROM suspect)
  ), doubled AS (
    SELECT left(record_key, 80) AS record_key, min(page) AS first_page, max(page) AS last_page
    FROM again GROUP BY again.record_key HAVING min(page) < max(page)
  )
  SELECT record_key, first_page, last_page, count(*) OVER () AS doubled
  FROM doubled ORDER BY first_page, last_page, record_key LIMIT ${SHOWN}`;
}

/** @returns null where every key lies on one page. */
export async function doubledKeys(
  database: Database,
  runId: string,
  resource: Resource,
): Promise<DoubledKeys | null> {
  const rows = await database.rows(doubledSql(resource), [runId]);
  const first = rows[0];
  if (!first) return null;
  return {
    count: first.int('doubled'),
    examples: rows.map(
      (row) => `${row.text('record_key')} (pages ${row.int('first_page')} and ${row.int('last_page')})`,
    ),
  };
}

/** The hash that the run's first page was committed with; null where it has not more than one page. */
export async function firstPageHash(database: Database, runId: string): Promise<string | null> {
  const row = await database.row(
    `SELECT arg_min(page_sha256, page) AS first, count(*) AS pages FROM page WHERE run_id = ?`,
    [runId],
  );
  return row && row.int('pages') > 1 ? row.text('first') : null;
}
