/**
 * The clocks of the United States by the letter of the law, without a time zone database: what the calendars are held
 * against. Until 2006 clocks went forward on the first Sunday of April and back on the last of October, since 2007 on
 * the second Sunday of March and the first of November, at 02:00 both times.
 */
export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** One hour of a day. */
export interface ClockHour {
  readonly startMs: number;
  /** What the clock shows at the start. */
  readonly hour: number;
  readonly daylight: boolean;
  readonly twin: 'first' | 'second' | null;
}

export type DayKind = 'spring' | 'autumn' | 'daylight' | 'standard';

/** The day of a month that is the nth Sunday; 0 is the last. */
function sunday(year: number, month: number, nth: number): string {
  const days = Array.from({ length: 31 }, (_, at) => new Date(Date.UTC(year, month - 1, at + 1)));
  const sundays = days.filter((day) => day.getUTCMonth() === month - 1 && day.getUTCDay() === 0);
  return (nth === 0 ? sundays.at(-1) : sundays[nth - 1])?.toISOString().slice(0, 10) ?? '';
}

function changes(year: number): { readonly spring: string; readonly autumn: string } {
  return year < 2007
    ? { spring: sunday(year, 4, 1), autumn: sunday(year, 10, 0) }
    : { spring: sunday(year, 3, 2), autumn: sunday(year, 11, 1) };
}

const byYear = new Map(Array.from({ length: 43 }, (_, at) => [1999 + at, changes(1999 + at)]));

export function kindOf(date: string): DayKind {
  const { spring, autumn } = byYear.get(Number(date.slice(0, 4))) ?? changes(Number(date.slice(0, 4)));
  if (date === spring) return 'spring';
  if (date === autumn) return 'autumn';
  return date > spring && date < autumn ? 'daylight' : 'standard';
}

/** UTC of a local time of a day. @param standard the zone's standard time, hours after UTC. @param hour of which the
 * clock does not change at 01:00 or 02:00 of the day. */
export function instantOf(date: string, standard: number, hour: number): number {
  const kind = kindOf(date);
  const daylight = kind === 'daylight' || (kind === 'spring' && hour > 2) || (kind === 'autumn' && hour < 1);
  return Date.parse(`${date}T00:00:00Z`) + (hour - standard - (daylight ? 1 : 0)) * HOUR_MS;
}

/** @param observes false where the zone keeps standard time. */
export function hoursOf(date: string, standard: number, observes: boolean): readonly ClockHour[] {
  const kind = observes ? kindOf(date) : 'standard';
  const startMs = observes
    ? instantOf(date, standard, 0)
    : Date.parse(`${date}T00:00:00Z`) - standard * HOUR_MS;
  const shown = Array.from({ length: 24 }, (_, hour) => hour);
  if (kind === 'spring') shown.splice(2, 1);
  if (kind === 'autumn') shown.splice(2, 0, 1);
  return shown.map((hour, at) => ({
    startMs: startMs + at * HOUR_MS,
    hour,
    daylight: kind === 'daylight' || (kind === 'spring' && at >= 2) || (kind === 'autumn' && at < 2),
    twin: kind !== 'autumn' || hour !== 1 ? null : at === 1 ? 'first' : 'second',
  }));
}

/** Every date from 2000-01-01 to 2040-12-31. */
export function everyDate(): readonly string[] {
  const dates: string[] = [];
  for (let ms = Date.UTC(2000, 0, 1); ms < Date.UTC(2041, 0, 1); ms += DAY_MS)
    dates.push(new Date(ms).toISOString().slice(0, 10));
  return dates;
}
