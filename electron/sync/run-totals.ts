/** What a finished run amounts to: its hash, its counts, and what changed against the run before. */
import { createHash } from 'node:crypto';
import { sha256Of } from '../../shared/digest.ts';
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';
import type { Database } from '../workspace/database.ts';
import type { RunKey, RunTotals } from './run-store.ts';

/** Decimals by value where the engine holds it, else by their digits. */
const DECIMALS = ['volume', 'price', 'amount'] as const;

/** Everything that makes a settlement what it is, but the version and the time of its last change. */
const COMPARED = SETTLEMENT_FIELDS.filter(
  (field) => !['settlement_id', 'version', 'updated_at', ...DECIMALS].includes(field),
);

const DIFFERS = [
  ...COMPARED.map((column) => `n.${column} IS DISTINCT FROM o.${column}`),
  ...DECIMALS.map(
    (column) =>
      `(n.${column}_text IS DISTINCT FROM o.${column}_text AND (n.${column} IS NULL OR o.${column} IS NULL OR n.${column} <> o.${column}))`,
  ),
].join(' OR ');

/** The highest version of each settlement of a run, once; the first placed where it came twice. Bound: run id. */
export const CURRENT_SETTLEMENTS = `
  SELECT * FROM settlement WHERE run_id = ?
  QUALIFY row_number() OVER (PARTITION BY settlement_id ORDER BY version DESC, page, idx) = 1`;

/** SHA-256 over the page hashes in page order, each followed by a newline (design: "Hashes"). */
export function runSha256(pageHashes: Iterable<string>): ReturnType<typeof sha256Of> {
  const hash = createHash('sha256');
  for (const page of pageHashes) hash.update(`${page}\n`);
  return sha256Of(hash.digest('hex'));
}

/**
 * Changes are counted by business key: a settlement whose values differ, not one whose version alone was raised; a
 * first run has only added ones.
 */
export async function runTotals(database: Database, runId: string, key: RunKey): Promise<RunTotals> {
  const pages = await database.rows(
    'SELECT page_sha256, records, rejected FROM page WHERE run_id = ? ORDER BY page',
    [runId],
  );
  const before = await database.row(
    `SELECT run_id FROM run_state WHERE source = ? AND month = ? AND resource = ? AND outcome = 'done' AND run_id <> ?
     ORDER BY seq DESC LIMIT 1`,
    [key.source, key.month, key.resource, runId],
  );
  const changes = await database.row(
    `WITH n AS (${CURRENT_SETTLEMENTS}), o AS (${CURRENT_SETTLEMENTS})
     SELECT
       count(*) FILTER (WHERE o.settlement_id IS NULL) AS added,
       count(*) FILTER (WHERE n.settlement_id IS NULL) AS removed,
       count(*) FILTER (WHERE n.settlement_id IS NOT NULL AND o.settlement_id IS NOT NULL AND (${DIFFERS})) AS changed
     FROM n FULL JOIN o ON n.settlement_id = o.settlement_id`,
    [runId, before?.text('run_id') ?? ''],
  );
  return {
    pages: pages.length,
    records: pages.reduce((total, page) => total + page.int('records'), 0),
    rejected: pages.reduce((total, page) => total + page.int('rejected'), 0),
    added: changes?.int('added') ?? 0,
    changed: changes?.int('changed') ?? 0,
    removed: changes?.int('removed') ?? 0,
    runSha256: runSha256(pages.map((page) => page.text('page_sha256'))),
  };
}
