/**
 * Postings as texts, column by column: the engine says of a stored row what a typed one gives, so that a million of them
 * can be held against each other by a hash.
 */
import { LEDGER_ONLY_FIELDS } from '../../shared/ledger.ts';
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';
import type { PlacedLedgerRow } from './ledger-columns.ts';
import { storedDecimalText } from './stored-types.ts';

export interface TextColumn {
  readonly name: string;
  /** SQL of its text; NULL where it is empty. */
  readonly sql: string;
}

/** A stored table beside the typed rows that should lie in it. */
export interface TextTable<Row> {
  readonly name: string;
  /** What orders its rows and tells them apart, first of the columns. */
  readonly place: readonly string[];
  readonly columns: readonly TextColumn[];
  /** Texts of the columns, in their order; null where empty. */
  readonly texts: (row: Row) => readonly (string | null)[];
}

const DECIMALS: ReadonlySet<string> = new Set(['volume', 'price', 'amount']);
const INSTANTS: ReadonlySet<string> = new Set(['delivery_start', 'delivery_end', 'updated_at']);

/** A decimal has two columns: as the engine adds it, and its digits as sent. */
function textColumns(fields: readonly string[]): readonly TextColumn[] {
  return fields.flatMap((field) => {
    if (INSTANTS.has(field)) return [{ name: field, sql: `epoch_us(${field})::VARCHAR` }];
    const column = { name: field, sql: `${field}::VARCHAR` };
    return DECIMALS.has(field) ? [column, { name: `${field}_text`, sql: `${field}_text` }] : [column];
  });
}

type Value = string | number | bigint | null;

function texts<Field extends string>(
  place: readonly number[],
  fields: readonly Field[],
  row: Readonly<Record<Field, Value>>,
): readonly (string | null)[] {
  const all: (string | null)[] = place.map(String);
  for (const field of fields) {
    const value = row[field];
    const text = value === null ? null : String(value);
    if (DECIMALS.has(field)) all.push(text === null ? null : storedDecimalText(text));
    all.push(text);
  }
  return all;
}

const LEDGER_FIELDS = [...SETTLEMENT_FIELDS, ...LEDGER_ONLY_FIELDS] as const;

export const LEDGER_TEXTS: TextTable<PlacedLedgerRow> = {
  name: 'ledger_row',
  place: ['line'],
  columns: textColumns(['line', ...LEDGER_FIELDS]),
  texts: ({ line, row }) => texts([line], LEDGER_FIELDS, row),
};
