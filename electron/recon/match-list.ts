/** The matches of a month that are not plain: made or suggested by a rule, or decided about by an analyst. */
import { MATCH_FILTERS, type MatchCounts, type MatchFilter } from '../../shared/rule-channels.ts';
import type { MatchView } from '../../shared/rules.ts';
import type { RowWindow } from '../../shared/views.ts';
import type { Row } from '../workspace/row.ts';
import type { Reader } from '../workspace/transaction.ts';

/** $1: month. A decision is the last that was said; one that was taken back is none. */
const MATCHES = `
  WITH newest AS (SELECT recon_id FROM recon WHERE month = $1 ORDER BY seq DESC LIMIT 1),
  said AS (
    SELECT * FROM match_decision WHERE month = $1
    QUALIFY row_number() OVER (PARTITION BY match_id ORDER BY seq DESC) = 1),
  made AS (
    SELECT i.* FROM recon_judged i JOIN newest n ON n.recon_id = i.recon_id WHERE i.match_id IS NOT NULL)
  SELECT coalesce(m.match_id, s.match_id) AS match_id, m.state, m.rule,
    m.position, coalesce(m.settlement_id, s.key[2:]) AS settlement_id, coalesce(m.etrm_rows, 0) AS etrm_rows,
    coalesce(m.ledger_rows, 0) AS ledger_rows, m.etrm_amount, m.ledger_amount, m.difference, m.currency,
    nullif(s.act, 'restore') AS decision, CASE WHEN s.act <> 'restore' THEN s.actor END AS decided_by,
    CASE WHEN s.act <> 'restore' THEN s.reason END AS reason
  FROM made m FULL JOIN said s ON s.match_id = m.match_id
  WHERE m.match_id IS NOT NULL OR s.act <> 'restore'`;

const ORDER = "ORDER BY state = 'suggested' DESC NULLS LAST, position NULLS LAST, match_id";

function viewOf(row: Row): MatchView {
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
}

/** What each of the lists that an analyst looks at has. */
const LISTS: Readonly<Record<MatchFilter, string>> = {
  suggested: "state = 'suggested' AND decision IS NULL",
  matched: "state = 'matched' AND decision IS NULL",
  decided: 'decision IS NOT NULL',
};

export async function matchCounts(reader: Reader, month: string): Promise<MatchCounts> {
  const counts = MATCH_FILTERS.map((name) => `count(*) FILTER (WHERE ${LISTS[name]}) AS ${name}`).join(', ');
  const row = await reader.row(`SELECT ${counts} FROM (${MATCHES})`, [month]);
  return {
    suggested: row?.int('suggested') ?? 0,
    matched: row?.int('matched') ?? 0,
    decided: row?.int('decided') ?? 0,
  };
}

interface MatchesAsked {
  readonly month: string;
  readonly filter: MatchFilter;
  readonly offset: number;
  readonly limit: number;
}

/** What is sorted and cut is narrow: whole rows are only read of what is shown. */
function listed(reader: Reader, { month, filter, offset, limit }: MatchesAsked): Promise<readonly Row[]> {
  return reader.rows(
    `SELECT match_id FROM (${MATCHES}) WHERE ${LISTS[filter]} ${ORDER} LIMIT ${limit} OFFSET ${offset}`,
    [month],
  );
}

export async function matchIds(reader: Reader, asked: MatchesAsked): Promise<readonly string[]> {
  return (await listed(reader, asked)).map((row) => row.text('match_id'));
}

export async function matchesWindow(reader: Reader, asked: MatchesAsked): Promise<RowWindow<MatchView>> {
  const { month, offset } = asked;
  const total = (await matchCounts(reader, month))[asked.filter];
  const ids = await matchIds(reader, asked);
  if (ids.length === 0) return { offset, total, rows: [] };
  const places = ids.map((_, at) => `$${at + 2}`).join(', ');
  const rows = await reader.rows(`SELECT * FROM (${MATCHES}) WHERE match_id IN (${places}) ${ORDER}`, [
    month,
    ...ids,
  ]);
  return { offset, total, rows: rows.map(viewOf) };
}

export async function listMatches(
  reader: Reader,
  month: string,
  state: 'suggested' | 'matched' | null,
): Promise<readonly MatchView[]> {
  const rows = await reader.rows(`${MATCHES} ${ORDER}`, [month]);
  const views = rows.map(viewOf);
  return state === null ? views : views.filter((view) => view.state === state);
}
