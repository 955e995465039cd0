/** The options by which the verbs of dead letters name letters. */
import { LETTER_STATES, type LetterPlace, type LetterState } from '../../shared/dead-letters.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { Month } from '../../shared/month.ts';
import { REASON_CODES } from '../../shared/settlement.ts';
import type { LetterFilter } from '../dead-letters/letter-filter.ts';
import { countingRuns } from '../dead-letters/letter-runs.ts';
import { runNamed } from '../restatement/named-run.ts';
import type { Reader } from '../workspace/transaction.ts';
import { type CommonOptions, monthOption } from './session.ts';

export interface LetterOptions extends CommonOptions {
  readonly month?: string;
  readonly run?: string;
  readonly state?: string;
  readonly code?: string;
  readonly field?: string;
  readonly search?: string;
}

function stateOption(text: string | undefined): LetterState | null {
  if (text === undefined) return null;
  const state = LETTER_STATES.find((name) => name === text);
  if (state) return state;
  throw new TieoutError('usage', `--state is "${text}", not one of ${LETTER_STATES.join(', ')}.`);
}

function codeOption(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (REASON_CODES.some((code) => code === text)) return text;
  throw new TieoutError('usage', `--code is "${text}", not one of ${REASON_CODES.join(', ')}.`);
}

function wholeNumber(text: string, name: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new TieoutError('usage', `The ${name} of a dead letter is "${text}", not a whole number.`);
}

/** A letter by `RUN:PAGE:INDEX`, or by the three apart; the run by its id or the first characters of it. */
export async function namedLetter(reader: Reader, parts: readonly string[]): Promise<LetterPlace> {
  const [first = '', ...rest] = parts;
  const named = /^(.+):(\d+):(\d+)$/.exec(first);
  const [run, page, index] = rest.length === 0 && named ? named.slice(1) : parts;
  if (run === undefined || page === undefined || index === undefined || rest.length > 2) {
    throw new TieoutError(
      'usage',
      `"${parts.join(' ')}" names no dead letter; give RUN:PAGE:INDEX, as tieout dead-letters list prints it, or RUN PAGE INDEX.`,
    );
  }
  const { runId } = await runNamed(reader, run, { month: null, resource: null, source: null });
  return { runId, page: wholeNumber(page, 'page'), index: wholeNumber(index, 'index') };
}

/** What the options ask for, as far as it can be told without a workspace. */
export interface LettersAsked extends Pick<LetterFilter, 'state' | 'code' | 'field' | 'search'> {
  readonly month: Month | null;
  readonly run: string | null;
}

/** To be called before the workspace is opened. @throws TieoutError `usage`, `month-invalid`. */
export function lettersAsked(options: LetterOptions): LettersAsked {
  return {
    month: options.month === undefined ? null : monthOption(options.month),
    run: options.run ?? null,
    state: stateOption(options.state),
    code: codeOption(options.code),
    field: options.field ?? null,
    search: options.search ?? '',
  };
}

/** @throws TieoutError `usage`, `run-unknown`. */
export async function letterFilter(
  reader: Reader,
  { month, run, ...base }: LettersAsked,
  ids: readonly string[],
): Promise<LetterFilter> {
  if (ids.length > 0) {
    const places: LetterPlace[] = [];
    for (const id of ids) places.push(await namedLetter(reader, [id]));
    return { ...base, runIds: [...new Set(places.map(({ runId }) => runId))], places };
  }
  const runIds =
    run === null
      ? await countingRuns(reader, month)
      : [(await runNamed(reader, run, { month, resource: null, source: null })).runId];
  return { ...base, runIds, places: null };
}
