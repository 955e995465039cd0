/** A mapping while it is made on the screen: each field's source as its controls have it, and the document they make. */
import type { ExtractColumn, ExtractPreview } from '../../shared/extracts.ts';
import { LEDGER_ONLY_FIELDS } from '../../shared/ledger.ts';
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';

export const MAPPED_FIELDS = [...SETTLEMENT_FIELDS, ...LEDGER_ONLY_FIELDS] as const;
export type MappedField = (typeof MAPPED_FIELDS)[number];

export type FieldKind = 'decimal' | 'instant' | 'day' | 'other';

const KINDS: Partial<Record<MappedField, FieldKind>> = {
  volume: 'decimal',
  price: 'decimal',
  amount: 'decimal',
  delivery_start: 'instant',
  delivery_end: 'instant',
  updated_at: 'instant',
  due_date: 'day',
  posting_date: 'day',
};

export function kindOf(field: MappedField): FieldKind {
  return KINDS[field] ?? 'other';
}

export interface FieldDraft {
  /** `none`, `constant`, or the number of a column from 1. */
  readonly source: 'none' | 'constant' | number;
  readonly constant: string;
  readonly form: string;
  readonly zone: string;
  readonly negate: boolean;
  readonly scale: string;
  /** Members of the source that the screen has no control for, kept as they are. */
  readonly rest: Readonly<Record<string, unknown>>;
}

export interface MappingDraft {
  readonly name: string;
  readonly encoding: string;
  readonly delimiter: string;
  readonly sheet: string;
  /** Empty: found; `none`: there is none. */
  readonly headerLine: string;
  readonly decimal: string;
  readonly thousands: string;
  readonly mismatch: 'warn' | 'refuse';
  readonly fields: Readonly<Record<MappedField, FieldDraft>>;
}

const NO_SOURCE: FieldDraft = {
  source: 'none',
  constant: '',
  form: '',
  zone: '',
  negate: false,
  scale: '',
  rest: {},
};

function everyField(of: (field: MappedField) => FieldDraft): MappingDraft['fields'] {
  return Object.fromEntries(MAPPED_FIELDS.map((field) => [field, of(field)])) as MappingDraft['fields'];
}

/** A draft of what a preview found by itself. */
export function draftOfPreview({ columns, reading }: ExtractPreview): MappingDraft {
  const places = new Map(columns.map(({ field, column }) => [field, column]));
  return {
    name: '',
    encoding: reading.encoding_found ? (reading.encoding ?? '') : '',
    delimiter: '',
    sheet: '',
    headerLine: '',
    decimal: '',
    thousands: '',
    mismatch: 'warn',
    fields: everyField((field) => ({ ...NO_SOURCE, source: places.get(field) ?? 'none' })),
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** @param columns of the file, by which the mapping's headers become numbers. */
function fieldOf(
  given: unknown,
  field: MappedField,
  columns: readonly ExtractColumn[],
  found: FieldDraft['source'],
): FieldDraft {
  if (given === null) return NO_SOURCE;
  const source = typeof given === 'string' || typeof given === 'number' ? { column: given } : record(given);
  const { column, constant, form, zone, negate, scale, ...rest } = source as Readonly<
    Record<string, unknown>
  >;
  if (constant !== undefined) return { ...NO_SOURCE, source: 'constant', constant: textOf(constant) };
  const wanted = column ?? field;
  const folded = (text: string): string =>
    text
      .trim()
      .toLowerCase()
      .replace(/[\s_-]+/g, '_');
  const byHeader = columns.find(
    ({ header }) => typeof wanted === 'string' && folded(header) === folded(wanted),
  )?.column;
  const place = given === undefined ? found : typeof wanted === 'number' ? wanted : (byHeader ?? 'none');
  return {
    ...NO_SOURCE,
    source: place,
    form: textOf(form),
    zone: textOf(zone),
    negate: negate === true,
    scale: textOf(scale),
    rest,
  };
}

/** A draft of a saved mapping put on a file. */
export function draftOfMapping(document: string, preview: ExtractPreview): MappingDraft {
  const mapping = record(JSON.parse(document));
  const file = record(mapping.file);
  const totals = record(mapping.totals);
  const fields = record(mapping.fields);
  const found = new Map(preview.columns.map(({ field, column }) => [field, column]));
  return {
    name: textOf(mapping.name),
    encoding: textOf(file.encoding),
    delimiter: textOf(file.delimiter),
    sheet: textOf(file.sheet),
    headerLine:
      file.header_line === null ? 'none' : file.header_line === undefined ? '' : String(file.header_line),
    decimal: textOf(file.decimal),
    thousands: textOf(file.thousands),
    mismatch: totals.mismatch === 'refuse' ? 'refuse' : 'warn',
    fields: everyField((field) => fieldOf(fields[field], field, preview.columns, found.get(field) ?? 'none')),
  };
}

/** Columns by their headers, where these tell them apart. */
function columnName(place: number, columns: readonly ExtractColumn[]): string | number {
  const header = columns[place - 1]?.header.trim() ?? '';
  const same = columns.filter((column) => column.header.trim().toLowerCase() === header.toLowerCase());
  return header === '' || same.length > 1 ? place : header;
}

function sourceOf(
  field: MappedField,
  draft: FieldDraft,
  columns: readonly ExtractColumn[],
  noHeader: boolean,
): unknown {
  if (draft.source === 'none') return null;
  if (draft.source === 'constant') return { constant: draft.constant };
  const column = noHeader ? draft.source : columnName(draft.source, columns);
  const kind = kindOf(field);
  const timed = kind === 'instant' || kind === 'day';
  const more = {
    ...draft.rest,
    ...(timed && draft.form !== '' && { form: draft.form }),
    ...(kind === 'instant' && draft.zone !== '' && { zone: draft.zone }),
    ...(kind === 'decimal' && draft.negate && { negate: true }),
    ...(kind === 'decimal' && draft.scale !== '' && { scale: draft.scale }),
  };
  return Object.keys(more).length === 0 ? column : { column, ...more };
}

/** The document of a draft, as JSON. */
export function documentOf(draft: MappingDraft, columns: readonly ExtractColumn[], revision: number): string {
  const { name, encoding, delimiter, sheet, headerLine, decimal, thousands, mismatch, fields } = draft;
  const noHeader = headerLine === 'none';
  const line = /^[1-9]\d*$/.test(headerLine) ? Number(headerLine) : undefined;
  const document = {
    mapping: 1,
    name: name === '' ? 'draft' : name,
    revision,
    file: {
      ...(encoding !== '' && { encoding }),
      ...(delimiter !== '' && { delimiter }),
      ...(sheet !== '' && { sheet }),
      ...(noHeader ? { header_line: null } : line !== undefined && { header_line: line }),
      ...(decimal !== '' && { decimal, thousands }),
    },
    totals: { rows: 'find', mismatch },
    only: true,
    fields: Object.fromEntries(
      MAPPED_FIELDS.flatMap((field) => {
        const source = sourceOf(field, fields[field], columns, noHeader);
        return source === null ? [] : [[field, source]];
      }),
    ),
  };
  return JSON.stringify(document, null, 2);
}
