/** Settlements against the trade they settle: what differs is a finding. A null on either side is not checked. */
import type { FindingCode } from '../../shared/findings.ts';
import type { Row } from '../workspace/row.ts';
import { type Finding, instantOf } from './finding.ts';

/** Columns that a settlement and its trade both have. */
const COLUMNS = [
  'counterparty',
  'direction',
  'commodity',
  'price_type',
  'curve_id',
  'currency',
  'volume_uom',
  'price_uom',
] as const;
type Column = (typeof COLUMNS)[number];

/** A deal made in MW is settled in the MWh that it delivers. */
const POWER_UNITS: readonly string[] = ['MW', 'MWH'];

/** SQL that is true where a settlement `s` may differ from its trade `t` in anything; null counts as no. */
export const DIFFERS_FROM_TRADE = [
  ...COLUMNS.filter((column) => column !== 'volume_uom').map((column) => `t.${column} <> s.${column}`),
  `(t.volume_uom <> s.volume_uom AND NOT (t.volume_uom IN ('MW', 'MWH') AND s.volume_uom IN ('MW', 'MWH')))`,
  's.delivery_start < t.delivery_start',
  's.delivery_end > t.delivery_end',
].join('\n        OR ');

/** What to select of `s` and `t` for `tradeFindings`. */
export const TRADE_COLUMNS = [
  ...COLUMNS.map((column) => `t.${column} AS trade_${column}, s.${column} AS own_${column}`),
  'epoch_us(t.delivery_start)::VARCHAR AS trade_start',
  'epoch_us(t.delivery_end)::VARCHAR AS trade_end',
  't.trade_id AS trade_trade_id, t.deal_leg AS trade_deal_leg, t.version AS trade_version, t.source_id AS trade_source',
].join(',\n        ');

const CODES: Readonly<Record<Column, FindingCode>> = {
  counterparty: 'TRADE_COUNTERPARTY',
  direction: 'TRADE_DIRECTION',
  commodity: 'TRADE_COMMODITY',
  price_type: 'TRADE_PRICE_TYPE',
  curve_id: 'TRADE_CURVE',
  currency: 'TRADE_CURRENCY',
  volume_uom: 'TRADE_UNIT',
  price_uom: 'TRADE_UNIT',
};

function differs(column: Column, expected: string, found: string): boolean {
  if (column === 'price_uom') return expected.toUpperCase() !== found.toUpperCase();
  if (column === 'volume_uom' && POWER_UNITS.includes(expected) && POWER_UNITS.includes(found)) return false;
  return expected !== found;
}

/** `open` stands for a bound that the trade does not have. */
function termText(start: bigint | null, end: bigint | null): string {
  const bound = (micros: bigint | null): string => (micros === null ? 'open' : instantOf(micros));
  return `${bound(start)} to ${bound(end)}`;
}

function microsOf(row: Row, column: string): bigint | null {
  const text = row.textOrNull(column);
  return text === null ? null : BigInt(text);
}

/** Everything that a selected row differs in; a row without a trade in nothing. */
export function tradeFindings(row: Row): readonly Finding[] {
  const sourceId = row.textOrNull('trade_source');
  if (sourceId === null) return [];
  const detail = {
    trade_id: row.text('trade_trade_id'),
    deal_leg: row.int('trade_deal_leg'),
    trade_version: row.int('trade_version'),
  };
  const findings: Finding[] = [];
  const found = (code: FindingCode, field: string, expected: string, seen: string): void => {
    findings.push({ code, field, expected, found: seen, sourceId, detail });
  };
  for (const column of COLUMNS) {
    const expected = row.textOrNull(`trade_${column}`);
    const own = row.textOrNull(`own_${column}`);
    if (expected !== null && own !== null && differs(column, expected, own))
      found(CODES[column], column, expected, own);
  }
  const [start, end] = [microsOf(row, 'start_us'), microsOf(row, 'end_us')];
  const [from, until] = [microsOf(row, 'trade_start'), microsOf(row, 'trade_end')];
  if (start !== null && end !== null && ((from !== null && start < from) || (until !== null && end > until)))
    found('TRADE_TERM', 'delivery', termText(from, until), termText(start, end));
  return findings;
}
