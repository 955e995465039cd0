/** What other rules would make of a month, without keeping anything: which items would be in another state. */
import type { Month } from '../../shared/month.ts';
import type { DryRun, DryRunItem, DryRunMove } from '../../shared/rules.ts';
import type { Row } from '../workspace/row.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { derive } from './derive.ts';
import { monthBasis } from './month-basis.ts';
import { rulesOfRecon } from './rule-store.ts';
import { type Currencies, currenciesTold, DEFAULT_RULES, type RuleSet } from './rules.ts';
import { dropStaging } from './staging.ts';

/** Items as they stand after a derivation, each by the row that stands for it on either side. */
const STANDING = `
  SELECT coalesce(i.settlement_id, q.rest) AS name, coalesce(i.state, 'matched') AS state, i.category, i.difference, i.rule,
    coalesce(p.page, i.etrm_page) AS page, coalesce(p.idx, i.etrm_idx) AS idx,
    coalesce(i.import_id, p.import_no::VARCHAR) AS import_id, coalesce(p.line, i.ledger_line) AS line, p.position
  FROM temp.placed p
  LEFT JOIN temp.item i ON i.ordinal = p.ordinal
  LEFT JOIN temp.plain q ON q.page = p.page AND q.idx = p.idx`;

const MOVED = `
  SELECT b.*, a.state AS to_state, a.category AS to_category, a.rule AS to_rule
  FROM temp.standing_before b
  LEFT JOIN temp.standing_after a ON CASE WHEN b.page IS NOT NULL THEN a.page = b.page AND a.idx = b.idx
    ELSE a.import_id = b.import_id AND a.line = b.line END
  WHERE (a.state, a.category) IS DISTINCT FROM (b.state, b.category)`;

export interface DryRunRequest {
  readonly month: Month;
  readonly rules: RuleSet;
  /** How many of the items that move are named. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

/** What the newest reconciliation of the month went by; the default rules where there is none. */
async function wentBy(
  workspace: Workspace,
  month: Month,
): Promise<{ readonly rules: RuleSet; readonly currencies: Currencies }> {
  const row = await workspace.database.row(
    `SELECT rules_sha256, json_extract_string(e.payload, '$.currencies') AS currencies
     FROM recon r LEFT JOIN audit_event e ON e.seq = r.seq WHERE month = ? ORDER BY r.seq DESC LIMIT 1`,
    [month],
  );
  if (row === null) return { rules: DEFAULT_RULES, currencies: 'apart' };
  const rules = await rulesOfRecon(workspace.evidence, row.sha256('rules_sha256'));
  return { rules: rules ?? DEFAULT_RULES, currencies: currenciesTold(row.textOrNull('currencies')) };
}

function moveOf(row: Row): DryRunMove {
  return {
    from: row.text('state'),
    fromCategory: row.textOrNull('category'),
    to: row.textOrNull('to_state'),
    toCategory: row.textOrNull('to_category'),
    items: row.int('n'),
  };
}

function itemOf(row: Row): DryRunItem {
  return {
    position: row.int('position'),
    settlementId: row.textOrNull('name'),
    from: row.text('state'),
    fromCategory: row.textOrNull('category'),
    to: row.textOrNull('to_state'),
    toCategory: row.textOrNull('to_category'),
    rule: row.textOrNull('to_rule'),
    difference: row.textOrNull('difference'),
  };
}

async function compare(tx: Transaction, limit: number): Promise<Pick<DryRun, 'moves' | 'items'>> {
  const moves = await tx.rows(
    `SELECT state, category, to_state, to_category, count(*) AS n FROM (${MOVED})
     GROUP BY ALL ORDER BY n DESC, state, category NULLS FIRST, to_state NULLS FIRST, to_category NULLS FIRST`,
  );
  const items = await tx.rows(`SELECT * FROM (${MOVED}) ORDER BY position LIMIT ?`, [limit]);
  return { moves: moves.map(moveOf), items: items.map(itemOf) };
}

/** @throws TieoutError `nothing-to-do` where there is nothing to reconcile; the signal's reason. */
export async function dryRun(workspace: Workspace, request: DryRunRequest): Promise<DryRun> {
  const { month, rules } = request;
  const { runId, importIds } = await monthBasis(workspace.database, month, null);
  const before = await wentBy(workspace, month);
  return workspace.database.scratch(async (tx) => {
    const basis = { month, runId, importIds, knownUntil: null };
    const was = await derive(tx, { ...basis, ...before }, request);
    await tx.run(`CREATE TEMP TABLE standing_before AS ${STANDING}`);
    const would = await derive(tx, { ...basis, rules, currencies: 'apart' }, request);
    await tx.run(`CREATE TEMP TABLE standing_after AS ${STANDING}`);
    const found = await compare(tx, request.limit);
    await dropStaging(tx);
    const counts = ({ outcome }: typeof was) => ({
      rules: outcome.rules?.name ?? '',
      revision: outcome.rules?.revision ?? 0,
      matched: outcome.matched,
      suggested: outcome.suggested ?? 0,
      pending: outcome.pending,
      breaks: outcome.breaks,
      byCategory: outcome.by_category,
    });
    return { month, before: counts(was), after: counts(would), ...found };
  }, request.signal);
}
