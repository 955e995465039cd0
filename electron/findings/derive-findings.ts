/** The findings of a run worked out again from what it was pinned to. */
import type { Transaction } from '../workspace/transaction.ts';
import { PageChecks } from './check-pages.ts';
import { checkTables, dropCheckTables, prepareTables } from './check-tables.ts';
import { readPins } from './pins.ts';

const COLUMNS = 'page, idx, settlement_id, version, code, field, expected, found, source_id, detail';

/** Works them out into a temporary table with the columns of `finding`. @returns its name. */
async function deriveFindings(tx: Transaction, runId: string): Promise<string> {
  const tables = checkTables(runId, 'again');
  const target = `temp.found_${tables.pin}`;
  await tx.run(`CREATE TEMP TABLE found_${tables.pin} AS SELECT * FROM finding LIMIT 0`);
  if ((await readPins(tx, tables, runId)) > 0) {
    const prepared = await prepareTables(tx, tables);
    await new PageChecks(prepared).checkRun(tx, runId, target);
  }
  return target;
}

export interface FindingDifferences {
  readonly count: number;
  /** What the first is about; null where none differs. */
  readonly first: string | null;
}

/** Holds the kept findings of a run against what its pins make. To be called in a transaction that is undone. */
export async function findingDifferences(tx: Transaction, runId: string): Promise<FindingDifferences> {
  const target = await deriveFindings(tx, runId);
  const kept = `SELECT ${COLUMNS} FROM finding WHERE run_id = ?`;
  const made = `SELECT ${COLUMNS} FROM ${target}`;
  const row = await tx.row(
    `SELECT count(*) AS n, arg_min(code || ' of ' || settlement_id, (page, idx, code, field)) AS first FROM (
       (${kept} EXCEPT ALL ${made}) UNION ALL (${made} EXCEPT ALL ${kept}))`,
    [runId, runId],
  );
  return { count: row?.int('n') ?? 0, first: row?.textOrNull('first') ?? null };
}

/**
 * Checks settlements that came into a run after its pages were committed (dead letters that passed when they were tried
 * again) with what the run was pinned to. To be called in the transaction that stores them, once each.
 */
export async function recordLateFindings(
  tx: Transaction,
  runId: string,
  places: readonly { readonly page: number; readonly index: number }[],
): Promise<void> {
  if (places.length === 0) return;
  const tables = checkTables(runId, 'late');
  const target = `found_${tables.pin}`;
  await dropCheckTables(tx, tables);
  await tx.run(`CREATE OR REPLACE TEMP TABLE ${target} AS SELECT * FROM finding LIMIT 0`);
  if ((await readPins(tx, tables, runId)) > 0) {
    const prepared = await prepareTables(tx, tables);
    const pages = new Set(places.map(({ page }) => page));
    await new PageChecks(prepared).checkRun(tx, runId, `temp.${target}`, pages);
    await tx.run(
      `INSERT INTO finding SELECT f.* FROM temp.${target} f
       JOIN (SELECT unnest(from_json(?, '[{"page":"BIGINT","index":"BIGINT"}]'), recursive := true)) late
         ON late.page = f.page AND late.index = f.idx`,
      [JSON.stringify(places.map(({ page, index }) => ({ page, index })))],
    );
  }
  await tx.run(`DROP TABLE temp.${target}`);
  await dropCheckTables(tx, tables);
}

/** Works the findings of a run out and keeps them, for a database made anew: once, when all its settlements are there. */
export async function storeFindingsAgain(tx: Transaction, runId: string): Promise<void> {
  const target = await deriveFindings(tx, runId);
  await tx.run(`INSERT INTO finding SELECT * FROM ${target}`);
  await tx.run(`DROP TABLE ${target}`);
  await dropCheckTables(tx, checkTables(runId, 'again'));
}
