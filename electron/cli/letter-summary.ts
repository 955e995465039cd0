/** A run's dead letters as a sync tells them: the first few as they come, and at its end what they come to. */
import type { TieoutEvent } from '../../shared/events.ts';
import type { App } from '../app.ts';
import { lettersEvent } from './dead-letters.ts';
import type { Session } from './session.ts';
import { inWords } from './wording.ts';

/** Letters that a person is told one by one: a page may be nothing but letters. */
const TOLD = 20;

/** @returns for each event in turn whether it is to be said in words. */
export function letterLines(): (event: TieoutEvent) => boolean {
  let letters = 0;
  return ({ type }) => {
    if (type !== 'dead-letter') return true;
    letters += 1;
    return letters <= TOLD;
  };
}

export async function tellLetters(session: Session, app: App, runId: string): Promise<void> {
  const { database } = app.workspace;
  const filter = {
    runIds: [runId],
    state: 'open',
    code: null,
    field: null,
    search: '',
    places: null,
  } as const;
  const counted = await database.row(
    `SELECT count(*) AS n FROM dead_letter_current WHERE run_id = ? AND state = 'open'`,
    [runId],
  );
  const event = await lettersEvent(database, filter, counted?.int('n') ?? 0);
  session.out.event(event, inWords(event));
}
