/** One cell of a workbook as XML: numbers and dates as what they are, text always as text. */
import type { CellStyle, Styles } from './writer-styles.ts';
import { text as xmlText } from './writer-xml.ts';

export type { CellStyle } from './writer-styles.ts';

/**
 * What a column holds: `text`; `decimal` and `integer` in plain notation; `date` as YYYY-MM-DD; `instant` as RFC 3339
 * in UTC; `boolean`. A value that is not of its kind is written as text, as it is.
 */
export type CellKind = 'text' | 'decimal' | 'integer' | 'date' | 'instant' | 'boolean';

/** A cell that differs from its column. */
export interface StyledCell {
  readonly value: string | number | boolean | null;
  readonly kind?: CellKind;
  readonly style?: CellStyle;
  /** Decimals shown at least; more are shown where the value has them. */
  readonly decimals?: number;
}

export type Cell = string | number | boolean | null | StyledCell;

/** Excel computes with this many significant digits and shows no more. */
export const EXACT_DIGITS = 15;
/** Of a number's digits before the point, and of zeros after it: what a spreadsheet's doubles hold. */
const LARGEST_EXPONENT = 300;
const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** More a cell cannot hold; the end says that it was cut. */
const LONGEST_TEXT = 32_767;

/** Text that Excel would take for a formula once its cell is edited. */
const FORMULA_LIKE = /^[=+\-@\t\r]/;

/** Whether a spreadsheet keeps all digits of the decimal. */
function keepsDigits(decimal: string): boolean {
  if (decimal.length <= EXACT_DIGITS) return true;
  const [whole = '', fraction = ''] = decimal.replace('-', '').split('.');
  const digits = (whole + fraction).replace(/^0+/, '').replace(/0+$/, '');
  return digits.length <= EXACT_DIGITS && whole.length + fraction.length <= LARGEST_EXPONENT;
}

/** So many decimals at least, and all that there are: what is shown is what is there. */
function decimalFormat(decimals: number): string {
  const number = `#,##0.${'0'.repeat(decimals)}${'#'.repeat(Math.max(0, 12 - decimals))}`;
  return `${number};-${number}`;
}

const DAY = 86_400_000;
/** Excel's day 0; days before March 1900 are counted wrongly by it, and are written as text. */
const DAY_ZERO = Date.UTC(1899, 11, 30);
const FIRST_DAY = 61;

/** The serial number of YYYY-MM-DD; null where it is none that Excel knows. */
function daySerial(date: string): number | null {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  const real = !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
  const serial = real ? (at - DAY_ZERO) / DAY : 0;
  return serial >= FIRST_DAY ? serial : null;
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3})0*)?Z$/;

/** Days and their fraction; null for what is finer than a millisecond, which a spreadsheet does not keep. */
function instantSerial(value: string): { readonly serial: number; readonly fine: boolean } | null {
  const parts = INSTANT.exec(value);
  if (!parts) return null;
  const [, date = '', hour, minute, second, fraction = ''] = parts;
  const day = daySerial(date);
  const time = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  if (day === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const thousandths = Number(fraction.padEnd(3, '0'));
  return { serial: day + (time * 1000 + thousandths) / DAY, fine: thousandths > 0 };
}

const DATE_FORMAT = 'yyyy\\-mm\\-dd';
const INSTANT_FORMAT = 'yyyy\\-mm\\-dd hh:mm:ss';

/** A day's or an instant's number with the format that shows it. */
interface Moment {
  /** In digits. */
  readonly serial: string;
  readonly format: string;
}

/** Moments by their text: the hours of a month are few, its rows are many. */
const moments = new Map<string, Moment | null>();
const MOST_MOMENTS = 20_000;

function moment(kind: 'date' | 'instant', value: string): Moment | null {
  const known = moments.get(value);
  if (known !== undefined) return known;
  let found: Moment | null = null;
  if (kind === 'date') {
    const serial = daySerial(value);
    if (serial !== null) found = { serial: String(serial), format: DATE_FORMAT };
  } else {
    const at = instantSerial(value);
    if (at !== null)
      found = { serial: String(at.serial), format: at.fine ? `${INSTANT_FORMAT}.000` : INSTANT_FORMAT };
  }
  if (moments.size >= MOST_MOMENTS) moments.clear();
  moments.set(value, found);
  return found;
}

/** What keeps a text from being written as it stands. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_PLAIN = /[&<>\u0000-\u001F\uD800-\uDFFF\uFFFE\uFFFF]|_x|^[=+\-@\s]|\s$/;

/** Cells of one kind and look, as a column has them. Formats are numbered when they are first needed. */
export class CellWriter {
  readonly #styles: Styles;
  readonly #kind: CellKind;
  readonly #style: CellStyle;
  readonly #numberFormat: string;
  /** What stands between a cell's place and its value, by format. */
  readonly #numbers = new Map<string, string>();
  #plainText: string | null = null;

  constructor(styles: Styles, kind: CellKind, style: CellStyle, decimals: number) {
    this.#styles = styles;
    this.#kind = kind;
    this.#style = style;
    this.#numberFormat = decimalFormat(decimals);
  }

  /** @param place as `B7`. @returns XML; empty for a cell that has nothing to show. */
  cell(place: string, value: string | number | boolean | null): string {
    if (value === null || value === '') {
      return this.#style === 'plain' ? '' : `<c r="${place}" s="${this.#styles.index(this.#style)}"/>`;
    }
    if (typeof value === 'boolean') {
      return `<c r="${place}" s="${this.#styles.index(this.#style)}" t="b"><v>${value ? 1 : 0}</v></c>`;
    }
    const content = typeof value === 'number' ? String(value) : value;
    switch (this.#kind) {
      case 'decimal':
      case 'integer':
        return this.#number(place, content);
      case 'date':
      case 'instant': {
        const at = this.moment(content);
        return at === null ? this.#text(place, content) : `<c r="${place}${at.before}${at.value}</v></c>`;
      }
      case 'boolean':
      case 'text':
        return this.#text(place, content);
    }
  }

  /** Between the place of a plain text, at most so long as `fits` says, and its characters. */
  beforeText(): string {
    if (this.#plainText === null) {
      const index = this.#styles.index(this.#style);
      this.#plainText = `"${index === 0 ? '' : ` s="${index}"`} t="inlineStr"><is><t>`;
    }
    return this.#plainText;
  }

  fits(characters: number): boolean {
    return characters <= LONGEST_TEXT;
  }

  /** Between the place of a number and its digits. @param fraction whether it has decimals. */
  beforeNumber(fraction: boolean): string {
    return this.#formatted(this.#kind === 'integer' && !fraction ? '#,##0' : this.#numberFormat);
  }

  /** Of a column of dates or instants. @returns null for what a spreadsheet has no number for. */
  moment(text: string): { readonly before: string; readonly value: string } | null {
    const at = this.#kind === 'date' || this.#kind === 'instant' ? moment(this.#kind, text) : null;
    return at === null ? null : { before: this.#formatted(at.format), value: at.serial };
  }

  #formatted(format: string): string {
    let between = this.#numbers.get(format);
    if (between === undefined) {
      between = `" s="${this.#styles.index(this.#style, format)}"><v>`;
      this.#numbers.set(format, between);
    }
    return between;
  }

  #number(place: string, value: string): string {
    if (!PLAIN_DECIMAL.test(value)) return this.#text(place, value);
    if (!keepsDigits(value)) {
      const style = this.#style === 'plain' ? 'digits' : this.#style;
      return `<c r="${place}" s="${this.#styles.index(style)}" t="inlineStr"><is><t>${value}</t></is></c>`;
    }
    return `<c r="${place}${this.beforeNumber(value.includes('.'))}${value}</v></c>`;
  }

  #text(place: string, value: string): string {
    if (value.length > LONGEST_TEXT || NOT_PLAIN.test(value)) return this.#oddText(place, value);
    return `<c r="${place}${this.beforeText()}${value}</t></is></c>`;
  }

  #oddText(place: string, value: string): string {
    const typed = FORMULA_LIKE.test(value);
    const index = this.#styles.index(this.#style, typed ? '@' : '', typed);
    const shown =
      value.length > LONGEST_TEXT
        ? `${value.slice(0, LONGEST_TEXT - 60)} [cut here: ${value.length} characters, a cell holds ${LONGEST_TEXT}]`
        : value;
    const keep = /^\s|\s$|\n/.test(shown) ? ' xml:space="preserve"' : '';
    return `<c r="${place}" s="${index}" t="inlineStr"><is><t${keep}>${xmlText(shown)}</t></is></c>`;
  }
}
