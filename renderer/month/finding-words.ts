/** The kinds of findings as words on the screen. */
import type { FindingCode } from '../../shared/findings.ts';

export const FINDING_WORDS: Readonly<Record<FindingCode, string>> = {
  TRADE_COUNTERPARTY: 'Trade: counterparty',
  TRADE_DIRECTION: 'Trade: direction',
  TRADE_COMMODITY: 'Trade: commodity',
  TRADE_TERM: 'Trade: term',
  TRADE_PRICE_TYPE: 'Trade: price type',
  TRADE_CURVE: 'Trade: curve',
  TRADE_CURRENCY: 'Trade: currency',
  TRADE_UNIT: 'Trade: unit',
  CURVE_DEVIATION: 'Curve: deviation',
  CURVE_UNIT: 'Curve: unit',
  CURVE_MISSING: 'Curve: no price',
  CURVE_UNKNOWN: 'Curve: unknown',
};
