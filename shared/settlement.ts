/** The default settlement record: Tieout's own field names, types and enumerations (design: "Default settlement record"). */
import type { Decimal } from './decimal.ts';

export const COMMODITIES = ['POWER', 'NATURAL_GAS', 'EMISSIONS', 'CAPACITY', 'OTHER'] as const;
export type Commodity = (typeof COMMODITIES)[number];

export const DIRECTIONS = ['BUY', 'SELL'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const VOLUME_UNITS = ['MWH', 'MW', 'MMBTU', 'THERM', 'GJ', 'DTH'] as const;
export type VolumeUnit = (typeof VOLUME_UNITS)[number];

export const STATUSES = ['ESTIMATED', 'ACTUAL', 'FINAL', 'DISPUTED', 'VOID'] as const;
export type SettlementStatus = (typeof STATUSES)[number];

/** How the price of a deal is set. */
export const PRICE_TYPES = ['FIXED', 'INDEX', 'FORMULA'] as const;

/** Statuses that are not yet, or no longer, due: kept apart from breaks. */
export const PENDING_STATUSES = [
  'ESTIMATED',
  'DISPUTED',
  'VOID',
] as const satisfies readonly SettlementStatus[];

export interface Settlement {
  readonly settlement_id: string;
  /** At least 1; a higher version restates a lower one. */
  readonly version: number;
  readonly trade_id: string;
  /** At least 0. */
  readonly deal_leg: number;
  readonly counterparty: string;
  readonly legal_entity: string | null;
  readonly agreement: string | null;
  readonly invoice_no: string | null;
  readonly gl_account: string | null;
  readonly commodity: Commodity;
  readonly charge_type: string;
  readonly direction: Direction;
  /** UTC instant, microseconds since 1970-01-01T00:00Z. */
  readonly delivery_start: bigint;
  /** UTC instant, after the start. */
  readonly delivery_end: bigint;
  /** IANA name. */
  readonly timezone: string;
  readonly location: string;
  /** At least 0; the sign of the cash is in `amount`, the side in `direction`. */
  readonly volume: Decimal;
  readonly volume_uom: VolumeUnit;
  readonly price: Decimal;
  /** e.g. `USD/MWH`. */
  readonly price_uom: string;
  /** Signed cash: what we receive is positive. */
  readonly amount: Decimal;
  /** ISO 4217. */
  readonly currency: string;
  readonly status: SettlementStatus;
  readonly curve_id: string | null;
  /** `YYYY-MM-DD`. */
  readonly due_date: string | null;
  /** UTC instant. */
  readonly updated_at: bigint | null;
}

export const SETTLEMENT_FIELDS = [
  'settlement_id',
  'version',
  'trade_id',
  'deal_leg',
  'counterparty',
  'legal_entity',
  'agreement',
  'invoice_no',
  'gl_account',
  'commodity',
  'charge_type',
  'direction',
  'delivery_start',
  'delivery_end',
  'timezone',
  'location',
  'volume',
  'volume_uom',
  'price',
  'price_uom',
  'amount',
  'currency',
  'status',
  'curve_id',
  'due_date',
  'updated_at',
] as const satisfies readonly (keyof Settlement)[];

/** Why one field of one record was refused. */
export interface FieldReason {
  readonly field: string;
  readonly code: ReasonCode;
  readonly message: string;
}

export const REASON_CODES = [
  'not-an-object',
  'missing',
  'null',
  'type',
  'empty',
  'enumeration',
  'decimal',
  'digits',
  'range',
  'timestamp',
  'zone',
  'window',
  'currency',
  'date',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];
