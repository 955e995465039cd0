/** Times on a zone's clock as instants, where there is exactly one. */
import type { ZoneClock } from './windows/zone-clock.ts';

const DAY_MS = 86_400_000;

/**
 * No zone is further than a day from UTC, and no two changes of one lie within two days: the offsets a day before and a
 * day after are the only ones that the time may have been shown at.
 * @param localMs what the clock shows, as if it were UTC.
 * @returns milliseconds UTC; `skipped` where the clock never shows the time, `repeated` where it shows it twice.
 */
export function instantShown(clock: ZoneClock, localMs: number): number | 'skipped' | 'repeated' {
  const before = clock.offsetAt(localMs - DAY_MS);
  const after = clock.offsetAt(localMs + DAY_MS);
  const early = localMs - before;
  if (before === after) return early;
  const late = localMs - after;
  const isEarly = clock.offsetAt(early) === before;
  const isLate = clock.offsetAt(late) === after;
  if (isEarly && isLate) return 'repeated';
  if (isEarly) return early;
  return isLate ? late : 'skipped';
}
