/** Dead letters retried, discarded and opened again. */
import { resolve } from 'node:path';
import type { LetterActResult } from '../../shared/dead-letters.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { App } from '../app.ts';
import type { LetterFilter } from '../dead-letters/letter-filter.ts';
import { readProfileFile } from '../profile/profile-file.ts';
import { lettersEvent } from './dead-letters.ts';
import { type LetterOptions, letterFilter, lettersAsked } from './letter-options.ts';
import type { Session } from './session.ts';
import { inWords } from './wording.ts';

/** Refuses to act on every letter of the workspace because nothing was named. */
function refuseUnnamed(options: LetterOptions, ids: readonly string[]): void {
  if (ids.length > 0 || options.month !== undefined || options.run !== undefined) return;
  throw new TieoutError(
    'usage',
    'Name the dead letters: give their ids, or --month or --run, with --code, --field or --search for some of them.',
  );
}

async function acted(
  session: Session,
  options: LetterOptions,
  ids: readonly string[],
  act: (app: App, filter: LetterFilter) => Promise<LetterActResult>,
): Promise<number> {
  refuseUnnamed(options, ids);
  const asked = lettersAsked(options);
  const app = await session.app();
  const { database } = app.workspace;
  const filter = await letterFilter(database, asked, ids);
  const result = await act(app, filter);
  const event = { type: 'dead-letter-act', ...result } as const;
  session.out.event(event, inWords(event));
  const left = { ...filter, state: 'open', places: null, code: null, field: null, search: '' } as const;
  const counts = await database.rows(
    `SELECT count(*) AS n FROM dead_letter_current WHERE state = 'open' AND run_id IN (${filter.runIds.map(() => '?').join(', ')})`,
    filter.runIds,
  );
  const after = await lettersEvent(database, left, counts[0]?.int('n') ?? 0);
  session.out.event(after, inWords(after));
  return 0;
}

export interface RetryOptions extends LetterOptions {
  readonly profile?: string;
}

/** Types open letters again with what their connection has now, or with the profile that is named. */
export async function deadLettersRetry(
  session: Session,
  ids: readonly string[],
  options: RetryOptions,
): Promise<number> {
  // Before the workspace is opened.
  const given = options.profile === undefined ? null : await readProfileFile(resolve(options.profile));
  return acted(session, options, ids, async (app, filter) => {
    const profile = given === null ? null : await app.connections.keepProfile(given);
    return app.retryLetters({ filter, profile, signal: session.signal, onProgress: () => {} });
  });
}

export interface DiscardOptions extends LetterOptions {
  readonly reason: string;
}

export function deadLettersDiscard(
  session: Session,
  ids: readonly string[],
  options: DiscardOptions,
): Promise<number> {
  return acted(session, options, ids, (app, filter) => app.discardLetters(filter, options.reason));
}

export interface ReopenOptions extends LetterOptions {
  readonly reason?: string;
}

export function deadLettersReopen(
  session: Session,
  ids: readonly string[],
  options: ReopenOptions,
): Promise<number> {
  return acted(session, options, ids, (app, filter) => app.reopenLetters(filter, options.reason ?? ''));
}
