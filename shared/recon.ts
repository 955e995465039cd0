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

/** The default twelve, and those that only a rule set that lists them gives. */
export const ALL_BREAK_CATEGORIES = [
  ...BREAK_CATEGORIES,
  'QUARANTINED',
  'FX',
  'PERIOD',
  'ACCOUNT',
  'STATUS',
  'ROUNDING',
  'CURVE_DEVIATION',
] as const;
export type BreakCategory = (typeof ALL_BREAK_CATEGORIES)[number];

/** Why what does not agree is no break. */
export const PENDING_REASONS = ['not-final', 'disputed', 'void', 'not-yet-due'] as const;
export type PendingReason = (typeof PENDING_REASONS)[number];

/** Both values of a field that differs, as text; null where a side has none. */
export interface FieldDifference {
  readonly field: string;
  readonly etrm: string | null;
  readonly ledger: string | null;
}

/** The parts sum to the difference to the last digit. */
export interface Explained {
  readonly volume: Decimal;
  readonly price: Decimal;
  readonly rounding: Decimal;
  /** Of a posting in another currency, converted at a rate of the rule set: what volume and price leave. */
  readonly fx?: Decimal;
}

/** By how much two sums may differ, and how that came about. */
export interface UsedTolerance {
  /** The largest of what was allowed. */
  readonly value: Decimal;
  readonly absolute?: Decimal;
  readonly percent?: Decimal;
  readonly derived?: {
    readonly stage: string;
    readonly mode: string;
    readonly roundings: number;
    /** Half the last digit of the amount, of the price; the volume. */
    readonly half_unit: Decimal;
    readonly half_price_unit: Decimal;
    readonly volume: Decimal;
    readonly value: Decimal;
    /** The ETRM side rounded at this stage in this mode: what lies between it and the ledger is held against `value`. */
    readonly expected?: Decimal;
  };
}

/** What a judgement used beyond the plain figures. */
export interface Evidence {
  /** Of amounts. */
  readonly tolerance?: UsedTolerance;
  readonly volume_tolerance?: UsedTolerance;
  readonly units?: readonly { readonly from: string; readonly to: string; readonly factor: Decimal }[];
  readonly fx?: readonly {
    readonly from: string;
    readonly to: string;
    readonly rate: Decimal;
    readonly source: string;
    readonly date: string;
  }[];
  /** What each side has in each currency, where they are not one. */
  readonly currencies?: readonly {
    readonly currency: string;
    readonly etrm: Decimal;
    readonly ledger: Decimal;
  }[];
  /** Postings that a newer version of theirs replaces, and what they came to. */
  readonly superseded?: { readonly rows: number; readonly amounts: Totals };
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
  readonly evidence?: Evidence;
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
  /** Neither matched nor a break until an analyst confirms them. */
  readonly suggested?: number;
  readonly rules?: { readonly name: string; readonly revision: number; readonly sha256: Sha256 };
  readonly by_category: Readonly<Partial<Record<BreakCategory, number>>>;
  readonly etrm_total: Totals;
  readonly ledger_total: Totals;
  readonly recon_sha256: Sha256;
}

/** A step on the way from the ETRM total to the ledger total. */
export interface WaterfallStep {
  /** ETRM first, LEDGER last; between them what moves the total, and no step that comes to nothing. */
  readonly step: WaterfallStepName;
  readonly amount: Decimal;
  /** Items in it; null of a total. */
  readonly items: number | null;
}

export const WATERFALL_STEPS = [
  'ETRM',
  'MATCHED',
  'SUGGESTED',
  'PENDING',
  'VOID',
  'MISSING_IN_LEDGER',
  'MISSING_IN_ETRM',
  'QUARANTINED',
  'DUPLICATE',
  'CURRENCY',
  'DELIVERY_WINDOW',
  'PERIOD',
  'VOLUME',
  'PRICE',
  'FX',
  'ROUNDING',
  'LEDGER',
] as const;
export type WaterfallStepName = (typeof WATERFALL_STEPS)[number];

/** By currency: the first step and all between add up to the last, to the last digit. */
export type Waterfall = Readonly<Record<string, readonly WaterfallStep[]>>;
