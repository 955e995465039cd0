import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type CalendarFile, readCalendar } from '../../../../electron/ingest/calendars/calendar-file.ts';
import { calendarIds } from '../../../../electron/ingest/calendars/calendars.ts';
import {
  contradiction,
  dayWindows,
  labelOfWindow,
  windowOfLabel,
} from '../../../../electron/ingest/windows/delivery-windows.ts';
import { calendar } from './calendars.ts';
import { type ClockHour, everyDate, HOUR_MS, hoursOf, instantOf, kindOf } from './us-clock.ts';

// Fifteen thousand days in half a second, more on a machine that does something else.
vi.setConfig({ testTimeout: 60_000 });

const FOLDER = join(import.meta.dirname, '../../../../electron/ingest/calendars');
const FILES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => readCalendar(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')), name));
const POWER = FILES.filter(({ id }) => id !== 'GAS-DAY');
const DATES = everyDate();
/** Hours after UTC. */
const STANDARD: Readonly<Record<string, number>> = {
  'America/New_York': -5,
  'America/Panama': -5,
  'America/Chicago': -6,
  'America/Los_Angeles': -8,
};

function clockOf(file: CalendarFile, date: string): readonly ClockHour[] {
  return hoursOf(date, STANDARD[file.zone] ?? Number.NaN, file.zone !== 'America/Panama');
}

/** Days on which every form is tried: those of a change, the days beside them, and one in each season. */
const DAYS_OF_NOTE = DATES.filter(
  (date, at) =>
    [DATES[at - 1], date, DATES[at + 1]].some((near) => near !== undefined && changes(near)) ||
    date.endsWith('-01-01') ||
    date.endsWith('-07-01'),
);

function changes(date: string): boolean {
  return kindOf(date) === 'spring' || kindOf(date) === 'autumn';
}

it('covers every file in the folder, and knows the standard time of its zone', () => {
  expect(
    calendarIds()
      .filter((id) => !id.includes('/'))
      .toSorted(),
  ).toEqual(FILES.map(({ id }) => id).toSorted());
  for (const { zone } of FILES) expect(STANDARD).toHaveProperty([zone]);
});

describe.each(POWER.map((file) => [file.id, file] as const))(
  '%s, on every day from 2000 to 2040',
  (id, file) => {
    const market = calendar(id);

    it('has the 23, 24 or 25 hours of the law without a gap or an overlap, and window and label name each other', () => {
      let endMs = clockOf(file, '2000-01-01')[0]?.startMs;
      for (const date of DATES) {
        const windows = dayWindows(market, date);
        const hours = clockOf(file, date);
        if (windows.length !== hours.length) expect.fail(`${date} has ${windows.length} hours`);
        for (const [at, window] of windows.entries()) {
          const { startMs, label } = window;
          const right =
            startMs === endMs &&
            startMs === hours[at]?.startMs &&
            window.endMs === startMs + HOUR_MS &&
            window.date === date &&
            window.repeated === (hours[at]?.twin === 'second') &&
            windowOfLabel(market, date, label, null) === window &&
            labelOfWindow(market, startMs, window.endMs) === window &&
            contradiction(market, date, label, null, startMs, window.endMs) === null;
          if (!right) expect.fail(`${date}: ${JSON.stringify(window)}`);
          endMs = window.endMs;
        }
      }
    });
  },
);

/** A form written by the hour, apart from the code under test; intervals are in `labels.test.ts`. */
function write(text: string, hour: number, file: CalendarFile, clock: ClockHour): string {
  const offset = (STANDARD[file.zone] ?? 0) + (clock.daylight ? 1 : 0);
  const name = Object.entries(file.clocks).find(([, written]) => Number(written.slice(0, 3)) === offset)?.[0];
  const two = String(hour).padStart(2, '0');
  return text
    .replace('{hour:2}', two)
    .replace('{hour}', String(hour))
    .replace('{time}', `${two}:00`)
    .replace('{clock}', name ?? 'none');
}

/** Which hours of a day each text of the file names; the second of two goes by the first's text too beside a flag. */
function textsOf(file: CalendarFile, only: string | null, hours: readonly ClockHour[]) {
  const plain = new Map<string, Set<number>>();
  const flagged = new Map<string, Set<number>>();
  const add = (texts: typeof plain, text: string, at: number) =>
    texts.set(text, (texts.get(text) ?? new Set()).add(at));
  const forms = file.labels.filter(({ name, minutes }) => minutes === 60 && (only === null || only === name));
  for (const form of forms.flatMap((set) => set.forms)) {
    for (const [at, clock] of hours.entries()) {
      const through = form.counts_through && hours.length === 25;
      const hour = (through ? at : clock.hour) + (form.counts === 'ending' ? 1 : 0);
      const text = (!through && clock.twin !== null ? form[clock.twin] : undefined) ?? form.text;
      add(plain, write(text, hour, file, clock), at);
      add(flagged, write(text, hour, file, clock), at);
      add(flagged, write(form.text, hour, file, clock), at);
    }
  }
  return { plain, flagged };
}

const READINGS = POWER.flatMap((file) => {
  const hourly = file.labels.filter(({ minutes }) => minutes === 60).map(({ name }) => name);
  const named = hourly.length < 2 ? [] : hourly;
  return [null, ...named].map(
    (only) => [only === null ? file.id : `${file.id}/${only}`, file, only] as const,
  );
});

it.each(READINGS)(
  '%s reads every form of every hour as its own hour, or as none where it has two',
  (id, file, only) => {
    const market = calendar(id);
    const known = new Map<string, ReturnType<typeof textsOf>>();
    for (const date of DAYS_OF_NOTE) {
      const hours = clockOf(file, date);
      const kind = kindOf(date);
      const texts = known.get(kind) ?? textsOf(file, only, hours);
      known.set(kind, texts);
      for (const [text, at] of texts.plain) {
        const window = windowOfLabel(market, date, text, null);
        const found = 'refused' in window ? null : window.startMs;
        const expected = at.size === 1 ? (hours[[...at][0] ?? -1]?.startMs ?? null) : null;
        if (found !== expected) expect.fail(`${date} ${text}: ${JSON.stringify(window)}`);
      }
      for (const [text, all] of texts.flagged) {
        for (const flag of ['Y', 'N']) {
          const at = [...all].filter((each) => (hours[each]?.twin === 'second') === (flag === 'Y'));
          const window = windowOfLabel(market, date, text, flag);
          const found = 'refused' in window ? null : window.startMs;
          const expected = at.length === 1 ? (hours[at[0] ?? -1]?.startMs ?? null) : null;
          if (found !== expected) expect.fail(`${date} ${text} ${flag}: ${JSON.stringify(window)}`);
          for (const each of at) {
            const startMs = hours[each]?.startMs ?? 0;
            const said = contradiction(market, date, text, flag, startMs, startMs + HOUR_MS);
            if (said !== null) expect.fail(said);
          }
        }
      }
    }
  },
);

const SHORTER = POWER.flatMap((file) =>
  file.labels
    .filter(({ minutes }) => minutes !== 60)
    .map(({ name, minutes }) => [`${file.id}/${name}`, file, Number(minutes) * 60_000] as const),
);

it.each(SHORTER)(
  '%s fills the day with intervals, and label and window name each other',
  (id, file, lengthMs) => {
    const market = calendar(id);
    const base = calendar(file.id);
    for (const date of DATES) {
      const day = market.dayOf(date);
      const hours = clockOf(file, date);
      const whole =
        day?.startMs === hours[0]?.startMs && day?.endMs === (hours.at(-1)?.startMs ?? 0) + HOUR_MS;
      if (!whole) expect.fail(`${date} runs from ${day?.startMs} to ${day?.endMs}`);
    }
    for (const date of DAYS_OF_NOTE) {
      const windows = dayWindows(market, date);
      const hours = clockOf(file, date);
      if (windows.length !== (hours.length * HOUR_MS) / lengthMs)
        expect.fail(`${date} has ${windows.length}`);
      for (const [at, window] of windows.entries()) {
        const { startMs, endMs, label, repeated } = window;
        const clock = hours[Math.floor((at * lengthMs) / HOUR_MS)];
        const right =
          startMs === (hours[0]?.startMs ?? 0) + at * lengthMs &&
          endMs === startMs + lengthMs &&
          repeated === (clock?.twin === 'second') &&
          windowOfLabel(market, date, label, null) === window &&
          labelOfWindow(market, startMs, endMs) === window &&
          contradiction(base, date, label, null, startMs, endMs) === null;
        if (!right) expect.fail(`${date}: ${JSON.stringify(window)}`);
      }
    }
  },
);

describe('the gas day, on every day from 2000 to 2040', () => {
  const market = calendar('GAS-DAY');

  it('runs from 09:00 to 09:00 Central, 23 or 25 hours before the Sunday of a change, and is named by its date', () => {
    for (const [at, date] of DATES.entries()) {
      const [window, ...others] = dayWindows(market, date);
      const next = DATES[at + 1] ?? '2041-01-01';
      const length = { spring: 23, autumn: 25, daylight: 24, standard: 24 }[kindOf(next)];
      const [year, month, day] = date.split('-');
      const labels = [date, `GD ${date}`, `${month}/${day}/${year}`, 'GD', 'gas day'];
      const right =
        others.length === 0 &&
        window?.startMs === instantOf(date, -6, 9) &&
        window.endMs === instantOf(next, -6, 9) &&
        window.endMs - window.startMs === length * HOUR_MS &&
        !window.repeated &&
        labels.every((label) => windowOfLabel(market, date, label, null) === window) &&
        labelOfWindow(market, window.startMs, window.endMs) === window &&
        'refused' in windowOfLabel(market, date, next, null);
      if (!right) expect.fail(`${date}: ${JSON.stringify(window)}`);
    }
  });
});
