/** `Retry-After` as RFC 9110 10.2.3 has it, read as urllib3 reads it (network.md, "Retry policy"). */

export type RetryAfter =
  | { readonly kind: 'wait'; readonly ms: number }
  /** No wait asked for: zero or a date in the past; the ordinary backoff applies. */
  | { readonly kind: 'none' }
  /** Neither seconds nor a date: the ordinary backoff applies, with a warning. */
  | { readonly kind: 'unreadable'; readonly text: string };

const SECONDS = /^\s*[0-9]+\s*$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** IMF-fixdate `Sun, 06 Nov 1994 08:49:37 GMT` and RFC 850 `Sunday, 06-Nov-94 08:49:37 GMT`; a missing zone is UTC. */
const DAY_FIRST =
  /^(?:[a-z]{3,9},?\s+)?(\d{1,2})[ -]([a-z]{3})[ -](\d{2}|\d{4})\s+(\d{2}):(\d{2}):(\d{2})(?:\s+(?:GMT|UTC|Z|([+-])(\d{2}):?(\d{2})))?$/i;
/** asctime `Sun Nov  6 08:49:37 1994`. */
const ASCTIME = /^[a-z]{3}\s+([a-z]{3})\s+(\d{1,2})\s+(\d{2}):(\d{2}):(\d{2})\s+(\d{4})$/i;

function instant(year: number, monthName: string, day: number, clock: readonly number[]): number | null {
  const month = MONTHS.indexOf(monthName.toLowerCase());
  const [hour = 0, minute = 0, second = 0] = clock;
  if (month < 0 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  return Date.UTC(year, month, day, hour, minute, second);
}

/** Two digits of a year: 00 to 68 are this century, 69 to 99 the last (RFC 2822 4.3 as Python's email.utils reads it). */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 4) return year;
  return year > 68 ? 1900 + year : 2000 + year;
}

/** An HTTP date as milliseconds since 1970, or null. */
export function parseHttpDate(text: string): number | null {
  const first = DAY_FIRST.exec(text.trim());
  if (first) {
    const [
      ,
      day = '',
      month = '',
      year = '',
      hour,
      minute,
      second,
      sign,
      offsetHours = '0',
      offsetMinutes = '0',
    ] = first;
    const at = instant(fullYear(year), month, Number(day), [Number(hour), Number(minute), Number(second)]);
    if (at === null) return null;
    const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
    if (sign === '-') return at + offset;
    return sign === '+' ? at - offset : at;
  }
  const last = ASCTIME.exec(text.trim());
  if (last) {
    const [, month = '', day = '', hour, minute, second, year = ''] = last;
    return instant(Number(year), month, Number(day), [Number(hour), Number(minute), Number(second)]);
  }
  return null;
}

/** A year, in milliseconds: a longer wish is none that anybody waits for, and must still make a date. */
const LONGEST_MS = 366 * 86_400_000;

/** @param now wall clock, milliseconds. */
export function parseRetryAfter(text: string, now: number): RetryAfter {
  if (SECONDS.test(text)) {
    const ms = Math.min(Number(text) * 1000, LONGEST_MS);
    return ms > 0 ? { kind: 'wait', ms } : { kind: 'none' };
  }
  const date = parseHttpDate(text);
  if (date === null) return { kind: 'unreadable', text };
  return date > now ? { kind: 'wait', ms: Math.min(date - now, LONGEST_MS) } : { kind: 'none' };
}
