/** What an analyst decides of drift: accepted, it moves the accepted schema; rejected, the vendor is to put it right. */
import type { DriftKind, DriftRow, DriftState } from '../../shared/drift.ts';
import { TieoutError } from '../../shared/errors.ts';
import { RESOURCES } from '../../shared/resource.ts';
import { type Clock, isoTime } from '../clock.ts';
import { assertRunsOpen } from '../close/lock.ts';
import type { Redactor } from '../credentials/secret.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { withAccepted } from './accepted-schema.ts';
import { currentBaseline } from './baseline.ts';
import { ALL_DRIFT, type DriftFilter, driftRows } from './drift-rows.ts';
import { runObserved } from './page-schema.ts';
import { keepBaseline, setBaseline } from './record-drift.ts';

export interface DriftParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
  readonly redactor: Redactor;
}

export interface DriftChoice {
  readonly field: string | null;
  readonly kind: DriftKind | null;
  /** Single findings, by run and position; null where field and kind choose. */
  readonly rows: readonly { readonly runId: string; readonly position: number }[] | null;
}

export interface DriftDecision {
  readonly filter: DriftFilter;
  readonly choice: DriftChoice;
  readonly decision: Exclude<DriftState, 'open'>;
  /** Why; at least a word. */
  readonly note: string;
}

const MOST_NOTE = 2000;

/** What was rejected is decided anew only where it is named. */
function isChosen({ field, kind, rows }: DriftChoice, row: DriftRow): boolean {
  if (row.state !== 'open' && field === null && kind === null && rows === null) return false;
  if (field !== null && row.field !== field) return false;
  if (kind !== null && row.kind !== kind) return false;
  return rows === null || rows.some((one) => one.runId === row.runId && one.position === row.position);
}

/** As the audit event lists it: `amount type string`. */
export function named({ field, kind, aspect }: DriftRow): string {
  return aspect === '' ? `${field} ${kind}` : `${field} ${kind} ${aspect}`;
}

export async function keepDecisions(
  tx: Transaction,
  seq: number,
  by: { readonly at: string; readonly actor: string; readonly note: string },
  runId: string,
  rows: readonly DriftRow[],
  decision: string,
): Promise<void> {
  await tx.run(
    `INSERT INTO drift_decision
     SELECT ?::BIGINT, ?::VARCHAR, ?::VARCHAR, source, resource, run_id, field, kind, aspect, seq, ?::VARCHAR, ?::VARCHAR
     FROM drift_state
     WHERE run_id = ? AND position IN (SELECT unnest(from_json(?::JSON, '["BIGINT"]')))`,
    [seq, by.at, by.actor, decision, by.note, runId, JSON.stringify(rows.map(({ position }) => position))],
  );
}

/** The findings of one run. @returns those that were decided. */
async function decideRun(
  parts: DriftParts,
  runId: string,
  { choice, decision }: DriftDecision,
  note: string,
): Promise<readonly DriftRow[]> {
  const { workspace, clock, actor } = parts;
  const run = decision === 'accepted' ? await runObserved(workspace.database, runId) : null;
  return workspace.database.transaction(async (tx) => {
    // Read where it is written: two windows may decide at once.
    const rows = (await driftRows(tx, { ...ALL_DRIFT, runId })).filter(
      (row) => row.state !== 'accepted' && row.state !== decision && isChosen(choice, row),
    );
    const [first] = rows;
    if (!first) return [];
    await assertRunsOpen(tx, [runId]);
    const by = { at: isoTime(clock.now()), actor, note };
    const resource = RESOURCES.find((name) => name === first.resource) ?? 'settlements';
    const of = { source: first.source, resource, runId };
    const findings = rows.map(named);
    let seq: number;
    if (run === null) {
      const payload = { source: of.source, resource, run_id: runId, findings, note };
      seq = await appendAudit(tx, { at: by.at, actor, type: 'drift.reject', payload });
    } else {
      const baseline = await currentBaseline(tx, of.source, resource);
      if (baseline === null) throw new TieoutError('internal', `${of.source} ${resource} has no schema yet.`);
      const { members, more_members } = baseline;
      const next = withAccepted({ members, more_members }, run, rows);
      await keepBaseline(workspace.evidence, next);
      seq = await setBaseline(tx, by, of, next, { type: 'drift.accept', note, accepted: findings });
    }
    await keepDecisions(tx, seq, by, runId, rows, decision);
    return rows;
  });
}

/**
 * Decides findings that are open, or were rejected and are now accepted: each run's in one transaction with its audit
 * event.
 * @returns what was decided.
 * @throws TieoutError `usage` without a note, `nothing-to-do` where no such finding is left to decide.
 */
export async function decideDrift(parts: DriftParts, asked: DriftDecision): Promise<readonly DriftRow[]> {
  const note = parts.redactor.redact(asked.note.trim()).toWellFormed();
  if (note === '') throw new TieoutError('usage', 'A decision on drift needs a note that says why.');
  if (note.length > MOST_NOTE)
    throw new TieoutError('usage', `The note has ${note.length} characters; say it in ${MOST_NOTE}.`);
  const shown = await driftRows(parts.workspace.database, asked.filter);
  const runs = new Set(shown.filter((row) => isChosen(asked.choice, row)).map(({ runId }) => runId));
  const decided: DriftRow[] = [];
  for (const runId of runs) decided.push(...(await decideRun(parts, runId, asked, note)));
  if (decided.length > 0) return decided;
  throw new TieoutError(
    'nothing-to-do',
    runs.size === 0
      ? 'There is no such drift; see tieout drift list.'
      : `That drift is ${asked.decision} or accepted already; see tieout drift list.`,
  );
}
