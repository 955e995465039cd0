/**
 * What a run's settlements are joined with, gathered once a run into small temporary tables of the writing connection:
 * the trades as they are known, the pinned points, and each curve's points as a chain, in which a span of several
 * intervals is priced by two look-ups.
 */

import { sha256 } from '../workspace/evidence.ts';
import { instantText } from '../workspace/stored-types.ts';
import type { Transaction } from '../workspace/transaction.ts';

/** Names of temporary tables, of one run or one look at it. */
export interface CheckTables {
  readonly pin: string;
  readonly trade: string;
  readonly point: string;
  readonly curve: string;
  readonly chain: string;
}

/** @param purpose tells two looks at the same run apart. */
export function checkTables(runId: string, purpose: string): CheckTables {
  const tag = sha256(`${purpose} ${runId}`).slice(0, 16);
  return {
    pin: `check_pin_${tag}`,
    trade: `check_trade_${tag}`,
    point: `check_point_${tag}`,
    curve: `check_curve_${tag}`,
    chain: `check_chain_${tag}`,
  };
}

export async function dropCheckTables(tx: Transaction, tables: CheckTables): Promise<void> {
  for (const table of Object.values(tables)) await tx.run(`DROP TABLE IF EXISTS temp.${table}`);
}

/**
 * The engine multiplies prices by seconds and adds them up over a whole curve: below this there is room for all of it
 * in a DECIMAL(38,12). What is above is worked in TypeScript.
 */
export const CHAIN_PRICE_LIMIT = '1000000000';
/** The same for the length of one settlement's interval: thirty years. */
export const CHAIN_SECONDS_LIMIT = '1000000000';

/** The highest version of each trade's leg, of the run that goes first. */
function tradeTable({ pin, trade }: CheckTables): string {
  return `CREATE TEMP TABLE ${trade} AS
    SELECT t.*, p.source_id FROM trade t JOIN temp.${pin} p ON p.kind = 'trades' AND p.source_id = t.run_id
    QUALIFY row_number() OVER (
      PARTITION BY t.trade_id, t.deal_leg ORDER BY p.position DESC, t.version DESC, t.page DESC, t.idx DESC) = 1`;
}

/**
 * The points that count: those that no later snapshot of the curve spans. `twice`: the snapshot says two different
 * things of the interval.
 */
function pointTable({ pin, point }: CheckTables): string {
  return `CREATE TEMP TABLE ${point} AS
    WITH snapshot AS (
      SELECT p.curve_id, p.source_id, p.as_of, p.position, s.delivery_start, s.delivery_end
      FROM temp.${pin} p JOIN curve_snapshot s
        ON s.source_id = p.source_id AND s.curve_id = p.curve_id AND s.as_of = p.as_of
      WHERE p.kind = 'curve'
    ), live AS (
      SELECT c.curve_id, c.delivery_start, c.delivery_end, c.price, c.price_text, c.price_uom, c.currency,
        s.source_id, s.as_of
      FROM curve_point c JOIN snapshot s ON s.source_id = c.run_id AND s.curve_id = c.curve_id AND s.as_of = c.as_of
      WHERE NOT EXISTS (
        SELECT 1 FROM snapshot n
        WHERE n.curve_id = c.curve_id AND n.position > s.position
          AND n.delivery_start < c.delivery_end AND n.delivery_end > c.delivery_start)
    ), said AS (
      -- The same price said twice, or written 1.5 and 1.50, is said once.
      SELECT curve_id, delivery_start, delivery_end, any_value(price) AS price, min(price_text) AS price_text,
        price_uom, currency, source_id, as_of
      FROM live
      GROUP BY curve_id, delivery_start, delivery_end, coalesce(price::VARCHAR, price_text), price_uom, currency,
        source_id, as_of
    )
    SELECT d.*, count(*) OVER (PARTITION BY d.curve_id, d.delivery_start, d.delivery_end) > 1 AS twice,
      ${instantText('d.as_of')} AS as_of_text, p.absolute AS absolute_text, p.percent AS percent_text,
      p.absolute::DECIMAL(38,12) AS absolute, p.percent::DECIMAL(9,4) AS percent
    FROM said d JOIN temp.${pin} p
      ON p.kind = 'curve' AND p.source_id = d.source_id AND p.curve_id = d.curve_id AND p.as_of = d.as_of`;
}

/** Each pinned curve, with its tolerance; `plain`: its points can be chained. */
function curveTable({ pin, point, curve }: CheckTables): string {
  return `CREATE TEMP TABLE ${curve} AS
    WITH ordered AS (
      SELECT *, max(delivery_end) OVER (
        PARTITION BY curve_id ORDER BY delivery_start, delivery_end
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM temp.${point}
    ), shape AS (
      SELECT curve_id,
        bool_and(NOT twice AND price IS NOT NULL AND abs(price) < ${CHAIN_PRICE_LIMIT}
          AND epoch_us(delivery_start) % 1000000 = 0 AND epoch_us(delivery_end) % 1000000 = 0
          AND (before IS NULL OR before <= delivery_start)) AS plain,
        count(DISTINCT coalesce(price_uom, '') || chr(31) || coalesce(currency, '')) = 1 AS one_unit,
        any_value(price_uom) AS price_uom, any_value(currency) AS currency
      FROM ordered GROUP BY curve_id
    )
    SELECT p.curve_id, arg_max(p.source_id, p.position) AS source_id,
      any_value(p.absolute) AS absolute_text, any_value(p.percent) AS percent_text,
      any_value(p.absolute)::DECIMAL(38,12) AS absolute, any_value(p.percent)::DECIMAL(9,4) AS percent,
      any_value(s.price_uom) AS price_uom, any_value(s.currency) AS currency,
      coalesce(bool_and(s.plain AND s.one_unit), FALSE) AS plain
    FROM temp.${pin} p LEFT JOIN shape s ON s.curve_id = p.curve_id
    WHERE p.kind = 'curve' GROUP BY p.curve_id`;
}

/**
 * Points of plain curves in order. Of two points of one `segment`, nothing is missing between them, and price times
 * seconds from the first's start to the second's end is the second's `after` less the first's `before`.
 */
function chainTable({ point, curve, chain }: CheckTables): string {
  return `CREATE TEMP TABLE ${chain} AS
    WITH linked AS (
      SELECT p.*, price * ((epoch_us(p.delivery_end) - epoch_us(p.delivery_start)) // 1000000) AS weighted,
        p.delivery_start IS DISTINCT FROM
          lag(p.delivery_end) OVER (PARTITION BY p.curve_id ORDER BY p.delivery_start) AS begins
      FROM temp.${point} p JOIN temp.${curve} c ON c.curve_id = p.curve_id AND c.plain
    )
    SELECT curve_id, delivery_start, delivery_end, source_id, as_of_text,
      row_number() OVER along AS ordinal,
      count(*) FILTER (WHERE begins) OVER along AS segment,
      sum(weighted) OVER along - weighted AS before,
      sum(weighted) OVER along AS after
    FROM linked
    WINDOW along AS (PARTITION BY curve_id ORDER BY delivery_start ROWS UNBOUNDED PRECEDING)`;
}

export interface Prepared {
  readonly tables: CheckTables;
  readonly trades: number;
  readonly curves: number;
}

/** Fills the tables from the pins that are in `tables.pin`. */
export async function prepareTables(tx: Transaction, tables: CheckTables): Promise<Prepared> {
  for (const statement of [tradeTable, pointTable, curveTable, chainTable]) await tx.run(statement(tables));
  const row = await tx.row(
    `SELECT (SELECT count(*) FROM temp.${tables.trade}) AS trades, (SELECT count(*) FROM temp.${tables.curve}) AS curves`,
  );
  return { tables, trades: row?.int('trades') ?? 0, curves: row?.int('curves') ?? 0 };
}
