/** Why a label or a window is refused: the sentences, as they stand in a dead letter's reasons. */
import type { DeliveryWindow, FlagMeaning, MarketCalendar, MarketDay } from './market-calendar.ts';

const SHOWN = 40;

export function noDate(date: string): string {
  return `${quoted(date)} is no date`;
}

export function unknownFlag(calendar: MarketCalendar, flag: string | null): string {
  return `the flag ${quoted(flag ?? '')} is none that ${calendar.id} uses`;
}

/** @param readers calendars that read the label. */
export function noLabel(
  calendar: MarketCalendar,
  day: MarketDay,
  label: string,
  readers: readonly string[],
): string {
  const elsewhere = readers.length === 0 ? '' : `; it is read by ${readers.join(', ')}`;
  return `${quoted(label)} is no label of ${day.date} at ${calendar.id}, ${length(day)}${elsewhere}`;
}

export function flagDisagrees(
  calendar: MarketCalendar,
  day: MarketDay,
  label: string,
  flag: string | null,
  meaning: FlagMeaning | null,
): string {
  const which = `${quoted(label)} of ${day.date} at ${calendar.id}`;
  const says =
    typeof meaning === 'number'
      ? `puts the clock on ${calendar.clockName(meaning)}, where it is not in ${which}`
      : meaning === 'second'
        ? `marks the repeated hour, which ${which} is not`
        : `denies the repeated hour, which ${which} is`;
  return `the flag ${quoted(flag ?? '')} ${says}: it is ${length(day)}`;
}

/** @param named what the label can be. */
export function ambiguous(
  calendar: MarketCalendar,
  day: MarketDay,
  label: string,
  named: readonly DeliveryWindow[],
): string {
  const sets = calendar.grids[0].sets.map(({ name }) => `${calendar.id}/${name}`);
  const narrower =
    sets.length < 2 ? '' : `, or a calendar that reads one way of writing alone (${sets.join(', ')})`;
  const windows = named.map(({ startMs, endMs }) => interval(startMs, endMs)).join(' or ');
  return `${quoted(label)} of ${day.date} at ${calendar.id} can be ${windows}: a flag must say which${narrower}`;
}

export function emptyWindow(startMs: number, endMs: number): string {
  return endMs === startMs
    ? `the window has no length: it starts and ends at ${written(startMs)}`
    : `the window ends at ${written(endMs)}, before it starts at ${written(startMs)}`;
}

export function offGrid(calendar: MarketCalendar, startMs: number, endMs: number): string {
  const lengths = calendar.grids.map(({ minutes }) =>
    minutes === 'day' ? 'whole days' : `${minutes} minutes`,
  );
  return `${interval(startMs, endMs)} is not made of delivery intervals of ${calendar.id} (${lengths.join(', ')})`;
}

export function otherDay(
  calendar: MarketCalendar,
  day: MarketDay,
  date: string,
  startMs: number,
  endMs: number,
): string {
  return `${interval(startMs, endMs)} begins on ${day.date} at ${calendar.id}, not on ${date}`;
}

/** @param named what the label says. @param window what it stands beside. */
export function otherWindow(
  calendar: MarketCalendar,
  label: string,
  named: DeliveryWindow,
  window: DeliveryWindow,
): string {
  const is = `${quoted(label)} of ${named.date} at ${calendar.id} is ${interval(named.startMs, named.endMs)}`;
  return `${is}, but the window is ${interval(window.startMs, window.endMs)}, which is ${quoted(window.label)}`;
}

/** `a day of 23 hours, whose clock skips 02:00 to 03:00` */
function length({ startMs, endMs, clock }: MarketDay): string {
  const changes = clock.changes.map(({ atMs, beforeMs, afterMs }) => {
    const [from, to] = [atMs + beforeMs, atMs + afterMs].sort((a, b) => a - b);
    const times = `${timeOf(from ?? atMs)} to ${timeOf(to ?? atMs)}`;
    return afterMs > beforeMs ? `skips ${times}` : `shows ${times} twice`;
  });
  const whose = changes.length === 0 ? '' : `, whose clock ${changes.join(' and ')}`;
  return `a day of ${(endMs - startMs) / 3_600_000} hours${whose}`;
}

function timeOf(localMs: number): string {
  return new Date(localMs).toISOString().slice(11, 16);
}

function interval(startMs: number, endMs: number): string {
  return `${written(startMs)} to ${written(endMs)}`;
}

/** RFC 3339 in UTC, to the minute where that is all there is. */
function written(ms: number): string {
  const instant = new Date(ms);
  if (Number.isNaN(instant.valueOf())) return String(ms);
  return instant.toISOString().replace(/(:00)?\.000Z$/, 'Z');
}

function quoted(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text);
}
