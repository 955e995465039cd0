/** A market's calendar at work: its days, found once and kept, with the windows and the labels of each. */
import type { CalendarFile, IntervalMinutes, LabelSet } from '../calendars/calendar-file.ts';
import { type DayClock, GridShape, type Slot } from './day-shape.ts';
import { type ZoneClock, zoneClock } from './zone-clock.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** A settlement month, its neighbours and a year of restatements fit. */
const MAX_DAYS = 500;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** One delivery window, `[startMs, endMs)`. */
export interface DeliveryWindow {
  /** UTC milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** Of the market day in which it begins, `YYYY-MM-DD`. */
  readonly date: string;
  /** As the market prefers to write it. */
  readonly label: string;
  /** True in the second of two equal local hours. */
  readonly repeated: boolean;
}

/** What a flag says: which of two equal hours, or at which offset (local minus UTC, milliseconds) the clock stood. */
export type FlagMeaning = 'first' | 'second' | number;

/** The intervals of one length, and the label sets that name them. */
export interface Grid {
  readonly minutes: IntervalMinutes;
  /** Infinite for the whole day. */
  readonly lengthMs: number;
  readonly sets: readonly LabelSet[];
}

export class MarketCalendar {
  readonly id: string;
  readonly name: string;
  /** IANA name. */
  readonly zone: string;
  /** The first is the one whose labels are read; a window of another length is labelled in its own grid. */
  readonly grids: readonly [Grid, ...Grid[]];
  readonly #clock: ZoneClock;
  readonly #startsMs: number;
  readonly #clockNames: ReadonlyMap<number, string>;
  readonly #flags: ReadonlyMap<string, FlagMeaning>;
  /** True where a label holds the date, so that no two days share their labels. */
  readonly #dated: boolean;
  readonly #byDate = new Map<string, MarketDay>();
  readonly #byNumber = new Map<number, MarketDay>();
  readonly #shapes = new Map<string, (GridShape | null)[]>();
  #last: MarketDay | null = null;

  /** @param only the one label set that is read; null for all of the file. */
  constructor(file: CalendarFile, only: LabelSet | null) {
    this.id = only === null ? file.id : `${file.id}/${only.name}`;
    this.name = file.name;
    this.zone = file.zone;
    this.grids = gridsOf(only === null ? file.labels : [only]);
    this.#clock = zoneClock(file.zone);
    const [hour = 0, minute = 0] = file.day_starts.split(':').map(Number);
    this.#startsMs = (hour * 60 + minute) * MINUTE_MS;
    const clocks = Object.entries(file.clocks).map(([name, offset]) => [name, offsetMs(offset)] as const);
    this.#clockNames = new Map(clocks.map(([name, offset]) => [offset, name]));
    this.#flags = new Map<string, FlagMeaning>(
      [...clocks, ...Object.entries(file.flags)].map(([flag, meaning]) => [flag.toUpperCase(), meaning]),
    );
    this.#dated = JSON.stringify(file.labels).includes('{date');
  }

  /** The market day of a date; null where the text is no date `YYYY-MM-DD` of the years 1000 to 9998. */
  dayOf(date: string): MarketDay | null {
    const known = this.#byDate.get(date);
    if (known !== undefined) return known;
    if (!DATE.test(date)) return null;
    const ms = Date.parse(`${date}T00:00:00Z`);
    const exists = Number.isFinite(ms) && dateOf(ms) === date && date >= '1000' && date < '9999';
    return exists ? this.#day(ms / DAY_MS) : null;
  }

  /** The market day in which an instant lies. */
  dayAt(ms: number): MarketDay {
    const last = this.#last;
    if (last !== null && ms >= last.startMs && ms < last.endMs) return last;
    const day = this.#day(Math.floor((ms + this.#clock.offsetAt(ms) - this.#startsMs) / DAY_MS));
    this.#last = day;
    return day;
  }

  /** What a flag says; null where it says nothing (absent or blank), undefined where the market has no such flag. */
  meaningOf(flag: string | null): FlagMeaning | null | undefined {
    if (flag === null) return null;
    const known = this.#flags.get(flag);
    if (known !== undefined) return known;
    const text = flag.trim().toUpperCase();
    return text === '' ? null : this.#flags.get(text);
  }

  /** What the market calls its clock at an offset. */
  clockName(offset: number): string {
    return this.#clockNames.get(offset) ?? `UTC${offset < 0 ? '-' : '+'}${Math.abs(offset) / 3_600_000} h`;
  }

  #day(number: number): MarketDay {
    let day = this.#byNumber.get(number);
    if (day === undefined) {
      if (this.#byNumber.size >= MAX_DAYS) {
        this.#byNumber.clear();
        this.#byDate.clear();
      }
      day = this.#found(number);
      this.#byNumber.set(number, day);
      this.#byDate.set(day.date, day);
    }
    return day;
  }

  #found(number: number): MarketDay {
    const localMs = number * DAY_MS + this.#startsMs;
    const startMs = this.#clock.instantOf(localMs);
    const endMs = this.#clock.instantOf(localMs + DAY_MS);
    const day: DayClock = {
      date: dateOf(number * DAY_MS),
      startMs,
      endMs,
      offsetMs: this.#clock.offsetAt(startMs),
      changes: this.#clock.changesBetween(startMs, endMs),
    };
    return new MarketDay(day, this.grids, (grid) => this.#shape(day, grid));
  }

  /** Days with the same clock share the work of writing their labels. */
  #shape(day: DayClock, grid: number): GridShape {
    const changes = day.changes.map(({ atMs, afterMs }) => `${atMs - day.startMs}:${afterMs}`);
    const key = [this.#dated ? day.date : '', day.endMs - day.startMs, day.offsetMs, ...changes].join(' ');
    let shapes = this.#shapes.get(key);
    if (shapes === undefined) {
      shapes = this.grids.map(() => null);
      if (this.#shapes.size >= MAX_DAYS) this.#shapes.clear();
      this.#shapes.set(key, shapes);
    }
    const known = shapes[grid];
    if (known) return known;
    const { sets = [], lengthMs = Number.POSITIVE_INFINITY } = this.grids[grid] ?? {};
    const shape = new GridShape(sets, this.#clockNames, lengthMs, day);
    shapes[grid] = shape;
    return shape;
  }
}

export class MarketDay {
  readonly date: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly clock: DayClock;
  readonly #grids: readonly Grid[];
  readonly #shape: (grid: number) => GridShape;
  readonly #shapes: (GridShape | undefined)[] = [];
  readonly #windows: (readonly DeliveryWindow[] | undefined)[] = [];

  constructor(clock: DayClock, grids: readonly Grid[], shape: (grid: number) => GridShape) {
    this.date = clock.date;
    this.startMs = clock.startMs;
    this.endMs = clock.endMs;
    this.clock = clock;
    this.#grids = grids;
    this.#shape = shape;
  }

  /** @param grid its place in the calendar's list. */
  shape(grid: number): GridShape {
    let shape = this.#shapes[grid];
    if (shape === undefined) {
      shape = this.#shape(grid);
      this.#shapes[grid] = shape;
    }
    return shape;
  }

  /** In order; they fill the day. */
  windows(grid: number): readonly DeliveryWindow[] {
    let windows = this.#windows[grid];
    if (windows === undefined) {
      windows = this.shape(grid).slots.map(({ fromMs, toMs, label, twin }) => ({
        startMs: this.startMs + fromMs,
        endMs: this.startMs + toMs,
        date: this.date,
        label,
        repeated: twin === 'second',
      }));
      this.#windows[grid] = windows;
    }
    return windows;
  }

  /** The interval that begins at an instant of the day; null where none does. */
  slotFrom(grid: number, startMs: number): Slot | null {
    const fromMs = startMs - this.startMs;
    const slot = this.shape(grid).slots[Math.floor(fromMs / (this.#grids[grid]?.lengthMs ?? 0))];
    return slot?.fromMs === fromMs ? slot : null;
  }

  /** Its window. */
  windowFrom(grid: number, startMs: number): DeliveryWindow | null {
    const slot = this.slotFrom(grid, startMs);
    return slot === null ? null : (this.windows(grid)[slot.index] ?? null);
  }

  /** The interval that ends at an instant of the day, or at its end; null where none does. */
  slotUntil(grid: number, endMs: number): Slot | null {
    const toMs = endMs - this.startMs;
    const index = Math.ceil(toMs / (this.#grids[grid]?.lengthMs ?? 0)) - 1;
    const slot = this.shape(grid).slots[Math.max(0, index)];
    return slot?.toMs === toMs ? slot : null;
  }
}

/** One grid for each length, in the order of the file. */
function gridsOf(sets: readonly LabelSet[]): readonly [Grid, ...Grid[]] {
  const grids = [...Map.groupBy(sets, ({ minutes }) => minutes)].map(([minutes, named]): Grid => {
    return {
      minutes,
      sets: named,
      lengthMs: minutes === 'day' ? Number.POSITIVE_INFINITY : minutes * MINUTE_MS,
    };
  });
  const [first, ...others] = grids;
  if (first === undefined) throw new TypeError('A calendar has a label set.');
  return [first, ...others];
}

/** `-05:00` in milliseconds. */
function offsetMs(text: string): number {
  const [hours = 0, minutes = 0] = text.slice(1).split(':').map(Number);
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}

/** The UTC date of an instant, `YYYY-MM-DD`. */
function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
