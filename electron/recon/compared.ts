/** The compared rows of a reconciliation, ETRM beside ledger, as screens and reports show them. */
import { ALL_BREAK_CATEGORIES, type BreakCategory, PENDING_REASONS } from '../../shared/recon.ts';
import type { ComparedRow, ComparedSide, ComparedState } from '../../shared/views.ts';
import type { Row } from '../workspace/row.ts';
import { instantText, storedDecimalSql } from '../workspace/stored-types.ts';
import { parseEvidence } from './stored-evidence.ts';

function side(prefix: 'e' | 'l'): string {
  return `${prefix}.version AS ${prefix}_version, ${prefix}.status AS ${prefix}_status,
    ${prefix}.counterparty AS ${prefix}_counterparty, ${prefix}.direction AS ${prefix}_direction,
    ${instantText(`${prefix}.delivery_start`)} AS ${prefix}_start, ${instantText(`${prefix}.delivery_end`)} AS ${prefix}_end,
    ${prefix}.volume_uom AS ${prefix}_volume_uom, ${prefix}.price_text AS ${prefix}_price,
    ${prefix}.price_uom AS ${prefix}_price_uom, ${prefix}.currency AS ${prefix}_currency`;
}

const BOTH = `coalesce(e.trade_id, l.trade_id) AS trade_id, coalesce(e.location, l.location) AS location,
  coalesce(e.charge_type, l.charge_type) AS charge_type, coalesce(e.timezone, l.timezone) AS timezone`;

const OF_ITEM = `position, state, category, break_id, settlement_id, difference, differing, rule, reason, evidence, etrm_page, etrm_idx, etrm_rows,
  etrm_volume, etrm_amount, import_id, ledger_line, ledger_rows, ledger_volume, ledger_amount`;

/** Of both sides; the amount is read from its text, as the DECIMAL beside it takes longer than all the rest. */
const SHOWN = `settlement_id, version, status, trade_id, location, charge_type, timezone, counterparty, direction,
  delivery_start, delivery_end, volume_text, volume_uom, price_text, price_uom, currency, amount_text,
  ${storedDecimalSql('amount_text')}::DECIMAL(38,12) AS amount`;

/**
 * The items of a few positions, in their order: the same as the view `recon_item` says, but what it joins is looked up row by
 * row. A plain match keeps two places only; its settlement and its posting say the rest. Bound: $1 the recon id, $2 its run.
 * @param where which positions; a condition on `position`.
 */
export function comparedRows(where: string): string {
  return `
  WITH kept AS MATERIALIZED (
    SELECT FALSE AS plain, ${OF_ITEM} FROM recon_judged WHERE recon_id = $1 AND ${where}
    UNION ALL BY NAME
    SELECT TRUE AS plain, position, 'matched' AS state, '[]' AS differing, etrm_page, etrm_idx, 1 AS etrm_rows, import_id,
      ledger_line, 1 AS ledger_rows
    FROM recon_plain WHERE recon_id = $1 AND ${where}),
  e_at AS MATERIALIZED (
    SELECT s.rowid AS at_row, k.position FROM settlement s JOIN kept k ON k.etrm_page = s.page AND k.etrm_idx = s.idx
    WHERE s.run_id = $2),
  l_at AS MATERIALIZED (
    SELECT p.rowid AS at_row, k.position FROM ledger_row p JOIN kept k ON k.ledger_line = p.line AND k.import_id = p.import_id),
  e AS MATERIALIZED (SELECT f.position, ${SHOWN} FROM settlement s JOIN e_at f ON f.at_row = s.rowid),
  l AS MATERIALIZED (SELECT f.position, ${SHOWN} FROM ledger_row p JOIN l_at f ON f.at_row = p.rowid)
  SELECT i.position, i.state, i.category, i.break_id, i.differing, i.rule, i.reason, i.evidence, i.etrm_rows AS e_rows, i.ledger_rows AS l_rows,
    CASE WHEN plain THEN e.settlement_id ELSE i.settlement_id END AS settlement_id,
    CASE WHEN NOT plain THEN i.difference WHEN l.amount = e.amount THEN '0'
      ELSE rtrim(rtrim((l.amount - e.amount)::VARCHAR, '0'), '.') END AS difference,
    CASE WHEN plain THEN e.volume_text ELSE i.etrm_volume END AS e_volume,
    CASE WHEN plain THEN e.amount_text ELSE i.etrm_amount END AS e_amount,
    CASE WHEN plain THEN l.volume_text ELSE i.ledger_volume END AS l_volume,
    CASE WHEN plain THEN l.amount_text ELSE i.ledger_amount END AS l_amount,
    ${BOTH}, ${side('e')}, ${side('l')}
  FROM kept i
  LEFT JOIN e ON e.position = i.position
  LEFT JOIN l ON l.position = i.position
  ORDER BY i.position`;
}

/** Before a reconciliation: a run's records alone, in page order. Bound: run id. */
export const RUN_ROWS = `
  SELECT e.page, e.idx, 'unreconciled' AS state, NULL::VARCHAR AS category, NULL::VARCHAR AS rule,
    NULL::VARCHAR AS reason, NULL::VARCHAR AS evidence,
    NULL::VARCHAR AS break_id, e.settlement_id, NULL::VARCHAR AS difference, '[]' AS differing,
    1 AS e_rows, e.volume_text AS e_volume, e.amount_text AS e_amount,
    0 AS l_rows, NULL::VARCHAR AS l_volume, NULL::VARCHAR AS l_amount,
    e.trade_id, e.location, e.charge_type, e.timezone, ${side('e')}
  FROM settlement e WHERE e.run_id = ?`;

const STATES: ReadonlyMap<string, ComparedState> = new Map(
  (['matched', 'suggested', 'pending', 'break', 'unreconciled'] as const).map((state) => [state, state]),
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
  const evidence = row.textOrNull('evidence');
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
    rule: row.textOrNull('rule'),
    pendingReason: PENDING_REASONS.find((reason) => reason === row.textOrNull('reason')) ?? null,
    evidence: evidence === null ? null : parseEvidence(evidence),
    differing: Array.isArray(differing)
      ? differing.map((field) => SHOWN_FIELDS[String(field)] ?? String(field))
      : [],
  };
}
