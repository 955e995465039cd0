/**
 * The transaction data of FERC's Electric Quarterly Report: its field names, codes and units, after the Data Dictionary,
 * version 3.4 (issued January 12, 2017). A later version may name others; nothing here is a filing.
 */

export const EQR_DICTIONARY = 'EQR Data Dictionary 3.4 (January 12, 2017), transaction data';

export const EQR_FIELDS = [
  'transaction_unique_id',
  'seller_company_name',
  'customer_company_name',
  'ferc_tariff_reference',
  'contract_service_agreement',
  'transaction_unique_identifier',
  'transaction_begin_date',
  'transaction_end_date',
  'trade_date',
  'exchange_brokerage_service',
  'type_of_rate',
  'time_zone',
  'point_of_delivery_balancing_authority',
  'point_of_delivery_specific_location',
  'class_name',
  'term_name',
  'increment_name',
  'increment_peaking_name',
  'product_name',
  'transaction_quantity',
  'price',
  'rate_units',
  'standardized_quantity',
  'standardized_price',
  'total_transmission_charge',
  'total_transaction_charge',
] as const;
export type EqrField = (typeof EQR_FIELDS)[number];

/** What a settlement says nothing of, and where it would have to come from. */
export const NEVER_THERE: Readonly<Partial<Record<EqrField, string>>> = {
  ferc_tariff_reference: "the seller's tariff on file; no record bears it",
  exchange_brokerage_service: 'how the deal was made; no record bears it',
  point_of_delivery_balancing_authority:
    'the balancing authority of the location; records name a location alone',
  class_name: 'firm, non-firm or unit power; no record bears it',
  term_name: 'long or short term of the contract; no record bears it',
  increment_peaking_name: 'peak, off-peak or full period; no record bears it',
  total_transmission_charge: 'transmission that was billed with the sale; no record bears it',
};

/** Zones as the dictionary codes them: P is prevailing, S standard time. */
const ZONES: Readonly<Record<string, string>> = {
  'America/New_York': 'EP',
  'America/Detroit': 'EP',
  'America/Toronto': 'EP',
  'America/Chicago': 'CP',
  'America/Denver': 'MP',
  'America/Phoenix': 'MS',
  'America/Los_Angeles': 'PP',
  'America/Halifax': 'AP',
  'America/Indiana/Indianapolis': 'EP',
  'America/Kentucky/Louisville': 'EP',
  'America/Boise': 'MP',
  'US/Eastern': 'EP',
  'US/Central': 'CP',
  'US/Mountain': 'MP',
  'US/Arizona': 'MS',
  'US/Pacific': 'PP',
  EST5EDT: 'EP',
  CST6CDT: 'CP',
  MST7MDT: 'MP',
  PST8PDT: 'PP',
  MST: 'MS',
  EST: 'ES',
  'America/Panama': 'ES',
  'America/Jamaica': 'ES',
  'Etc/GMT+5': 'ES',
  'Etc/GMT+6': 'CS',
  'America/Regina': 'CS',
  'Etc/GMT+7': 'MS',
  'Etc/GMT+8': 'PS',
  UTC: 'UT',
  'Etc/UTC': 'UT',
};

/** @param zone an IANA name. @returns the dictionary's code; `NA` where it has none. */
export function zoneCode(zone: string): string {
  return ZONES[zone] ?? 'NA';
}

/** Units as the dictionary writes them. */
const RATE_UNITS: ReadonlySet<string> = new Set([
  '$/KWH',
  '$/MWH',
  '$/KW',
  '$/MW',
  '$/KW-DAY',
  '$/KW-WK',
  '$/KW-MO',
  '$/KW-YR',
  '$/MW-DAY',
  '$/MW-WK',
  '$/MW-MO',
  '$/MW-YR',
  'FLAT RATE',
]);

/** `USD/MWH` is `$/MWH`. @returns null where the dictionary has no such unit. */
export function rateUnits(priceUom: string): string | null {
  const text = priceUom
    .trim()
    .toUpperCase()
    .replace(/^USD\s*\//, '$/');
  return RATE_UNITS.has(text) ? text : null;
}

const MINUTE = 60_000;

/** How long the price held, in the dictionary's words; null where it has none for it. */
export function increment(minutes: number): string | null {
  if (minutes <= 5) return minutes === 5 ? '5' : null;
  if (minutes === 15) return '15';
  if (minutes === 60) return 'H';
  // A day of 23 or 25 hours is a day.
  if (minutes >= 23 * 60 && minutes <= 25 * 60) return 'D';
  if (minutes >= 7 * 24 * 60 - 60 && minutes <= 7 * 24 * 60 + 60) return 'W';
  return minutes >= 28 * 24 * 60 - 60 && minutes <= 31 * 24 * 60 + 60 ? 'M' : null;
}

export function minutesBetween(start: string, end: string): number {
  return (Date.parse(end) - Date.parse(start)) / MINUTE;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** `YYYYMMDDHHMM` on the clocks of the zone. @param instant RFC 3339. */
export function localTime(instant: string, zone: string): string {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    clocks.set(zone, clock);
  }
  const parts = new Map(clock.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
  return ['year', 'month', 'day', 'hour', 'minute'].map((part) => parts.get(part as 'year') ?? '').join('');
}

export function rateType(priceType: string | null): string | null {
  switch (priceType) {
    case 'FIXED':
      return 'Fixed';
    case 'INDEX':
      return 'Electric Index';
    case 'FORMULA':
      return 'Formula';
    default:
      return null;
  }
}
