/** The matches of a month that are not plain: made or suggested by a rule, or decided about by an analyst. */
import type { MatchView } from '../../shared/rules.ts';
import type { Reader } from '../workspace/database.ts';

/** $1: month. A decision is the last that was said; one that was taken back is none. */
const MATCHES = `
  WITH newest AS (SELECT recon_id FROM recon WHERE month = $1 ORDER BY seq DESC LIMIT 1),
  said AS (
    SELECT * FROM match_decision WHERE month = $1
    QUALIFY row_number() OVER (PARTITION BY match_id ORDER BY seq DESC) = 1),
  made AS (
    SELECT i.* FROM recon_judged i JOIN newest n ON n.recon_id = i.recon_id WHERE i.match_id IS NOT NULL)
  SELECT coalesce(m.match_id, s.match_id) AS match_id, m.state, m.rule,
    coalesce(m.settlement_id, s.key[2:]) AS settlement_id, coalesce(m.etrm_rows, 0) AS etrm_rows,
    coalesce(m.ledger_rows, 0) AS ledger_rows, m.etrm_amount, m.ledger_amount, m.difference, m.currency,
    nullif(s.act, 'restore') AS decision, CASE WHEN s.act <> 'restore' THEN s.actor END AS decided_by,
    CASE WHEN s.act <> 'restore' THEN s.reason END AS reason
  FROM made m FULL JOIN said s ON s.match_id = m.match_id
  WHERE m.match_id IS NOT NULL OR s.act <> 'restore'
  ORDER BY m.state = 'suggested' DESC NULLS LAST, m.position NULLS LAST, match_id`;

export async function listMatches(
  reader: Reader,
  month: string,
  state: 'suggested' | 'matched' | null,
): Promise<readonly MatchView[]> {
  const rows = await reader.rows(MATCHES, [month]);
  const views = rows.map((row): MatchView => {
    const found = row.textOrNull('state');
    return {
      matchId: row.text('match_id'),
      state: found === 'suggested' || found === 'matched' ? found : null,
      rule: row.textOrNull('rule'),
      settlementId: row.textOrNull('settlement_id'),
      etrmRows: row.int('etrm_rows'),
      ledgerRows: row.int('ledger_rows'),
      etrmAmount: row.textOrNull('etrm_amount'),
      ledgerAmount: row.textOrNull('ledger_amount'),
      difference: row.textOrNull('difference'),
      currency: row.textOrNull('currency'),
      decision: row.textOrNull('decision'),
      decidedBy: row.textOrNull('decided_by'),
      reason: row.textOrNull('reason'),
    };
  });
  return state === null ? views : views.filter((view) => view.state === state);
}
