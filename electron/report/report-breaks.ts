/** Breaks of a reconciliation with what people made of them: state, owner, age, resolution. */

/**
 * $1: recon id. $2: place in the audit chain up to which acts are told. $3: the reconciliation's time. $4: whether ages
 * are counted from the day of delivery where one is known.
 *
 * The same states as the list of breaks has; only that what a report says does not move with the clock: ages are those
 * of the day of the reconciliation.
 */
const ACTS = `
  SELECT break_id,
    min(occurred_at) FILTER (act = 'opened') AS opened_at,
    count(*) FILTER (act IN ('reappeared', 'moved', 'reopened')) AS reopenings,
    count(*) FILTER (act = 'commented') AS comments,
    count(*) FILTER (act = 'attached') AS attachments,
    arg_max({'act': act, 'occurred_at': occurred_at, 'actor': actor, 'reason': reason, 'note': note}, place)
      FILTER (act IN ('resolved', 'written-off', 'reopened', 'reappeared', 'moved')) AS decision,
    arg_max({'act': act, 'occurred_at': occurred_at, 'actor': actor, 'note': note}, place)
      FILTER (act IN ('suppressed', 'lifted')) AS suppression,
    arg_max({'assignee': assignee}, place) FILTER (act = 'assigned') AS assignment
  FROM (SELECT *, seq * 16 + ordinal AS place FROM break_event
        WHERE seq <= $2 AND break_id IN (SELECT break_id FROM recon_break WHERE recon_id = $1))
  GROUP BY break_id`;

const STATE = `CASE
    WHEN a.suppression.act = 'suppressed' THEN 'suppressed'
    WHEN a.decision.act IN ('resolved', 'written-off') THEN a.decision.act
    ELSE 'open' END`;

const DECIDED = `a.decision.act IN ('resolved', 'written-off')`;

const DELIVERY_DAY = `substr(b.detail::JSON ->> 'delivery_start', 1, 10)::DATE`;

function said(member: 'actor' | 'occurred_at' | 'note'): string {
  return `CASE WHEN a.suppression.act = 'suppressed' THEN a.suppression.${member} WHEN ${DECIDED} THEN a.decision.${member} END`;
}

/** In the order of the comparison. Columns: `detail` (JSON text) and the members of a life. */
export const BREAK_LINES = `
  SELECT b.detail, ${STATE} AS state, a.opened_at,
    greatest(0, date_diff('day',
      CASE WHEN $4::BOOLEAN THEN coalesce(${DELIVERY_DAY}, substr(a.opened_at, 1, 10)::DATE)
           ELSE coalesce(substr(a.opened_at, 1, 10), substr($3, 1, 10))::DATE END,
      substr($3, 1, 10)::DATE)) AS age_days,
    nullif(a.assignment.assignee, '') AS assignee,
    CASE WHEN ${DECIDED} THEN a.decision.reason END AS reason,
    ${said('note')} AS note, ${said('actor')} AS decided_by, ${said('occurred_at')} AS decided_at,
    coalesce(a.reopenings, 0) AS reopenings, coalesce(a.comments, 0) AS comments, coalesce(a.attachments, 0) AS attachments
  FROM recon_break b LEFT JOIN (${ACTS}) a ON a.break_id = b.break_id
  WHERE b.recon_id = $1 ORDER BY b.position`;

/** $1: recon id. $2: place in the audit chain. */
export const BREAK_STATE_COUNTS = `
  SELECT ${STATE} AS state, count(*) AS n
  FROM recon_break b LEFT JOIN (${ACTS}) a ON a.break_id = b.break_id
  WHERE b.recon_id = $1 GROUP BY 1 ORDER BY 1`;
