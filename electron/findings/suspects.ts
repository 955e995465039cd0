/**
 * The engine's part of the checks: it clears the settlements that are certainly in order, nearly all of them, and hands
 * over the rest, the suspects. What is found of a suspect is said in TypeScript, exactly; so the engine may suspect too
 * much, and must never clear what would be found. It selects columns as they are: worked out for a whole commit, what
 * only a suspect needs would cost more than the joins.
 */
import { CHAIN_PRICE_LIMIT, CHAIN_SECONDS_LIMIT, type CheckTables, type Prepared } from './check-tables.ts';
import { DIFFERS_FROM_TRADE, TRADE_COLUMNS } from './trade-checks.ts';

/** $1: run id, $2 and $3: first and last page. */
const PAGES = `s.run_id = $1 AND s.page BETWEEN $2 AND $3 AND s.status <> 'VOID'`;

/** The curve's point of exactly the delivery interval, with the curve's tolerance. */
function pointJoin({ point }: CheckTables): string {
  return `LEFT JOIN temp.${point} p ON p.curve_id = s.curve_id AND p.delivery_start = s.delivery_start
        AND p.delivery_end = s.delivery_end AND NOT p.twice`;
}

/** The settlement names a curve that has no such point, or a price is beyond what the engine compares. */
const UNPRICED = `(s.curve_id IS NOT NULL AND (p.price IS NULL OR s.price IS NULL))`;

/** Outside both parts of the tolerance, by the engine's exact decimals. */
const OUTSIDE = `(p.price <> s.price AND abs(s.price - p.price) > p.absolute AND abs(s.price - p.price) * 100 > p.percent * abs(p.price))`;

const SETTLEMENT_COLUMNS = `s.page, s.idx, s.settlement_id, s.version, s.curve_id, s.price_text, s.price_uom, s.currency,
        epoch_us(s.delivery_start)::VARCHAR AS start_us, epoch_us(s.delivery_end)::VARCHAR AS end_us`;

/**
 * Settlements that may differ from their trade, or from their curve's point of exactly their interval; and, where they
 * are asked for, those that have no such point (`unpriced`).
 */
export function suspects({ tables, trades, curves }: Prepared, withUnpriced: boolean): string {
  const conditions: string[] = [];
  const columns = [SETTLEMENT_COLUMNS];
  const joins: string[] = [];
  if (trades > 0) {
    joins.push(`LEFT JOIN temp.${tables.trade} t ON t.trade_id = s.trade_id AND t.deal_leg = s.deal_leg`);
    columns.push(TRADE_COLUMNS);
    conditions.push(DIFFERS_FROM_TRADE);
  }
  if (curves > 0) {
    joins.push(pointJoin(tables));
    columns.push(`${UNPRICED} AS unpriced, p.absolute_text, p.percent_text, p.price_text AS point_price,
        p.price_uom AS point_uom, p.currency AS point_currency, p.source_id AS point_source,
        p.as_of_text AS point_as_of`);
    conditions.push('p.price_uom <> s.price_uom', 'p.currency <> s.currency', OUTSIDE);
    if (withUnpriced) conditions.push(UNPRICED);
  }
  return `
    SELECT ${columns.join(',\n        ')}
    FROM settlement s
      ${joins.join('\n      ')}
    WHERE ${PAGES}
      AND (${conditions.join('\n        OR ')})`;
}

/**
 * Unpriced settlements, with `weighted` and `weight` where the chain of points prices their span; only the points
 * themselves tell of the others. What the chain shows to be inside its tolerance is cleared. `curve_source` is null
 * where the curve is not pinned at all.
 */
export function unpricedSuspects({ tables }: Prepared): string {
  const seconds = '((epoch_us(s.delivery_end) - epoch_us(s.delivery_start)) // 1000000)';
  return `
    WITH spanned AS (
      SELECT ${SETTLEMENT_COLUMNS}, c.absolute_text, c.percent_text, c.absolute, c.percent,
        c.price_uom AS curve_uom, c.currency AS curve_currency, c.source_id AS curve_source,
        b.after - a.before AS weighted, ${seconds} AS weight, b.ordinal - a.ordinal + 1 AS points,
        b.source_id AS point_source, b.as_of_text AS point_as_of,
        -- What is too large for the engine's products is not multiplied.
        CASE WHEN b.after IS NOT NULL AND abs(s.price) < ${CHAIN_PRICE_LIMIT} AND ${seconds} < ${CHAIN_SECONDS_LIMIT}
          THEN s.price * ${seconds} - (b.after - a.before) END AS off
      FROM (SELECT s.* FROM settlement s ${pointJoin(tables)} WHERE ${PAGES} AND ${UNPRICED}) s
      LEFT JOIN temp.${tables.curve} c ON c.curve_id = s.curve_id
      LEFT JOIN temp.${tables.chain} a ON a.curve_id = s.curve_id AND a.delivery_start = s.delivery_start
      LEFT JOIN temp.${tables.chain} b ON b.curve_id = s.curve_id AND b.delivery_end = s.delivery_end
        AND b.segment = a.segment AND b.ordinal > a.ordinal
    )
    SELECT * EXCLUDE (absolute, percent, weighted, weight, off), off IS NOT NULL AS chained,
      weighted::VARCHAR AS weighted, weight::VARCHAR AS weight
    FROM spanned
    WHERE off IS NULL
      OR curve_uom <> price_uom OR curve_currency <> currency
      OR (abs(off) > absolute * weight AND abs(off) * 100 > percent * abs(weighted))`;
}

/**
 * The points inside the intervals of settlements, as JSON by settlement.
 * $1: run id, $2: the settlements' places, `[{"page":1,"idx":2}, ...]`.
 */
export function pointsWithin({ point }: CheckTables): string {
  return `
    WITH place AS (
      SELECT unnest(from_json($2, '[{"page":"BIGINT","idx":"BIGINT"}]'), recursive := true)
    )
    SELECT s.page, s.idx, to_json(list({
        'start_us': epoch_us(q.delivery_start)::VARCHAR, 'end_us': epoch_us(q.delivery_end)::VARCHAR,
        'price': q.price_text, 'price_uom': q.price_uom, 'currency': q.currency, 'source_id': q.source_id,
        'as_of': q.as_of_text
      } ORDER BY q.delivery_start, q.delivery_end, q.price_text))::VARCHAR AS points
    FROM place JOIN settlement s ON s.run_id = $1 AND s.page = place.page AND s.idx = place.idx
    JOIN temp.${point} q ON q.curve_id = s.curve_id AND q.delivery_start >= s.delivery_start
      AND q.delivery_end <= s.delivery_end
    GROUP BY s.page, s.idx`;
}
