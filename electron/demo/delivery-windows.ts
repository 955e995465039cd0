import { Temporal } from 'temporal-polyfill';
import { type Month, monthDays } from '../../shared/month.ts';

/** How a market writes its instants: local time with its offset, or UTC with `Z` (several CAISO systems use GMT). */
export type Notation = 'offset' | 'utc';

/** One delivery interval, `[start, end)`. */
export interface DeliveryWindow {
  /** RFC 3339. */
  readonly start: string;
  /** RFC 3339. */
  readonly end: string;
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly startMs: number;
  /** Hour of the market's clock at the start, 0 to 23. */
  readonly hour: number;
}

/** The zone of the North American gas day, 09:00 to 09:00 Central. */
export const GAS_ZONE = 'America/Chicago';
const GAS_DAY_START = Temporal.PlainTime.from('09:00');

function written(instant: Temporal.ZonedDateTime, notation: Notation): string {
  return notation === 'utc'
    ? instant.toInstant().toString({ smallestUnit: 'second' })
    : instant.toString({ timeZoneName: 'never', smallestUnit: 'second' });
}

function windowBetween(
  start: Temporal.ZonedDateTime,
  end: Temporal.ZonedDateTime,
  notation: Notation,
): DeliveryWindow {
  return {
    start: written(start, notation),
    end: written(end, notation),
    startMs: start.epochMilliseconds,
    hour: start.hour,
  };
}

function firstAndNext(month: Month): readonly [Temporal.PlainDate, Temporal.PlainDate] {
  const first = Temporal.PlainDate.from(monthDays(month).start);
  return [first, first.add({ months: 1 })];
}

/** Every hour of the local month, in order; a day has 23, 24 or 25 of them. */
export function hourlyWindows(month: Month, timezone: string, notation: Notation): readonly DeliveryWindow[] {
  const [first, next] = firstAndNext(month);
  const end = next.toZonedDateTime(timezone);
  const windows: DeliveryWindow[] = [];
  let at = first.toZonedDateTime(timezone);
  while (Temporal.ZonedDateTime.compare(at, end) < 0) {
    const following = at.add({ hours: 1 });
    windows.push(windowBetween(at, following, notation));
    at = following;
  }
  return windows;
}

/** Every gas day that starts in the month: 09:00 to 09:00 Central, so 23 or 25 hours long at a clock change. */
export function gasDays(month: Month): readonly DeliveryWindow[] {
  const [first, next] = firstAndNext(month);
  const windows: DeliveryWindow[] = [];
  for (let day = first; Temporal.PlainDate.compare(day, next) < 0; day = day.add({ days: 1 })) {
    const start = day.toZonedDateTime({ timeZone: GAS_ZONE, plainTime: GAS_DAY_START });
    windows.push(windowBetween(start, start.add({ days: 1 }), 'offset'));
  }
  return windows;
}

/** The local month as one interval, for capacity and certificates. */
export function wholeMonth(month: Month, timezone: string): readonly DeliveryWindow[] {
  const [first, next] = firstAndNext(month);
  return [windowBetween(first.toZonedDateTime(timezone), next.toZonedDateTime(timezone), 'offset')];
}

/** The same instant as a clock with that offset writes it. @param offset e.g. `+05:30` */
export function atOffset(instant: string, offset: string): string {
  return Temporal.Instant.from(instant).toString({ timeZone: offset, smallestUnit: 'second' });
}

/** The instant moved by whole hours, in UTC. */
export function shiftedHours(instant: string, hours: number): string {
  return Temporal.Instant.from(instant).add({ hours }).toString({ smallestUnit: 'second' });
}
