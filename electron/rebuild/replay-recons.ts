/** Reconciliations once more: worked out again from what was known then, and kept where that gives the same. */
import { parseMonth } from '../../shared/month.ts';
import { storeFindingsAgain } from '../findings/derive-findings.ts';
import { derive } from '../recon/derive.ts';
import { keepDecision } from '../recon/match-decisions.ts';
import { keepRecon } from '../recon/reconcile.ts';
import { parseStoredRules } from '../recon/rule-file.ts';
import { rulesOfRecon } from '../recon/rule-store.ts';
import { currenciesTold } from '../recon/rules.ts';
import { dropStaging } from '../recon/staging.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { document, documentText, type ReplayParts } from './replay-parts.ts';
import { NotEnough, type ToldEvent } from './told-event.ts';

const nothing = (): void => {};

/** What is to be done where a reconciliation cannot be had again. */
export function reconAgain(event: ToldEvent): string {
  const month = event.text('month');
  return `tieout reconcile --month ${month} (of ${event.at})`;
}

async function isPinned(tx: Transaction, runId: string): Promise<boolean> {
  return (await tx.row('SELECT 1 AS found FROM run_pin WHERE run_id = ? LIMIT 1', [runId])) !== null;
}

export async function replayRecon(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const month = parseMonth(event.text('month'));
  if (month === null) throw new NotEnough('its month is unknown');
  const runId = event.text('run_id');
  const importIds = event.texts('import_ids');
  const rules = await rulesOfRecon(parts.evidence, event.sha256('rules_sha256'));
  const currencies = currenciesTold(event.has('currencies') ? event.text('currencies') : null);
  if (rules === null) throw new NotEnough('it went by rules that this Tieout has not');
  await parts.database.transaction(async (tx) => {
    const basis = { month, runId, importIds, rules, currencies, knownUntil: null };
    const { signal } = parts;
    // Findings are worked out when everything else is there; these rules ask for them now.
    const asks = rules.categories.includes('CURVE_DEVIATION') && (await isPinned(tx, runId));
    if (asks) await storeFindingsAgain(tx, runId);
    const derived = await derive(tx, basis, { signal, onProgress: nothing });
    if (asks) await tx.run('DELETE FROM finding WHERE run_id = ?', [runId]);
    const { outcome } = derived;
    const same = parts.findings.expect(
      'recon',
      `${month} of ${event.at}`,
      event.text('recon_sha256'),
      outcome.recon_sha256,
    );
    if (same) {
      const summary = { recon_id: event.text('recon_id'), run_id: runId, month, at: event.at, ...outcome };
      await keepRecon(tx, event, summary, { ...derived, runId, importIds });
    } else {
      parts.again(reconAgain(event));
    }
    await dropStaging(tx);
  });
}

export async function replayRules(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const digest = event.sha256('sha256');
  const text = Buffer.from(await document(parts, digest)).toString('latin1');
  const { name, revision } = parseStoredRules(text, `The rule set ${digest}`);
  parts.findings.expect('audit', `event ${event.seq} name`, event.text('name'), name);
  parts.findings.expect('audit', `event ${event.seq} revision`, event.int('revision'), revision);
  const values = [digest, event.seq, name, revision, text, event.at, event.actor];
  await parts.database.transaction((tx) =>
    tx.run('INSERT INTO rule_set VALUES (?, ?, ?, ?, ?, ?, ?)', values),
  );
}

export async function replayMatchDecision(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const act = event.type.replace('match.', '');
  const matches = await documentText(parts, event.sha256('matches_sha256'));
  await parts.database.transaction((tx) =>
    keepDecision(tx, event, event.text('month'), act, event.text('reason'), matches),
  );
}
