/** A settlement month: `YYYY-MM`. */
export type Month = string & { readonly __brand: 'month' };

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** @returns null where the text is no month that exists (years 1900 to 2999). */
export function parseMonth(text: string): Month | null {
  const parts = MONTH.exec(text);
  if (!parts) return null;
  const year = Number(parts[1]);
  return year >= 1900 && year <= 2999 ? (text as Month) : null;
}

/** First and last day of the month as `YYYY-MM-DD`, both inside it: what a month sync asks the vendor for. */
export function monthDays(month: Month): { readonly start: string; readonly end: string } {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return { start: `${month}-01`, end: `${month}-${String(last).padStart(2, '0')}` };
}
