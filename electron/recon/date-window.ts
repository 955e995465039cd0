/** How far a posting may lie before or after its settlement, in calendar days as the clocks of the settlement's zone count them. */
import type { Rule } from '../../shared/rules.ts';
import { zoneClock } from '../ingest/windows/zone-clock.ts';
import type { EtrmSide, LedgerSide } from './sides.ts';

const DAY_MS = 86_400_000;

type Window = NonNullable<Rule['window']>;
type WindowField = Window['field'];

/** The local day of an instant; of a date the day itself. `YYYY-MM-DD`. */
function localDay(when: string, zone: string | null): string {
  const ms = Date.parse(when);
  if (when.length === 10 || Number.isNaN(ms)) return when;
  let offset = 0;
  try {
    offset = zone === null ? 0 : zoneClock(zone).offsetAt(ms);
  } catch {
    // A zone that is not known here counts as UTC.
  }
  return new Date(ms + offset).toISOString().slice(0, 10);
}

/** What the window counts from; `posting_date` from the due date, or the delivery where there is none. */
export function settlementDay(
  field: WindowField,
  { delivery_start, due_date, timezone }: EtrmSide,
): string | null {
  if (field !== 'delivery_start' && due_date) return due_date;
  return field !== 'due_date' && delivery_start !== null ? localDay(delivery_start, timezone) : null;
}

export function postingDay(field: WindowField, settlement: EtrmSide, posting: LedgerSide): string | null {
  if (field === 'due_date') return posting.due_date ?? null;
  if (field === 'posting_date') return posting.posting_date ?? null;
  return posting.delivery_start === null ? null : localDay(posting.delivery_start, settlement.timezone);
}

/** @returns null where either has no such date. */
export function withinWindow(window: Window, settlement: EtrmSide, posting: LedgerSide): boolean | null {
  const ours = settlementDay(window.field, settlement);
  const theirs = postingDay(window.field, settlement, posting);
  if (ours === null || theirs === null) return null;
  const days = Math.round((Date.parse(theirs) - Date.parse(ours)) / DAY_MS);
  return days >= -window.days_before && days <= window.days_after;
}
