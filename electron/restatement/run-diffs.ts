/** What a later run changed against an earlier one: worked out once by the engine, then read by window. */
import { TieoutError } from '../../shared/errors.ts';
import type { DiffRun, DiffSummary } from '../../shared/restatement.ts';
import { letterCounts } from '../dead-letters/letter-counts.ts';
import type { Database } from '../workspace/database.ts';
import type { SideReader, SideWatch } from '../workspace/side-reader.ts';
import type { Reader } from '../workspace/transaction.ts';
import { type ChangeFilter, type ChangesWindow, changesWindow } from './change-rows.ts';
import { createChanges, createDoubled, doubledIdentical, TABLES } from './diff-sql.ts';
import type { NamedRun } from './named-run.ts';

/** Two runs held against each other. */
export interface RunDiff {
  readonly summary: DiffSummary;
  window(filter: ChangeFilter, offset: number, limit: number): Promise<ChangesWindow>;
}

/** Diffs that are kept: the one that is looked at, and a few that were looked at before. */
const KEPT = 4;

/** Who waits for a diff that is worked out. */
export interface DiffWatch {
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

const UNWATCHED: DiffWatch = { signal: new AbortController().signal, onProgress: () => {} };

interface KeptDiff {
  readonly made: Promise<RunDiff>;
  /** Puts its reader away once nothing is under way in it. */
  readonly drop: () => Promise<void>;
}

/**
 * Diffs of a workspace. Each has a reader of its own with its temporary tables, so that working one out keeps nothing else
 * waiting and can be ended; the oldest makes room.
 */
export class RunDiffs {
  readonly #database: Pick<Database, 'row' | 'side'>;
  readonly #diffs = new Map<string, KeptDiff>();

  constructor(database: Pick<Database, 'row' | 'side'>) {
    this.#database = database;
  }

  /**
   * A letter that was retried since makes it another diff.
   * @throws TieoutError `usage` where a run has not finished: what it has not read yet would seem removed; `cancelled`.
   */
  async of(from: NamedRun, to: NamedRun, watch: DiffWatch = UNWATCHED): Promise<RunDiff> {
    const unfinished = [from, to].find(({ outcome }) => outcome !== 'done');
    if (unfinished) {
      throw new TieoutError(
        'usage',
        `The run ${unfinished.runId} has not finished, so what it lacks would seem removed; sync ${unfinished.month} again to finish it.`,
        { run_id: unfinished.runId },
      );
    }
    const acted = await this.#database.row(
      'SELECT coalesce(max(seq), 0) AS seq FROM dead_letter_event WHERE run_id IN (?, ?)',
      [from.runId, to.runId],
    );
    const key = `${from.runId} ${to.runId} ${acted?.int('seq') ?? 0}`;
    watch.signal.throwIfAborted();
    const known = this.#diffs.get(key);
    if (known) {
      // The last one asked for is the last to go.
      this.#diffs.delete(key);
      this.#diffs.set(key, known);
      return known.made;
    }
    const diff = this.#begin(from, to, watch);
    this.#diffs.set(key, diff);
    const forget = (): void => {
      if (this.#diffs.get(key) === diff) this.#diffs.delete(key);
    };
    // At once, so that whoever asks again does not get what is being cancelled.
    watch.signal.addEventListener('abort', forget);
    diff.made
      .catch(() => {
        forget();
        return diff.drop();
      })
      .finally(() => watch.signal.removeEventListener('abort', forget));
    for (const [oldest, gone] of [...this.#diffs].slice(0, -KEPT)) {
      this.#diffs.delete(oldest);
      void gone.drop();
    }
    return diff.made;
  }

  #begin(from: NamedRun, to: NamedRun, watch: DiffWatch): KeptDiff {
    const reader = this.#database.side();
    let reading: Promise<unknown> = Promise.resolve();
    const made = reader.then(async (side): Promise<RunDiff> => {
      const summary = await makeDiff(side, from, to, watch);
      return {
        summary,
        window: (filter, offset, limit) => {
          const rows = changesWindow(side, TABLES, [from.runId, to.runId], filter, offset, limit);
          reading = Promise.allSettled([reading, rows]);
          return rows;
        },
      };
    });
    const drop = async (): Promise<void> => {
      await made.catch(() => undefined);
      await reading;
      await reader.then(
        (side) => side.close(),
        () => undefined,
      );
    };
    return { made, drop };
  }
}

async function makeDiff(
  reader: SideReader,
  from: NamedRun,
  to: NamedRun,
  { signal, onProgress }: DiffWatch,
): Promise<DiffSummary> {
  const [a, b] = [from.runId, to.runId];
  const step = (text: string): SideWatch => {
    onProgress(text, 0, null);
    return { signal, onShare: () => {} };
  };
  const sides = await reader.watched(step('Counting the rows'), async () => ({
    from: await sideOf(reader, from),
    to: await sideOf(reader, to),
  }));
  await reader.watched(step('Looking for settlements that come twice'), () =>
    reader.rows(createDoubled(TABLES), [a, b]),
  );
  // Rows gone through, as far as the engine knows.
  const rows = sides.from.rows + sides.to.rows;
  const comparing = step('Comparing the runs');
  const onShare = (share: number): void => onProgress('Comparing the runs', Math.floor(share * rows), rows);
  await reader.watched({ ...comparing, onShare }, () =>
    reader.rows(createChanges(TABLES), [b, b, a, a, a, b, b, a]),
  );
  return await reader.watched(step('Counting what differs'), () => diffSummary(reader, from, to, sides));
}

async function diffSummary(
  reader: Reader,
  from: NamedRun,
  to: NamedRun,
  sides: { readonly from: DiffRun; readonly to: DiffRun },
): Promise<DiffSummary> {
  const { changes, doubled } = TABLES;
  const kinds = await reader.rows(
    `SELECT kind, count(*) AS n, count(letter) AS letters,
         count(*) FILTER (settlement_id IN (SELECT settlement_id FROM ${doubled})) AS doubled
       FROM ${changes} GROUP BY kind`,
  );
  const of = (kind: string, column: 'n' | 'letters' | 'doubled'): number =>
    kinds.find((row) => row.text('kind') === kind)?.int(column) ?? 0;
  const both = sides.from.settlements - of('removed', 'n');
  const same = both - of('changed', 'n') - of('reversioned', 'n');
  const shared = await reader.row(
    `SELECT count(*) AS n FROM ${doubled} WHERE settlement_id IN (SELECT settlement_id FROM settlement WHERE run_id = ?)
         AND settlement_id IN (SELECT settlement_id FROM settlement WHERE run_id = ?)`,
    [from.runId, to.runId],
  );
  const sameDoubled = (shared?.int('n') ?? 0) - of('changed', 'doubled') - of('reversioned', 'doubled');
  const paired = await reader.row(doubledIdentical({ changes, doubled }), [
    from.runId,
    to.runId,
    from.runId,
    to.runId,
  ]);
  const fields = await reader.rows(
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

async function sideOf(reader: Reader, run: NamedRun): Promise<DiffRun> {
  const counted = await reader.row(
    'SELECT count(*) AS n, count(DISTINCT settlement_id) AS settlements FROM settlement WHERE run_id = ?',
    [run.runId],
  );
  const letters = await letterCounts(reader, run.runId);
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
