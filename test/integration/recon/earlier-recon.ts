/** Reconciles as a Tieout did that added up what a key has in several currencies, and whose event says nothing of it. */
import type { App } from '../../../electron/app.ts';
import { followBreaks } from '../../../electron/breaks/follow.ts';
import { letterCounts } from '../../../electron/dead-letters/letter-counts.ts';
import { derive } from '../../../electron/recon/derive.ts';
import { monthBasis } from '../../../electron/recon/month-basis.ts';
import { keepRecon } from '../../../electron/recon/reconcile.ts';
import { DEFAULT_RULES, rulesText } from '../../../electron/recon/rules.ts';
import { appendAudit } from '../../../electron/workspace/audit-chain.ts';
import type { Month } from '../../../shared/month.ts';
import type { ReconSummary } from '../../../shared/recon.ts';
import { unwatched } from '../../unit/workspace/temporary.ts';

export async function reconciledEarlier({ workspace }: App, month: Month, at: string): Promise<ReconSummary> {
  const { runId, importIds } = await monthBasis(workspace.database, month, null);
  await workspace.evidence.put(Buffer.from(rulesText(DEFAULT_RULES), 'latin1'));
  const basis = {
    ...{ month, runId, importIds, rules: DEFAULT_RULES },
    ...{ currencies: 'added' as const, knownUntil: null },
  };
  return workspace.database.staged(
    (tx) => derive(tx, basis, unwatched),
    async (tx, derived) => {
      const letters = await letterCounts(tx, runId);
      const summary: ReconSummary = {
        ...{ recon_id: `R-${at}`, run_id: runId, month, at },
        ...{ dead_letters: letters.open + letters.discarded, ...derived.outcome },
      };
      const { matched, breaks, pending, suggested = 0, recon_sha256 } = summary;
      const seq = await appendAudit(tx, {
        ...{ at, actor: 'analyst', type: 'recon.done' },
        payload: {
          ...{ recon_id: summary.recon_id, month, run_id: runId, import_ids: importIds },
          ...{ rules_sha256: derived.rulesHash, matched, breaks, pending, suggested, recon_sha256 },
        },
      });
      await keepRecon(tx, { seq, actor: 'analyst' }, summary, { ...derived, runId, importIds });
      await followBreaks(tx, summary, 'analyst', 'added');
      return summary;
    },
  );
}
