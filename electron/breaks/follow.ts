/**
 * What a reconciliation does to the breaks of its month: those it found first are opened, those it no longer has are
 * closed, those that came back are open again, and a decision about another difference than there is now does not stand.
 * It is worked out by the engine in the reconciliation's own transaction, so that half a million breaks cost little.
 */
import type { Currencies } from '../recon/rules.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { hasStanding, STANDING, subjectSql } from './standing-suppressions.ts';

export interface Followed {
  readonly opened: number;
  readonly closed: number;
  readonly reappeared: number;
  readonly moved: number;
  /** By a suppression that holds for months to come. */
  readonly suppressed: number;
  /** Over the acts with their breaks, in the order of the breaks. */
  readonly breaksSha256: string;
}

const STAGED = 'break_followed';

/** A break that was decided and is another one now. */
const MOVED = `l.decision.act IN ('resolved', 'written-off')
  AND (l.decision.category, l.decision.difference, l.decision.currency)
    IS DISTINCT FROM (n.category, n.difference, n.currency)`;

/** What a break between currencies has on each side in each. Of an alias of `recon_break`. */
const sidesOf = (of: string): string =>
  `CASE WHEN ${of}.category = 'CURRENCY' THEN json_extract(${of}.detail, '$.evidence.currencies')::VARCHAR END`;

/** The same of the reconciliations in which breaks were decided. Bound: $2 the month. */
const DECIDED_SIDES = `
  SELECT d.break_id, arg_min(${sidesOf('h')}, h.position) AS sides
  FROM (
    SELECT break_id, arg_max(recon_id, seq * 16 + ordinal) AS recon_id FROM break_event
    WHERE month = $2 AND act IN ('resolved', 'written-off') GROUP BY break_id) d
  JOIN recon_break h ON h.recon_id = d.recon_id AND h.break_id = d.break_id GROUP BY d.break_id`;

/** Adds the breaks that a standing suppression is about, but those of which it was lifted since. */
async function stageSuppressed(tx: Transaction, reconId: string): Promise<void> {
  await tx.run(
    `INSERT INTO temp.${STAGED}
     WITH standing AS (${STANDING})
     SELECT b.break_id, 'suppressed', $1, arg_min(b.category, b.position),
       arg_min(json_extract_string(b.detail, '$.difference'), b.position),
       arg_min(json_extract_string(b.detail, '$.currency'), b.position), 1, any_value(s.note)
     FROM recon_break b JOIN standing s ON s.subject = ${subjectSql('b.category', 'b.detail')}
     LEFT JOIN break_life l ON l.break_id = b.break_id
     WHERE b.recon_id = $1 AND l.suppression.act IS DISTINCT FROM 'suppressed' AND NOT EXISTS (
       SELECT 1 FROM break_event e WHERE e.break_id = b.break_id AND e.act = 'lifted' AND e.seq > s.seq)
     GROUP BY b.break_id`,
    [reconId],
  );
}

/**
 * Stages what becomes of each break. Nothing is staged for one that stays as it is.
 * @param currencies `apart`: of a break between currencies each counts, because together they may differ by as much as before.
 */
async function stageFollowed(
  tx: Transaction,
  month: string,
  reconId: string,
  currencies: Currencies,
): Promise<Followed> {
  const apart = currencies === 'apart';
  await tx.run(`DROP TABLE IF EXISTS temp.${STAGED}`);
  await tx.run(
    `CREATE TEMP TABLE ${STAGED} AS
     WITH n AS (
       SELECT break_id, arg_min(category, position) AS category,
         arg_min(json_extract_string(detail, '$.difference'), position) AS difference,
         arg_min(json_extract_string(detail, '$.currency'), position) AS currency,
         arg_min(${apart ? sidesOf('recon_break') : 'NULL'}, position) AS sides
       FROM recon_break WHERE recon_id = $1 GROUP BY break_id),
     was AS (${apart ? DECIDED_SIDES : 'SELECT NULL::VARCHAR AS break_id, NULL::VARCHAR AS sides'}),
     l AS (SELECT * FROM break_life WHERE month = $2)
     SELECT n.break_id, CASE WHEN l.break_id IS NULL THEN 'opened' WHEN l.presence.act = 'closed' THEN 'reappeared'
         ELSE 'moved' END AS act,
       $1 AS recon_id, n.category, n.difference, n.currency, 0 AS ordinal, NULL::VARCHAR AS note
     FROM n LEFT JOIN l ON l.break_id = n.break_id LEFT JOIN was ON was.break_id = n.break_id
     WHERE l.break_id IS NULL OR l.presence.act = 'closed' OR (${MOVED})
       OR (l.decision.act IN ('resolved', 'written-off') AND was.sides <> n.sides)
     UNION ALL
     -- The last that had it: what is shown of a closed break.
     SELECT l.break_id, 'closed', h.recon_id, h.category, json_extract_string(h.detail, '$.difference'),
       json_extract_string(h.detail, '$.currency'), 0, NULL
     FROM l JOIN recon_break h ON h.break_id = l.break_id
       AND h.recon_id = (SELECT recon_id FROM recon WHERE month = $2 AND recon_id <> $1 ORDER BY seq DESC LIMIT 1)
     WHERE l.presence.act <> 'closed' AND l.break_id NOT IN (SELECT break_id FROM n)`,
    [reconId, month],
  );
  if (await hasStanding(tx)) await stageSuppressed(tx, reconId);
  const row = await tx.row(
    `SELECT count(*) FILTER (act = 'opened') AS opened, count(*) FILTER (act = 'closed') AS closed,
       count(*) FILTER (act = 'reappeared') AS reappeared, count(*) FILTER (act = 'moved') AS moved,
       count(*) FILTER (act = 'suppressed') AS suppressed,
       sha256(coalesce(string_agg(act || ' ' || break_id || chr(10), '' ORDER BY break_id, ordinal), '')) AS digest
     FROM temp.${STAGED}`,
  );
  return {
    opened: row?.int('opened') ?? 0,
    closed: row?.int('closed') ?? 0,
    reappeared: row?.int('reappeared') ?? 0,
    moved: row?.int('moved') ?? 0,
    suppressed: row?.int('suppressed') ?? 0,
    breaksSha256: row?.text('digest') ?? '',
  };
}

async function keepFollowed(
  tx: Transaction,
  month: string,
  by: { readonly seq: number; readonly at: string; readonly actor: string },
): Promise<void> {
  await tx.run(
    `INSERT INTO break_event
     SELECT ?, ordinal, break_id, ?, act, ?, ?, recon_id, NULL, note, NULL, NULL, NULL, category, difference, currency
     FROM temp.${STAGED} ORDER BY break_id, ordinal`,
    [by.seq, month, by.at, by.actor],
  );
  await tx.run(`DROP TABLE temp.${STAGED}`);
}

/** After a reconciliation is kept, in its transaction; leaves no event where no break changed. */
export async function followBreaks(
  tx: Transaction,
  recon: { readonly recon_id: string; readonly month: string; readonly at: string },
  actor: string,
  currencies: Currencies,
): Promise<void> {
  const followed = await stageFollowed(tx, recon.month, recon.recon_id, currencies);
  const { opened, closed, reappeared, moved, suppressed, breaksSha256 } = followed;
  if (opened + closed + reappeared + moved + suppressed === 0) {
    await tx.run(`DROP TABLE temp.${STAGED}`);
    return;
  }
  const seq = await appendAudit(tx, {
    at: recon.at,
    actor,
    type: 'break.follow',
    payload: {
      month: recon.month,
      recon_id: recon.recon_id,
      ...{ opened, closed, reappeared, moved, breaks_sha256: breaksSha256 },
      ...(currencies === 'apart' ? { currencies } : {}),
      ...(suppressed === 0 ? {} : { suppressed }),
    },
  });
  await keepFollowed(tx, recon.month, { seq, at: recon.at, actor });
}

/** The same once more, for a rebuild. @param currencies what its event says. @returns what came out. */
export async function followAgain(
  tx: Transaction,
  month: string,
  reconId: string,
  currencies: Currencies,
  by: { readonly seq: number; readonly at: string; readonly actor: string },
): Promise<Followed> {
  const followed = await stageFollowed(tx, month, reconId, currencies);
  await keepFollowed(tx, month, by);
  return followed;
}
