/** Days as people write them in rule sets and settings. */

/** Written as a day, `YYYY-MM-DD`, but of no calendar: `2024-02-30`. Of other text it says nothing. */
export function isNoCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text;
}
