/** Ledger rows as whole columns, in the order of their table. */
import { BIGINT, type DuckDBType, type DuckDBValue, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import type { LedgerRow } from '../../shared/ledger.ts';
import type { Settlement } from '../../shared/settlement.ts';
import { STORED_DECIMAL, storedDecimal, storedInstant } from './stored-types.ts';

interface ColumnOf<Value> {
  readonly type: DuckDBType;
  readonly value: (row: Value) => DuckDBValue;
}

type SettlementLike = { readonly [F in keyof Settlement]: Settlement[F] | null };

function big(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}

const SETTLEMENT: readonly ColumnOf<SettlementLike>[] = [
  { type: VARCHAR, value: (row) => row.settlement_id },
  { type: BIGINT, value: (row) => big(row.version) },
  { type: VARCHAR, value: (row) => row.trade_id },
  { type: BIGINT, value: (row) => big(row.deal_leg) },
  { type: VARCHAR, value: (row) => row.counterparty },
  { type: VARCHAR, value: (row) => row.legal_entity },
  { type: VARCHAR, value: (row) => row.agreement },
  { type: VARCHAR, value: (row) => row.invoice_no },
  { type: VARCHAR, value: (row) => row.gl_account },
  { type: VARCHAR, value: (row) => row.commodity },
  { type: VARCHAR, value: (row) => row.charge_type },
  { type: VARCHAR, value: (row) => row.direction },
  { type: TIMESTAMP, value: (row) => storedInstant(row.delivery_start) },
  { type: TIMESTAMP, value: (row) => storedInstant(row.delivery_end) },
  { type: VARCHAR, value: (row) => row.timezone },
  { type: VARCHAR, value: (row) => row.location },
  { type: STORED_DECIMAL, value: (row) => storedDecimal(row.volume) },
  { type: VARCHAR, value: (row) => row.volume },
  { type: VARCHAR, value: (row) => row.volume_uom },
  { type: STORED_DECIMAL, value: (row) => storedDecimal(row.price) },
  { type: VARCHAR, value: (row) => row.price },
  { type: VARCHAR, value: (row) => row.price_uom },
  { type: STORED_DECIMAL, value: (row) => storedDecimal(row.amount) },
  { type: VARCHAR, value: (row) => row.amount },
  { type: VARCHAR, value: (row) => row.currency },
  { type: VARCHAR, value: (row) => row.status },
  { type: VARCHAR, value: (row) => row.curve_id },
  { type: VARCHAR, value: (row) => row.due_date },
  { type: TIMESTAMP, value: (row) => storedInstant(row.updated_at) },
];

export interface PlacedLedgerRow {
  readonly importId: string;
  /** In the file; the header is line 1. */
  readonly line: number;
  readonly row: LedgerRow;
}

const LEDGER: readonly ColumnOf<PlacedLedgerRow>[] = [
  { type: VARCHAR, value: (placed) => placed.importId },
  { type: BIGINT, value: (placed) => BigInt(placed.line) },
  ...SETTLEMENT.map(({ type, value }) => ({ type, value: (placed: PlacedLedgerRow) => value(placed.row) })),
  { type: VARCHAR, value: ({ row }) => row.journal_id },
  { type: VARCHAR, value: ({ row }) => row.posting_date },
  { type: VARCHAR, value: ({ row }) => row.period },
  { type: VARCHAR, value: ({ row }) => row.memo },
];

export interface Columns {
  readonly types: readonly DuckDBType[];
  readonly columns: readonly (readonly DuckDBValue[])[];
}

function columnsOf<Value>(layout: readonly ColumnOf<Value>[], rows: readonly Value[]): Columns {
  return {
    types: layout.map(({ type }) => type),
    columns: layout.map(({ value }) => rows.map(value)),
  };
}

/** For the table `ledger_row`. */
export function ledgerColumns(rows: readonly PlacedLedgerRow[]): Columns {
  return columnsOf(LEDGER, rows);
}
