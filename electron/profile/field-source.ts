/** What a profile may say of one field, by the field's type; the texts are those that an editor shows. */
import { z } from 'zod';
import { parseDecimal } from '../../shared/decimal.ts';
import { compileDayForm } from '../ingest/date-form.ts';
import {
  currency,
  day,
  decimalValue,
  type FieldReader,
  instant,
  integer,
  oneOf,
  text,
  unsignedDecimal,
  zoneReader,
} from '../ingest/field-types.ts';
import type { FieldType, RecordField } from '../ingest/record-schema.ts';

export const memberName = z.string().min(1, 'is empty; give the name of a member');

export const memberPath = z
  .union([
    memberName,
    z.array(memberName).min(1, 'is an empty list; give the names on the way to the member'),
  ])
  .meta({
    id: 'member',
    title: 'Member',
    description:
      "A member of the vendor's record, by name; where it lies in nested objects, the list of the names on the way to it. A dot in a name is part of the name.",
  });

/** An object whose members are all known; another one is named, with those that there are. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `is not known here; there are ${known}` : undefined,
  });
}

/** The reader of a value that is written in Tieout's own terms. */
function ownReader(type: FieldType): FieldReader<unknown> {
  switch (type.kind) {
    case 'text':
      return text;
    case 'integer':
      return integer(type.least, 'file');
    case 'decimal':
      return type.unsigned ? unsignedDecimal : decimalValue;
    case 'enumeration':
      return oneOf(type.names);
    case 'instant':
      return instant;
    case 'day':
      return day;
    case 'currency':
      return currency;
    case 'zone':
      return zoneReader();
  }
}

/** A string that the type's reader takes; the refusal is the message. */
function ownValue(type: FieldType) {
  if (type.kind === 'enumeration') return z.enum(type.names);
  const reader = ownReader(type);
  return z.string().check((context) => {
    const read = reader({ kind: 'string', value: context.value });
    if (read.ok) return;
    context.issues.push({ code: 'custom', input: context.value, message: read.refusal.message });
  });
}

export const zoneName = ownValue({ kind: 'zone' }).meta({
  description:
    'The IANA zone of times that bear no offset, such as America/Chicago. A time that its clock skips, or shows twice, is refused.',
});

const scale = z
  .string()
  .refine((value) => {
    const factor = parseDecimal(value);
    return factor !== null && !factor.startsWith('-') && /[1-9]/.test(factor);
  }, 'is no decimal above zero, such as "0.01"; use negate to turn the sign')
  .meta({
    description: 'The value is multiplied by this decimal, exactly.',
    pattern: '^\\d+(\\.\\d+)?([eE][+-]?\\d+)?$',
    examples: ['0.01', '1000'],
  });

export const dayForm = z
  .string()
  .check((context) => {
    try {
      compileDayForm(context.value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const message = `is ${JSON.stringify(context.value)}, which ${error.message}`;
      context.issues.push({ code: 'custom', input: context.value, message });
    }
  })
  .meta({
    description: 'How the day is written, in letters of Unicode TR 35; without it, YYYY-MM-DD.',
    examples: ['MM/dd/yyyy', 'dd-MMM-yyyy', 'yyyyMMdd'],
  });

const from = memberPath.optional();

function whole(least: number) {
  return z.int().min(least, { error: (issue) => `is ${String(issue.input)}, not ${least} or more` });
}

function constantOf(type: FieldType) {
  const value = ownValue(type);
  return (type.kind === 'integer' ? z.union([value, whole(type.least)]) : value)
    .optional()
    .meta({ description: "What the field is in every record, in Tieout's own terms; stands alone." });
}

function valuesOf(type: FieldType) {
  return z
    .record(
      z.string().refine((code) => code.trim() !== '', 'is a blank code'),
      ownValue(type),
    )
    .refine((values) => Object.keys(values).length > 0, 'holds no code; leave it out')
    .optional()
    .meta({
      description:
        "The vendor's codes and what they stand for. Codes are compared trimmed and without regard to case; what is no code of the list is read as it is.",
    });
}

/** What a field of a type may be made from, in full. */
function sourceObject(type: FieldType) {
  const constant = constantOf(type);
  switch (type.kind) {
    case 'integer':
      return strict({ from, constant });
    case 'decimal':
      return strict({
        from,
        constant,
        scale: scale.optional(),
        negate: z.boolean().optional().meta({ description: 'True turns the sign.' }),
      });
    case 'instant':
      return strict({
        from,
        constant,
        form: z
          .string()
          .optional()
          .meta({
            description:
              'How the time is written, in letters of Unicode TR 35, or epoch-s or epoch-ms; without it, RFC 3339 with an offset or Z.',
            examples: ["yyyy-MM-dd'T'HH:mm:ss", 'MM/dd/yyyy hh:mm a', 'yyyyMMddHHmmXX', 'epoch-ms'],
          }),
        zone: zoneName.optional(),
      });
    case 'day':
      return strict({ from, constant, form: dayForm.optional() });
    default:
      return strict({ from, constant, values: valuesOf(type) });
  }
}

function typeInWords(type: FieldType): string {
  switch (type.kind) {
    case 'text':
      return 'a string';
    case 'integer':
      return `an integer of ${type.least} or more`;
    case 'decimal':
      return type.unsigned ? 'a decimal, not below zero' : 'a decimal';
    case 'enumeration':
      return `one of ${type.names.join(', ')}`;
    case 'instant':
      return 'a time, RFC 3339 with an offset or Z';
    case 'day':
      return 'a day, YYYY-MM-DD';
    case 'currency':
      return 'an ISO 4217 currency';
    case 'zone':
      return 'an IANA time zone';
  }
}

function describe({ type, need, byDefault }: RecordField): string {
  const words = typeInWords(type);
  const needed = need === 'defaulted' ? `${byDefault} where it is absent` : need;
  return `${words[0]?.toUpperCase()}${words.slice(1)}; ${needed}.`;
}

/** A name for a type, by which the JSON Schema says what its fields take once only. */
function nameOf(type: FieldType): string {
  switch (type.kind) {
    case 'enumeration':
      return type.names.join('-').toLowerCase();
    case 'integer':
      return `integer-${type.least}`;
    case 'decimal':
      return type.unsigned ? 'decimal-unsigned' : 'decimal';
    default:
      return type.kind;
  }
}

/** Makes the schemas of fields, those of one type from one source. */
export function fieldSources(): (
  field: RecordField,
) => z.ZodType<string | readonly string[] | FieldSource | null> {
  const known = new Map<string, ReturnType<typeof sourceObject>>();
  return (field) => {
    const name = nameOf(field.type);
    const source = known.get(name) ?? sourceObject(field.type).meta({ id: name });
    known.set(name, source);
    return z.union([memberPath, source, z.null()]).meta({ title: field.name, description: describe(field) });
  };
}

/** As the schema leaves it, of whatever type of field. */
export interface FieldSource {
  readonly from?: string | readonly string[] | undefined;
  readonly constant?: string | number | undefined;
  readonly values?: Readonly<Record<string, string>> | undefined;
  readonly scale?: string | undefined;
  readonly negate?: boolean | undefined;
  readonly form?: string | undefined;
  readonly zone?: string | undefined;
}

function isPath(source: string | readonly string[] | FieldSource): source is readonly string[] {
  return Array.isArray(source);
}

/** A source in full: a member alone is where the field comes from. */
export function fullSource(source: string | readonly string[] | FieldSource): FieldSource {
  return typeof source === 'string' || isPath(source) ? { from: source } : source;
}
