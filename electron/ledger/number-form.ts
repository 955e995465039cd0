/**
 * Numbers as ledgers write them: decimal comma or point, grouped thousands, negatives in parentheses or with a minus
 * behind, a currency sign. Nothing is guessed from one number: `1,234` is read only where the marks are known.
 */
import { type Decimal, parseDecimal } from '../../shared/decimal.ts';
import type { NumberMarks } from '../../shared/extracts.ts';

export const PLAIN_MARKS: NumberMarks = { decimal: '.', thousands: '' };

const MINUS = /^[-\u2212]/;

/** A text without what stands around its digits. */
interface Bare {
  readonly negative: boolean;
  readonly body: string;
}

/** @returns null where the signs contradict each other. */
function bareOf(text: string): Bare | null {
  let body = text.trim();
  let negative = false;
  let signed = false;
  let symbols = 0;
  // Sign, parentheses and currency sign come in any order: -$5, ($5), $(5), 5 €-.
  for (;;) {
    const before = body;
    if (symbols === 0 && /^\p{Sc}|\p{Sc}$/u.test(body)) {
      body = body.replace(/^\p{Sc}|\p{Sc}$/u, '').trim();
      symbols += 1;
    }
    const parenthesised = /^\((.*)\)$/s.exec(body);
    const sign = /^[-+\u2212]/.test(body) ? body.charAt(0) : /[-+\u2212]$/.test(body) ? body.slice(-1) : null;
    if (parenthesised || sign !== null) {
      if (signed) return null;
      signed = true;
      negative = parenthesised !== null || (sign !== null && MINUS.test(sign));
      if (parenthesised) body = (parenthesised[1] ?? '').trim();
      else body = (body.startsWith(sign ?? '') ? body.slice(1) : body.slice(0, -1)).trim();
    }
    if (body === before) return { negative, body };
  }
}

const GROUPS: Readonly<Record<NumberMarks['thousands'], string>> = {
  '': '',
  '.': '\\.',
  ',': ',',
  ' ': '[ \\u00a0\\u202f\\u2009]',
  "'": "['\\u2019]",
};

const forms = new Map<string, RegExp>();

function formOf({ decimal, thousands }: NumberMarks): RegExp {
  const name = decimal + thousands;
  let form = forms.get(name);
  if (!form) {
    const whole = thousands === '' ? '\\d+' : `(?:\\d{1,3}(?:${GROUPS[thousands]}\\d{3})+|\\d+)`;
    form = new RegExp(`^(${whole})(?:${decimal === '.' ? '\\.' : ','}(\\d+))?([eE][+-]?\\d+)?$`);
    forms.set(name, form);
  }
  return form;
}

/** @returns the digits as written, in plain notation; null where the text is no number of that form. */
export function readNumber(text: string, marks: NumberMarks): Decimal | null {
  // The form of most, and what was always read so.
  if (marks.decimal === '.') {
    const plain = parseDecimal(text.trim());
    if (plain !== null) return plain;
  }
  const bare = bareOf(text);
  if (bare === null) return null;
  const parts = formOf(marks).exec(bare.body);
  if (!parts) return null;
  const [, whole = '', fraction, exponent = ''] = parts;
  const digits = `${bare.negative ? '-' : ''}${whole.replace(/\D/g, '')}${fraction === undefined ? '' : `.${fraction}`}${exponent}`;
  return parseDecimal(digits);
}

type Mark = '.' | ',';

/** What one number says about the marks of its file. */
interface Evidence {
  readonly decimal?: Mark;
  readonly thousands?: NumberMarks['thousands'];
}

const NOTHING: Evidence = {};

function evidenceOf(text: string): Evidence {
  const body = bareOf(text)?.body ?? '';
  const match = /^\d[\d.,'\u2019 \u00a0\u202f\u2009]*\d$/.exec(body);
  if (!match) return NOTHING;
  const gap = /['\u2019]/.test(body) ? "'" : /[ \u00a0\u202f\u2009]/.test(body) ? ' ' : null;
  const points = body.split('.').length - 1;
  const commas = body.split(',').length - 1;
  if (points > 0 && commas > 0) {
    const decimal: Mark = body.lastIndexOf('.') > body.lastIndexOf(',') ? '.' : ',';
    return readNumber(body, { decimal, thousands: decimal === '.' ? ',' : '.' }) === null
      ? NOTHING
      : { decimal, thousands: decimal === '.' ? ',' : '.' };
  }
  const mark: Mark | null = points > 0 ? '.' : commas > 0 ? ',' : null;
  if (gap !== null) return mark === null ? { thousands: gap } : { decimal: mark, thousands: gap };
  if (mark === null) return NOTHING;
  const grouped = readNumber(body, { decimal: mark === '.' ? ',' : '.', thousands: mark }) !== null;
  if (Math.max(points, commas) > 1)
    return grouped ? { decimal: mark === '.' ? ',' : '.', thousands: mark } : NOTHING;
  // One group of three digits says nothing, unless a zero begins it: nobody groups 0,123.
  return grouped && !body.startsWith('0') ? NOTHING : { decimal: mark };
}

/**
 * The marks of a file, from some of its numbers; plain ones where they say nothing, or contradict each other: what then
 * cannot be read is an error of its row.
 */
export function marksOf(texts: Iterable<string>): NumberMarks {
  const decimals = new Set<Mark>();
  const groups = new Set<NumberMarks['thousands']>();
  for (const text of texts) {
    const { decimal, thousands } = evidenceOf(text);
    if (decimal !== undefined) decimals.add(decimal);
    if (thousands !== undefined) groups.add(thousands);
  }
  const [decimal] = decimals;
  const [thousands] = groups;
  if (decimals.size > 1 || groups.size > 1) return PLAIN_MARKS;
  if (decimal === undefined) return thousands === undefined ? PLAIN_MARKS : { decimal: '.', thousands };
  return { decimal, thousands: thousands ?? (decimal === '.' ? ',' : '.') };
}
