/** The compared rows of a reconciliation, ETRM beside ledger, as screens and reports show them. */
import { ALL_BREAK_CATEGORIES, type BreakCategory } from '../../shared/recon.ts';
import type { ComparedRow, ComparedSide, ComparedState } from '../../shared/views.ts';
import type { Row } from '../workspace/row.ts';
import { instantText } from '../workspace/stored-types.ts';

function side(prefix: 'e' | 'l'): string {
  return `${prefix}.version AS ${prefix}_version, ${prefix}.status AS ${prefix}_status,
    ${prefix}.counterparty AS ${prefix}_counterparty, ${prefix}.direction AS ${prefix}_direction,
    ${instantText(`${prefix}.delivery_start`)} AS ${prefix}_start, ${instantText(`${prefix}.delivery_end`)} AS ${prefix}_end,
    ${prefix}.volume_uom AS ${prefix}_volume_uom, ${prefix}.price_text AS ${prefix}_price,
    ${prefix}.price_uom AS ${prefix}_price_uom, ${prefix}.currency AS ${prefix}_currency`;
}

const BOTH = `coalesce(e.trade_id, l.trade_id) AS trade_id, coalesce(e.location, l.location) AS location,
  coalesce(e.charge_type, l.charge_type) AS charge_type, coalesce(e.timezone, l.timezone) AS timezone`;

/** Bound: recon id. Add conditions on `i`, `e`, `l` with AND, then the order. */
export const COMPARED_ROWS = `
  SELECT i.position, i.state, i.category, i.break_id, i.settlement_id, i.difference, i.differing,
    i.etrm_rows AS e_rows, i.etrm_volume AS e_volume, i.etrm_amount AS e_amount,
    i.ledger_rows AS l_rows, i.ledger_volume AS l_volume, i.ledger_amount AS l_amount,
    ${BOTH}, ${side('e')}, ${side('l')}
  FROM recon_item i
  JOIN recon r ON r.recon_id = i.recon_id
  LEFT JOIN settlement e ON e.run_id = r.run_id AND e.page = i.etrm_page AND e.idx = i.etrm_idx
  LEFT JOIN ledger_row l ON l.import_id = i.import_id AND l.line = i.ledger_line
  WHERE i.recon_id = ?`;

/** Before a reconciliation: a run's records alone, in page order. Bound: run id. */
export const RUN_ROWS = `
  SELECT e.page, e.idx, 'unreconciled' AS state, NULL::VARCHAR AS category,
    NULL::VARCHAR AS break_id, e.settlement_id, NULL::VARCHAR AS difference, '[]' AS differing,
    1 AS e_rows, e.volume_text AS e_volume, e.amount_text AS e_amount,
    0 AS l_rows, NULL::VARCHAR AS l_volume, NULL::VARCHAR AS l_amount,
    e.trade_id, e.location, e.charge_type, e.timezone, ${side('e')}
  FROM settlement e WHERE e.run_id = ?`;

const STATES: ReadonlyMap<string, ComparedState> = new Map(
  (['matched', 'pending', 'break', 'unreconciled'] as const).map((state) => [state, state]),
);
const CATEGORIES: ReadonlyMap<string, BreakCategory> = new Map(
  ALL_BREAK_CATEGORIES.map((name) => [name, name]),
);

function categoryOf(text: string | null): BreakCategory | null {
  return text === null ? null : (CATEGORIES.get(text) ?? null);
}

function sideOf(row: Row, prefix: 'e' | 'l'): ComparedSide | null {
  const rows = row.int(`${prefix}_rows`);
  if (rows === 0) return null;
  return {
    rows,
    version: row.intOrNull(`${prefix}_version`),
    status: row.textOrNull(`${prefix}_status`),
    counterparty: row.textOrNull(`${prefix}_counterparty`),
    direction: row.textOrNull(`${prefix}_direction`),
    deliveryStart: row.textOrNull(`${prefix}_start`),
    deliveryEnd: row.textOrNull(`${prefix}_end`),
    volume: row.textOrNull(`${prefix}_volume`),
    volumeUom: row.textOrNull(`${prefix}_volume_uom`),
    price: row.textOrNull(`${prefix}_price`),
    priceUom: row.textOrNull(`${prefix}_price_uom`),
    amount: row.decimalOrNull(`${prefix}_amount`),
    currency: row.textOrNull(`${prefix}_currency`),
  };
}

/** Names of ledger fields as the screens call them. */
const SHOWN_FIELDS: Readonly<Record<string, keyof ComparedSide>> = {
  currency: 'currency',
  volume_uom: 'volumeUom',
  price_uom: 'priceUom',
  direction: 'direction',
  delivery_start: 'deliveryStart',
  delivery_end: 'deliveryEnd',
  counterparty: 'counterparty',
  legal_entity: 'counterparty',
  agreement: 'counterparty',
  version: 'version',
  volume: 'volume',
  price: 'price',
  amount: 'amount',
  rows: 'rows',
};

export function comparedRow(row: Row, position: number): ComparedRow {
  const differing = row.json('differing');
  return {
    position,
    state: STATES.get(row.text('state')) ?? 'unreconciled',
    category: categoryOf(row.textOrNull('category')),
    breakId: row.textOrNull('break_id'),
    settlementId: row.textOrNull('settlement_id'),
    tradeId: row.textOrNull('trade_id'),
    location: row.textOrNull('location'),
    chargeType: row.textOrNull('charge_type'),
    timezone: row.textOrNull('timezone'),
    etrm: sideOf(row, 'e'),
    ledger: sideOf(row, 'l'),
    difference: row.decimalOrNull('difference'),
    differing: Array.isArray(differing)
      ? differing.map((field) => SHOWN_FIELDS[String(field)] ?? String(field))
      : [],
  };
}
