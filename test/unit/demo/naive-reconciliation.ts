import { BREAK_CATEGORIES, type BreakCategory } from '../../../shared/recon.ts';
import { sent, type VendorRecord } from './vendor-record.ts';

/** A ledger row by Tieout's field names. */
export type LedgerCells = Readonly<Record<string, string>>;

export interface Found {
  readonly breaks: readonly { category: BreakCategory; settlementId: string; difference: bigint }[];
  readonly matched: number;
  readonly pending: number;
  readonly etrmTotal: ReadonlyMap<string, bigint>;
  readonly ledgerTotal: ReadonlyMap<string, bigint>;
}

const SCALE = 12;
const TOLERANCE = 10n ** 10n; // 0.01

/** In units of 10^-12, apart from shared/decimal.ts. */
export function units(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(SCALE, '0'));
}

function grouped<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(items, key);
}

function addTo(totals: Map<string, bigint>, currency: string, amount: bigint): void {
  totals.set(currency, (totals.get(currency) ?? 0n) + amount);
}

const sumOf = (rows: readonly LedgerCells[], field: string) =>
  rows.reduce((total, row) => total + units(row[field] ?? '0'), 0n);

/** Whether two texts of a field mean the same. */
function same(field: string, record: VendorRecord, row: LedgerCells): boolean {
  const theirs = sent(record, field);
  const ours = row[field] ?? '';
  if (field.startsWith('delivery_')) return Date.parse(theirs) === Date.parse(ours);
  return theirs.toUpperCase() === ours.toUpperCase();
}

/**
 * The default rule set, read off design.md in the plainest way: slow, in memory, and independent of both the
 * generator's own account and the product's engine.
 */
export function reconcileNaively(records: readonly VendorRecord[], ledger: readonly LedgerCells[]): Found {
  const etrm = grouped(records, (record) => sent(record, 'settlement_id'));
  const rowsOf = grouped(ledger, (row) => row.settlement_id ?? '');
  const breaks: { category: BreakCategory; settlementId: string; difference: bigint }[] = [];
  const etrmTotal = new Map<string, bigint>();
  const ledgerTotal = new Map<string, bigint>();
  let matched = 0;
  let pending = 0;
  for (const row of ledger) {
    if (row.status !== 'VOID') addTo(ledgerTotal, row.currency ?? '', units(row.amount ?? ''));
  }
  for (const [settlementId, versions] of etrm) {
    const current = versions.reduce((a, b) => (Number(b.version) > Number(a.version) ? b : a));
    const status = sent(current, 'status').toUpperCase();
    const amount = units(sent(current, 'amount'));
    if (status !== 'VOID') addTo(etrmTotal, sent(current, 'currency'), amount);
    const rows = (rowsOf.get(settlementId) ?? []).filter((row) => row.status !== 'VOID');
    const difference = sumOf(rows, 'amount') - amount;
    const off = difference > TOLERANCE || difference < -TOLERANCE;
    if (['ESTIMATED', 'DISPUTED', 'VOID'].includes(status) && (rows.length === 0 || !off)) {
      pending += 1;
      continue;
    }
    const differs = (...fields: string[]) =>
      fields.some((field) => rows.some((row) => !same(field, current, row)));
    const distinct = (list: readonly object[]) => new Set(list.map((item) => JSON.stringify(item))).size;
    const applies: Record<(typeof BREAK_CATEGORIES)[number], boolean> = {
      DUPLICATE: distinct(rows) < rows.length || distinct(versions) < versions.length,
      MISSING_IN_LEDGER: rows.length === 0,
      MISSING_IN_ETRM: false,
      CURRENCY: differs('currency'),
      UNIT: differs('volume_uom', 'price_uom'),
      DIRECTION: differs('direction'),
      DELIVERY_WINDOW: differs('delivery_start', 'delivery_end'),
      COUNTERPARTY: differs('counterparty'),
      VERSION: differs('version'),
      VOLUME: sumOf(rows, 'volume') !== units(sent(current, 'volume')),
      PRICE: rows.some((row) => units(row.price ?? '') !== units(sent(current, 'price'))),
      AMOUNT: off,
    };
    const category = BREAK_CATEGORIES.find((candidate) => applies[candidate]);
    if (category) breaks.push({ category, settlementId, difference });
    else matched += 1;
  }
  for (const [settlementId, rows] of rowsOf) {
    if (etrm.has(settlementId)) continue;
    breaks.push({ category: 'MISSING_IN_ETRM', settlementId, difference: sumOf(rows, 'amount') });
  }
  return { breaks, matched, pending, etrmTotal, ledgerTotal };
}
