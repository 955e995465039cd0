/**
 * Plain cases classified a second time, in one statement over the stored rows: a settlement and the posting that names it,
 * or either alone. It shares nothing with the matching but what the rules say.
 */
import type { Month } from '../../shared/month.ts';
import { BREAK_CATEGORIES } from '../../shared/recon.ts';
import { enabledRules, type RuleSet } from '../recon/rules.ts';
import type { Row } from '../workspace/row.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { Findings } from './findings.ts';

export interface ControlBasis {
  readonly month: Month;
  /** Of the table `recon`, with `currencies` as its event tells them. */
  readonly recon: Row;
  readonly importIds: readonly string[];
  readonly rules: RuleSet;
}

/** By rules that compare every field of one settlement with one posting, and nothing else. */
export function isPlain(set: RuleSet): boolean {
  const { rules, categories, units, fx, ledger, not_yet_due_after: due } = enabledRules(set);
  const [rule, other] = rules;
  if (!rule || other || rule.key !== 'identity' || rule.outcome !== 'automatic' || rule.window) return false;
  const { absolute, percent, derived } = rule.tolerance;
  if (percent !== undefined || derived !== undefined || (absolute ?? '').length > 20) return false;
  if (Object.keys(rule.volume_tolerance).length > 0 || rule.ignore.length > 0) return false;
  if (units.length + fx.length > 0 || ledger !== 'postings' || due !== undefined) return false;
  return categories.join() === BREAK_CATEGORIES.join();
}

const differs = (field: string): string => `(l.${field} <> e.${field})`;

/** Where both sides have one row. Bound: $1 tolerance, $2 pending statuses. */
const CATEGORY = `CASE
  WHEN l.line IS NULL THEN 'MISSING_IN_LEDGER' WHEN e.page IS NULL THEN 'MISSING_IN_ETRM'
  WHEN ${differs('currency')} THEN 'CURRENCY'
  WHEN ${differs('volume_uom')} OR upper(l.price_uom) <> upper(e.price_uom) THEN 'UNIT'
  WHEN ${differs('direction')} THEN 'DIRECTION'
  WHEN ${differs('delivery_start')} OR ${differs('delivery_end')} THEN 'DELIVERY_WINDOW'
  WHEN ${differs('counterparty')} OR ${differs('legal_entity')} OR ${differs('agreement')} THEN 'COUNTERPARTY'
  WHEN ${differs('version')} THEN 'VERSION' WHEN ${differs('volume')} THEN 'VOLUME' WHEN ${differs('price')} THEN 'PRICE'
  WHEN abs(l.amount - e.amount) > $1::DECIMAL(38,12) THEN 'AMOUNT' END`;

const IS_PENDING = `list_contains(json_extract_string($2::JSON, '$[*]'), e.status)
  AND (l.line IS NULL OR (l.currency = e.currency AND abs(l.amount - e.amount) <= $1::DECIMAL(38,12)))`;

/** Figures that the engine's DECIMAL holds. */
const narrow = (of: string): string =>
  `${of}.amount IS NOT NULL AND (${of}.volume IS NOT NULL OR ${of}.volume_text IS NULL)
   AND (${of}.price IS NOT NULL OR ${of}.price_text IS NULL)`;

/** A settlement and a posting that names it, each alone: what they are, again. */
export async function checkPlain(
  tx: Transaction,
  { month, recon, rules }: ControlBasis,
  findings: Findings,
): Promise<void> {
  const row = await tx.row(
    `WITH apart AS (SELECT substr(key, 2) AS id FROM match_decision WHERE month = $3 AND key IS NOT NULL),
     described AS (
       SELECT r.trade_id, r.delivery_start, r.location FROM ledger_row r
       JOIN temp.control_ledger c ON c.import_id = r.import_id AND c.line = r.line WHERE c.settlement_id IS NULL),
     e AS (
       SELECT s.* FROM settlement s SEMI JOIN (SELECT page, idx FROM temp.control_etrm WHERE alone) c USING (page, idx)
       ANTI JOIN apart a ON a.id = s.settlement_id
       ANTI JOIN described d ON d.trade_id = s.trade_id AND d.delivery_start = s.delivery_start AND d.location = s.location
       WHERE s.run_id = $4 AND ${narrow('s')}),
     l AS (
       SELECT r.* FROM ledger_row r SEMI JOIN (SELECT import_id, line FROM temp.control_ledger WHERE alone) c
         USING (import_id, line)
       WHERE ${narrow('r')}),
     other AS (
       SELECT settlement_id FROM temp.control_ledger WHERE NOT alone AND settlement_id IS NOT NULL
       UNION ALL
       SELECT r.settlement_id FROM ledger_row r SEMI JOIN (SELECT import_id, line FROM temp.control_ledger WHERE alone) c
         USING (import_id, line)
       WHERE (${narrow('r')}) IS NOT TRUE),
     paired AS (
       SELECT e.settlement_id AS e_id, l.settlement_id AS l_id, e.page, e.idx, l.import_id, l.line, ${CATEGORY} AS category,
         coalesce(${IS_PENDING}, FALSE) AS pending
       FROM e FULL JOIN l ON l.settlement_id = e.settlement_id),
     worked AS (
       SELECT * FROM (SELECT * FROM paired ANTI JOIN other o ON o.settlement_id = coalesce(e_id, l_id)) p
       WHERE p.page IS NOT NULL OR p.l_id NOT IN (SELECT settlement_id FROM temp.control_etrm)),
     said AS (
       SELECT page, idx, import_id, line, CASE WHEN pending THEN 'pending' WHEN category IS NULL THEN 'matched' ELSE 'break' END
         AS state, CASE WHEN pending THEN NULL ELSE category END AS category FROM worked)
     SELECT count(*) AS n, min(concat_ws(' ', s.state, s.category, 'page', s.page, 'record', s.idx, s.import_id, 'line', s.line)) AS first
     FROM said s LEFT JOIN temp.control_item i
       ON i.page IS NOT DISTINCT FROM s.page AND i.idx IS NOT DISTINCT FROM s.idx
       AND i.import_id IS NOT DISTINCT FROM s.import_id AND i.line IS NOT DISTINCT FROM s.line
     WHERE i.state IS DISTINCT FROM s.state OR i.category IS DISTINCT FROM s.category`,
    [rules.rules[0]?.tolerance.absolute ?? '0', JSON.stringify(rules.pending), month, recon.text('run_id')],
  );
  const n = row?.int('n') ?? 0;
  findings.expect(
    'recon',
    `${month} plain cases that are said to be another`,
    0,
    n === 0 ? 0 : `${n}, the first ${row?.text('first')}`,
  );
}
