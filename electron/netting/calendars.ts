/** Calendars of days on which nobody pays: rules as data (calendars/), worked out by year. */
import { z } from 'zod';
import fed from './calendars/fed.json' with { type: 'json' };
import nerc from './calendars/nerc.json' with { type: 'json' };

const fixed = z.strictObject({
  name: z.string(),
  month: z.int(),
  day: z.int(),
  since: z.int().optional(),
});
/** `weekday` 0 is Sunday; `nth` counts from 1, -1 is the last of the month. */
const floating = z.strictObject({
  name: z.string(),
  month: z.int(),
  weekday: z.int(),
  nth: z.int(),
});

const calendarFile = z.strictObject({
  id: z.string(),
  title: z.string(),
  source: z.string(),
  note: z.string(),
  from: z.int(),
  to: z.int(),
  /** What a fixed day that falls on a Saturday or a Sunday becomes. */
  saturday: z.enum(['none', 'same']),
  sunday: z.enum(['monday']),
  holidays: z.array(z.union([fixed, floating])),
});
type CalendarFile = z.infer<typeof calendarFile>;

export interface Holiday {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly name: string;
}

export interface HolidayCalendar {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly note: string;
  /** First and last year that it knows. */
  readonly from: number;
  readonly to: number;
  readonly holidays: readonly Holiday[];
}

const DAY_MS = 86_400_000;

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** @returns milliseconds, or null where the calendar does not keep the day that year. */
function dayIn(year: number, holiday: CalendarFile['holidays'][number], file: CalendarFile): number | null {
  if ('nth' in holiday) {
    const { month, weekday, nth } = holiday;
    if (nth > 0) {
      const first = Date.UTC(year, month - 1, 1);
      return first + (((weekday - new Date(first).getUTCDay() + 7) % 7) + 7 * (nth - 1)) * DAY_MS;
    }
    const last = Date.UTC(year, month, 0);
    return last - ((new Date(last).getUTCDay() - weekday + 7) % 7) * DAY_MS;
  }
  if (holiday.since !== undefined && year < holiday.since) return null;
  const day = Date.UTC(year, holiday.month - 1, holiday.day);
  const weekday = new Date(day).getUTCDay();
  if (weekday === 0) return day + DAY_MS;
  return weekday === 6 && file.saturday === 'none' ? null : day;
}

function workedOut(raw: unknown): HolidayCalendar {
  const file = calendarFile.parse(raw);
  const holidays: Holiday[] = [];
  for (let year = file.from; year <= file.to; year += 1) {
    for (const holiday of file.holidays) {
      const day = dayIn(year, holiday, file);
      if (day !== null) holidays.push({ date: isoDay(day), name: holiday.name });
    }
  }
  holidays.sort((a, b) => (a.date < b.date ? -1 : 1));
  const { id, title, source, note, from, to } = file;
  return { id, title, source, note, from, to, holidays };
}

/** Worked out when a calendar is first asked for, and kept. */
let calendars: readonly HolidayCalendar[] | null = null;

export function holidayCalendars(): readonly HolidayCalendar[] {
  calendars ??= [fed, nerc].map(workedOut);
  return calendars;
}

export function calendarNamed(id: string): HolidayCalendar | null {
  return holidayCalendars().find((calendar) => calendar.id === id) ?? null;
}
