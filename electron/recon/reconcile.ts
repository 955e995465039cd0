/** Reconciles a month: the newest finished run of settlements against the current ledger extracts, by the rules. */
import type { Sha256 } from '../../shared/digest.ts';
import type { Month } from '../../shared/month.ts';
import type { ReconSummary, Totals, Waterfall } from '../../shared/recon.ts';
import { followBreaks } from '../breaks/follow.ts';
import { type Clock, isoTime } from '../clock.ts';
import { assertOpen } from '../close/lock.ts';
import { letterCounts } from '../dead-letters/letter-counts.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { derive } from './derive.ts';
import { monthBasis } from './month-basis.ts';
import { type Currencies, DEFAULT_RULES, type RuleSet, rulesText } from './rules.ts';
import { storeItems } from './stored-items.ts';
import { storeWaterfall } from './waterfall.ts';

/** Told by the event, because what is worked out of it again must come to the same for ever. */
const CURRENCIES: Currencies = 'apart';

export interface ReconParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
  readonly newId: () => string;
}

export interface ReconRequest {
  readonly month: Month;
  /** Null: the newest finished run of any source. */
  readonly source: string | null;
  /** The default ones where none are given. */
  readonly rules?: RuleSet;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

/**
 * @returns the summary; breaks and items are in the workspace under its `recon_id`.
 * @throws TieoutError `nothing-to-do` where the month has no finished sync or no ledger extract.
 */
export async function reconcile(parts: ReconParts, request: ReconRequest): Promise<ReconSummary> {
  const { database } = parts.workspace;
  const { month } = request;
  const rules = request.rules ?? DEFAULT_RULES;
  const { runId, importIds } = await monthBasis(database, month, request.source);
  // What a reconciliation went by outlives the database.
  await parts.workspace.evidence.put(Buffer.from(rulesText(rules), 'latin1'));
  return database.staged(
    async (tx) => {
      await assertOpen(tx, month);
      return derive(
        tx,
        { month, runId, importIds, rules, currencies: CURRENCIES, knownUntil: null },
        request,
      );
    },
    async (tx, derived) => {
      const letters = await letterCounts(tx, runId);
      const summary: ReconSummary = {
        recon_id: parts.newId(),
        run_id: runId,
        month,
        at: isoTime(parts.clock.now()),
        dead_letters: letters.open + letters.discarded,
        ...derived.outcome,
      };
      await store(tx, parts, summary, { ...derived, runId, importIds });
      await followBreaks(tx, summary, parts.actor, CURRENCIES);
      return summary;
    },
    { signal: request.signal },
  );
}

async function store(
  tx: Transaction,
  parts: ReconParts,
  summary: ReconSummary,
  basis: KeptBasis,
): Promise<void> {
  const seq = await appendAudit(tx, {
    at: summary.at,
    actor: parts.actor,
    type: 'recon.done',
    payload: {
      recon_id: summary.recon_id,
      month: summary.month,
      run_id: basis.runId,
      import_ids: basis.importIds,
      rules_sha256: basis.rulesHash,
      currencies: CURRENCIES,
      matched: summary.matched,
      breaks: summary.breaks,
      pending: summary.pending,
      suggested: summary.suggested ?? 0,
      recon_sha256: summary.recon_sha256,
    },
  });
  await keepRecon(tx, { seq, actor: parts.actor }, summary, basis);
}

interface KeptBasis {
  readonly runId: string;
  readonly importIds: readonly string[];
  readonly rulesHash: Sha256;
  readonly pendingTotal: Totals;
  readonly waterfall: Waterfall;
}

const COLUMNS = `recon_id, seq, month, run_id, import_ids, rules_sha256, reconciled_at, actor, matched, breaks, pending,
  by_category, etrm_total, ledger_total, pending_total, recon_sha256, suggested, rules_name`;

/** Keeps what is staged. @param event that tells of it. */
export async function keepRecon(
  tx: Transaction,
  event: { readonly seq: number; readonly actor: string },
  summary: Omit<ReconSummary, 'dead_letters'>,
  basis: KeptBasis,
): Promise<void> {
  const values = [
    summary.recon_id,
    event.seq,
    summary.month,
    basis.runId,
    JSON.stringify(basis.importIds),
    basis.rulesHash,
    summary.at,
    event.actor,
    summary.matched,
    summary.breaks,
    summary.pending,
    JSON.stringify(summary.by_category),
    JSON.stringify(summary.etrm_total),
    JSON.stringify(summary.ledger_total),
    JSON.stringify(basis.pendingTotal),
    summary.recon_sha256,
    summary.suggested ?? 0,
    summary.rules?.name ?? null,
  ];
  await tx.run(`INSERT INTO recon (${COLUMNS}) VALUES (${values.map(() => '?').join(', ')})`, values);
  await storeItems(tx, summary.recon_id, event.seq);
  await storeWaterfall(tx, summary.recon_id, basis.waterfall);
}
