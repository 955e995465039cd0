/** What finished runs of a month say otherwise than one that counts: those of its own source, and of others. */
import { type Decimal, isZero, subtract, ZERO } from '../../shared/decimal.ts';
import { SETTLEMENT_CONTENT } from '../recon/staging.ts';
import type { Reader } from '../workspace/transaction.ts';

/** Cash of a settlement: a void one has none. */
const CASH = `CASE WHEN status = 'VOID' THEN '0' ELSE amount_text END`;

export interface LaterRun {
  readonly runId: string;
  readonly source: string;
  /** Of the source of the run that counts: what it lacks is removed, what it adds is added. */
  readonly own: boolean;
}

/**
 * The newest finished run of each source, the oldest first: of the one that the run is of where it is another, of others where
 * they ended after a place in the audit chain.
 */
export async function laterRuns(
  reader: Reader,
  month: string,
  runId: string,
  after: number,
): Promise<readonly LaterRun[]> {
  const rows = await reader.rows(
    `SELECT run_id, source, source = (SELECT source FROM run WHERE run_id = $2) AS own
     FROM (SELECT * FROM run_state WHERE month = $1 AND resource = 'settlements' AND outcome = 'done'
       QUALIFY row_number() OVER (PARTITION BY source ORDER BY seq DESC) = 1) newest
     WHERE run_id <> $2 AND (source = (SELECT source FROM run WHERE run_id = $2)
       OR (SELECT max(seq) FROM run_stop s WHERE s.run_id = newest.run_id) > $3)
     ORDER BY seq`,
    [month, runId, after],
  );
  return rows.map((row) => ({
    runId: row.text('run_id'),
    source: row.text('source'),
    own: row.bool('own'),
  }));
}

export interface MovedSettlement {
  readonly settlementId: string;
  readonly tradeId: string | null;
  readonly counterparty: string | null;
  readonly currency: string;
  readonly signed: Decimal | null;
  readonly newest: Decimal | null;
  /** That says so. */
  readonly source: string;
}

/**
 * What later runs say otherwise. Of several statements of a settlement the highest version counts, of these the one of the
 * newest run. A run of another source restates what the month has; what it lacks or adds beyond is no matter of the month.
 */
export async function movedAmounts(
  reader: Reader,
  runId: string,
  later: readonly LaterRun[],
): Promise<readonly MovedSettlement[]> {
  const runs = JSON.stringify(later.map((run, nth) => ({ ...run, nth })));
  // Of one that came twice the row that a reconciliation counts, wherever on the pages it stood.
  const counted = `row_number() OVER (
    PARTITION BY run_id, settlement_id ORDER BY version DESC, ${SETTLEMENT_CONTENT}, page, idx) = 1`;
  const rows = await reader.rows(
    `WITH k AS (SELECT unnest(from_json($2::JSON, '[{"runId":"VARCHAR","source":"VARCHAR","own":"BOOLEAN","nth":"BIGINT"}]'), recursive := true)),
     own AS (SELECT nth, source FROM k WHERE own),
     o AS (SELECT settlement_id, version, currency, trade_id, counterparty, ${CASH} AS cash
       FROM settlement WHERE run_id = $1 QUALIFY ${counted}),
     said AS (SELECT s.settlement_id, s.version, s.currency, s.trade_id, s.counterparty, ${CASH} AS cash, k.nth, k.own, k.source
       FROM settlement s JOIN k ON k.runId = s.run_id QUALIFY ${counted}),
     known AS (SELECT settlement_id FROM o UNION SELECT settlement_id FROM said WHERE own),
     statement AS (
       SELECT settlement_id, version, currency, trade_id, counterparty, cash, nth, source FROM said s
       WHERE own OR (settlement_id IN (SELECT settlement_id FROM known)
         AND NOT EXISTS (SELECT 1 FROM o WHERE o.settlement_id = s.settlement_id AND o.version > s.version)
         -- What its own source took away since, another one's earlier run does not bring back.
         AND (nth > coalesce((SELECT max(nth) FROM own), -1)
           OR settlement_id IN (SELECT settlement_id FROM said WHERE own)))
       QUALIFY row_number() OVER (PARTITION BY settlement_id ORDER BY version DESC, nth DESC) = 1),
     n AS (
       SELECT settlement_id, currency, trade_id, counterparty, cash, source FROM statement
       UNION ALL
       SELECT settlement_id, currency, trade_id, counterparty, cash, '' FROM o
       WHERE NOT EXISTS (SELECT 1 FROM own) AND settlement_id NOT IN (SELECT settlement_id FROM statement))
     SELECT coalesce(n.settlement_id, o.settlement_id, g.settlement_id) AS settlement_id,
       coalesce(n.currency, o.currency, g.currency) AS currency,
       coalesce(n.trade_id, o.trade_id) AS trade_id, coalesce(n.counterparty, o.counterparty) AS counterparty,
       o.cash AS signed, n.cash AS newest,
       coalesce(n.source, (SELECT source FROM statement t WHERE t.settlement_id = coalesce(o.settlement_id, g.settlement_id)), (SELECT source FROM own), '') AS source
     FROM o FULL JOIN n ON n.settlement_id = o.settlement_id AND n.currency = o.currency
     -- What was given away and is as it was signed again is to be taken back.
     FULL JOIN (SELECT DISTINCT settlement_id, currency FROM adjustment_event WHERE signed_run_id = $1) g
       ON g.settlement_id = coalesce(n.settlement_id, o.settlement_id) AND g.currency = coalesce(n.currency, o.currency)
     WHERE n.cash IS DISTINCT FROM o.cash OR g.settlement_id IS NOT NULL ORDER BY 1, 2`,
    [runId, runs],
  );
  return rows.map((row) => ({
    settlementId: row.text('settlement_id'),
    tradeId: row.textOrNull('trade_id'),
    counterparty: row.textOrNull('counterparty'),
    currency: row.text('currency'),
    signed: row.decimalOrNull('signed'),
    newest: row.decimalOrNull('newest'),
    source: row.text('source'),
  }));
}

/** Other sources that restated settlements of the run after a place in the audit chain, each once. */
export async function restatingSources(
  reader: Reader,
  month: string,
  runId: string,
  after: number,
): Promise<readonly string[]> {
  const others = (await laterRuns(reader, month, runId, after)).filter(({ own }) => !own);
  if (others.length === 0) return [];
  const moved = await movedAmounts(reader, runId, others);
  const restated = moved.filter(({ signed, newest }) => !isZero(subtract(newest ?? ZERO, signed ?? ZERO)));
  return [...new Set(restated.map(({ source }) => source))].sort();
}
