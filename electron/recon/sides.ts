/** The two sides of a key, as the judge sees them: text as sent, instants as RFC 3339 in UTC, decimals exact. */
import { type Decimal, decimal } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
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

/** The texts of a row in one, as a JSON list: twenty values each cost more than the query. Where each stands in it. */
const PLACE = {
  settlement_id: 0,
  version: 1,
  trade_id: 2,
  deal_leg: 3,
  counterparty: 4,
  legal_entity: 5,
  agreement: 6,
  charge_type: 7,
  direction: 8,
  delivery_start: 9,
  delivery_end: 10,
  timezone: 11,
  location: 12,
  volume_text: 13,
  volume_uom: 14,
  price_text: 15,
  price_uom: 16,
  amount_text: 17,
  currency: 18,
  status: 19,
  gl_account: 20,
  due_date: 21,
} as const;

const TOLD = Object.keys(PLACE)
  .map((field) =>
    field === 'delivery_start' || field === 'delivery_end' ? instantText(field) : `${field}::VARCHAR`,
  )
  .join(', ');

/** What to select of the table `etrm_current` for `etrmSide`. */
export const ETRM_SELECT = `page, idx, deviates, to_json([${TOLD}])::VARCHAR AS told`;

/** Decimals by value where the engine holds them: 1.5 and 1.50 are one posting. */
const DECIMALS = ['volume', 'price', 'amount'];

/** Every field of a ledger row that says what was posted; not where in which file it stood. */
const PRINTED = [...SETTLEMENT_FIELDS, ...LEDGER_ONLY_FIELDS].map((field) =>
  DECIMALS.includes(field) ? `coalesce(${field}::VARCHAR, ${field}_text)` : `${field}::VARCHAR`,
);

/** What to select of the table `ledger_live` for `ledgerSide`. */
export const LEDGER_SELECT = `import_id, line, period, posting_date, refused, to_json([${TOLD}])::VARCHAR AS told,
  concat_ws(chr(31), ${PRINTED.map((field) => `coalesce(${field}, chr(30))`).join(', ')}) AS print`;

function fields(row: Row): SideFields {
  const told: unknown = row.json('told');
  const texts: readonly (string | null)[] = Array.isArray(told) ? told : [];
  const text = (field: keyof typeof PLACE): string | null => texts[PLACE[field]] ?? null;
  const number = (field: 'version' | 'deal_leg'): number | null => {
    const value = text(field);
    return value === null ? null : Number(value);
  };
  const figure = (field: 'volume_text' | 'price_text'): Decimal | null => {
    const value = text(field);
    return value === null ? null : decimal(value);
  };
  const [amount, currency] = [text('amount_text'), text('currency')];
  if (amount === null || currency === null)
    throw new TieoutError('internal', 'A staged row has no amount or no currency.');
  return {
    settlement_id: text('settlement_id'),
    version: number('version'),
    trade_id: text('trade_id'),
    deal_leg: number('deal_leg'),
    counterparty: text('counterparty'),
    legal_entity: text('legal_entity'),
    agreement: text('agreement'),
    charge_type: text('charge_type'),
    direction: text('direction'),
    delivery_start: text('delivery_start'),
    delivery_end: text('delivery_end'),
    timezone: text('timezone'),
    location: text('location'),
    volume: figure('volume_text'),
    volume_uom: text('volume_uom'),
    price: figure('price_text'),
    price_uom: text('price_uom'),
    amount: decimal(amount),
    currency,
    status: text('status'),
    gl_account: text('gl_account'),
    due_date: text('due_date'),
  };
}

export function etrmSide(row: Row): EtrmSide {
  const side = fields(row);
  const { settlement_id, volume, price } = side;
  if (settlement_id === null || volume === null || price === null)
    throw new TieoutError('internal', 'A staged settlement has no id, volume or price.');
  return {
    ...side,
    settlement_id,
    volume,
    price,
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
