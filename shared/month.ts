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

/** The calendar quarter of a month: `2024-Q1`, and its three months. */
export function quarterOf(month: Month): { readonly name: string; readonly months: readonly Month[] } {
  const [year = '', number = '1'] = month.split('-');
  const quarter = Math.ceil(Number(number) / 3);
  const months = [2, 1, 0].map((back) => `${year}-${String(quarter * 3 - back).padStart(2, '0')}` as Month);
  return { name: `${year}-Q${quarter}`, months };
}

/** First and last day of the month as `YYYY-MM-DD`, both inside it: what a month sync asks the vendor for. */
export function monthDays(month: Month): { readonly start: string; readonly end: string } {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return { start: `${month}-01`, end: `${month}-${String(last).padStart(2, '0')}` };
}
