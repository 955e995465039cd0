/** The categories of a break and the fields of a record, as words on the screen. */
import type { BreakCategory } from '../../shared/recon.ts';

export const CATEGORY_WORDS: Readonly<Record<BreakCategory, string>> = {
  DUPLICATE: 'Duplicate',
  MISSING_IN_LEDGER: 'Missing in ledger',
  MISSING_IN_ETRM: 'Missing in ETRM',
  CURRENCY: 'Currency',
  UNIT: 'Unit',
  DIRECTION: 'Direction',
  DELIVERY_WINDOW: 'Delivery window',
  COUNTERPARTY: 'Counterparty',
  VERSION: 'Version',
  VOLUME: 'Volume',
  PRICE: 'Price',
  AMOUNT: 'Amount',
  QUARANTINED: 'Record was refused',
  FX: 'Exchange rate differs',
  PERIOD: 'Period differs',
  ACCOUNT: 'Account differs',
  STATUS: 'Status differs',
  ROUNDING: 'Rounding differs',
  CURVE_DEVIATION: 'Off the curve',
};

/** `deliveryStart` and `delivery_start` are both "Delivery start". */
export function fieldWords(field: string): string {
  const words = field
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
    .replace(/\bid\b/, 'id')
    .replace(/\buom\b/, 'unit');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
