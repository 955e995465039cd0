/** Numbers of a workbook as exact text, and those that its formats show as dates as ISO text. */
import { parseDecimal } from '../../shared/decimal.ts';

/** Digits of which every text survives a double. */
const SAFE_DIGITS = 15;
/** Digits that a double is printed with at most. */
const MOST_DIGITS = 17;

function significant(text: string): number {
  const mantissa = text.replace(/[eE].*$/, '').replace(/[^0-9]/g, '');
  return mantissa.replace(/^0+/, '').replace(/0+$/, '').length;
}

/**
 * What a number cell holds, in plain notation. Excel keeps doubles and writes them with 17 digits, so that 0.1 stands in
 * the file as 0.10000000000000001: a text of 16 or 17 digits is the shortest one of the same double, where that is
 * shorter. Up to 15 digits a text is left as it is written, and so is one of more than 17: that writer had a decimal.
 * @returns null where it is no number.
 */
export function numberText(written: string): string | null {
  const text = written.trim();
  const exact = parseDecimal(text);
  if (exact === null) return null;
  const digits = significant(text);
  if (digits <= SAFE_DIGITS || digits > MOST_DIGITS) return exact;
  const shortest = parseDecimal(String(Number(text)));
  return shortest !== null && significant(shortest) < digits ? shortest : exact;
}

/** What a number format shows of a serial number. */
export interface DateShape {
  readonly day: boolean;
  readonly time: boolean;
}

/** Formats that every workbook has without naming them. */
function builtIn(id: number): DateShape | null {
  if (
    (id >= 14 && id <= 17) ||
    (id >= 27 && id <= 31) ||
    id === 36 ||
    (id >= 50 && id <= 54) ||
    (id >= 57 && id <= 58)
  )
    return { day: true, time: false };
  if (id >= 18 && id <= 21) return { day: false, time: true };
  if (id >= 32 && id <= 35) return { day: false, time: true };
  if (id === 55 || id === 56) return { day: false, time: true };
  if (id === 22) return { day: true, time: true };
  if (id === 45 || id === 47) return { day: false, time: true };
  return null;
}

/** @param code of `styles.xml`; undefined for a built-in format. @returns null where it shows a number. */
export function dateShape(id: number, code: string | undefined): DateShape | null {
  if (code === undefined) return builtIn(id);
  // Words, escaped characters, paddings, colours, conditions and locales are no letters of the form.
  const bare = code
    .replace(/"[^"]*"?/g, '')
    .replace(/[\\_*]./g, '')
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  // Elapsed hours are a quantity, not a time of a day.
  if (/\[[hms]+\]/i.test(bare)) return null;
  const [first = ''] = bare.split(';');
  if (/general/i.test(first)) return null;
  const day =
    /[yd]/i.test(first) || (/m/i.test(first) && !/[hs]/i.test(first)) || /b{2,4}|e{1,4}|g{1,3}/.test(first);
  const time = /[hs]/i.test(first);
  // A number in scientific notation has an E too, with digits before it.
  if (/[0#?]\.?[0#?]*e[+-]/i.test(first)) return null;
  return day || time ? { day, time } : null;
}

const DAY_MS = 86_400_000;
const LAST_SERIAL = 2_958_465;
/** Days of 1900 up to 28 February count from the day before it began; a 29 February that never was counts too. */
const FIRST_REAL = 61;

function isoDay(days: number, from1904: boolean): string | null {
  if (from1904) return new Date(Date.UTC(1904, 0, 1) + days * DAY_MS).toISOString().slice(0, 10);
  if (days === FIRST_REAL - 1) return null;
  const base = days >= FIRST_REAL ? Date.UTC(1899, 11, 30) : Date.UTC(1899, 11, 31);
  return new Date(base + days * DAY_MS).toISOString().slice(0, 10);
}

/**
 * A serial number as `YYYY-MM-DD`, `YYYY-MM-DDTHH:mm:ss[.SSS]` or, where it has no day, `HH:mm:ss[.SSS]`. A serial number is
 * no money: it is a double in the file, and its time is taken to the millisecond, which is what it can hold.
 * @returns null where it is no date of that system.
 */
export function serialText(number: string, shape: DateShape, from1904: boolean): string | null {
  const serial = Number(number);
  if (!(serial >= 0 && serial < LAST_SERIAL + 1)) return null;
  let days = Math.floor(serial);
  let ms = Math.round((serial - days) * DAY_MS);
  if (ms === DAY_MS) {
    days += 1;
    ms = 0;
  }
  const clock = new Date(ms).toISOString().slice(11, ms % 1000 === 0 ? 19 : 23);
  if (!shape.day && days === 0) return clock;
  if (days === 0 && !from1904) return null;
  const day = isoDay(days, from1904);
  if (day === null) return null;
  return shape.time || ms !== 0 ? `${day}T${clock}` : day;
}
