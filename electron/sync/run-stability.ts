/**
 * Whether the vendor's listing held still while it was read (network.md, "Pages"): a record key that lies on two pages,
 * or a first page that is another by the end, means that records may be missing or doubled.
 */
import type { Database } from '../workspace/database.ts';

export interface DoubledKeys {
  readonly count: number;
  /** The first few: key and pages. */
  readonly examples: readonly string[];
}

const SHOWN = 5;

/**
 * Keys that lie on more than one page of a run: a settlement's id and version; of records that were not typed, the
 * record itself. Grouped by their hashes first, because a million keys as text would take a hundred megabytes.
 */
const DOUBLED = `
  WITH keyed AS (
    SELECT hash(settlement_id || ' version ' || version) AS key_hash, page FROM settlement WHERE run_id = $1
    UNION ALL
    SELECT hash(record), page FROM resource_record WHERE run_id = $1
    UNION ALL
    SELECT hash(raw), page FROM dead_letter WHERE run_id = $1
  ), suspect AS (
    SELECT key_hash FROM keyed GROUP BY key_hash HAVING min(page) < max(page)
  ), again AS (
    SELECT settlement_id || ' version ' || version AS record_key, page FROM settlement
    WHERE run_id = $1 AND hash(settlement_id || ' version ' || version) IN (SELECT key_hash FROM suspect)
    UNION ALL
    SELECT record, page FROM resource_record
    WHERE run_id = $1 AND hash(record) IN (SELECT key_hash FROM suspect)
    UNION ALL
    SELECT raw, page FROM dead_letter WHERE run_id = $1 AND hash(raw) IN (SELECT key_hash FROM suspect)
  ), doubled AS (
    SELECT left(record_key, 80) AS record_key, min(page) AS first_page, max(page) AS last_page
    FROM again GROUP BY again.record_key HAVING min(page) < max(page)
  )
  SELECT record_key, first_page, last_page, count(*) OVER () AS doubled
  FROM doubled ORDER BY first_page, last_page, record_key LIMIT ${SHOWN}`;

/** @returns null where every key lies on one page. */
export async function doubledKeys(database: Database, runId: string): Promise<DoubledKeys | null> {
  const rows = await database.rows(DOUBLED, [runId]);
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
