/**
 * Retry without an edit: the raw record is typed again with what its connection has now. What passes becomes a record of
 * the same run, page and place; what fails keeps its new reasons. The letter itself stays as it was received.
 */
import { BIGINT, VARCHAR } from '@duckdb/node-api';
import type { LetterActResult, LetterPlace } from '../../shared/dead-letters.ts';
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import { isoTime } from '../clock.ts';
import { recordLateFindings } from '../findings/derive-findings.ts';
import type { Profile } from '../profile/profile.ts';
import { storedProfile } from '../profile/profile-store.ts';
import { seedProfile } from '../profile/seed-profile.ts';
import type { Reader, Transaction } from '../workspace/transaction.ts';
import type { DecideParts } from './decide.ts';
import { chooseLetters, recordAct } from './letter-acts.ts';
import type { LetterFilter } from './letter-filter.ts';
import type { Retyped, RetypeWith } from './retype.ts';
import { storeRetried } from './store-retried.ts';

export interface RetryParts extends DecideParts {
  readonly retypeWith: RetypeWith;
}

export interface RetryRequest {
  readonly filter: LetterFilter;
  /** Of a kept profile that goes before what the connections have, for this retry. */
  readonly profile?: Sha256 | null;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

/** Letters read at once: bounds the memory whatever their number. */
const BATCH = 10_000;
/** Letters typed at once, while nothing else can run on this thread. */
const SLICE = 500;

/** Of the profile that a run's letters are retried with where none is given; null: the seed's. */
const PROFILE = 'CASE WHEN c.name IS NULL THEN r.profile_sha256 ELSE c.profile_sha256 END';

/** @throws TieoutError `profile-unknown`, `run-unknown`. */
export async function retryProfile(reader: Reader, runId: string): Promise<Profile> {
  const row = await reader.row(
    `SELECT ${PROFILE} AS profile_sha256 FROM run r LEFT JOIN connection c ON c.name = r.connection WHERE r.run_id = ?`,
    [runId],
  );
  if (!row)
    throw new TieoutError('run-unknown', `There is no run ${runId} in this workspace.`, { run_id: runId });
  const digest = row.textOrNull('profile_sha256');
  return digest === null ? seedProfile() : await storedProfile(reader, sha256Of(digest));
}

interface ChosenRun {
  readonly runId: string;
  /** Of the connection's profile of now, or of the run's where it has no stored connection (any more); null: the seed's. */
  readonly profileSha256: string | null;
  /** Of its chosen letters. */
  readonly first: number;
  readonly last: number;
}

async function chosenRuns(tx: Transaction, given: Sha256 | null): Promise<readonly ChosenRun[]> {
  const rows = await tx.rows(
    `SELECT r.run_id, ${PROFILE} AS profile_sha256,
       min(l.ordinal) AS first, max(l.ordinal) AS last
     FROM temp.chosen_letter l JOIN run r ON r.run_id = l.run_id LEFT JOIN connection c ON c.name = r.connection
     GROUP BY ALL ORDER BY first`,
  );
  return rows.map((row) => ({
    runId: row.text('run_id'),
    profileSha256: given ?? row.textOrNull('profile_sha256'),
    first: row.int('first'),
    last: row.int('last'),
  }));
}

interface Letter extends LetterPlace {
  readonly raw: string;
}

async function lettersOf(tx: Transaction, first: number, last: number): Promise<readonly Letter[]> {
  const rows = await tx.rows(
    `SELECT d.run_id, d.page, d.idx, d.raw FROM temp.chosen_letter l
     JOIN dead_letter d ON d.run_id = l.run_id AND d.page = l.page AND d.idx = l.idx
     WHERE l.ordinal BETWEEN ? AND ? ORDER BY l.ordinal`,
    [first, last],
  );
  return rows.map((row) => ({
    runId: row.text('run_id'),
    page: row.int('page'),
    index: row.int('idx'),
    raw: row.text('raw'),
  }));
}

async function storeOutcomes(
  tx: Transaction,
  letters: readonly Letter[],
  refused: Retyped['refused'],
  profileSha256: string | null,
): Promise<void> {
  await tx.append(
    'letter_outcome',
    [VARCHAR, BIGINT, BIGINT, VARCHAR, VARCHAR, VARCHAR],
    [
      letters.map(({ runId }) => runId),
      letters.map(({ page }) => BigInt(page)),
      letters.map(({ index }) => BigInt(index)),
      letters.map((_, at) => (refused.has(at) ? 'refused' : 'retried')),
      letters.map(() => profileSha256),
      letters.map((_, at) => (refused.has(at) ? JSON.stringify(refused.get(at)) : null)),
    ],
  );
}

/** Holds what passed against the trades and curves that its run was checked with. */
async function checkPassed(tx: Transaction, runId: string): Promise<void> {
  const rows = await tx.rows(
    `SELECT page, idx FROM temp.letter_outcome WHERE run_id = ? AND act = 'retried'`,
    [runId],
  );
  await recordLateFindings(
    tx,
    runId,
    rows.map((row) => ({ page: row.int('page'), index: row.int('idx') })),
  );
}

/**
 * Retries the open letters that the filter names: all of them, or none where it is cancelled.
 * @throws TieoutError `nothing-to-do`, `cancelled`, `profile-unknown`.
 */
export async function retryLetters(parts: RetryParts, request: RetryRequest): Promise<LetterActResult> {
  const { signal, onProgress } = request;
  return parts.workspace.database.transaction(async (tx) => {
    const total = await chooseLetters(tx, 'retry', request.filter);
    let done = 0;
    for (const run of await chosenRuns(tx, request.profile ?? null)) {
      const retype = await parts.retypeWith(tx, run.profileSha256);
      for (let first = run.first; first <= run.last; first += BATCH) {
        const letters = await lettersOf(tx, first, Math.min(run.last, first + BATCH - 1));
        for (let from = 0; from < letters.length; from += SLICE) {
          signal.throwIfAborted();
          const slice = letters.slice(from, from + SLICE);
          const { rows, refused } = retype(slice.map(({ raw }) => raw));
          await storeRetried(tx, rows, slice);
          await storeOutcomes(tx, slice, refused, run.profileSha256);
          done += slice.length;
          onProgress('Typing dead letters again', done, total);
        }
      }
      await checkPassed(tx, run.runId);
    }
    return recordAct(tx, parts.workspace.evidence, 'retry', {
      at: isoTime(parts.clock.now()),
      actor: parts.actor,
      reason: null,
    });
  });
}
