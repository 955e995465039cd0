/** Reconciliations once more: worked out again from what was known then, and kept where that gives the same. */
import { parseMonth } from '../../shared/month.ts';
import { derive, keepRecon } from '../recon/reconcile.ts';
import { DEFAULT_RULES, rulesSha256 } from '../recon/rules.ts';
import { dropStaging } from '../recon/staging.ts';
import type { ReplayParts } from './replay-parts.ts';
import { NotEnough, type ToldEvent } from './told-event.ts';

const nothing = (): void => {};

/** What is to be done where a reconciliation cannot be had again. */
export function reconAgain(event: ToldEvent): string {
  const month = event.text('month');
  return `tieout reconcile --month ${month} (of ${event.at})`;
}

export async function replayRecon(parts: ReplayParts, event: ToldEvent): Promise<void> {
  const month = parseMonth(event.text('month'));
  if (month === null) throw new NotEnough('its month is unknown');
  const runId = event.text('run_id');
  const importIds = event.texts('import_ids');
  if (event.text('rules_sha256') !== rulesSha256(DEFAULT_RULES))
    throw new NotEnough('it went by rules that this Tieout has not');
  await parts.database.transaction(async (tx) => {
    const basis = { month, runId, importIds, rules: DEFAULT_RULES, knownUntil: null };
    const { signal } = parts;
    const { outcome, rulesHash, pendingTotal } = await derive(tx, basis, { signal, onProgress: nothing });
    const same = parts.findings.expect(
      'recon',
      `${month} of ${event.at}`,
      event.text('recon_sha256'),
      outcome.recon_sha256,
    );
    if (same) {
      const summary = { recon_id: event.text('recon_id'), run_id: runId, month, at: event.at, ...outcome };
      await keepRecon(tx, event, summary, { runId, importIds, rulesHash, pendingTotal });
    } else {
      parts.again(reconAgain(event));
    }
    await dropStaging(tx);
  });
}
