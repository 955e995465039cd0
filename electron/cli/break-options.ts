/** The options by which the verbs of breaks name breaks. */
import {
  BREAK_SORTS,
  BREAK_STATES,
  type BreakFilter,
  type BreakSort,
  type BreakState,
  isCategory,
} from '../../shared/breaks.ts';
import { TieoutError } from '../../shared/errors.ts';
import { BREAK_CATEGORIES, type BreakCategory } from '../../shared/recon.ts';
import type { BreakChoice } from '../breaks/break-acts.ts';
import { type CommonOptions, monthOption, numberOption } from './session.ts';

export interface BreakOptions extends CommonOptions {
  readonly month?: string;
  readonly state?: string;
  readonly category?: string;
  readonly assignee?: string;
  readonly withReason?: string;
  readonly counterparty?: string;
  readonly minAge?: string;
  readonly search?: string;
}

const MOST_DAYS = 36_500;

function stateOption(text: string | undefined): BreakState | null {
  if (text === undefined) return null;
  const state = BREAK_STATES.find((name) => name === text);
  if (state) return state;
  throw new TieoutError('usage', `--state is "${text}", not one of ${BREAK_STATES.join(', ')}.`);
}

function categoryOption(text: string | undefined): BreakCategory | null {
  if (text === undefined) return null;
  const category = text.toUpperCase();
  if (isCategory(category)) return category;
  throw new TieoutError('usage', `--category is "${text}", not one of ${BREAK_CATEGORIES.join(', ')}.`);
}

export function sortOption(text: string | undefined): BreakSort {
  const sort = BREAK_SORTS.find((name) => name === (text ?? 'delivery'));
  if (sort) return sort;
  throw new TieoutError('usage', `--sort is "${text}", not one of ${BREAK_SORTS.join(', ')}.`);
}

/** @throws TieoutError `usage`, `month-invalid`. */
export function breakFilter(options: BreakOptions): BreakFilter {
  return {
    month: options.month === undefined ? null : monthOption(options.month),
    state: stateOption(options.state),
    category: categoryOption(options.category),
    assignee: options.assignee ?? null,
    reason: options.withReason ?? null,
    counterparty: options.counterparty ?? null,
    minAge: options.minAge === undefined ? null : numberOption(options.minAge, '--min-age', 0, MOST_DAYS),
    search: options.search ?? '',
  };
}

/** @throws TieoutError `usage` where nothing names breaks: no act is on all of a workspace by mistake. */
export function breakChoice(options: BreakOptions, ids: readonly string[]): BreakChoice {
  const filter = breakFilter(options);
  if (ids.length > 0) return { filter, ids };
  if (filter.month !== null) return { filter, ids: null };
  throw new TieoutError(
    'usage',
    'Name the breaks: give their ids, or --month, with --state, --category, --assignee, --counterparty, --min-age or --search for some of them.',
  );
}
