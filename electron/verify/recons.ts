/** The newest reconciliation of each month, worked out again from what it read, and held against control totals of its rows. */
import { TieoutError } from '../../shared/errors.ts';
import { type Month, parseMonth } from '../../shared/month.ts';
import { type Derived, derive } from '../recon/derive.ts';
import { rulesOfRecon } from '../recon/rule-store.ts';
import { currenciesTold, type RuleSet } from '../recon/rules.ts';
import { dropStaging } from '../recon/staging.ts';
import { type ItemDifferences, itemDifferences } from '../recon/stored-items.ts';
import { monthWaterfall } from '../recon/waterfall.ts';
import type { Row } from '../workspace/row.ts';
import { attempted, type Check } from './findings.ts';
import { checkControls } from './recon-controls.ts';
import { checkStoredRecon } from './stored-recons.ts';

async function checkRecon(
  { workspace, request, findings }: Check,
  row: Row,
  month: Month,
  importIds: readonly string[],
  rules: RuleSet,
): Promise<void> {
  const basis = {
    month,
    runId: row.text('run_id'),
    importIds,
    rules,
    currencies: currenciesTold(row.textOrNull('currencies')),
    knownUntil: row.int('seq'),
  };
  let found: { readonly derived: Derived; readonly items: ItemDifferences };
  try {
    found = await workspace.database.scratch(async (tx) => {
      const derived = await derive(tx, basis, request);
      const items = await itemDifferences(tx, row.text('recon_id'), importIds);
      await dropStaging(tx);
      return { derived, items };
    });
  } catch (error) {
    // Rows that were changed so that a sum and its text no longer agree cannot be worked out at all.
    if (!(error instanceof TieoutError) || error.code !== 'internal') throw error;
    findings.expect('recon', month, 'items that can be worked out again', error.message);
    return;
  }
  await workspace.database.scratch((tx) =>
    checkControls(tx, { month, recon: row, importIds, rules }, findings),
  );
  const { derived, items } = found;
  const { outcome, pendingTotal, waterfall } = derived;
  const kept = await monthWaterfall(workspace.database, row.text('recon_id'));
  findings.expect('recon', `${month} waterfall`, JSON.stringify(waterfall), JSON.stringify(kept));
  findings.expect('recon', `${month} suggested`, outcome.suggested ?? 0, row.intOrNull('suggested') ?? 0);
  findings.expect('recon', month, row.text('recon_sha256'), outcome.recon_sha256);
  for (const name of ['matched', 'breaks', 'pending'] as const) {
    findings.expect('recon', `${month} ${name}`, outcome[name], row.int(name));
  }
  for (const [name, worked] of [
    ['by_category', outcome.by_category],
    ['etrm_total', outcome.etrm_total],
    ['ledger_total', outcome.ledger_total],
    ['pending_total', pendingTotal],
  ] as const) {
    findings.expect('recon', `${month} ${name}`, JSON.stringify(worked), row.text(name));
  }
  const first = items.first === null ? '' : `, the first ${items.first}`;
  findings.expect('recon', `${month} items that differ`, 0, items.items === 0 ? 0 : `${items.items}${first}`);
  findings.expect(
    'recon',
    `${month} breaks that differ`,
    0,
    items.breaks === 0 ? 0 : `${items.breaks}${first}`,
  );
}

async function checkKept(check: Check, row: Row): Promise<void> {
  const of = parseMonth(row.text('month'));
  const importIds = row.json('import_ids');
  if (of === null || !Array.isArray(importIds)) return;
  const rules = await rulesOfRecon(check.workspace.evidence, row.sha256('rules_sha256'));
  // By rules of an earlier form, which this Tieout does not work out; its counts stand as they were told.
  if (rules === null && !row.bool('told_name')) return;
  if (rules === null) {
    check.findings.expect('recon', `${of} rules`, row.text('rules_sha256'), 'missing or changed evidence');
    return;
  }
  if (row.bool('told_name'))
    check.findings.expect('recon', `${of} rules`, rules.name, row.textOrNull('rules_name') ?? 'no name');
  const ids = importIds.map(String);
  if (row.bool('newest')) await checkRecon(check, row, of, ids, rules);
  else if (row.bool('told_name'))
    await checkStoredRecon(check, { month: of, recon: row, importIds: ids, rules });
}

export async function checkRecons(check: Check): Promise<void> {
  const { month } = check.request;
  const recons = await check.workspace.database.rows(
    `SELECT r.*, row_number() OVER (PARTITION BY r.month ORDER BY r.seq DESC) = 1 AS newest,
       coalesce(json_exists(e.payload, '$.suggested'), FALSE) AS told_name,
       json_extract_string(e.payload, '$.currencies') AS currencies
     FROM recon r LEFT JOIN audit_event e ON e.seq = r.seq
     WHERE ?::VARCHAR IS NULL OR r.month = ? ORDER BY r.month, r.seq`,
    [month, month],
  );
  for (const row of recons)
    await attempted(check, 'recon', `${row.text('month')} of ${row.text('reconciled_at')}`, () =>
      checkKept(check, row),
    );
}
