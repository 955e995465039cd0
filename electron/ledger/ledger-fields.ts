/** The fields of a ledger record with their types (design: "Default ledger record"). */

import { LEDGER_ONLY_FIELDS } from '../../shared/ledger.ts';
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';
import type { FieldType } from '../ingest/record-schema.ts';
import { SETTLEMENT_RECORD } from '../ingest/record-schema.ts';

export const LEDGER_FIELDS = [...SETTLEMENT_FIELDS, ...LEDGER_ONLY_FIELDS] as const;
export type LedgerField = (typeof LEDGER_FIELDS)[number];

/** A ledger knows one type that a vendor's records do not: the month that a posting is booked in. */
export type LedgerFieldType = FieldType | { readonly kind: 'period' };

const OWN: Readonly<Record<(typeof LEDGER_ONLY_FIELDS)[number], LedgerFieldType>> = {
  journal_id: { kind: 'text' },
  posting_date: { kind: 'day' },
  period: { kind: 'period' },
  memo: { kind: 'text' },
};

function typeOf(field: LedgerField): LedgerFieldType {
  if (field in OWN) return OWN[field as keyof typeof OWN];
  const type = SETTLEMENT_RECORD.fields.find(({ name }) => name === field)?.type ?? { kind: 'text' };
  // Signed, unlike the vendor's: a reversal posts its volume with the other sign.
  return type.kind === 'decimal' ? { kind: 'decimal', unsigned: false } : type;
}

export const LEDGER_TYPES: ReadonlyMap<LedgerField, LedgerFieldType> = new Map(
  LEDGER_FIELDS.map((field) => [field, typeOf(field)]),
);

/** What names a posting where it has no settlement id. */
export const STAND_INS = ['trade_id', 'delivery_start', 'location'] as const satisfies readonly LedgerField[];

const NAMES: ReadonlyMap<string, LedgerField> = new Map(LEDGER_FIELDS.map((field) => [field, field]));

/** `Delivery Start`, `delivery_start` and `DELIVERY-START` are one name. */
export function folded(header: string): string {
  return header
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_');
}

/** The field that a header names by itself. */
export function fieldOf(header: string): LedgerField | undefined {
  return NAMES.get(folded(header));
}
