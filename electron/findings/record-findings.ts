/**
 * The checks of a run of settlements: prepared once, before its first page, then run over the pages of each commit
 * inside the commit's own transaction. Where neither trades nor curves are known there is nothing to run.
 */
import type { FindingCode } from '../../shared/findings.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { PageChecks } from './check-pages.ts';
import { checkTables, dropCheckTables, prepareTables } from './check-tables.ts';
import { type CheckedRun, pin } from './pins.ts';

/** The checks of one run, ready for its pages. */
export interface RunFindings {
  /** Findings added so far by this process, by code; those of superseded versions are among them. */
  readonly counts: ReadonlyMap<FindingCode, number>;
  /**
   * Checks the settlements of these pages, which are in the table already, and adds what is found.
   * @param tx the transaction that commits the pages. @returns how many findings were added.
   */
  record(tx: Transaction, fromPage: number, toPage: number): Promise<number>;
  /** Lets go of the temporary tables. */
  close(tx: Transaction): Promise<void>;
}

/**
 * Pins what a run of settlements is checked with (or takes up what it was pinned to, where it is resumed) and makes its
 * checks ready. To be called once a run of settlements, before its first page is committed.
 * @returns null where no trade and no curve is known: the run is not checked.
 */
export async function prepareFindings(
  tx: Transaction,
  run: CheckedRun & { readonly at: string; readonly actor: string },
): Promise<RunFindings | null> {
  const tables = checkTables(run.runId, 'sync');
  if (!(await pin(tx, tables, run, { at: run.at, actor: run.actor }))) return null;
  const checks = new PageChecks(await prepareTables(tx, tables));
  const counts = new Map<FindingCode, number>();
  return {
    counts,
    async record(commit, fromPage, toPage) {
      const codes = await checks.check(commit, { runId: run.runId, fromPage, toPage }, 'finding');
      for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
      return codes.length;
    },
    close: (commit) => dropCheckTables(commit, tables),
  };
}
