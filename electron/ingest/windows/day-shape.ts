/**
 * The intervals of a market day and the texts that name them, for all days that have the same clock: every text is
 * written beforehand, from the calendar's forms, so that reading one is a look-up.
 */
import type { LabelForm, LabelSet } from '../calendars/calendar-file.ts';
import { filled } from './label-template.ts';
import type { ClockChange } from './zone-clock.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Texts as they come, beside those that the forms write; more are read anew each time. */
const MAX_SPELLINGS = 4_096;

/** One interval of a day. Times are milliseconds from the day's first instant, but for the clock's. */
export interface Slot {
  readonly index: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** What the clock shows at the start: milliseconds after midnight. */
  readonly clockMs: number;
  readonly offsetMs: number;
  /** Which of two equal local times it is; null where there is one alone. */
  readonly twin: 'first' | 'second' | null;
  /** The market's preferred label: the first in the calendar that names the interval and no other. */
  readonly label: string;
}

/** A day's clock: all that its labels depend on. */
export interface DayClock {
  readonly date: string;
  readonly startMs: number;
  readonly endMs: number;
  /** At the start. */
  readonly offsetMs: number;
  /** Within the day. */
  readonly changes: readonly ClockChange[];
}

/** The intervals of one length. */
export class GridShape {
  readonly slots: readonly Slot[];
  /** By text, without a flag. Where two slots have one text, a flag must say which. */
  readonly #plain = new Map<string, Slot[]>();
  /** By text, beside a flag: the second of two equal hours also goes by the text of the first. */
  readonly #flagged = new Map<string, Slot[]>();

  /** @param lengthMs of an interval; infinite for the whole day. */
  constructor(
    sets: readonly LabelSet[],
    clocks: ReadonlyMap<number, string>,
    lengthMs: number,
    day: DayClock,
  ) {
    const slots = cut(day, lengthMs);
    const writer: Writer = {
      clocks,
      lengthMs,
      date: day.date,
      long: slots.some(({ twin }) => twin === 'second'),
    };
    const forms = sets.flatMap((set) => set.forms);
    const texts = slots.map((slot) => forms.map((form) => written(form, slot, writer)));
    for (const [index, slot] of slots.entries()) {
      for (const [at, form] of forms.entries()) {
        add(this.#plain, texts[index]?.[at] ?? null, slot);
        add(this.#flagged, texts[index]?.[at] ?? null, slot);
        if (slot.twin !== null) add(this.#flagged, written(form, { ...slot, twin: null }, writer), slot);
      }
    }
    for (const [index, slot] of slots.entries()) {
      const all = (texts[index] ?? []).filter((text) => text !== null);
      slot.label = all.find((text) => this.#plain.get(text)?.length === 1) ?? all[0] ?? '';
    }
    this.slots = slots;
  }

  /** The slots that a text names, in any spelling of case, blanks and leading zeros; none is an empty list. */
  named(text: string, beside: 'flag' | null): readonly Slot[] {
    const texts = beside === 'flag' ? this.#flagged : this.#plain;
    const known = texts.get(text);
    if (known !== undefined) return known;
    const slots = texts.get(spelling(text));
    if (slots === undefined) return [];
    if (texts.size < MAX_SPELLINGS) texts.set(text, slots);
    return slots;
  }
}

type Unnamed = { -readonly [Key in keyof Slot]: Slot[Key] };

function cut({ startMs, endMs, offsetMs, changes }: DayClock, lengthMs: number): readonly Unnamed[] {
  const slots: Unnamed[] = [];
  for (let atMs = startMs; atMs < endMs; ) {
    const nextMs = Math.min(atMs + lengthMs, endMs);
    const offset = changes.findLast((change) => change.atMs <= atMs)?.afterMs ?? offsetMs;
    slots.push({
      index: slots.length,
      fromMs: atMs - startMs,
      toMs: nextMs - startMs,
      clockMs: (((atMs + offset) % DAY_MS) + DAY_MS) % DAY_MS,
      offsetMs: offset,
      twin: Number.isFinite(lengthMs) ? twinOf(atMs, offset, changes) : null,
      label: '',
    });
    atMs = nextMs;
  }
  return slots;
}

function twinOf(atMs: number, offsetMs: number, changes: readonly ClockChange[]): Slot['twin'] {
  const localMs = atMs + offsetMs;
  for (const change of changes) {
    const twice = localMs >= change.atMs + change.afterMs && localMs < change.atMs + change.beforeMs;
    if (twice) return atMs < change.atMs ? 'first' : 'second';
  }
  return null;
}

interface Writer {
  /** Names by offset. */
  readonly clocks: ReadonlyMap<number, string>;
  readonly lengthMs: number;
  readonly date: string;
  /** True where the day has a repeated hour. */
  readonly long: boolean;
}

/** A form for a slot; null where it has none, because the calendar does not name its clock. */
function written(form: LabelForm, slot: Slot, { clocks, lengthMs, date, long }: Writer): string | null {
  const clock = clocks.get(slot.offsetMs) ?? null;
  const through = form.counts_through && long;
  const hour =
    Math.floor((through ? slot.fromMs : slot.clockMs) / HOUR_MS) + (form.counts === 'ending' ? 1 : 0);
  const timeMs = slot.clockMs + (form.counts === 'ending' ? lengthMs : 0);
  const interval = Math.floor((slot.clockMs % HOUR_MS) / lengthMs) + 1;
  const template = through || slot.twin === null ? form.text : (form[slot.twin] ?? form.text);
  if (clock === null && template.includes('{clock}')) return null;
  return filled(template, (name) => {
    switch (name) {
      case 'hour':
        return String(hour);
      case 'hour:2':
        return two(hour);
      case 'time':
        return `${two(Math.floor(timeMs / HOUR_MS))}:${two((timeMs % HOUR_MS) / 60_000)}`;
      case 'interval':
        return String(interval);
      case 'interval:2':
        return two(interval);
      case 'clock':
        return clock ?? '';
      case 'date':
        return date;
      case 'date:MM/dd/yyyy':
        return `${date.slice(5, 7)}/${date.slice(8, 10)}/${date.slice(0, 4)}`;
      default:
        return null;
    }
  });
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function add(texts: Map<string, Slot[]>, text: string | null, slot: Slot): void {
  if (text === null) return;
  for (const key of new Set([text, spelling(text)])) {
    const slots = texts.get(key);
    if (slots === undefined) texts.set(key, [slot]);
    else if (!slots.includes(slot)) slots.push(slot);
  }
}

/**
 * One spelling for all that differ only in case, blanks (but for those between digits), zeros before a number, and
 * `:00` seconds.
 */
function spelling(text: string): string {
  return text
    .trim()
    .toUpperCase()
    .replace(/\s+(?!\d)|(?<!\d)\s+/g, '')
    .replace(/(?<![\d:/.-])0+(?=\d)/g, '')
    .replace(/^(\d+:\d\d):00(?!\d)/, '$1');
}
