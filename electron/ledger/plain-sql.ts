/**
 * Typing in SQL of cells in plain form. It must never take, or give, what the exact typing (`cell-readers.ts`) would not: a
 * text is taken where it is stored as it stands; a number, where the engine prints it back as it is written; every other
 * type, where the exact typing has read the very same text, which is asked once for each that a column has.
 */
import type { NumberMarks } from '../../shared/extracts.ts';
import type { CellKind } from '../workbook/reader.ts';
import type { PlannedField } from './column-plan.ts';
import { LEDGER_TYPES, type LedgerField } from './ledger-fields.ts';

/** A text that JavaScript does not trim; characters that it takes for white space, as it lists them. */
const SPACES =
  "chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' ' || chr(160) || chr(5760) || chr(8192) || chr(8193) || chr(8194) || chr(8195) || chr(8196) || chr(8197) || chr(8198) || chr(8199) || chr(8200) || chr(8201) || chr(8202) || chr(8232) || chr(8233) || chr(8239) || chr(8287) || chr(12288) || chr(65279)";

/** A text of more bytes may have more characters than a field holds. */
export const LONGEST_TEXT = 10_000;

/** Bytes of a line, its number in front included, that the engine's reader takes. */
export const LONGEST_LINE = 1_000_000;

/** A field as it is stored from the columns `c0`, `c1`, ... */
export interface ColumnSql {
  readonly field: LedgerField;
  readonly column: string;
  /** True for a row whose cell may be stored so, never null; null where each may. */
  readonly plain: string | null;
  /** Columns of the table. */
  readonly stored: readonly (readonly [column: string, sql: string])[];
  /** A table with the column's texts `v`, to be joined; null for none. */
  readonly table: string | null;
}

/** How a column's numbers are written. @param absent a character that no cell has; null: any may be in one. */
export function marksOfColumn(
  { source: { decimal: own, thousands } }: PlannedField,
  kind: CellKind,
  found: NumberMarks,
  absent: string | null,
): NumberMarks {
  if (kind === 'number') return { decimal: '.', thousands: '' };
  const between = thousands ?? (own === undefined ? found.thousands : '');
  // What stands in no cell need not be looked for in each.
  return { decimal: own ?? found.decimal, thousands: between === absent ? '' : between };
}

/** How one field is made from the staged columns `c0`, `c1`, ... */
export interface PlainField {
  readonly field: LedgerField;
  readonly column: string;
  /** True for a cell that `simple` is not good for, never null; null where no cell is. */
  readonly odd: string | null;
  /** Columns of the table, where no cell of the file is odd. */
  readonly simple: readonly (readonly [column: string, sql: string])[];
  /** The same where some are: a row is taken where `plain` is true. */
  readonly careful: {
    readonly plain: string;
    readonly stored: readonly (readonly [column: string, sql: string])[];
    /** A table with the column's texts `v`, to be joined; null for none. */
    readonly table: string | null;
  };
}

/** A column that is typed by the texts that it has. */
export interface Dictionary {
  readonly planned: PlannedField;
  readonly column: string;
  /** Of the temporary table with texts `v` and values `t` (text) or `i` (integer). */
  readonly table: string;
}

export function isInteger(field: LedgerField): boolean {
  const kind = LEDGER_TYPES.get(field)?.kind;
  return kind === 'integer' || kind === 'instant';
}

/** @param clean true where every text is known to be in this form. */
export function textField(field: LedgerField, column: string, clean: boolean): PlainField {
  const edges = `${column} = trim(${column}, ${SPACES})`;
  const plain = clean ? 'true' : `(${column} IS NULL OR (strlen(${column}) <= ${LONGEST_TEXT} AND ${edges}))`;
  const stored = [[field, column]] as const;
  return {
    field,
    column,
    odd: clean ? null : `NOT ${plain}`,
    simple: stored,
    careful: { plain, stored, table: null },
  };
}

const SHAPES: Readonly<Record<Exclude<NumberMarks['thousands'], ''>, string>> = {
  '.': '\\.',
  ',': ',',
  ' ': ' ',
  "'": "''",
};

/** A number's text with a point before its decimals and nothing between its thousands; null where it is of another form. */
function pointed(column: string, { decimal, thousands }: NumberMarks): string {
  if (decimal === '.' && thousands === '') return column;
  const group = thousands === '' ? null : SHAPES[thousands];
  const whole = group === null ? '\\d+' : `(?:\\d{1,3}(?:${group}\\d{3})+|\\d+)`;
  const form = `-?${whole}(?:${decimal === '.' ? '\\.' : ','}\\d+)?`;
  const bare =
    thousands === '' ? column : `replace(${column}, '${thousands === "'" ? "''" : thousands}', '')`;
  const turned = decimal === ',' ? `replace(${bare}, ',', '.')` : bare;
  const formed = `CASE WHEN regexp_full_match(${column}, '${form}') THEN ${turned} END`;
  if (decimal === ',') return formed;
  return `CASE WHEN contains(${column}, '${thousands === "'" ? "''" : thousands}') THEN ${formed} ELSE ${column} END`;
}

/**
 * The engine prints every decimal; what it read is what was written where its text begins with that. Most fit the narrow
 * type, which the engine reads ninety times as fast as the wide one.
 */
export function decimalField(
  { field, source }: PlannedField,
  column: string,
  marks: NumberMarks,
): PlainField {
  const text = pointed(column, marks);
  const narrow = `TRY_CAST(${text} AS DECIMAL(18,9))`;
  const wide = `TRY_CAST(${text} AS DECIMAL(38,12))`;
  const back = (cast: string): string =>
    `coalesce(starts_with(${cast}::VARCHAR, ${text}) AND NOT suffix(${text}, '.'), false)`;
  const fits = `coalesce(${back(wide)} AND abs(${wide}) < 1000000000000000000, false)`;
  const signed = (value: string): string => (source.negate === true ? `-(${value})` : value);
  const turned = (value: string): string =>
    source.negate !== true
      ? text
      : `CASE WHEN ${column} IS NULL OR ${value} = 0 THEN ${text} WHEN starts_with(${text}, '-') THEN (${text})[2:] ELSE '-' || ${text} END`;
  const either = `CASE WHEN ${back(narrow)} THEN ${narrow}::DECIMAL(38,12) ELSE ${wide} END`;
  return {
    field,
    column,
    odd: `(${column} IS NOT NULL AND NOT ${back(narrow)})`,
    simple: [
      [field, signed(`${narrow}::DECIMAL(38,12)`)],
      [`${field}_text`, turned(narrow)],
    ],
    careful: {
      plain: `(${column} IS NULL OR ${back(narrow)} OR ${fits})`,
      stored: [
        [field, signed(either)],
        [`${field}_text`, turned(`(${either})`)],
      ],
      table: null,
    },
  };
}

/** Numbers that the narrow type holds; every other one is left out. */
export function narrowField(planned: PlannedField, column: string, marks: NumberMarks): ColumnSql {
  const { field, odd, simple } = decimalField(planned, column, marks);
  return { field, column, plain: `NOT ${odd}`, stored: simple, table: null };
}

/** SQL that reads most texts of a type as the exact typing does; null where there is none. */
export function commonReading(field: LedgerField, column: string): string | null {
  const kind = LEDGER_TYPES.get(field)?.kind;
  if (kind === 'integer') return `TRY_CAST(${column} AS BIGINT)`;
  return kind === 'instant' ? `TRY_CAST(${column} AS TIMESTAMP)` : column;
}

/** @param common true where the common reading gives for every text of the column what the exact typing gives. */
export function dictionaryField(
  { planned: { field }, column, table }: Dictionary,
  common: boolean,
): PlainField {
  const value = isInteger(field) ? `${table}.i` : `${table}.t`;
  const kind = LEDGER_TYPES.get(field)?.kind;
  const stored = [[field, kind === 'instant' ? `make_timestamp(${value})` : value]] as const;
  const plain = `(${column} IS NULL OR ${table}.v IS NOT NULL)`;
  return {
    field,
    column,
    odd: common ? null : 'true',
    simple: [[field, commonReading(field, column) ?? column]],
    careful: { plain, stored, table },
  };
}

/** Times of the form `2024-03-01T05:00:00Z`, of which a column has too many for a dictionary. */
export function instantField(field: LedgerField, column: string): PlainField {
  const form = '[1-9]\\d{3}-\\d{2}-\\d{2}T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\dZ';
  const value = `TRY_CAST(left(${column}, 19) AS TIMESTAMP)`;
  const plain = `(${column} IS NULL OR (regexp_full_match(${column}, '${form}') AND ${value} IS NOT NULL))`;
  const stored = [[field, value]] as const;
  return { field, column, odd: `NOT ${plain}`, simple: stored, careful: { plain, stored, table: null } };
}

/**
 * Times of the form `2024-03-01T05:00:00Z`, of years of four digits: what the engine prints so is what was written. It prints
 * words too, for times that are none.
 */
export function zuluField(field: LedgerField, column: string): ColumnSql {
  const value = `TRY_CAST(${column} AS TIMESTAMP)`;
  const printed = `coalesce(strftime(${value}, '%Y-%m-%dT%H:%M:%SZ') = ${column}, false)`;
  const plain = `(${column} IS NULL OR (strlen(${column}) = 20 AND ${column} BETWEEN '1' AND 'A' AND ${printed}))`;
  return { field, column, plain, stored: [[field, value]], table: null };
}

/** @param texts those that are taken, which the exact typing leaves as they are, or gives the integer that they spell. */
export function codesField(field: LedgerField, column: string, texts: readonly string[]): ColumnSql {
  const known = texts.map((text) => `${column} = '${text.replaceAll("'", "''")}'`);
  const plain = `(${[...known, `${column} IS NULL`].join(' OR ')})`;
  const stored = [[field, commonReading(field, column) ?? column]] as const;
  return { field, column, plain, stored, table: null };
}

/** What a column of a file can be typed by. */
export function wayOf(
  { field, source }: PlannedField,
  kind: CellKind,
): 'text' | 'decimal' | 'dictionary' | 'exact' {
  if (kind === 'error') return 'exact';
  switch (LEDGER_TYPES.get(field)?.kind) {
    case 'text':
      return source.values === undefined ? 'text' : 'dictionary';
    case 'decimal':
      return source.scale === undefined ? 'decimal' : 'exact';
    default:
      return 'dictionary';
  }
}

/** No cell of the column is plain. */
export function exactField(field: LedgerField, column: string): PlainField {
  const careful = { plain: `${column} IS NULL`, stored: [], table: null };
  return { field, column, odd: `${column} IS NOT NULL`, simple: [], careful };
}
