/**
 * The types of the default record, field by field: each reader takes what was sent and gives the typed value or the
 * reason why not (design: "Default settlement record"). The same readers serve the ledger, whose cells are strings.
 */
import { type Decimal, MAX_SIGNIFICANT_DIGITS, parseDecimal } from '../../shared/decimal.ts';
import type { ReasonCode } from '../../shared/settlement.ts';

/** A scalar as it was sent. */
export type Sent =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly text: string; readonly integer: boolean }
  | { readonly kind: 'true' | 'false' | 'null' }
  | { readonly kind: 'object' | 'array'; readonly text: string };

export interface Refusal {
  readonly code: ReasonCode;
  /** What is wrong, without the field's name: `is "abc", not a decimal`. */
  readonly message: string;
}

export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal };

export type FieldReader<Value> = (sent: Sent) => Read<Value>;

const SHOWN = 60;

/** What was sent, short enough for a message. */
export function shown(sent: Sent): string {
  const text = sent.kind === 'string' ? JSON.stringify(sent.value) : 'text' in sent ? sent.text : sent.kind;
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}

function good<Value>(value: Value): Read<Value> {
  return { ok: true, value };
}

function bad(code: ReasonCode, message: string): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: { code, message } };
}

/** UTF-16 units: a name or a reference is never so long. */
const LONGEST_TEXT = 10_000;

/**
 * A string that is not blank, without the white space around it: vendors pad, ledger cells come trimmed, and a
 * difference that no eye can see is none.
 */
export const text: FieldReader<string> = (sent) => {
  if (sent.kind !== 'string') return bad('type', `is ${shown(sent)}, not a string`);
  const value = sent.value.trim();
  if (value === '') return bad('empty', 'is empty');
  if (value.length > LONGEST_TEXT)
    return bad('range', `is ${value.length} characters long, more than ${LONGEST_TEXT}`);
  // Half a surrogate pair has no UTF-8: it could not be stored and told apart.
  return value.isWellFormed() ? good(value) : bad('type', 'holds half a surrogate pair');
};

/** A JSON integer; from a file, digits. No fraction and no exponent: `1.0` is not an integer. */
export function integer(least: number, from: 'json' | 'file'): FieldReader<number> {
  return (sent) => {
    const digits =
      sent.kind === 'number' && sent.integer
        ? sent.text
        : from === 'file' && sent.kind === 'string' && /^-?\d+$/.test(sent.value.trim())
          ? sent.value.trim()
          : null;
    if (digits === null) return bad('type', `is ${shown(sent)}, not an integer`);
    const value = Number(digits);
    if (value < least) return bad('range', `is ${shown(sent)}, not ${least} or more`);
    if (!Number.isSafeInteger(value))
      return bad('range', `is ${shown(sent)}, more than ${Number.MAX_SAFE_INTEGER}`);
    return good(value);
  };
}

/** A JSON number or a numeric string, digits as sent. */
export const decimalValue: FieldReader<Decimal> = (sent) => {
  const digits = sent.kind === 'number' ? sent.text : sent.kind === 'string' ? sent.value.trim() : null;
  if (digits === null) return bad('type', `is ${shown(sent)}, not a decimal`);
  const value = parseDecimal(digits);
  if (value !== null) return good(value);
  if (/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(digits)) {
    return bad(
      'digits',
      `is ${shown(sent)}, more than ${MAX_SIGNIFICANT_DIGITS} significant digits or an exponent beyond 400`,
    );
  }
  return bad('decimal', `is ${shown(sent)}, not a decimal`);
};

export const unsignedDecimal: FieldReader<Decimal> = (sent) => {
  const read = decimalValue(sent);
  if (read.ok && read.value.startsWith('-')) return bad('range', `is ${shown(sent)}, below zero`);
  return read;
};

/** One of the names, in any case. */
export function oneOf<Name extends string>(names: readonly Name[]): FieldReader<Name> {
  const known = new Map<string, Name>(names.map((name) => [name, name]));
  return (sent) => {
    if (sent.kind !== 'string') return bad('type', `is ${shown(sent)}, not a string`);
    const name = known.get(sent.value) ?? known.get(sent.value.trim().toUpperCase());
    return name === undefined
      ? bad('enumeration', `is ${shown(sent)}, not one of ${names.join(', ')}`)
      : good(name);
  };
}

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(?:([Zz])|([+-])(\d{2}):(\d{2}))$/;

/** Two decimal digits at a place, or NaN. */
function twoDigits(value: string, at: number): number {
  const tens = value.charCodeAt(at) - 48;
  const ones = value.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** `2024-03-01T05:00:00Z` and the like, the form of nearly all; NaN where the text is of another form. */
function wholeSecondMs(value: string): number {
  const { length } = value;
  const zulu = length === 20 && value.endsWith('Z');
  if (!zulu && length !== 25) return Number.NaN;
  const year = twoDigits(value, 0) * 100 + twoDigits(value, 2);
  const month = twoDigits(value, 5);
  const day = twoDigits(value, 8);
  const hour = twoDigits(value, 11);
  const minute = twoDigits(value, 14);
  const second = twoDigits(value, 17);
  const marks =
    value[4] === '-' && value[7] === '-' && value[10] === 'T' && value[13] === ':' && value[16] === ':';
  if (!marks || !(year >= 100 && hour <= 23 && minute <= 59 && second <= 59) || !dayExists(year, month, day))
    return Number.NaN;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  if (zulu) return ms;
  const sign = value[19] === '+' ? 1 : value[19] === '-' ? -1 : Number.NaN;
  const offsetHour = twoDigits(value, 20);
  const offsetMinute = twoDigits(value, 23);
  if (value[22] !== ':' || !(offsetHour <= 23 && offsetMinute <= 59)) return Number.NaN;
  return ms - sign * (offsetHour * 60 + offsetMinute) * 60_000;
}

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** True for a date of the Gregorian calendar. */
function dayExists(year: number, month: number, day: number): boolean {
  if (!(day >= 1 && day <= (MONTH_DAYS[month - 1] ?? 0))) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

/** RFC 3339 has four digits for a year: a later instant could be read with its offset, but not be written in UTC. */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** RFC 3339 with an offset or Z, as microseconds UTC; finer digits must be zero. */
export const instant: FieldReader<bigint> = (sent) => {
  if (sent.kind !== 'string') return bad('type', `is ${shown(sent)}, not a time`);
  const common = wholeSecondMs(sent.value);
  if (common <= LATEST_MS) return good(BigInt(common) * 1000n);
  const parts = INSTANT.exec(sent.value.trim());
  if (!parts) return bad('timestamp', `is ${shown(sent)}, not an RFC 3339 time with an offset or Z`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const [fraction = '', , sign, offsetHour = '0', offsetMinute = '0'] = parts.slice(7);
  const clock =
    hour <= 23 && minute <= 59 && second <= 59 && Number(offsetHour) <= 23 && Number(offsetMinute) <= 59;
  // Date.UTC reads the years 0 to 99 as 1900 to 1999.
  if (!clock || year < 100 || !dayExists(year, month, day)) {
    return bad('timestamp', `is ${shown(sent)}, a time that does not exist`);
  }
  if (/[1-9]/.test(fraction.slice(6))) return bad('timestamp', `is ${shown(sent)}, finer than a microsecond`);
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -60_000 : 60_000);
  const ms = Date.UTC(year, month - 1, day, hour, minute, second) - offset;
  if (ms > LATEST_MS) return bad('timestamp', `is ${shown(sent)}, later than the year 9999 in UTC`);
  return good(BigInt(ms) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0')));
};

/** A day, `YYYY-MM-DD`. */
export const day: FieldReader<string> = (sent) => {
  if (sent.kind !== 'string') return bad('type', `is ${shown(sent)}, not a date`);
  const value = sent.value.trim();
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!parts || !dayExists(Number(parts[1]), Number(parts[2]), Number(parts[3]))) {
    return bad('date', `is ${shown(sent)}, not a date YYYY-MM-DD`);
  }
  return good(value);
};

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** 1 at the place of each currency: its letters as digits of base 26. */
const CURRENCY_PLACES = Uint8Array.from({ length: 26 ** 3 }, (_, place) => {
  const letter = (at: number): string => String.fromCharCode(65 + (Math.trunc(place / 26 ** at) % 26));
  return CURRENCIES.has(letter(2) + letter(1) + letter(0)) ? 1 : 0;
});

/** @param place the three capital letters as digits of base 26. */
export function isCurrency(place: number): boolean {
  return CURRENCY_PLACES[place] === 1;
}

/** ISO 4217, in any case. */
export const currency: FieldReader<string> = (sent) => {
  if (sent.kind !== 'string') return bad('type', `is ${shown(sent)}, not a currency`);
  const code = sent.value.trim().toUpperCase();
  return CURRENCIES.has(code) ? good(code) : bad('currency', `is ${shown(sent)}, not an ISO 4217 currency`);
};

/** Names that Intl knows from ICU and the IANA database does not: which of its meanings is IST? */
const NOT_IANA: ReadonlySet<string> = new Set(
  'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(
    ' ',
  ),
);

function zoneExists(name: string): boolean {
  // Intl also takes offsets such as +05:00, which are no zone: they have no rules.
  if (!/^(?!systemv\/)[a-z]/i.test(name) || NOT_IANA.has(name.toUpperCase())) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** An IANA zone name. Keeps what it learnt, up to a limit that no honest vendor reaches. */
export function zoneReader(): FieldReader<string> {
  const known = new Map<string, boolean>();
  return (sent) => {
    if (sent.kind !== 'string') return bad('type', `is ${shown(sent)}, not a zone`);
    let exists = known.get(sent.value);
    if (exists === undefined) {
      exists = zoneExists(sent.value);
      if (known.size < 2000) known.set(sent.value, exists);
    }
    return exists ? good(sent.value) : bad('zone', `is ${shown(sent)}, not an IANA time zone`);
  };
}
