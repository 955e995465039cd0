import { type Month, parseMonth } from '../../shared/month.ts';
import { monthBefore } from '../ui/month-step.ts';

const FIRST_MONTH = parseMonth('2024-01');

/** The month to show: the one chosen, else the newest that holds something, else the one that is settled now. */
export function shownMonth(chosen: Month | null, known: readonly string[]): Month | null {
  return chosen ?? parseMonth(known.toSorted().at(-1) ?? '') ?? monthBefore(new Date()) ?? FIRST_MONTH;
}
