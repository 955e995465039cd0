/** The letters of a date form, compiled to a pattern of whole texts (Unicode TR 35, part 4, "Date Format Patterns"). */

export type Part = 'year' | 'month' | 'day' | 'hour' | 'half' | 'minute' | 'second' | 'fraction' | 'offset';

interface Letters {
  readonly part: Part;
  /** Without groups. */
  readonly pattern: string;
  /** True where one or two digits match: what follows must not begin with a digit. */
  readonly open?: boolean;
}

/** As `MMM` writes them, in lower case. */
export const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `[jJ][aA][nN]` of `jan`. */
function anyCase(word: string): string {
  return word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

const OFFSET_HOUR = '[+-]\\d\\d';

const LETTERS: Readonly<Record<string, Letters>> = {
  yyyy: { part: 'year', pattern: '\\d{4}' },
  yy: { part: 'year', pattern: '\\d\\d' },
  MM: { part: 'month', pattern: '\\d\\d' },
  M: { part: 'month', pattern: '\\d\\d?', open: true },
  MMM: { part: 'month', pattern: MONTHS.map(anyCase).join('|') },
  dd: { part: 'day', pattern: '\\d\\d' },
  d: { part: 'day', pattern: '\\d\\d?', open: true },
  HH: { part: 'hour', pattern: '\\d\\d' },
  H: { part: 'hour', pattern: '\\d\\d?', open: true },
  hh: { part: 'hour', pattern: '\\d\\d' },
  h: { part: 'hour', pattern: '\\d\\d?', open: true },
  a: { part: 'half', pattern: '[Aa][Mm]|[Pp][Mm]' },
  mm: { part: 'minute', pattern: '\\d\\d' },
  ss: { part: 'second', pattern: '\\d\\d' },
  Z: { part: 'offset', pattern: `${OFFSET_HOUR}\\d\\d` },
  X: { part: 'offset', pattern: `${OFFSET_HOUR}(?:\\d\\d)?|Z`, open: true },
  XX: { part: 'offset', pattern: `${OFFSET_HOUR}\\d\\d|Z` },
  XXX: { part: 'offset', pattern: `${OFFSET_HOUR}:\\d\\d|Z` },
  x: { part: 'offset', pattern: `${OFFSET_HOUR}(?:\\d\\d)?`, open: true },
  xx: { part: 'offset', pattern: `${OFFSET_HOUR}\\d\\d` },
  xxx: { part: 'offset', pattern: `${OFFSET_HOUR}:\\d\\d` },
};

const MOST_FRACTION_DIGITS = 9;

function lettersOf(run: string): Letters {
  const known = Object.hasOwn(LETTERS, run) ? LETTERS[run] : undefined;
  if (known) return known;
  if (/^S+$/.test(run) && run.length <= MOST_FRACTION_DIGITS) {
    return { part: 'fraction', pattern: `\\d{${run.length}}` };
  }
  throw new RangeError(`has "${run}", which no date form knows; put words in single quotes`);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** A form taken apart: the pattern of a whole text, and the parts that its groups hold, in order. */
export interface Compiled {
  readonly pattern: RegExp;
  readonly parts: readonly Part[];
  /** The letters of each part. */
  readonly runs: ReadonlyMap<Part, string>;
}

/** Letters, a quoted literal (a doubled quote is a quote), a lone doubled quote, or another character. */
const TOKEN = /([A-Za-z])\1*|'((?:[^']|'')+)'|''|[^A-Za-z']/gy;

/** @throws RangeError saying what is wrong, without the form: `has no year`. */
export function compileLetters(form: string): Compiled {
  const parts: Part[] = [];
  const runs = new Map<Part, string>();
  let pattern = '';
  let open = false;
  let end = 0;
  for (const token of form.matchAll(TOKEN)) {
    const [all, letter, quoted] = token;
    end = token.index + all.length;
    if (letter === undefined) {
      const text = all === "''" ? "'" : quoted === undefined ? all : quoted.replaceAll("''", "'");
      if (open && /^\d/.test(text))
        throw new RangeError(
          `has digits next to "${[...runs.values()].at(-1)}", which may be one digit or two`,
        );
      pattern += literal(text);
      open = false;
      continue;
    }
    const { part, pattern: own, open: next = false } = lettersOf(all);
    const before = runs.get(part);
    if (before !== undefined) throw new RangeError(`has the ${part} twice, "${before}" and "${all}"`);
    if (open && own.startsWith('\\d')) {
      throw new RangeError(
        `has "${all}" next to "${[...runs.values()].at(-1)}", whose digits cannot be told apart`,
      );
    }
    parts.push(part);
    runs.set(part, all);
    pattern += `(${own})`;
    open = next;
  }
  if (end < form.length) throw new RangeError('has a single quote that is not closed');
  for (const part of ['year', 'month', 'day'] as const) {
    if (!runs.has(part)) throw new RangeError(`has no ${part}`);
  }
  const twelve = runs.get('hour')?.startsWith('h') ?? false;
  if (twelve && !runs.has('half')) throw new RangeError('has hours of twelve, h, without a for AM and PM');
  if (!twelve && runs.has('half')) throw new RangeError('has a for AM and PM without hours of twelve, h');
  for (const [part, needed] of [
    ['minute', 'hour'],
    ['second', 'minute'],
    ['fraction', 'second'],
  ] as const) {
    if (runs.has(part) && !runs.has(needed)) throw new RangeError(`has the ${part} without the ${needed}`);
  }
  return { pattern: new RegExp(`^${pattern}$`), parts, runs };
}
