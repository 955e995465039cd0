/** What was found about settlements that were accepted: held against their trade and against the pinned curves. */

/** In the order in which they are listed. */
export const FINDING_CODES = [
  'TRADE_COUNTERPARTY',
  'TRADE_DIRECTION',
  'TRADE_COMMODITY',
  'TRADE_TERM',
  'TRADE_PRICE_TYPE',
  'TRADE_CURVE',
  'TRADE_CURRENCY',
  'TRADE_UNIT',
  'CURVE_DEVIATION',
  'CURVE_UNIT',
  'CURVE_MISSING',
  'CURVE_UNKNOWN',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export function isFindingCode(text: string): text is FindingCode {
  return FINDING_CODES.some((code) => code === text);
}

/** Of settlements at their current version. */
export interface FindingCounts {
  readonly total: number;
  readonly by_code: Readonly<Partial<Record<FindingCode, number>>>;
}
