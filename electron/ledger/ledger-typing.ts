/** Columns and rows of an extract, typed into the default ledger record with every error at once. */
import { TieoutError } from '../../shared/errors.ts';
import { LEDGER_ONLY_FIELDS, type LedgerRow } from '../../shared/ledger.ts';
import {
  COMMODITIES,
  DIRECTIONS,
  SETTLEMENT_FIELDS,
  STATUSES,
  VOLUME_UNITS,
} from '../../shared/settlement.ts';
import {
  currency,
  day,
  decimalValue,
  type FieldReader,
  instant,
  integer,
  oneOf,
  type Read,
  text,
  zoneReader,
} from '../ingest/field-types.ts';

const FIELDS = [...SETTLEMENT_FIELDS, ...LEDGER_ONLY_FIELDS] as const;
export type LedgerField = (typeof FIELDS)[number];

const NAMES: ReadonlyMap<string, LedgerField> = new Map(FIELDS.map((field) => [field, field]));

/** `Delivery Start`, `delivery_start` and `DELIVERY-START` are one name. */
function fieldOf(header: string): LedgerField | undefined {
  return NAMES.get(
    header
      .trim()
      .toLowerCase()
      .replace(/[\s_-]+/g, '_'),
  );
}

export interface LedgerHeader {
  /** Field of each column; undefined where the column is not known. */
  readonly fields: readonly (LedgerField | undefined)[];
  readonly unknown: readonly string[];
}

/** @throws TieoutError `ledger-columns` naming every column that is missing or there twice. */
export function readHeader(headers: readonly string[], file: string): LedgerHeader {
  const fields = headers.map(fieldOf);
  const known = new Set(fields.filter((field) => field !== undefined));
  const problems: string[] = [];
  for (const field of ['amount', 'currency'] as const)
    if (!known.has(field)) problems.push(`${field} is missing`);
  const composite = (['trade_id', 'delivery_start', 'location'] as const).filter(
    (field) => !known.has(field),
  );
  if (!known.has('settlement_id') && composite.length > 0) {
    problems.push(`settlement_id is missing, and so is ${composite.join(', ')} that would stand in for it`);
  }
  const doubled = [...known].filter((field) => fields.filter((other) => other === field).length > 1);
  for (const field of doubled) problems.push(`${field} is there twice`);
  if (problems.length > 0) {
    throw new TieoutError(
      'ledger-columns',
      `The columns of ${file} do not make a ledger extract: ${problems.join('; ')}. Its columns are ${headers.join(', ') || 'none'}.`,
      { file, problems },
    );
  }
  return { fields, unknown: headers.filter((_, at) => fields[at] === undefined) };
}

const period: FieldReader<string> = (sent) =>
  sent.kind === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/.test(sent.value.trim())
    ? { ok: true, value: sent.value.trim() }
    : {
        ok: false,
        refusal: {
          code: 'date',
          message: `is ${sent.kind === 'string' ? JSON.stringify(sent.value) : sent.kind}, not YYYY-MM`,
        },
      };

export interface LedgerTyping {
  /** The row, or every reason why it cannot be read. */
  type(cells: readonly string[]): { readonly row: LedgerRow } | { readonly reasons: readonly string[] };
}

export function ledgerTyping(header: LedgerHeader): LedgerTyping {
  const places = new Map<LedgerField, number>();
  header.fields.forEach((field, at) => {
    if (field !== undefined) places.set(field, at);
  });
  const version = integer(1, 'file');
  const leg = integer(0, 'file');
  const zone = zoneReader();
  const commodity = oneOf(COMMODITIES);
  const direction = oneOf(DIRECTIONS);
  const unit = oneOf(VOLUME_UNITS);
  const status = oneOf(STATUSES);

  return {
    type(cells) {
      const reasons: string[] = [];
      if (cells.length !== header.fields.length) {
        return { reasons: [`has ${cells.length} cells where the header has ${header.fields.length}`] };
      }
      const cell = <Value>(field: LedgerField, reader: FieldReader<Value>): Value | null => {
        const place = places.get(field);
        const value = place === undefined ? '' : (cells[place] ?? '').trim();
        if (value === '') return null;
        const read: Read<Value> = reader({ kind: 'string', value });
        if (read.ok) return read.value;
        reasons.push(`${field} ${read.refusal.message}`);
        return null;
      };
      const typed = {
        settlement_id: cell('settlement_id', text),
        version: cell('version', version),
        trade_id: cell('trade_id', text),
        deal_leg: cell('deal_leg', leg),
        counterparty: cell('counterparty', text),
        legal_entity: cell('legal_entity', text),
        agreement: cell('agreement', text),
        invoice_no: cell('invoice_no', text),
        gl_account: cell('gl_account', text),
        commodity: cell('commodity', commodity),
        charge_type: cell('charge_type', text),
        direction: cell('direction', direction),
        delivery_start: cell('delivery_start', instant),
        delivery_end: cell('delivery_end', instant),
        timezone: cell('timezone', zone),
        location: cell('location', text),
        // Signed, unlike the vendor's: a reversal posts its volume with the other sign.
        volume: cell('volume', decimalValue),
        volume_uom: cell('volume_uom', unit),
        price: cell('price', decimalValue),
        price_uom: cell('price_uom', text),
        amount: cell('amount', decimalValue),
        currency: cell('currency', currency),
        status: cell('status', status),
        curve_id: cell('curve_id', text),
        due_date: cell('due_date', day),
        updated_at: cell('updated_at', instant),
        journal_id: cell('journal_id', text),
        posting_date: cell('posting_date', day),
        period: cell('period', period),
        memo: cell('memo', text),
      };
      const { amount, currency: money } = typed;
      const empty = (field: LedgerField): boolean => (cells[places.get(field) ?? -1] ?? '').trim() === '';
      if (empty('amount')) reasons.push('amount is empty');
      if (empty('currency')) reasons.push('currency is empty');
      if (empty('settlement_id')) {
        const lacking = (['trade_id', 'delivery_start', 'location'] as const).filter(empty);
        if (lacking.length > 0)
          reasons.push(`settlement_id is empty, and so is ${lacking.join(', ')} that would stand in for it`);
      }
      if (reasons.length > 0 || amount === null || money === null) return { reasons };
      return { row: { ...typed, amount, currency: money } };
    },
  };
}
