/**
 * The records of the three resources: Tieout's own field names, types and needs (design: "Default settlement record").
 * Everything that types, stores, maps or shows a field reads it here.
 */
import type { Resource } from '../../shared/resource.ts';
import { COMMODITIES, DIRECTIONS, PRICE_TYPES, STATUSES, VOLUME_UNITS } from '../../shared/settlement.ts';

export type FieldType =
  | { readonly kind: 'text' }
  /** A JSON integer of at least `least`. */
  | { readonly kind: 'integer'; readonly least: number }
  /** A JSON number or a numeric string, digits as sent. */
  | { readonly kind: 'decimal'; readonly unsigned: boolean }
  | { readonly kind: 'enumeration'; readonly names: readonly string[] }
  /** RFC 3339 with an offset or Z. */
  | { readonly kind: 'instant' }
  /** `YYYY-MM-DD`. */
  | { readonly kind: 'day' }
  /** ISO 4217. */
  | { readonly kind: 'currency' }
  /** An IANA name. */
  | { readonly kind: 'zone' };

/**
 * - `required`: missing, null or ill-typed makes the record a dead letter;
 * - `defaulted`: absent or null is the default, ill-typed makes it a dead letter, because the default would be a guess;
 * - `optional`: absent, null, blank or ill-typed is null; ill-typed is reported as drift.
 */
export type FieldNeed = 'required' | 'defaulted' | 'optional';

export interface RecordField {
  readonly name: string;
  readonly type: FieldType;
  readonly need: FieldNeed;
  /** Of a defaulted field. */
  readonly byDefault: string | null;
}

export interface RecordSchema {
  readonly resource: Resource;
  /** Where the typed records lie. */
  readonly table: 'settlement' | 'trade' | 'curve_point';
  readonly fields: readonly RecordField[];
  /** Start and end, of which the second must be later. */
  readonly window: readonly [start: string, end: string];
  /** The field that names a record in a dead letter. */
  readonly id: string;
}

const text: FieldType = { kind: 'text' };
const decimal: FieldType = { kind: 'decimal', unsigned: false };
const unsigned: FieldType = { kind: 'decimal', unsigned: true };
const instant: FieldType = { kind: 'instant' };
const day: FieldType = { kind: 'day' };
const zone: FieldType = { kind: 'zone' };
const currency: FieldType = { kind: 'currency' };

function integer(least: number): FieldType {
  return { kind: 'integer', least };
}

function oneOf(names: readonly string[]): FieldType {
  return { kind: 'enumeration', names };
}

function required(name: string, type: FieldType): RecordField {
  return { name, type, need: 'required', byDefault: null };
}

function optional(name: string, type: FieldType): RecordField {
  return { name, type, need: 'optional', byDefault: null };
}

function defaulted(name: string, type: FieldType, byDefault: string): RecordField {
  return { name, type, need: 'defaulted', byDefault };
}

export const SETTLEMENT_RECORD: RecordSchema = {
  resource: 'settlements',
  table: 'settlement',
  id: 'settlement_id',
  window: ['delivery_start', 'delivery_end'],
  fields: [
    required('settlement_id', text),
    required('version', integer(1)),
    required('trade_id', text),
    defaulted('deal_leg', integer(0), '0'),
    required('counterparty', text),
    optional('legal_entity', text),
    optional('agreement', text),
    optional('invoice_no', text),
    optional('gl_account', text),
    required('commodity', oneOf(COMMODITIES)),
    defaulted('charge_type', text, 'ENERGY'),
    required('direction', oneOf(DIRECTIONS)),
    required('delivery_start', instant),
    required('delivery_end', instant),
    required('timezone', zone),
    required('location', text),
    required('volume', unsigned),
    required('volume_uom', oneOf(VOLUME_UNITS)),
    required('price', decimal),
    required('price_uom', text),
    required('amount', decimal),
    required('currency', currency),
    required('status', oneOf(STATUSES)),
    optional('curve_id', text),
    optional('due_date', day),
    optional('updated_at', instant),
    optional('price_type', oneOf(PRICE_TYPES)),
    optional('market', text),
    optional('market_label', text),
  ],
};

/** A trade ticket: what a settlement of it is checked against. Only its id is needed; the rest is checked where it is there. */
const TRADE_RECORD: RecordSchema = {
  resource: 'trades',
  table: 'trade',
  id: 'trade_id',
  window: ['delivery_start', 'delivery_end'],
  fields: [
    required('trade_id', text),
    defaulted('version', integer(1), '1'),
    defaulted('deal_leg', integer(0), '0'),
    optional('counterparty', text),
    optional('legal_entity', text),
    optional('agreement', text),
    optional('commodity', oneOf(COMMODITIES)),
    optional('direction', oneOf(DIRECTIONS)),
    optional('trade_date', day),
    optional('delivery_start', instant),
    optional('delivery_end', instant),
    optional('timezone', zone),
    optional('location', text),
    optional('price_type', oneOf(PRICE_TYPES)),
    optional('curve_id', text),
    optional('volume', unsigned),
    optional('volume_uom', oneOf(VOLUME_UNITS)),
    optional('price', decimal),
    optional('price_uom', text),
    optional('currency', currency),
    optional('status', text),
    optional('updated_at', instant),
  ],
};

/** One price of a forward or settlement curve, for one delivery interval, as known at `as_of`. */
export const CURVE_RECORD: RecordSchema = {
  resource: 'curves',
  table: 'curve_point',
  id: 'curve_id',
  window: ['delivery_start', 'delivery_end'],
  fields: [
    required('curve_id', text),
    required('as_of', instant),
    required('delivery_start', instant),
    required('delivery_end', instant),
    required('price', decimal),
    optional('price_uom', text),
    optional('currency', currency),
    optional('commodity', oneOf(COMMODITIES)),
    optional('timezone', zone),
    optional('location', text),
    optional('updated_at', instant),
  ],
};

export const RECORD_SCHEMAS: Readonly<Record<Resource, RecordSchema>> = {
  settlements: SETTLEMENT_RECORD,
  trades: TRADE_RECORD,
  curves: CURVE_RECORD,
};
