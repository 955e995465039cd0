/** Runs whose pages are given, ended as a sync ends them: what they showed is kept, assessed and recorded. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../electron/clock.ts';
import { Redactor } from '../../../electron/credentials/secret.ts';
import { currentBaseline } from '../../../electron/drift/baseline.ts';
import type { DriftParts } from '../../../electron/drift/decide-drift.ts';
import { storePageSchemas } from '../../../electron/drift/page-schema.ts';
import { assessDrift, recordDrift } from '../../../electron/drift/record-drift.ts';
import { type RecordMapping, sameNames } from '../../../electron/ingest/mapping.ts';
import { SETTLEMENT_RECORD } from '../../../electron/ingest/record-schema.ts';
import { enumeratedMembers } from '../../../electron/ingest/schema-observed.ts';
import { appendAudit } from '../../../electron/workspace/audit-chain.ts';
import { openWorkspace } from '../../../electron/workspace/workspace.ts';
import type { DriftFinding } from '../../../shared/drift.ts';
import { atEnd } from '../../at-end.ts';
import { observedPage } from './observed-page.ts';

export const SOURCE = 'vendor';
const AT = '2024-04-02T08:00:00.000Z';

/** A new workspace of a reviewer, open until the tests of the file have ended. */
export async function driftWorkspace(): Promise<DriftParts> {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-drift-'));
  const workspace = await openWorkspace(folder, { at: AT, appVersion: '0.0.0', newId: () => 'workspace' });
  atEnd(async () => {
    await workspace.close();
    rmSync(workspace.folder, { recursive: true, force: true });
  });
  return { workspace, clock: systemClock, actor: 'reviewer', redactor: new Redactor() };
}

export interface GivenRun {
  readonly runId: string;
  /** JSON texts of records, page by page. */
  readonly pages: readonly (readonly string[])[];
  readonly mapping?: RecordMapping;
  readonly month?: string;
  readonly source?: string;
}

/** Begins a run and commits its pages. */
export async function begunRun(parts: DriftParts, given: GivenRun, firstPage = 1): Promise<void> {
  const { runId, pages, mapping = sameNames(SETTLEMENT_RECORD), month = '2024-03', source = SOURCE } = given;
  const { database } = parts.workspace;
  await database.transaction(async (tx) => {
    const known = await tx.row('SELECT run_id FROM run WHERE run_id = ?', [runId]);
    if (known) return;
    const seq = await appendAudit(tx, { at: AT, actor: 'analyst', type: 'test.start', payload: {} });
    await tx.run(
      `INSERT INTO run (run_id, seq, source, connection, base_url, resource, month, start_date, end_date, page_size,
         correlation_id, started_at, actor, app_version)
       VALUES (?, ?, ?, ?, 'https://vendor.example', 'settlements', ?, '2024-03-01', '2024-03-31', 1000, 'c', ?, 'analyst', '0')`,
      [runId, seq, source, source, month, AT],
    );
  });
  const enumerated = enumeratedMembers(SETTLEMENT_RECORD, mapping);
  for (const [at, records] of pages.entries()) {
    await database.transaction((tx) =>
      storePageSchemas(tx, runId, [observedPage(firstPage + at, records, enumerated)], parts.redactor),
    );
  }
}

/** Ends a run well, with its drift. @returns what was found. */
export async function endedRun(parts: DriftParts, given: GivenRun): Promise<readonly DriftFinding[]> {
  const { runId, mapping = sameNames(SETTLEMENT_RECORD), source = SOURCE } = given;
  const { database } = parts.workspace;
  const assessment = await assessDrift(database, { runId, source, resource: 'settlements', mapping });
  await database.transaction(async (tx) => {
    const seq = await appendAudit(tx, { at: AT, actor: 'analyst', type: 'test.done', payload: {} });
    await tx.run(
      `INSERT INTO run_stop (run_id, seq, stopped_at, outcome, pages, records, rejected) VALUES (?, ?, ?, 'done', 1, 1, 0)`,
      [runId, seq, AT],
    );
    await recordDrift(tx, { at: AT, actor: 'analyst' }, assessment);
  });
  return assessment.findings;
}

export async function wholeRun(parts: DriftParts, given: GivenRun): Promise<readonly DriftFinding[]> {
  await begunRun(parts, given);
  return endedRun(parts, given);
}

export async function baselineNames(parts: DriftParts): Promise<readonly string[]> {
  const baseline = await currentBaseline(parts.workspace.database, SOURCE, 'settlements');
  return baseline?.members.map(({ name }) => name) ?? [];
}
