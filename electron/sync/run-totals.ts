/** What a finished run amounts to: its hash, its counts, and what changed against the run before. */
import { createHash } from 'node:crypto';
import { sha256Of } from '../../shared/digest.ts';
import type { Resource } from '../../shared/resource.ts';
import { RECORD_SCHEMAS } from '../ingest/record-schema.ts';
import type { Database } from '../workspace/database.ts';
import type { RunKey, RunTotals } from './run-store.ts';

/** What a record is the same by from run to run, and what is no change of it: raised without one, or told of it. */
const IDENTITY: Readonly<
  Record<Resource, { readonly key: readonly string[]; readonly unheeded: readonly string[] }>
> = {
  settlements: {
    key: ['settlement_id'],
    // Fields that came later than the first runs of a workspace are not held against these.
    unheeded: ['version', 'updated_at', 'price_type', 'market', 'market_label'],
  },
  trades: { key: ['trade_id', 'deal_leg'], unheeded: ['version', 'updated_at'] },
  curves: { key: ['curve_id', 'as_of', 'delivery_start'], unheeded: ['updated_at'] },
};

/** Whether two rows, `n` and `o`, differ; decimals by value where the engine holds it, else by their digits. */
function differs(resource: Resource): string {
  const { key, unheeded } = IDENTITY[resource];
  const compared = RECORD_SCHEMAS[resource].fields.filter(
    ({ name }) => !key.includes(name) && !unheeded.includes(name),
  );
  return compared
    .map(({ name, type }) =>
      type.kind === 'decimal'
        ? `(n.${name}_text IS DISTINCT FROM o.${name}_text AND (n.${name} IS NULL OR o.${name} IS NULL OR n.${name} <> o.${name}))`
        : `n.${name} IS DISTINCT FROM o.${name}`,
    )
    .join(' OR ');
}

/** The current record of each key, the first placed where it came twice. Bound: run id. */
function current(resource: Resource): string {
  const { key } = IDENTITY[resource];
  const newest = resource === 'curves' ? '' : 'version DESC, ';
  return `
  SELECT * FROM ${RECORD_SCHEMAS[resource].table} WHERE run_id = ?
  QUALIFY row_number() OVER (PARTITION BY ${key.join(', ')} ORDER BY ${newest}page, idx) = 1`;
}

/** The highest version of each settlement of a run, once; the first placed where it came twice. Bound: run id. */
export const CURRENT_SETTLEMENTS = current('settlements');

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
  const changes = await changesOf(database, runId, before?.text('run_id') ?? null, key.resource);
  return {
    pages: pages.length,
    records: pages.reduce((total, page) => total + page.int('records'), 0),
    rejected: pages.reduce((total, page) => total + page.int('rejected'), 0),
    ...changes,
    runSha256: runSha256(pages.map((page) => page.text('page_sha256'))),
  };
}

interface Changes {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

async function changesOf(
  database: Database,
  runId: string,
  before: string | null,
  resource: Resource,
): Promise<Changes> {
  const { key } = IDENTITY[resource];
  if (before === null) {
    const row = await database.row(
      `SELECT count(*) AS added FROM (
         SELECT DISTINCT ${key.join(', ')} FROM ${RECORD_SCHEMAS[resource].table} WHERE run_id = ?)`,
      [runId],
    );
    return { added: row?.int('added') ?? 0, changed: 0, removed: 0 };
  }
  const [first] = key;
  const row = await database.row(
    `WITH n AS (${current(resource)}), o AS (${current(resource)})
     SELECT
       count(*) FILTER (WHERE o.${first} IS NULL) AS added,
       count(*) FILTER (WHERE n.${first} IS NULL) AS removed,
       count(*) FILTER (WHERE n.${first} IS NOT NULL AND o.${first} IS NOT NULL AND (${differs(resource)})) AS changed
     FROM n FULL JOIN o ON ${key.map((name) => `n.${name} = o.${name}`).join(' AND ')}`,
    [runId, before],
  );
  return {
    added: row?.int('added') ?? 0,
    changed: row?.int('changed') ?? 0,
    removed: row?.int('removed') ?? 0,
  };
}
