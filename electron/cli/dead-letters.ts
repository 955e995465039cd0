/** Dead letters listed and shown. */
import { type DeadLettersEvent, letterId } from '../../shared/dead-letters.ts';
import { letterCounts } from '../dead-letters/letter-counts.ts';
import type { LetterFilter } from '../dead-letters/letter-filter.ts';
import { deadLetterDetail, deadLettersOf, reasonGroups } from '../views/dead-letters.ts';
import type { Database } from '../workspace/database.ts';
import { type LetterOptions, letterFilter, lettersAsked, namedLetter } from './letter-options.ts';
import { detailInWords } from './letter-words.ts';
import type { CommonOptions, Session } from './session.ts';
import { inWords } from './wording.ts';

/** Counts of the runs, and the letters under the filter by reason. @param letters under the filter. */
export async function lettersEvent(
  database: Database,
  filter: LetterFilter,
  letters: number,
): Promise<DeadLettersEvent> {
  const total = { received: 0, committed: 0, open: 0, retried: 0, discarded: 0 };
  for (const runId of filter.runIds) {
    const counts = await letterCounts(database, runId);
    for (const name of ['received', 'committed', 'open', 'retried', 'discarded'] as const) {
      total[name] += counts[name];
    }
  }
  const months = await database.rows(
    `SELECT DISTINCT month FROM run WHERE run_id IN (${filter.runIds.map(() => '?').join(', ') || 'NULL'})`,
    filter.runIds,
  );
  const groups = await reasonGroups(database, filter);
  return {
    type: 'dead-letters',
    month: months.length === 1 ? (months[0]?.text('month') ?? null) : null,
    run_ids: filter.runIds,
    letters,
    ...total,
    reasons: groups.map(({ field, code, letters: count, example }) => ({
      field,
      code,
      letters: count,
      example: { id: letterId(example), message: example.message },
    })),
  };
}

export interface LetterListOptions extends LetterOptions {
  /** Only what they come to. */
  readonly summary?: boolean;
}

/** Without `--run`, of each source and resource the newest finished run, else the newest. */
export async function deadLettersList(session: Session, options: LetterListOptions): Promise<number> {
  const asked = lettersAsked(options);
  const app = await session.app();
  const { database } = app.workspace;
  const filter = await letterFilter(database, asked, []);
  let letters = 0;
  for await (const letter of deadLettersOf(database, filter)) {
    letters += 1;
    if (options.summary === true) continue;
    const id = letterId(letter);
    const why = letter.reasons.map((reason) => reason.message).join('; ');
    session.out.event(
      {
        type: 'dead-letter',
        run_id: letter.runId,
        id,
        page: letter.page,
        index: letter.index,
        settlement_id: letter.settlementId,
        state: letter.state,
        reasons: letter.reasons,
      },
      `${id}  ${letter.state}  ${letter.settlementId ?? '-'}  ${why}`,
    );
  }
  const event = await lettersEvent(database, filter, letters);
  session.out.event(event, letters === 0 ? `no dead letters; ${inWords(event)}` : inWords(event));
  return 0;
}

export interface LetterShowOptions extends CommonOptions {
  /** Only the record, as it was received. */
  readonly raw?: boolean;
}

export async function deadLettersShow(
  session: Session,
  parts: readonly string[],
  options: LetterShowOptions,
): Promise<number> {
  const app = await session.app();
  const { database } = app.workspace;
  const place = await namedLetter(database, parts);
  const letter = await deadLetterDetail(database, place);
  const id = letterId(place);
  if (options.raw === true) {
    session.out.result(letter.raw);
    return 0;
  }
  if (!session.out.options.json) {
    session.out.result(detailInWords(id, letter));
    return 0;
  }
  session.out.event({
    type: 'dead-letter',
    run_id: letter.runId,
    id,
    month: letter.month,
    source: letter.source,
    page: letter.page,
    index: letter.index,
    settlement_id: letter.settlementId,
    state: letter.state,
    reasons: letter.reasons,
    first_reasons: letter.firstReasons,
    history: letter.history.map(({ profileSha256, ...event }) => ({
      ...event,
      profile_sha256: profileSha256,
    })),
    raw: letter.raw,
  });
  return 0;
}
