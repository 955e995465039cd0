/** Dead letters in words, for a person at a terminal. */
import type { DeadLetterActEvent, DeadLettersEvent, LetterAct } from '../../shared/dead-letters.ts';
import type { DeadLetterDetail } from '../../shared/views.ts';
import { many } from './count-words.ts';

/** What became of the records received, as one sum. */
export function countsInWords(counts: {
  readonly received: number;
  readonly committed: number;
  readonly open: number;
  readonly retried: number;
  readonly discarded: number;
}): string {
  const { received, committed, open, retried, discarded } = counts;
  const ofThem = retried > 0 ? ` (${many(retried, 'retried dead letter')} among them)` : '';
  return `${many(received, 'record')} received: ${many(committed, 'record')} committed${ofThem}, ${many(open, 'dead letter')} open, ${discarded} discarded`;
}

/** The sum, then a line for each reason. */
export function lettersInWords(event: DeadLettersEvent): string {
  const lines = event.reasons.map(
    ({ field, code, letters, example }) =>
      `  ${many(letters, 'letter').padStart(14)}  ${field === '' ? 'the record' : field} ${code}, for example ${example.id}: ${example.message}`,
  );
  return [countsInWords(event), ...lines].join('\n');
}

const ACTED: Readonly<Record<LetterAct, string>> = {
  retry: 'retried',
  discard: 'discarded',
  reopen: 'opened again',
};

export function actInWords({ act, letters, passed, refused }: DeadLetterActEvent): string {
  const outcome = act === 'retry' ? `: ${many(passed, 'record')} committed, ${refused} refused again` : '';
  return `${many(letters, 'dead letter')} ${ACTED[act]}${outcome}`;
}

/** Everything about one letter; its record as received stands last, by itself. */
export function detailInWords(id: string, letter: DeadLetterDetail): string {
  const history = letter.history.map(({ at, actor, act, reason, profileSha256, reasons }) => {
    const why = reason === null ? reasons.map(({ message }) => message).join('; ') : reason;
    const profile = profileSha256 === null ? '' : `  profile ${profileSha256.slice(0, 12)}`;
    return `  ${at}  ${actor}  ${act}${profile}${why === '' ? '' : `  ${why}`}`;
  });
  return [
    `${id}  ${letter.state}`,
    `run ${letter.runId} of ${letter.month} from ${letter.source}, page ${letter.page}, record ${letter.index}`,
    `settlement ${letter.settlementId ?? '-'}`,
    'refused because',
    ...letter.reasons.map(({ code, message }) => `  ${message} (${code})`),
    ...(history.length === 0 ? [] : ['since then', ...history]),
    'as received',
    letter.raw,
  ].join('\n');
}
