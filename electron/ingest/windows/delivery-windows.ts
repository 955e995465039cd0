/**
 * Delivery windows and the labels that markets give them (docs/delivery-windows.md). What contradicts itself is
 * refused, nothing is guessed. Every function here takes a market calendar first.
 */
import { TieoutError } from '../../../shared/errors.ts';
import type { Slot } from './day-shape.ts';
import type { DeliveryWindow, FlagMeaning, MarketCalendar, MarketDay } from './market-calendar.ts';
import {
  ambiguous,
  emptyWindow,
  flagDisagrees,
  noDate,
  noLabel,
  offGrid,
  otherDay,
  otherWindow,
  unknownFlag,
} from './refusals.ts';

/** A sentence without capital and full stop, as the reasons of a dead letter are. */
export interface Refused {
  readonly refused: string;
}

/** Where a window lies: its first and last interval, in one of the calendar's grids. */
interface Place {
  readonly grid: number;
  readonly day: MarketDay;
  readonly first: Slot;
  readonly lastDay: MarketDay;
  readonly last: Slot;
}

/**
 * All windows of a market day in the calendar's own interval, in order.
 * @throws {TieoutError} `usage` where the date is none.
 */
export function dayWindows(calendar: MarketCalendar, date: string): readonly DeliveryWindow[] {
  const day = calendar.dayOf(date);
  if (day === null) throw new TieoutError('usage', `${noDate(date)}; give it as YYYY-MM-DD.`);
  return day.windows(0);
}

/**
 * The window that a label names on a market day: one interval, or several from the first to the last
 * (`HE 07..HE 22`, `HE 07-HE 22`, `HE 01..2024-03-31 HE 24`).
 * @param flag as the market sends it beside the label; null or blank where there is none.
 */
export function windowOfLabel(
  calendar: MarketCalendar,
  date: string,
  label: string,
  flag: string | null,
): DeliveryWindow | Refused {
  const meaning = calendar.meaningOf(flag);
  if (meaning === undefined) return { refused: unknownFlag(calendar, flag) };
  const day = calendar.dayOf(date);
  if (day === null) return { refused: noDate(date) };
  const slots = slotsNamed(day, 0, label, meaning);
  const [only] = slots;
  if (slots.length === 1 && only !== undefined && fits(only, meaning)) {
    const window = day.windows(0)[only.index];
    if (window !== undefined) return window;
  }
  const named = windowsNamed(calendar, day, 0, label, meaning);
  const [window] = named;
  if (window === undefined) return { refused: whyNone(calendar, day, 0, label, flag, meaning) };
  return named.length === 1 ? window : { refused: ambiguous(calendar, day, label, named) };
}

/**
 * The label of a window. One interval has its own; several whole ones in a row have the first's and the last's, in
 * the longest interval that fits (`HE 07..HE 22`), with the date of the last where it lies in another day.
 * @param startMs UTC. @param endMs UTC.
 */
export function labelOfWindow(
  calendar: MarketCalendar,
  startMs: number,
  endMs: number,
): DeliveryWindow | Refused {
  if (endMs > startMs) {
    const day = calendar.dayAt(startMs);
    for (let grid = 0; grid < calendar.grids.length; grid++) {
      const window = day.windowFrom(grid, startMs);
      if (window?.endMs === endMs) return window;
    }
  }
  const place = placeOf(calendar, startMs, endMs);
  if (place !== null) return windowAt(place);
  return { refused: endMs > startMs ? offGrid(calendar, startMs, endMs) : emptyWindow(startMs, endMs) };
}

/**
 * Why a window is not what its date, its label or its flag say, in one sentence; null where nothing speaks against
 * it. A label that could be several windows is no contradiction where the window is one of them.
 * @param date of the market day; null where only the instants tell it. @param label null where there is none.
 * @param flag null or blank where there is none. @param startMs UTC. @param endMs UTC.
 */
export function contradiction(
  calendar: MarketCalendar,
  date: string | null,
  label: string | null,
  flag: string | null,
  startMs: number,
  endMs: number,
): string | null {
  const meaning = calendar.meaningOf(flag);
  if (meaning === undefined) return unknownFlag(calendar, flag);
  if (endMs > startMs) {
    const day = calendar.dayAt(startMs);
    for (let grid = 0; grid < calendar.grids.length && (date === null || date === day.date); grid++) {
      const slot = day.slotFrom(grid, startMs);
      if (slot === null || day.startMs + slot.toMs !== endMs || !fits(slot, meaning)) continue;
      if (label === null || slotsNamed(day, grid, label, meaning).includes(slot)) return null;
    }
  }
  return whyNot(calendar, date, label, flag, meaning, startMs, endMs);
}

function whyNot(
  calendar: MarketCalendar,
  date: string | null,
  label: string | null,
  flag: string | null,
  meaning: FlagMeaning | null,
  startMs: number,
  endMs: number,
): string | null {
  if (!(endMs > startMs)) return emptyWindow(startMs, endMs);
  const place = placeOf(calendar, startMs, endMs);
  if (place === null) return offGrid(calendar, startMs, endMs);
  const { day, grid } = place;
  if (date !== null && date !== day.date)
    return calendar.dayOf(date) === null ? noDate(date) : otherDay(calendar, day, date, startMs, endMs);
  const window = windowAt(place);
  if (label === null)
    return fits(place.first, meaning) && fits(place.last, meaning)
      ? null
      : flagDisagrees(calendar, day, window.label, flag, meaning);
  // An hour's label beside a quarter of the hour is told as the hour that it names.
  const grids = [grid, ...calendar.grids.keys().filter((at) => at !== grid)];
  const named = grids.flatMap((at) => windowsNamed(calendar, day, at, label, meaning));
  const [other] = named;
  if (other === undefined) return whyNone(calendar, day, grid, label, flag, meaning);
  const isNamed = named.some((each) => each.startMs === startMs && each.endMs === endMs);
  return isNamed ? null : otherWindow(calendar, label, other, window);
}

/** Why no window has the label: it is none of the day, or not where the flag says. */
function whyNone(
  calendar: MarketCalendar,
  day: MarketDay,
  grid: number,
  label: string,
  flag: string | null,
  meaning: FlagMeaning | null,
): string {
  if (slotsNamed(day, grid, label, meaning).length > 0)
    return flagDisagrees(calendar, day, label, flag, meaning);
  const readers = calendar.grids
    .filter((_, at) => at !== grid && slotsNamed(day, at, label, meaning).length > 0)
    .flatMap(({ sets }) => sets.map(({ name }) => `${calendar.id}/${name}`));
  return noLabel(calendar, day, label, readers);
}

function placeOf(calendar: MarketCalendar, startMs: number, endMs: number): Place | null {
  if (!(endMs > startMs)) return null;
  const day = calendar.dayAt(startMs);
  const lastDay = endMs <= day.endMs ? day : calendar.dayAt(endMs - 1);
  let found: Place | null = null;
  for (let grid = 0; grid < calendar.grids.length; grid++) {
    const first = day.slotFrom(grid, startMs);
    const last = lastDay.slotUntil(grid, endMs);
    if (first === null || last === null) continue;
    const fewer = found === null || lengthOf(calendar, grid) > lengthOf(calendar, found.grid);
    if (fewer) found = { grid, day, first, lastDay, last };
  }
  return found;
}

function lengthOf(calendar: MarketCalendar, grid: number): number {
  return calendar.grids[grid]?.lengthMs ?? 0;
}

function windowAt({ grid, day, first, lastDay, last }: Place): DeliveryWindow {
  const single = day.windows(grid)[first.index];
  if (day === lastDay && first === last && single !== undefined) return single;
  // A gas day's label is its date already.
  const dated = day === lastDay || last.label.includes(lastDay.date);
  return {
    startMs: day.startMs + first.fromMs,
    endMs: lastDay.startMs + last.toMs,
    date: day.date,
    label: `${first.label}..${dated ? last.label : `${lastDay.date} ${last.label}`}`,
    repeated: first.twin === 'second' && last.twin === 'second' && day === lastDay,
  };
}

function slotsNamed(
  day: MarketDay,
  grid: number,
  label: string,
  meaning: FlagMeaning | null,
): readonly Slot[] {
  return day.shape(grid).named(label, meaning === null ? null : 'flag');
}

function fits(slot: Slot, meaning: FlagMeaning | null): boolean {
  if (meaning === null) return true;
  if (typeof meaning === 'number') return slot.offsetMs === meaning;
  return (slot.twin === 'second') === (meaning === 'second');
}

/** Every window that the label can name: intervals of the grid, else blocks of them. */
function windowsNamed(
  calendar: MarketCalendar,
  day: MarketDay,
  grid: number,
  label: string,
  meaning: FlagMeaning | null,
): readonly DeliveryWindow[] {
  const singles = slotsNamed(day, grid, label, meaning);
  if (singles.length > 0)
    return singles
      .filter((slot) => fits(slot, meaning))
      .map((slot) => windowAt({ grid, day, first: slot, lastDay: day, last: slot }));
  const [from, to] = blockOf(label);
  if (from === undefined || to === undefined) return [];
  const date = to.slice(0, 10);
  const later = calendar.dayOf(date);
  const ends = [
    { lastDay: day, slots: slotsNamed(day, grid, to, meaning) },
    // `2024-03-31 HE 24`, and of a gas day the date alone.
    ...(later === null || later === day
      ? []
      : [{ lastDay: later, slots: slotsNamed(later, grid, to.slice(10).trim() || to, meaning) }]),
  ];
  return slotsNamed(day, grid, from, meaning).flatMap((first) =>
    ends.flatMap(({ lastDay, slots }) =>
      slots
        .filter((last) => lastDay.startMs + last.toMs > day.startMs + first.toMs)
        .filter((last) => fits(first, meaning) && fits(last, meaning))
        .map((last) => windowAt({ grid, day, first, lastDay, last })),
    ),
  );
}

/** First and last label of a block; empty where the text is none. */
function blockOf(label: string): readonly string[] {
  const parts = label.includes('..') ? label.split('..') : label.split('-');
  return parts.length === 2 ? parts.map((part) => part.trim()) : [];
}
