/** The two sides of a key, as the judge sees them: text as sent, instants as RFC 3339 in UTC, decimals exact. */
import type { Decimal } from '../../shared/decimal.ts';
import { LEDGER_ONLY_FIELDS } from '../../shared/ledger.ts';
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';
import type { Row } from '../workspace/row.ts';
import { instantText } from '../workspace/stored-types.ts';

/** Fields that both sides have and that are compared or shown. Null on the ledger side: the extract does not have it. */
export interface SideFields {
  readonly settlement_id: string | null;
  readonly version: number | null;
  readonly trade_id: string | null;
  readonly deal_leg: number | null;
  readonly counterparty: string | null;
  readonly legal_entity: string | null;
  readonly agreement: string | null;
  readonly charge_type: string | null;
  readonly direction: string | null;
  readonly delivery_start: string | null;
  readonly delivery_end: string | null;
  readonly timezone: string | null;
  readonly location: string | null;
  readonly volume: Decimal | null;
  readonly volume_uom: string | null;
  readonly price: Decimal | null;
  readonly price_uom: string | null;
  readonly amount: Decimal;
  readonly currency: string;
  readonly status: string | null;
  readonly gl_account?: string | null;
  /** `YYYY-MM-DD`. */
  readonly due_date?: string | null;
}

export interface EtrmSide extends SideFields {
  readonly settlement_id: string;
  readonly volume: Decimal;
  readonly price: Decimal;
  readonly page: number;
  readonly index: number;
  /** Its price is off the curve that its run was pinned to. */
  readonly deviates?: boolean;
}

export interface LedgerSide extends SideFields {
  readonly import_id: string;
  readonly line: number;
  /** All fields of the row as one text: two rows of the same print are one posting made twice. */
  readonly print: string;
  /** `YYYY-MM`. */
  readonly period?: string | null;
  /** `YYYY-MM-DD`. */
  readonly posting_date?: string | null;
  /** The run has a record of its settlement that was refused. */
  readonly refused?: boolean;
}

const SHARED = `settlement_id, version, trade_id, deal_leg, counterparty, legal_entity, agreement, charge_type, direction,
  ${instantText('delivery_start')} AS delivery_start, ${instantText('delivery_end')} AS delivery_end, timezone, location,
  volume_text, volume_uom, price_text, price_uom, amount_text, currency, status, gl_account, due_date`;

/** What to select of the table `etrm_current` for `etrmSide`. */
export const ETRM_SELECT = `key, page, idx, deviates, ${SHARED}`;

/** Decimals by value where the engine holds them: 1.5 and 1.50 are one posting. */
const DECIMALS = ['volume', 'price', 'amount'];

/** Every field of a ledger row that says what was posted; not where in which file it stood. */
const PRINTED = [...SETTLEMENT_FIELDS, ...LEDGER_ONLY_FIELDS].map((field) =>
  DECIMALS.includes(field) ? `coalesce(${field}::VARCHAR, ${field}_text)` : `${field}::VARCHAR`,
);

/** What to select of the table `ledger_live` for `ledgerSide`. */
export const LEDGER_SELECT = `key, import_id, line, period, posting_date, refused, ${SHARED},
  concat_ws(chr(31), ${PRINTED.map((field) => `coalesce(${field}, chr(30))`).join(', ')}) AS print`;

function fields(row: Row): SideFields {
  return {
    settlement_id: row.textOrNull('settlement_id'),
    version: row.intOrNull('version'),
    trade_id: row.textOrNull('trade_id'),
    deal_leg: row.intOrNull('deal_leg'),
    counterparty: row.textOrNull('counterparty'),
    legal_entity: row.textOrNull('legal_entity'),
    agreement: row.textOrNull('agreement'),
    charge_type: row.textOrNull('charge_type'),
    direction: row.textOrNull('direction'),
    delivery_start: row.textOrNull('delivery_start'),
    delivery_end: row.textOrNull('delivery_end'),
    timezone: row.textOrNull('timezone'),
    location: row.textOrNull('location'),
    volume: row.decimalOrNull('volume_text'),
    volume_uom: row.textOrNull('volume_uom'),
    price: row.decimalOrNull('price_text'),
    price_uom: row.textOrNull('price_uom'),
    amount: row.decimal('amount_text'),
    currency: row.text('currency'),
    status: row.textOrNull('status'),
    gl_account: row.textOrNull('gl_account'),
    due_date: row.textOrNull('due_date'),
  };
}

export function etrmSide(row: Row): EtrmSide {
  return {
    ...fields(row),
    settlement_id: row.text('settlement_id'),
    volume: row.decimal('volume_text'),
    price: row.decimal('price_text'),
    page: row.int('page'),
    index: row.int('idx'),
    deviates: row.bool('deviates'),
  };
}

export function ledgerSide(row: Row): LedgerSide {
  return {
    ...fields(row),
    import_id: row.text('import_id'),
    line: row.int('line'),
    print: row.text('print'),
    period: row.textOrNull('period'),
    posting_date: row.textOrNull('posting_date'),
    refused: row.bool('refused'),
  };
}
