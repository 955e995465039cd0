/** Neighbouring months, and the one that is settled now. */
import { type Month, parseMonth } from '../../shared/month.ts';

/** `YYYY-MM`, `months` later (earlier where negative); the month itself where the result is out of range. */
export function monthStep(month: Month, months: number): Month {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const at = year * 12 + (number - 1) + months;
  const text = `${String(Math.floor(at / 12)).padStart(4, '0')}-${String((at % 12) + 1).padStart(2, '0')}`;
  return parseMonth(text) ?? month;
}

/** The calendar month before the given instant, where the analyst sits: what is being settled. */
export function monthBefore(now: Date): Month | null {
  const first = new Date(now.getFullYear(), now.getMonth() - 1, 1);
  return parseMonth(`${first.getFullYear()}-${String(first.getMonth() + 1).padStart(2, '0')}`);
}
