/** Reconciles a month: the newest finished run of settlements against the current ledger extracts, by the rules. */
import { add, type Decimal, ZERO } from '../../shared/decimal.ts';
import type { Sha256 } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { Month } from '../../shared/month.ts';
import { BREAK_CATEGORIES, type BreakCategory, type ReconSummary, type Totals } from '../../shared/recon.ts';
import { type Clock, isoTime } from '../clock.ts';
import { letterCounts } from '../dead-letters/letter-counts.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Reader, Transaction } from '../workspace/database.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { candidateKeys } from './candidates.ts';
import { ItemBatch } from './items.ts';
import { judge } from './judge.ts';
import { reconSha256 } from './recon-hash.ts';
import { DEFAULT_RULES, type RuleSet, rulesSha256 } from './rules.ts';
import { dropStaging, stage } from './staging.ts';
import { storeItems } from './stored-items.ts';
import { totals } from './totals.ts';

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
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

/** The run that a reconciliation of the month reads. */
async function currentRunId(reader: Reader, month: Month, source: string | null): Promise<string | null> {
  const row = await reader.row(
    `SELECT run_id FROM run_state
     WHERE month = ? AND resource = 'settlements' AND outcome = 'done' AND (?::VARCHAR IS NULL OR source = ?)
     ORDER BY seq DESC LIMIT 1`,
    [month, source, source],
  );
  return row?.text('run_id') ?? null;
}

/**
 * @returns the summary; breaks and items are in the workspace under its `recon_id`.
 * @throws TieoutError `nothing-to-do` where the month has no finished sync or no ledger extract.
 */
export async function reconcile(parts: ReconParts, request: ReconRequest): Promise<ReconSummary> {
  const { database } = parts.workspace;
  const { month } = request;
  const rules: RuleSet = DEFAULT_RULES;
  const runId = await currentRunId(database, month, request.source);
  if (runId === null) {
    throw new TieoutError(
      'nothing-to-do',
      `${month} has no finished sync of settlements; run the sync first.`,
      { month },
    );
  }
  const imports = await database.rows(
    'SELECT import_id FROM ledger_import_current WHERE month = ? ORDER BY file_name',
    [month],
  );
  if (imports.length === 0) {
    throw new TieoutError('nothing-to-do', `${month} has no ledger extract; import one first.`, { month });
  }
  const importIds = imports.map((row) => row.text('import_id'));

  return database.transaction(async (tx) => {
    const derived = await derive(tx, { month, runId, importIds, rules, knownUntil: null }, request);
    const letters = await letterCounts(tx, runId);
    const summary: ReconSummary = {
      recon_id: parts.newId(),
      run_id: runId,
      month,
      at: isoTime(parts.clock.now()),
      dead_letters: letters.open + letters.discarded,
      ...derived.outcome,
    };
    await store(tx, parts, summary, {
      runId,
      importIds,
      rulesHash: derived.rulesHash,
      pendingTotal: derived.pendingTotal,
    });
    await dropStaging(tx);
    return summary;
  });
}

/** What a reconciliation reads, and by what rules. */
export interface ReconBasis {
  readonly month: Month;
  readonly runId: string;
  readonly importIds: readonly string[];
  readonly rules: RuleSet;
  /** A place in the audit chain: the run is read as it was known there. Null: as it is known now. */
  readonly knownUntil: number | null;
}

interface Derived {
  readonly outcome: Omit<ReconSummary, 'recon_id' | 'run_id' | 'month' | 'at' | 'dead_letters'>;
  readonly rulesHash: Sha256;
  readonly pendingTotal: Totals;
}

/** Works the reconciliation out into the staged tables, without storing it: the same basis gives the same hash. */
export async function derive(
  tx: Transaction,
  basis: ReconBasis,
  { signal, onProgress }: Pick<ReconRequest, 'signal' | 'onProgress'>,
): Promise<Derived> {
  const { month, rules } = basis;
  onProgress('Matching', 0, null);
  const { candidates } = await stage(tx, basis.runId, basis.importIds, rules, basis.knownUntil);
  let judged = 0;
  for await (const keys of candidateKeys(tx, candidates)) {
    signal.throwIfAborted();
    const batch = new ItemBatch();
    for (const sides of keys) batch.add(month, sides, judge(sides, rules));
    await batch.store(tx);
    judged += keys.length;
    onProgress('Judging what differs', judged, candidates);
  }
  signal.throwIfAborted();
  onProgress('Adding up', 0, null);
  const etrmTotal = await totals(tx, `SELECT * FROM temp.etrm_current WHERE status <> 'VOID' AND placed = 1`);
  const ledgerTotal = await totals(tx, 'SELECT * FROM temp.ledger_live');
  const counts = await tx.rows(
    'SELECT state, category, count(*) AS n FROM temp.item GROUP BY state, category',
  );
  const count = (state: string): number =>
    counts.filter((row) => row.text('state') === state).reduce((n, row) => n + row.int('n'), 0);
  const byCategory: Partial<Record<BreakCategory, number>> = {};
  for (const category of BREAK_CATEGORIES) {
    const n = counts.find((row) => row.textOrNull('category') === category)?.int('n') ?? 0;
    if (n > 0) byCategory[category] = n;
  }
  const pendingTotal: Record<string, Decimal> = {};
  for (const row of await tx.rows(
    `SELECT currency, etrm_amount FROM temp.item WHERE state = 'pending' AND etrm_amount IS NOT NULL ORDER BY currency`,
  )) {
    const currency = row.text('currency');
    pendingTotal[currency] = add(pendingTotal[currency] ?? ZERO, row.decimal('etrm_amount'));
  }
  const rulesHash = rulesSha256(rules);
  const header = { month, rules_sha256: rulesHash, etrm_total: etrmTotal, ledger_total: ledgerTotal };
  return {
    outcome: {
      matched: count('matched'),
      breaks: count('break'),
      pending: count('pending'),
      by_category: byCategory,
      etrm_total: etrmTotal,
      ledger_total: ledgerTotal,
      recon_sha256: await reconSha256(tx, header),
    },
    rulesHash,
    pendingTotal,
  };
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
      matched: summary.matched,
      breaks: summary.breaks,
      pending: summary.pending,
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
}

/** Keeps what is staged. @param event that tells of it. */
export async function keepRecon(
  tx: Transaction,
  event: { readonly seq: number; readonly actor: string },
  summary: Omit<ReconSummary, 'dead_letters'>,
  basis: KeptBasis,
): Promise<void> {
  await tx.run('INSERT INTO recon VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
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
  ]);
  await storeItems(tx, summary.recon_id);
}
