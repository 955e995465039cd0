/**
 * One act on many letters: those that are meant are chosen, what becomes of each is staged, and both the events and the
 * audit event that names them by a digest are written together.
 */
import type { LetterAct, LetterActResult, LetterState } from '../../shared/dead-letters.ts';
import { TieoutError } from '../../shared/errors.ts';
import { assertRunsOpen } from '../close/lock.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { EvidenceStore } from '../workspace/evidence.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { type LetterFilter, letterCondition } from './letter-filter.ts';

/** Letters that an act is about, in order. */
const CHOSEN = 'chosen_letter';
/** What became of each. */
const OUTCOME = 'letter_outcome';

const STATE_NEEDED: Readonly<Record<LetterAct, LetterState>> = {
  retry: 'open',
  discard: 'open',
  reopen: 'discarded',
};

/**
 * Only letters of settlements are typed again: runs were checked with the trades and curves that were there, and these
 * must not change afterwards.
 */
const RETRIED = `run_id IN (SELECT run_id FROM run WHERE resource = 'settlements')`;

async function dropActStaging(tx: Transaction): Promise<void> {
  for (const table of [CHOSEN, OUTCOME]) await tx.run(`DROP TABLE IF EXISTS temp.${table}`);
}

/**
 * Stages the letters that the filter names and that the act can be done to; what the filter says of the state is left
 * aside. @returns how many there are. @throws TieoutError `nothing-to-do` where there is none,
 * `month-locked`.
 */
export async function chooseLetters(tx: Transaction, act: LetterAct, filter: LetterFilter): Promise<number> {
  const state = STATE_NEEDED[act];
  const { sql, parameters } = letterCondition({ ...filter, state });
  await dropActStaging(tx);
  await tx.run(
    `CREATE TEMP TABLE ${CHOSEN} AS
     SELECT row_number() OVER (ORDER BY run_id, page, idx) AS ordinal, run_id, page, idx
     FROM dead_letter_current WHERE ${sql} AND ${act === 'retry' ? RETRIED : 'true'}`,
    parameters,
  );
  await tx.run(
    `CREATE TEMP TABLE ${OUTCOME} (
       run_id VARCHAR, page BIGINT, idx BIGINT, act VARCHAR, profile_sha256 VARCHAR, reasons VARCHAR)`,
  );
  const counted = await tx.row(`SELECT count(*) AS n FROM temp.${CHOSEN}`);
  const letters = counted?.int('n') ?? 0;
  if (letters === 0) {
    throw new TieoutError(
      'nothing-to-do',
      `There is no ${state} dead letter${act === 'retry' ? ' of settlements' : ''} to ${act} under this filter; see tieout dead-letters list${act === 'retry' ? ', and sync trades and curves again' : ''}.`,
    );
  }
  const runs = await tx.rows(`SELECT DISTINCT run_id FROM temp.${CHOSEN}`);
  await assertRunsOpen(
    tx,
    runs.map((row) => row.text('run_id')),
  );
  return letters;
}

/** The same fate for every chosen letter. */
export async function decideAll(tx: Transaction, act: 'discarded' | 'reopened'): Promise<void> {
  await tx.run(`INSERT INTO temp.${OUTCOME} SELECT run_id, page, idx, ?, NULL, NULL FROM temp.${CHOSEN}`, [
    act,
  ]);
}

/** A letter and what became of it, as it is hashed and kept. */
const LETTER_LINE = `concat_ws(chr(9), act, run_id, page, idx, coalesce(profile_sha256, '-'), coalesce(reasons, '-')) || chr(10)`;

/** Read at once: their reasons may be long. */
const KEPT_AT_ONCE = 20_000;

/**
 * Keeps the staged letters and what became of them among the evidence, as the text that their digest is of, so that
 * the act can be done again without the database. @returns the digest.
 */
async function keepLetters(tx: Transaction, evidence: EvidenceStore, letters: number): Promise<string> {
  const pieces: Buffer[] = [];
  for (let from = 0; from < letters; from += KEPT_AT_ONCE) {
    const row = await tx.row(
      `SELECT string_agg(${LETTER_LINE}, '' ORDER BY run_id, page, idx) AS lines FROM (
         SELECT * FROM temp.${OUTCOME} ORDER BY run_id, page, idx LIMIT ? OFFSET ?)`,
      [KEPT_AT_ONCE, from],
    );
    pieces.push(Buffer.from(row?.text('lines') ?? ''));
  }
  return await evidence.put(Buffer.concat(pieces));
}

/** Who does it, when, and why. */
export interface ActNote {
  readonly at: string;
  readonly actor: string;
  /** Null where none is needed. */
  readonly reason: string | null;
}

/** Writes the staged outcomes and their audit event, and clears the staging. */
export async function recordAct(
  tx: Transaction,
  evidence: EvidenceStore,
  act: LetterAct,
  note: ActNote,
): Promise<LetterActResult> {
  const staged = `temp.${OUTCOME}`;
  const counted = await tx.row(
    `SELECT count(*) AS letters, count(*) FILTER (act = 'retried') AS passed,
       count(*) FILTER (act = 'refused') AS refused FROM ${staged}`,
  );
  const [letters, passed, refused] = [
    counted?.int('letters') ?? 0,
    counted?.int('passed') ?? 0,
    counted?.int('refused') ?? 0,
  ];
  const runs = await tx.rows(`SELECT DISTINCT run_id FROM ${staged} ORDER BY run_id`);
  const seq = await appendAudit(tx, {
    at: note.at,
    actor: note.actor,
    type: `dead-letter.${act}`,
    payload: {
      run_ids: runs.map((row) => row.text('run_id')),
      letters,
      ...(act === 'retry' ? { passed, refused } : { reason: note.reason }),
      letters_sha256: await keepLetters(tx, evidence, letters),
    },
  });
  await tx.run(
    `INSERT INTO dead_letter_event
     SELECT ?, run_id, page, idx, act, ?, ?, ?, profile_sha256, reasons FROM ${staged} ORDER BY run_id, page, idx`,
    [seq, note.reason, note.actor, note.at],
  );
  await dropActStaging(tx);
  return { act, at: note.at, letters, passed, refused, seq };
}
