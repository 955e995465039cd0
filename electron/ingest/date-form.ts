/**
 * Times and days as a vendor writes them, read by a form: letters of Unicode TR 35, part 4 ("Date Format Patterns").
 *
 * `yyyy` `yy` (2000 to 2099), `MM` `M` `MMM` (English, any case), `dd` `d`, `HH` `H` (0 to 23), `hh` `h` (1 to 12) with
 * `a`, `mm`, `ss`, `S` to `SSSSSSSSS` (so many digits), offsets `Z` `X` `XX` `XXX` `x` `xx` `xxx`, words in single
 * quotes, other characters as they are; and `epoch-s` and `epoch-ms`, seconds and milliseconds since 1970 in UTC. The
 * whole text must match, white space around it aside.
 */
import { parseDecimal } from '../../shared/decimal.ts';
import { type Compiled, compileLetters, MONTHS } from './date-letters.ts';
import { instantShown } from './local-time.ts';
import { zoneClock } from './windows/zone-clock.ts';

/** Why a text is no value, to follow `is "...",`: `not a time of the form yyyy-MM-dd`. */
export interface Refused {
  readonly refused: string;
}

export interface TimeForm {
  /** @returns microseconds since 1970-01-01T00:00Z. */
  read(text: string): bigint | Refused;
}

export interface DayForm {
  /** @returns `YYYY-MM-DD`. */
  read(text: string): string | Refused;
}

/** What a text says, part by part; a part that the form has not is as at midnight UTC. */
interface Reading {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  half: '' | 'am' | 'pm';
  micros: number;
  finer: boolean;
  /** Minutes ahead of UTC. */
  offset: number;
}

/** @returns NaN for an offset that no clock has. */
function offsetMinutes(text: string): number {
  if (text === 'Z') return 0;
  const digits = text.slice(1).replace(':', '');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  if (hours > 23 || minutes > 59) return Number.NaN;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function readingOf({ parts }: Compiled, groups: readonly string[]): Reading {
  const reading: Reading = {
    year: 0,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    half: '',
    micros: 0,
    finer: false,
    offset: 0,
  };
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at];
    const text = groups[at + 1] ?? '';
    switch (part) {
      case 'year':
        reading.year = text.length === 2 ? 2000 + Number(text) : Number(text);
        break;
      case 'month':
        reading.month = text.length === 3 ? MONTHS.indexOf(text.toLowerCase()) + 1 : Number(text);
        break;
      case 'half':
        reading.half = text.toLowerCase() === 'pm' ? 'pm' : 'am';
        break;
      case 'fraction':
        reading.micros = Number(text.slice(0, 6).padEnd(6, '0'));
        reading.finer = /[1-9]/.test(text.slice(6));
        break;
      case 'offset':
        reading.offset = offsetMinutes(text);
        break;
      case undefined:
        break;
      default:
        reading[part] = Number(text);
    }
  }
  return reading;
}

/** Milliseconds of what the clock shows, as if it were UTC; NaN for a time or a day that no clock shows. */
function shownMs({ year, month, day, hour, minute, second, half }: Reading): number {
  if (half !== '' && (hour < 1 || hour > 12)) return Number.NaN;
  const hours = half === '' ? hour : (hour % 12) + (half === 'pm' ? 12 : 0);
  // Date.UTC reads the years 0 to 99 as 1900 to 1999.
  if (year < 100 || hours > 23 || minute > 59 || second > 59) return Number.NaN;
  const midnight = Date.UTC(year, month - 1, day);
  const there = new Date(midnight);
  if (there.getUTCDate() !== day || there.getUTCMonth() !== month - 1) return Number.NaN;
  return midnight + ((hours * 60 + minute) * 60 + second) * 1000;
}

/** RFC 3339, in which instants are written, has four digits for a year. */
const EARLIEST_MS = Date.UTC(100, 0, 1);
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const OUT_OF_RANGE: Refused = { refused: 'not a time of the years 100 to 9999 in UTC' };
const TOO_FINE: Refused = { refused: 'finer than a microsecond' };

function microseconds(ms: number, micros: number): bigint | Refused {
  return ms >= EARLIEST_MS && ms <= LATEST_MS ? BigInt(ms) * 1000n + BigInt(micros) : OUT_OF_RANGE;
}

/** @param digits of the unit after the second: 0 or 3. */
function epochForm(form: string, digits: number): TimeForm {
  return {
    read(text) {
      const value = parseDecimal(text.trim());
      if (value === null) return { refused: `not a time of the form ${form}` };
      const [whole = '', fraction = ''] = value.split('.');
      const places = 6 - digits;
      if (/[1-9]/.test(fraction.slice(places))) return TOO_FINE;
      const micros = BigInt(whole + fraction.slice(0, places).padEnd(places, '0'));
      const inRange = micros >= BigInt(EARLIEST_MS) * 1000n && micros < BigInt(LATEST_MS + 1) * 1000n;
      return inRange ? micros : OUT_OF_RANGE;
    },
  };
}

const EPOCH_DIGITS: Readonly<Record<string, number>> = { 'epoch-s': 0, 'epoch-ms': 3 };

/**
 * Instants written in a form.
 * @param zone the IANA zone of times written without an offset; null where the form has one.
 * @throws RangeError saying what is wrong with the two, to follow the form: `has no year`.
 */
export function compileForm(form: string, zone: string | null): TimeForm {
  const digits = Object.hasOwn(EPOCH_DIGITS, form) ? EPOCH_DIGITS[form] : undefined;
  if (digits !== undefined) {
    if (zone !== null) throw new RangeError('counts from 1970 in UTC, so that a zone would say nothing');
    return epochForm(form, digits);
  }
  const compiled = compileLetters(form);
  const offset = compiled.runs.has('offset');
  if (offset && zone !== null) throw new RangeError('has an offset, so that a zone would say nothing');
  if (!offset && zone === null) throw new RangeError('has no offset, so that it needs a zone');
  const clock = zone === null ? null : zoneClock(zone);
  const other: Refused = { refused: `not a time of the form ${form}` };
  const nowhere: Refused = { refused: 'a time that does not exist' };
  const skipped: Refused = { refused: `a time that the clock of ${zone} skips` };
  const repeated: Refused = { refused: `a time that the clock of ${zone} shows twice` };
  return {
    read(text) {
      const groups = compiled.pattern.exec(text.trim());
      if (!groups) return other;
      const reading = readingOf(compiled, groups);
      const shown = shownMs(reading);
      if (Number.isNaN(shown) || Number.isNaN(reading.offset)) return nowhere;
      if (reading.finer) return TOO_FINE;
      if (clock === null) return microseconds(shown - reading.offset * 60_000, reading.micros);
      const instant = instantShown(clock, shown);
      if (instant === 'skipped') return skipped;
      if (instant === 'repeated') return repeated;
      return microseconds(instant, reading.micros);
    },
  };
}

/**
 * Days written in a form. It has no clock: which day an instant belongs to is a matter of a zone.
 * @throws RangeError saying what is wrong, to follow the form: `has no year`.
 */
export function compileDayForm(form: string): DayForm {
  if (Object.hasOwn(EPOCH_DIGITS, form)) throw new RangeError('is of instants, not of days');
  const compiled = compileLetters(form);
  if (compiled.parts.length > 3) {
    throw new RangeError('has more than year, month and day; put what is always the same in single quotes');
  }
  const other: Refused = { refused: `not a day of the form ${form}` };
  const nowhere: Refused = { refused: 'a day that does not exist' };
  return {
    read(text) {
      const groups = compiled.pattern.exec(text.trim());
      if (!groups) return other;
      const shown = shownMs(readingOf(compiled, groups));
      return Number.isNaN(shown) ? nowhere : new Date(shown).toISOString().slice(0, 10);
    },
  };
}
