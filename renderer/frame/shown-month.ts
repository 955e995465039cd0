import { type Month, parseMonth } from '../../shared/month.ts';
import { monthBefore } from '../ui/month-step.ts';

/** What a screen about a month is given. */
export interface MonthProps {
  readonly month: Month;
  /** The months that hold anything. */
  readonly known: readonly string[];
  readonly onMonth: (month: Month) => void;
}

const FIRST_MONTH = parseMonth('2024-01');

/** The month to show: the one chosen, else the newest that holds something, else the one that is settled now. */
export function shownMonth(chosen: Month | null, known: readonly string[]): Month | null {
  return chosen ?? parseMonth(known.toSorted().at(-1) ?? '') ?? monthBefore(new Date()) ?? FIRST_MONTH;
}
