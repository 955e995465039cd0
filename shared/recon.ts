/** Breaks and totals of a reconciliation. */
import type { Decimal } from './decimal.ts';
import type { Sha256 } from './digest.ts';

/** In order: a break has the first that applies (design: "Default rule set"). */
export const BREAK_CATEGORIES = [
  'DUPLICATE',
  'MISSING_IN_LEDGER',
  'MISSING_IN_ETRM',
  'CURRENCY',
  'UNIT',
  'DIRECTION',
  'DELIVERY_WINDOW',
  'COUNTERPARTY',
  'VERSION',
  'VOLUME',
  'PRICE',
  'AMOUNT',
] as const;
export type BreakCategory = (typeof BREAK_CATEGORIES)[number];

/** Both values of a field that differs, as text; null where a side has none. */
export interface FieldDifference {
  readonly field: string;
  readonly etrm: string | null;
  readonly ledger: string | null;
}

/** `volume + price + rounding` equals the difference to the last digit. */
export interface Explained {
  readonly volume: Decimal;
  readonly price: Decimal;
  readonly rounding: Decimal;
}

export interface Break {
  /** Stable over runs and categories: derived from the month and what the break is about. */
  readonly break_id: string;
  readonly category: BreakCategory;
  readonly settlement_id: string | null;
  readonly trade_id: string | null;
  readonly deal_leg: number | null;
  readonly charge_type: string | null;
  readonly location: string | null;
  readonly counterparty: string | null;
  /** RFC 3339, UTC. */
  readonly delivery_start: string | null;
  readonly delivery_end: string | null;
  /** IANA name, of the ETRM side where it has one. */
  readonly timezone: string | null;
  readonly currency: string;
  readonly etrm_amount: Decimal | null;
  readonly ledger_amount: Decimal | null;
  /** ledger - ETRM, signed. */
  readonly difference: Decimal;
  readonly explained: Explained;
  readonly differences: readonly FieldDifference[];
  readonly etrm_rows: number;
  readonly ledger_rows: number;
}

export type Totals = Readonly<Record<string, Decimal>>;

export interface ReconSummary {
  readonly recon_id: string;
  /** The run that it read. */
  readonly run_id: string;
  readonly month: string;
  readonly at: string;
  /** Of the run, open or discarded: records that are in neither total. */
  readonly dead_letters: number;
  readonly matched: number;
  readonly breaks: number;
  readonly pending: number;
  readonly by_category: Readonly<Partial<Record<BreakCategory, number>>>;
  readonly etrm_total: Totals;
  readonly ledger_total: Totals;
  readonly recon_sha256: Sha256;
}
