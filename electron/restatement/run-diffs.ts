/** What a later run changed against an earlier one: worked out once by the engine, then read by window. */
import { TieoutError } from '../../shared/errors.ts';
import type { DiffRun, DiffSummary } from '../../shared/restatement.ts';
import { letterCounts } from '../dead-letters/letter-counts.ts';
import type { Reader } from '../workspace/database.ts';
import { type ChangeFilter, type ChangesWindow, changesWindow } from './change-rows.ts';
import { createChanges, createDoubled, type DiffTables, diffTables, doubledIdentical } from './diff-sql.ts';
import type { NamedRun } from './named-run.ts';

/** Two runs held against each other. */
export interface RunDiff {
  readonly summary: DiffSummary;
  window(filter: ChangeFilter, offset: number, limit: number): Promise<ChangesWindow>;
}

/** Diffs that are kept: the one that is looked at, and a few that were looked at before. */
const KEPT = 4;

/**
 * Diffs of a workspace. Each lies in a temporary table of the reading connection, which no other sees and which goes with
 * it; the oldest makes room.
 */
export class RunDiffs {
  readonly #reader: Reader;
  readonly #diffs = new Map<string, Promise<RunDiff>>();
  readonly #tables = new Map<string, DiffTables>();
  #count = 0;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /**
   * A letter that was retried since makes it another diff.
   * @throws TieoutError `usage` where a run has not finished: what it has not read yet would seem removed.
   */
  async of(from: NamedRun, to: NamedRun): Promise<RunDiff> {
    const unfinished = [from, to].find(({ outcome }) => outcome !== 'done');
    if (unfinished) {
      throw new TieoutError(
        'usage',
        `The run ${unfinished.runId} has not finished, so what it lacks would seem removed; sync ${unfinished.month} again to finish it.`,
        { run_id: unfinished.runId },
      );
    }
    const acted = await this.#reader.row(
      'SELECT coalesce(max(seq), 0) AS seq FROM dead_letter_event WHERE run_id IN (?, ?)',
      [from.runId, to.runId],
    );
    const key = `${from.runId} ${to.runId} ${acted?.int('seq') ?? 0}`;
    const known = this.#diffs.get(key);
    if (known) {
      // The last one asked for is the last to go.
      this.#diffs.delete(key);
      this.#diffs.set(key, known);
      return known;
    }
    this.#count += 1;
    const tables = diffTables(this.#count);
    const made = this.#make(tables, from, to);
    this.#diffs.set(key, made);
    this.#tables.set(key, tables);
    made.catch(() => this.#forget(key));
    for (const oldest of [...this.#diffs.keys()].slice(0, -KEPT)) await this.#forget(oldest);
    return made;
  }

  async #forget(key: string): Promise<void> {
    const tables = this.#tables.get(key);
    this.#diffs.delete(key);
    this.#tables.delete(key);
    if (!tables) return;
    for (const table of [tables.changes, tables.doubled]) {
      await this.#reader.rows(`DROP TABLE IF EXISTS ${table}`);
    }
  }

  async #make(tables: DiffTables, from: NamedRun, to: NamedRun): Promise<RunDiff> {
    const [a, b] = [from.runId, to.runId];
    await this.#reader.rows(createDoubled(tables), [a, b]);
    await this.#reader.rows(createChanges(tables), [b, b, a, a, a, b, b, a]);
    const summary = await this.#summary(tables, from, to);
    return {
      summary,
      window: (filter, offset, limit) => changesWindow(this.#reader, tables, [a, b], filter, offset, limit),
    };
  }

  async #summary({ changes, doubled }: DiffTables, from: NamedRun, to: NamedRun): Promise<DiffSummary> {
    const sides = { from: await this.#side(from), to: await this.#side(to) };
    const kinds = await this.#reader.rows(
      `SELECT kind, count(*) AS n, count(letter) AS letters,
         count(*) FILTER (settlement_id IN (SELECT settlement_id FROM ${doubled})) AS doubled
       FROM ${changes} GROUP BY kind`,
    );
    const of = (kind: string, column: 'n' | 'letters' | 'doubled'): number =>
      kinds.find((row) => row.text('kind') === kind)?.int(column) ?? 0;
    const both = sides.from.settlements - of('removed', 'n');
    const same = both - of('changed', 'n') - of('reversioned', 'n');
    const shared = await this.#reader.row(
      `SELECT count(*) AS n FROM ${doubled} WHERE settlement_id IN (SELECT settlement_id FROM settlement WHERE run_id = ?)
         AND settlement_id IN (SELECT settlement_id FROM settlement WHERE run_id = ?)`,
      [from.runId, to.runId],
    );
    const sameDoubled = (shared?.int('n') ?? 0) - of('changed', 'doubled') - of('reversioned', 'doubled');
    const paired = await this.#reader.row(doubledIdentical({ changes, doubled }), [
      from.runId,
      to.runId,
      from.runId,
      to.runId,
    ]);
    const fields = await this.#reader.rows(
      `SELECT field, count(*) AS n FROM (SELECT unnest(fields) AS field FROM ${changes})
       GROUP BY field ORDER BY n DESC, field`,
    );
    return {
      month: to.month,
      resource: to.resource,
      ...sides,
      added: of('added', 'n'),
      removed: of('removed', 'n'),
      changed: of('changed', 'n'),
      reversioned: of('reversioned', 'n'),
      repeated: of('repeated', 'n'),
      unchanged: same - of('repeated', 'n'),
      removed_dead_letters: of('removed', 'letters'),
      identical_rows: same - sameDoubled + (paired?.int('n') ?? 0),
      by_field: fields.map((row) => ({ field: row.text('field'), changes: row.int('n') })),
    };
  }

  async #side(run: NamedRun): Promise<DiffRun> {
    const counted = await this.#reader.row(
      'SELECT count(*) AS n, count(DISTINCT settlement_id) AS settlements FROM settlement WHERE run_id = ?',
      [run.runId],
    );
    const letters = await letterCounts(this.#reader, run.runId);
    return {
      run_id: run.runId,
      source: run.source,
      ended_at: run.endedAt,
      run_sha256: run.runSha256,
      rows: counted?.int('n') ?? 0,
      settlements: counted?.int('settlements') ?? 0,
      dead_letters: letters.open + letters.discarded,
      retried: letters.retried,
    };
  }
}
