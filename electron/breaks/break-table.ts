/**
 * Every break with its life as one flat table: what lists, bulk acts and the sign-off read. It is made by the engine in a
 * temporary table, because a list of a hundred thousand is then sorted and filtered in no time.
 */
import { isoTime } from '../clock.ts';
import type { Reader } from '../workspace/transaction.ts';
import { EVIDENCE_SHAPE, SIDES_APART } from './difference-by-currency.ts';

/** What is read of a break's document, in one pass. */
const SHAPE = JSON.stringify({
  settlement_id: 'VARCHAR',
  trade_id: 'VARCHAR',
  location: 'VARCHAR',
  charge_type: 'VARCHAR',
  counterparty: 'VARCHAR',
  delivery_start: 'VARCHAR',
  timezone: 'VARCHAR',
  currency: 'VARCHAR',
  etrm_amount: 'VARCHAR',
  ledger_amount: 'VARCHAR',
  difference: 'VARCHAR',
  evidence: EVIDENCE_SHAPE,
});

/** A suppression stands whether or not the break is there: it can be lifted either way. */
const STATE = `CASE
  WHEN l.suppression.act = 'suppressed' THEN 'suppressed'
  WHEN l.presence.act = 'closed' THEN 'closed'
  WHEN l.decision.act IN ('resolved', 'written-off') THEN l.decision.act
  ELSE 'open' END`;

const DECIDED = `l.decision.act IN ('resolved', 'written-off')`;

/** The local day of a delivery: that of its own zone where one is known. */
const DELIVERY_DAY = `(CASE WHEN d.timezone IS NULL THEN d.delivery_start::TIMESTAMP
  ELSE timezone(d.timezone, d.delivery_start::TIMESTAMPTZ) END)::DATE`;

interface Ageing {
  /** `business`: from the day of delivery, where that is known. */
  readonly ageBy: 'run' | 'business';
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The rows of the table. Bound: $1 the month or null for every one, $2 today (YYYY-MM-DD). */
export function breakTableSql(ageBy: Ageing['ageBy']): string {
  const found = 'substr(l.opened_at, 1, 10)::DATE';
  const begun = ageBy === 'business' ? `coalesce(${DELIVERY_DAY}, ${found})` : found;
  return `
     WITH newest AS (
       SELECT month, arg_max(recon_id, seq) AS recon_id FROM recon WHERE $1::VARCHAR IS NULL OR month = $1 GROUP BY month),
     life AS (SELECT * FROM break_life WHERE $1::VARCHAR IS NULL OR month = $1),
     l AS (
       SELECT life.*, CASE WHEN presence.act = 'closed' THEN presence.recon_id ELSE newest.recon_id END AS shown_id
       FROM life JOIN newest ON newest.month = life.month),
     b AS (
       SELECT recon_id, break_id, any_value(category) AS category, arg_min(detail, position) AS detail
       FROM recon_break WHERE recon_id IN (SELECT shown_id FROM l) GROUP BY ALL),
     f AS (
       SELECT l.*, b.category, from_json(b.detail, '${SHAPE}') AS d
       FROM l JOIN b ON b.recon_id = l.shown_id AND b.break_id = l.break_id)
     SELECT l.break_id, l.month, ${STATE} AS state, l.shown_id AS recon_id, l.category, d.settlement_id, d.trade_id,
       d.location, d.charge_type, d.counterparty, d.delivery_start, d.timezone, coalesce(d.currency, '') AS currency,
       d.etrm_amount, d.ledger_amount, d.difference, ${SIDES_APART} AS apart, abs(try_cast(d.difference AS DOUBLE)) AS size, l.opened_at,
       greatest(0, date_diff('day', ${begun},
         CASE WHEN l.presence.act = 'closed' THEN substr(l.presence.occurred_at, 1, 10)::DATE ELSE $2::DATE END)) AS age_days,
       nullif(l.assignment.assignee, '') AS assignee,
       CASE WHEN ${DECIDED} THEN l.decision.reason END AS reason,
       CASE WHEN l.suppression.act = 'suppressed' THEN l.suppression.note WHEN ${DECIDED} THEN l.decision.note END AS note,
       CASE WHEN l.suppression.act = 'suppressed' THEN l.suppression.actor WHEN ${DECIDED} THEN l.decision.actor END AS decided_by,
       CASE WHEN l.suppression.act = 'suppressed' THEN l.suppression.occurred_at WHEN ${DECIDED} THEN l.decision.occurred_at END
         AS decided_at,
       l.reopenings, l.comments, l.attachments, l.place,
       row_number() OVER (ORDER BY l.month, d.delivery_start NULLS LAST, l.break_id) AS ordinal
     FROM f l`;
}

/**
 * @param table its name, without a schema; an earlier one of this name is dropped.
 * @param month null: every month.
 */
export async function makeBreakTable(
  tx: Reader,
  table: string,
  month: string | null,
  { ageBy, now }: Ageing,
): Promise<void> {
  await tx.rows(`DROP TABLE IF EXISTS temp.${table}`);
  await tx.rows(`CREATE TEMP TABLE ${table} AS ${breakTableSql(ageBy)}`, [month, isoTime(now).slice(0, 10)]);
}

/** Size and age are the engine's to sort by; amounts stay text. */
export const TABLE_ORDERS = {
  delivery: 'ordinal',
  age: 'age_days DESC, ordinal',
  difference: 'size DESC NULLS LAST, ordinal',
  category: 'category, ordinal',
  state: 'state, ordinal',
  assignee: 'assignee NULLS LAST, ordinal',
  counterparty: 'counterparty NULLS LAST, ordinal',
} as const;
