/** One settlement record, member by member as JSON text, so that tests can send anything in its place. */

import { readMembers } from '../../../electron/etrm/canonical/lexemes.ts';
import { marketCalendar } from '../../../electron/ingest/calendars/calendars.ts';
import { type RecordMapping, sameNames } from '../../../electron/ingest/mapping.ts';
import { SETTLEMENT_RECORD } from '../../../electron/ingest/record-schema.ts';
import { type Drift, RecordTyping, type RefusedRecord } from '../../../electron/ingest/record-typing.ts';

export const GOOD = {
  settlement_id: '"S-1"',
  version: '1',
  trade_id: '"T-1"',
  deal_leg: '2',
  counterparty: '"ACME Energy"',
  legal_entity: '"Tie Power LLC"',
  agreement: '"EEI-7"',
  invoice_no: '"INV-9"',
  gl_account: '"500100"',
  commodity: '"POWER"',
  charge_type: '"ENERGY"',
  direction: '"BUY"',
  delivery_start: '"2024-03-01T05:00:00Z"',
  delivery_end: '"2024-03-01T06:00:00Z"',
  timezone: '"America/New_York"',
  location: '"PJM-RTO"',
  volume: '50',
  volume_uom: '"MWH"',
  price: '28.348916',
  price_uom: '"USD/MWH"',
  amount: '-1417.44580',
  currency: '"USD"',
  status: '"FINAL"',
  curve_id: '"PJM-DA"',
  due_date: '"2024-04-20"',
  updated_at: '"2024-04-02T08:15:30.5Z"',
} as const;

/** JSON text of a record; a member that is `undefined` is not sent. */
export function recordJson(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const members = Object.entries({ ...GOOD, ...changes }).filter(([, value]) => value !== undefined);
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

/** What a record is typed as: its texts by field, or the reasons. */
export type Typed =
  | { readonly ok: true; readonly settlement: Readonly<Record<string, string | null>> }
  | RefusedRecord;

/** What one record is typed as, and what drifted. */
export function typedRecord(
  json: string,
  mapping: RecordMapping = sameNames(SETTLEMENT_RECORD),
): { readonly typed: Typed; readonly drift: readonly Drift[] } {
  const drift: Drift[] = [];
  const bytes = Buffer.from(json);
  const typing = new RecordTyping(SETTLEMENT_RECORD, mapping, marketCalendar);
  const typed = typing.type(readMembers(bytes, 0, bytes.length), (seen) => drift.push(seen));
  if (!typed.ok) return { typed, drift };
  const settlement = Object.fromEntries(
    SETTLEMENT_RECORD.fields.map(({ name }, at) => [name, typed.texts[at] ?? null]),
  );
  return { typed: { ok: true, settlement }, drift };
}
