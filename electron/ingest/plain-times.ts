/** Dates and times in their plain forms, read from the bytes of their tokens. What is in another form is the exact reader's. */
import { BYTE, byteAt, intAt } from '../etrm/canonical/bytes.ts';
import { isDigit, twoDigits } from './tokens.ts';

const { MINUS, POINT, ZERO } = BYTE;
const COLON = 0x3a;
const PLUS = 0x2b;
const UPPER_T = 0x54;
const UPPER_Z = 0x5a;

export class PlainTimes {
  /** Of the instant that was read last: UTC milliseconds since 1970, with what there is of microseconds. */
  ms = 0;
  /** The same in microseconds. */
  micros = 0;
  private lastDay = -1;
  private lastDayMs = 0;

  /**
   * An RFC 3339 time with seconds and offset, from 1970 to 2254, at most to the microsecond.
   * @param start the token's quote. @param to behind its end. @returns false where it is none.
   */
  instant(bytes: Uint8Array, start: number, to: number): boolean {
    const at = start + 1;
    const day = this.dayMs(bytes, at);
    const hour = twoDigits(bytes, at + 11);
    const minute = twoDigits(bytes, at + 14);
    const second = twoDigits(bytes, at + 17);
    if (
      to - start < 22 ||
      byteAt(bytes, at + 10) !== UPPER_T ||
      byteAt(bytes, at + 13) !== COLON ||
      byteAt(bytes, at + 16) !== COLON ||
      !(day >= 0 && hour <= 23 && minute <= 59 && second <= 59)
    ) {
      return false;
    }
    let zone = at + 19;
    let micros = 0;
    if (byteAt(bytes, zone) === POINT) {
      const fraction = zone + 1;
      zone = fraction;
      while (zone < fraction + 6 && isDigit(byteAt(bytes, zone))) {
        micros = micros * 10 + byteAt(bytes, zone) - ZERO;
        zone += 1;
      }
      if (zone === fraction) return false;
      for (let digits = zone - fraction; digits < 6; digits += 1) micros *= 10;
    }
    const offset = offsetMs(bytes, zone, to - 1);
    const ms = day + hour * 3_600_000 + minute * 60_000 + second * 1000 - offset;
    // Before 1970 and after 2255 the digits are the exact reader's.
    if (!(ms > 0)) return false;
    this.ms = ms + micros / 1000;
    this.micros = ms * 1000 + micros;
    return true;
  }

  /** UTC midnight of `YYYY-MM-DD`, from 1970 to 2254; NaN where it is no such day. */
  dayMs(bytes: Uint8Array, at: number): number {
    const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2);
    const month = twoDigits(bytes, at + 5);
    const day = twoDigits(bytes, at + 8);
    if (byteAt(bytes, at + 4) !== MINUS || byteAt(bytes, at + 7) !== MINUS) return Number.NaN;
    const number = year * 10_000 + month * 100 + day;
    if (number === this.lastDay) return this.lastDayMs;
    if (
      !(year >= 1970 && year < 2255 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month))
    ) {
      return Number.NaN;
    }
    this.lastDay = number;
    this.lastDayMs = Date.UTC(year, month - 1, day);
    return this.lastDayMs;
  }
}

/** Of `Z` or `+hh:mm` from `at` to `end`; NaN where it is neither. */
function offsetMs(bytes: Uint8Array, at: number, end: number): number {
  const first = byteAt(bytes, at);
  if (first === UPPER_Z && end === at + 1) return 0;
  const sign = first === PLUS ? 1 : first === MINUS ? -1 : 0;
  const hour = twoDigits(bytes, at + 1);
  const minute = twoDigits(bytes, at + 4);
  if (sign === 0 || end !== at + 6 || byteAt(bytes, at + 3) !== COLON || !(hour <= 23 && minute <= 59)) {
    return Number.NaN;
  }
  return sign * (hour * 60 + minute) * 60_000;
}

const MONTH_DAYS = Int32Array.of(0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);

function daysOf(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return intAt(MONTH_DAYS, month) + (leap ? 1 : 0);
}
