/** A mapping as its file has it: how a source's extracts are read, and what each field of a posting is made from. */
import { z } from 'zod';
import { parseDecimal } from '../../shared/decimal.ts';
import {
  currency,
  day,
  decimalValue,
  type FieldReader,
  instant,
  integer,
  oneOf,
  text,
  zoneReader,
} from '../ingest/field-types.ts';
import { dayForm, strict } from '../profile/field-source.ts';
import { KNOWN_ENCODINGS, knownEncoding } from './encoding.ts';
import { LEDGER_FIELDS, LEDGER_TYPES, type LedgerField, type LedgerFieldType } from './ledger-fields.ts';
import { period } from './period.ts';

/** Of the file format; a later one is read by a later Tieout. */
export const MAPPING_FORMAT = 1;

const header = z.string().min(1, 'is empty; give a header, or the number of a column');
const position = z
  .int()
  .min(1, 'is below 1; columns count from 1')
  .max(16_384, "is beyond any file's columns");
const column = z.union([header, position]).meta({
  id: 'column',
  title: 'Column',
  description:
    'A column of the file, by its header (case, spaces, dashes and underscores say nothing) or by its number from 1.',
});

const mark = { description: 'The mark before the decimals.' };
const decimalMark = z.enum(['.', ',']).meta(mark);
const thousandsMark = z.enum(['', '.', ',', ' ', "'"]).meta({
  description:
    'The mark between groups of three digits; empty where there is none. A space stands for narrow and fixed spaces too.',
});

/** A string that the reader takes; the refusal is the message. */
function taken(reader: FieldReader<unknown>) {
  return z.string().check((context) => {
    const read = reader({ kind: 'string', value: context.value });
    if (!read.ok)
      context.issues.push({ code: 'custom', input: context.value, message: read.refusal.message });
  });
}

export function readerOf(type: LedgerFieldType): FieldReader<string | number | bigint> {
  switch (type.kind) {
    case 'text':
      return text;
    case 'integer':
      return integer(type.least, 'file');
    case 'decimal':
      return decimalValue;
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
    case 'period':
      return period;
  }
}

function constantOf(type: LedgerFieldType) {
  return taken(readerOf(type)).meta({
    description: "What the field is in every row, in Tieout's own terms; stands alone.",
  });
}

const scale = z
  .string()
  .refine((value) => {
    const factor = parseDecimal(value);
    return factor !== null && !factor.startsWith('-') && /[1-9]/.test(factor);
  }, 'is no decimal above zero, such as "0.01"; use negate to turn the sign')
  .meta({ description: 'The value is multiplied by this decimal, exactly.', examples: ['0.01', '1000'] });

/** What a field of a type may be made from, in full. */
function sourceObject(name: LedgerField, type: LedgerFieldType) {
  const constant = constantOf(type).optional();
  const from = column.optional();
  switch (type.kind) {
    case 'decimal':
      return strict({
        column: from,
        constant,
        decimal: decimalMark.optional(),
        thousands: thousandsMark.optional(),
        scale: scale.optional(),
        negate: z
          .boolean()
          .optional()
          .meta({ description: 'True turns the sign, as for a ledger that posts costs as positive.' }),
        unit: unitOf(name).optional(),
      });
    case 'instant':
      return strict({
        column: from,
        constant,
        form: z
          .string()
          .optional()
          .meta({
            description:
              'How the time is written, in letters of Unicode TR 35, or epoch-s or epoch-ms; without it, RFC 3339 with an offset or Z.',
            examples: ['dd.MM.yyyy HH:mm', 'MM/dd/yyyy hh:mm a'],
          }),
        zone: taken(zoneReader()).optional().meta({
          description:
            "The IANA zone of times that bear no offset, a workbook's dates among them. A time that its clock skips, or shows twice, is refused.",
        }),
      });
    case 'day':
      return strict({ column: from, constant, form: dayForm.optional() });
    case 'integer':
    case 'period':
      return strict({ column: from, constant });
    default:
      return strict({
        column: from,
        constant,
        values: z
          .record(
            z.string().refine((code) => code.trim() !== '', 'is a blank code'),
            taken(readerOf(type)),
          )
          .optional()
          .meta({
            description:
              "The ledger's codes and what they stand for. Codes are compared trimmed and without regard to case; what is no code of the list is read as it is.",
          }),
      });
  }
}

/** What tells the unit of a number. */
export const UNIT_FIELDS = { volume: 'volume_uom', price: 'price_uom', amount: 'currency' } as const;

function unitOf(name: LedgerField) {
  const unit = name === 'volume' || name === 'price' || name === 'amount' ? UNIT_FIELDS[name] : 'volume_uom';
  const type = LEDGER_TYPES.get(unit) ?? { kind: 'text' };
  return taken(readerOf(type)).meta({
    description: `The unit of every row: the same as a constant for ${unit}.`,
  });
}

const fields = z
  .strictObject(
    Object.fromEntries(
      LEDGER_FIELDS.map((name) => {
        const type = LEDGER_TYPES.get(name) ?? { kind: 'text' };
        const source = z
          .union([header, position, sourceObject(name, type), z.null()])
          .optional()
          .meta({ title: name, description: `${name}: a column, or more; null for nothing.` });
        return [name, source];
      }),
    ),
    {
      error: (issue) => (issue.code === 'unrecognized_keys' ? 'is no field of a ledger extract' : undefined),
    },
  )
  .default({})
  .meta({
    description:
      'What each field is made from. A field that is not named comes from the column that its own name heads.',
  });

const file = strict({
  encoding: z
    .string()
    .refine(knownEncoding, `is no encoding that is known; there are ${KNOWN_ENCODINGS.join(', ')}`)
    .optional()
    .meta({
      description: 'Of a CSV file; without it, it is found and shown.',
      examples: ['utf-8', 'windows-1252'],
    }),
  delimiter: z
    .enum([',', ';', '\t', '|'])
    .optional()
    .meta({ description: 'Of a CSV file; without it, it is found.' }),
  quote: z.enum(['"', "'"]).optional().meta({ description: 'Of a CSV file; without it, a double quote.' }),
  sheet: z
    .string()
    .min(1, 'is empty')
    .optional()
    .meta({ description: 'Of a workbook; without it, the first sheet with the columns.' }),
  header_line: z.int().min(1, 'is below 1').nullable().optional().meta({
    description:
      'The line of the header, from 1; null where there is none, columns then go by number. Without it, it is found.',
  }),
  decimal: decimalMark.optional(),
  thousands: thousandsMark.optional(),
}).meta({ description: 'How the file is read.' });

const totals = strict({
  rows: z.enum(['find', 'none']).default('find').meta({
    description:
      'find: rows of totals at the end are recognised, checked and not imported; none: every row is a posting.',
  }),
  mismatch: z.enum(['warn', 'refuse']).default('warn').meta({
    description:
      'What a total that does not agree with the rows does: a warning that names both sums, or no import.',
  }),
}).meta({ description: 'Rows of totals at the end of the file.' });

export const mappingDocument = strict({
  $schema: z.string().optional().meta({ description: 'The JSON Schema of this file, for editors.' }),
  mapping: z
    .literal(MAPPING_FORMAT, {
      error: (issue) =>
        issue.input === undefined
          ? undefined
          : `is not ${MAPPING_FORMAT}, the version of the file format that this Tieout reads`,
    })
    .meta({ description: 'The version of this file format.' }),
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/,
      'is no name; use letters, digits, spaces, dots, dashes and underscores, 64 at most',
    )
    .meta({ description: "The mapping's name, the same in all its revisions." }),
  revision: z
    .int()
    .min(1, 'is below 1')
    .meta({ description: 'Raised with each change; a workspace takes a revision in one wording only.' }),
  description: z
    .string()
    .max(2000, 'is longer than 2000 characters')
    .optional()
    .meta({ description: 'For people.' }),
  file: file.prefault({}),
  totals: totals.prefault({}),
  fields,
  only: z.boolean().default(false).meta({
    description: 'True: a field that is not named has no source, even if a column bears its name.',
  }),
}).meta({
  title: 'Tieout ledger mapping',
  description: 'How the extracts of one ledger are read into postings.',
});

export type MappingDocument = z.infer<typeof mappingDocument>;

/** As the schema leaves it, of whatever type of field. */
export interface FieldSource {
  readonly column?: string | number | undefined;
  readonly constant?: string | undefined;
  readonly form?: string | undefined;
  readonly zone?: string | undefined;
  readonly decimal?: '.' | ',' | undefined;
  readonly thousands?: '' | '.' | ',' | ' ' | "'" | undefined;
  readonly scale?: string | undefined;
  readonly negate?: boolean | undefined;
  readonly unit?: string | undefined;
  readonly values?: Readonly<Record<string, string>> | undefined;
}

/** A source in full: a column alone is where the field comes from. */
export function fullSource(source: string | number | FieldSource): FieldSource {
  return typeof source === 'object' ? source : { column: source };
}
