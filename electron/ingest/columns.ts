/** The columns of a typed record, compiled once: what each is made from, how it is read, what stands where it is absent. */
import { type Decimal, decimal, MAX_SIGNIFICANT_DIGITS, multiply, negate } from '../../shared/decimal.ts';
import { compileDayForm, compileForm, type Refused } from './date-form.ts';
import {
  currency,
  day,
  decimalValue,
  type FieldReader,
  instant,
  integer,
  oneOf,
  type Read,
  shown,
  text,
  unsignedDecimal,
  zoneReader,
} from './field-types.ts';
import { type FieldMapping, PLAIN, type RecordMapping } from './mapping.ts';
import type { RecordField, RecordSchema } from './record-schema.ts';

/** A column whose source is one member of the record, or a constant. */
export interface Column {
  readonly field: RecordField;
  /** Null where the field has no source of its own. */
  readonly mapping: FieldMapping | null;
  /**
   * The value as it is staged: an instant as microseconds since 1970, everything else as its text.
   * Exact, and slower than what `PageTyping` does with the forms that nearly all records have.
   */
  readonly read: FieldReader<string>;
  /** True where the member's own bytes may be taken, if they are in the plain form of the type. */
  readonly plain: boolean;
}

function mapped<From, To>(reader: FieldReader<From>, into: (value: From) => To): FieldReader<To> {
  return (sent) => {
    const read = reader(sent);
    return read.ok ? { ok: true, value: into(read.value) } : read;
  };
}

/** The vendor's code replaced by what it stands for; a code that is not in the list is left to the reader. */
function decoded(values: Readonly<Record<string, string>>, reader: FieldReader<string>): FieldReader<string> {
  const known = new Map(Object.entries(values).map(([code, value]) => [code.trim().toUpperCase(), value]));
  return (sent) => {
    const code = sent.kind === 'string' ? sent.value : sent.kind === 'number' ? sent.text : sent.kind;
    const value = known.get(code.trim().toUpperCase());
    return reader(value === undefined ? sent : { kind: 'string', value });
  };
}

function scaled(reader: FieldReader<Decimal>, { scale, negate: turned }: FieldMapping): FieldReader<Decimal> {
  if (scale === null && !turned) return reader;
  const factor = scale === null ? null : decimal(scale);
  return (sent): Read<Decimal> => {
    const read = reader(sent);
    if (!read.ok) return read;
    const value = factor === null ? read.value : multiply(read.value, factor);
    if (value.replace(/[-.]/g, '').replace(/^0+/, '').length > MAX_SIGNIFICANT_DIGITS) {
      const message = `is ${shown(sent)}, more than ${MAX_SIGNIFICANT_DIGITS} significant digits once it is scaled`;
      return { ok: false, refusal: { code: 'digits', message } };
    }
    return { ok: true, value: turned ? negate(value) : value };
  };
}

function formed(
  code: 'timestamp' | 'date',
  form: string,
  read: (text: string) => bigint | string | Refused,
): FieldReader<string> {
  return (sent) => {
    const written = sent.kind === 'string' ? sent.value.trim() : sent.kind === 'number' ? sent.text : null;
    const value =
      written === null ? { refused: `not a string or a number of the form ${form}` } : read(written);
    if (typeof value !== 'object') return { ok: true, value: String(value) };
    return { ok: false, refusal: { code, message: `is ${shown(sent)}, ${value.refused}` } };
  };
}

function plainReader(field: RecordField, mapping: FieldMapping): FieldReader<string> {
  const { type } = field;
  switch (type.kind) {
    case 'text':
      return text;
    case 'integer':
      // A constant stands in the profile as text.
      return mapped(integer(type.least, mapping.constant === null ? 'json' : 'file'), String);
    case 'decimal':
      // The sign is judged after it was turned.
      return scaled(type.unsigned && !mapping.negate ? unsignedDecimal : decimalValue, mapping);
    case 'enumeration':
      return oneOf(type.names);
    case 'instant':
      if (mapping.form === null) return mapped(instant, String);
      return formed('timestamp', mapping.form, compileForm(mapping.form, mapping.zone).read);
    case 'day':
      if (mapping.form === null) return day;
      return formed('date', mapping.form, compileDayForm(mapping.form).read);
    case 'currency':
      return currency;
    case 'zone':
      return zoneReader();
  }
}

function columnOf(field: RecordField, mapping: FieldMapping | null): Column {
  const from = mapping ?? { ...PLAIN, from: null };
  const reader = plainReader(field, from);
  return {
    field,
    mapping,
    read: from.values === null ? reader : decoded(from.values, reader),
    plain:
      typeof from.from === 'string' &&
      from.values === null &&
      from.scale === null &&
      !from.negate &&
      from.form === null,
  };
}

/** In the order of the record's fields. */
export function columnsOf(schema: RecordSchema, mapping: RecordMapping): readonly Column[] {
  return schema.fields.map((field) => columnOf(field, mapping.fields.get(field.name) ?? null));
}
