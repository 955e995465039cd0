/** The two sides of a key, as the judge sees them: text as sent, instants as RFC 3339 in UTC, decimals exact. */
import { type Decimal, decimal } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import { LEDGER_ONLY_FIELDS } from '../../shared/ledger.ts';
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';
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

/** A staged row as texts, in the order of its columns below. */
export type ToldRow = readonly (string | null)[];

/** What both sides tell of a row. */
const TOLD = [
  'settlement_id',
  'version',
  'trade_id',
  'deal_leg',
  'counterparty',
  'legal_entity',
  'agreement',
  'charge_type',
  'direction',
  'delivery_start',
  'delivery_end',
  'timezone',
  'location',
  'volume_text',
  'volume_uom',
  'price_text',
  'price_uom',
  'amount_text',
  'currency',
  'status',
  'gl_account',
  'due_date',
] as const;

const OF_ETRM = ['page', 'idx', 'deviates'] as const;
const OF_LEDGER = ['import_id', 'line', 'period', 'posting_date', 'refused', 'print'] as const;

type TextOf<Column extends string> = (column: Column) => string | null;

function textsBy<Column extends string>(columns: readonly Column[]): (row: ToldRow) => TextOf<Column> {
  const place = new Map(columns.map((column, at) => [column, at]));
  return (row) => (column) => row[place.get(column) ?? -1] ?? null;
}

/** One text, a JSON list: a value of its own for each column costs more than the query. */
function toldSql(columns: readonly string[]): string {
  const texts = columns.map((column) =>
    column === 'delivery_start' || column === 'delivery_end' ? instantText(column) : `${column}::VARCHAR`,
  );
  return `to_json([${texts.join(', ')}])::VARCHAR`;
}

const ETRM_COLUMNS = [...TOLD, ...OF_ETRM] as const;
const LEDGER_COLUMNS = [...TOLD, ...OF_LEDGER] as const;

/** What to select of the table `etrm_current` for `etrmSide`. */
export const ETRM_TOLD = toldSql(ETRM_COLUMNS);

/** What to select of the table `ledger_live` for `ledgerSide`, where `LEDGER_PRINT` is the column `print`. */
export const LEDGER_TOLD = toldSql(LEDGER_COLUMNS);

/** Decimals by value where the engine holds them: 1.5 and 1.50 are one posting. */
const DECIMALS = ['volume', 'price', 'amount'];

/** Every field of a ledger row that says what was posted; not where in which file it stood. */
const PRINTED = [...SETTLEMENT_FIELDS, ...LEDGER_ONLY_FIELDS].map((field) =>
  DECIMALS.includes(field) ? `coalesce(${field}::VARCHAR, ${field}_text)` : `${field}::VARCHAR`,
);

export const LEDGER_PRINT = `concat_ws(chr(31), ${PRINTED.map((field) => `coalesce(${field}, chr(30))`).join(', ')})`;

function fields(text: TextOf<(typeof TOLD)[number]>): SideFields {
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

const etrmTexts = textsBy(ETRM_COLUMNS);
const ledgerTexts = textsBy(LEDGER_COLUMNS);

export function etrmSide(row: ToldRow): EtrmSide {
  const text = etrmTexts(row);
  const side = fields(text);
  const { settlement_id, volume, price } = side;
  if (settlement_id === null || volume === null || price === null)
    throw new TieoutError('internal', 'A staged settlement has no id, volume or price.');
  return {
    ...side,
    settlement_id,
    volume,
    price,
    page: Number(text('page')),
    index: Number(text('idx')),
    deviates: text('deviates') === 'true',
  };
}

export function ledgerSide(row: ToldRow): LedgerSide {
  const text = ledgerTexts(row);
  const [importId, print] = [text('import_id'), text('print')];
  if (importId === null || print === null)
    throw new TieoutError('internal', 'A staged posting has no extract or no print.');
  return {
    ...fields(text),
    import_id: importId,
    line: Number(text('line')),
    print,
    period: text('period'),
    posting_date: text('posting_date'),
    refused: text('refused') === 'true',
  };
}
