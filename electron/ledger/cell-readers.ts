/** How one cell becomes the value of a field: exact, and by the mapping's word. */
import { type Decimal, multiply, parseDecimal } from '../../shared/decimal.ts';
import type { NumberMarks } from '../../shared/extracts.ts';
import { compileDayForm, compileForm } from '../ingest/date-form.ts';
import { currency, day, decimalValue, type FieldReader, instant, type Read } from '../ingest/field-types.ts';
import type { CellKind } from '../workbook/reader.ts';
import type { LedgerFieldType } from './ledger-fields.ts';
import { type FieldSource, readerOf } from './mapping-document.ts';
import { readNumber } from './number-form.ts';

export type FieldValue = string | number | bigint;

/** @param text not empty, without white space around it. */
export type CellReader = (text: string, kind: CellKind) => Read<FieldValue>;

function refuse(code: 'decimal' | 'date' | 'timestamp' | 'type', message: string): Read<never> {
  return { ok: false, refusal: { code, message } };
}

const SHOWN = 60;

function quoted(text: string): string {
  const said = JSON.stringify(text);
  return said.length > SHOWN ? `${said.slice(0, SHOWN)}...` : said;
}

/** The other sign, digits as they are; zero has none. */
function turned(value: Decimal): Decimal {
  if (!/[1-9]/.test(value)) return value;
  return (value.startsWith('-') ? value.slice(1) : `-${value}`) as Decimal;
}

function plainly(reader: FieldReader<FieldValue>): CellReader {
  return (text) => reader({ kind: 'string', value: text });
}

function decimalReader({ scale, negate, decimal, thousands }: FieldSource, found: NumberMarks): CellReader {
  const marks: NumberMarks = {
    decimal: decimal ?? found.decimal,
    thousands: thousands ?? (decimal === undefined ? found.thousands : ''),
  };
  const factor = scale === undefined ? null : parseDecimal(scale);
  return (text, kind) => {
    // A workbook's numbers are numbers: marks are of texts.
    const value = kind === 'number' ? parseDecimal(text) : readNumber(text, marks);
    if (value === null) {
      const why = decimalValue({ kind: 'string', value: text });
      if (!why.ok && why.refusal.code !== 'decimal') return why;
      const plain = !/\d/.test(text) || (marks.decimal === '.' && marks.thousands === '');
      const groups = marks.thousands === '' ? '' : ` and "${marks.thousands}" between thousands`;
      const advice = plain ? '' : ` with "${marks.decimal}" before its decimals${groups}`;
      return refuse('decimal', `is ${quoted(text)}, not a decimal${advice}`);
    }
    const scaled = factor === null ? value : multiply(value, factor);
    return { ok: true, value: negate ? turned(scaled) : scaled };
  };
}

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?$/;

function instantReader({ form, zone }: FieldSource): CellReader {
  const written = form === undefined ? null : compileForm(form, zone ?? null);
  // What a workbook or a Parquet file says without an offset.
  const whole = zone === undefined ? null : compileForm("yyyy-MM-dd'T'HH:mm:ss", zone);
  const finer = zone === undefined ? null : compileForm("yyyy-MM-dd'T'HH:mm:ss.SSSSSS", zone);
  return (text, kind) => {
    const bare = kind === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text;
    if (kind === 'date' && LOCAL.test(bare)) {
      if (whole === null || finer === null)
        return refuse('timestamp', `is ${text}, a time without a zone; name the zone in the mapping`);
      const [seconds, fraction = ''] = bare.split('.');
      const read = fraction === '' ? whole.read(bare) : finer.read(`${seconds}.${fraction.padEnd(6, '0')}`);
      return typeof read === 'bigint'
        ? { ok: true, value: read }
        : refuse('timestamp', `is ${text}, ${read.refused}`);
    }
    if (written === null || kind === 'date') return instant({ kind: 'string', value: text });
    const read = written.read(text);
    return typeof read === 'bigint'
      ? { ok: true, value: read }
      : refuse('timestamp', `is ${quoted(text)}, ${read.refused}`);
  };
}

function dayReader({ form }: FieldSource): CellReader {
  const written = form === undefined ? null : compileDayForm(form);
  return (text, kind) => {
    if (kind === 'date') return day({ kind: 'string', value: text.replace(/T00:00:00(?:\.0+)?$/, '') });
    if (written === null) return day({ kind: 'string', value: text });
    const read = written.read(text);
    return typeof read === 'string'
      ? { ok: true, value: read }
      : refuse('date', `is ${quoted(text)}, ${read.refused}`);
  };
}

/** Codes and what they stand for. */
function withValues(reader: CellReader, values: Readonly<Record<string, string>>): CellReader {
  const known = new Map(Object.entries(values).map(([code, value]) => [code.trim().toUpperCase(), value]));
  return (text, kind) => reader(known.get(text.toUpperCase()) ?? text, kind);
}

function typed(type: LedgerFieldType, source: FieldSource, marks: NumberMarks): CellReader {
  switch (type.kind) {
    case 'decimal':
      return decimalReader(source, marks);
    case 'instant':
      return instantReader(source);
    case 'day':
      return dayReader(source);
    case 'period': {
      const read = plainly(readerOf(type));
      return (text, kind) =>
        read(kind === 'date' ? text.replace(/^(\d{4}-\d{2})-01(?:T00:00:00)?$/, '$1') : text, kind);
    }
    case 'currency':
      return plainly(currency);
    default:
      return plainly(readerOf(type));
  }
}

/** @param found the marks of the file, where the field has none of its own. */
export function cellReader(type: LedgerFieldType, source: FieldSource, found: NumberMarks): CellReader {
  const reader = typed(type, source, found);
  const coded = source.values === undefined ? reader : withValues(reader, source.values);
  return (text, kind) =>
    kind === 'error' ? refuse('type', `is the error ${text}, not a value`) : coded(text, kind);
}
