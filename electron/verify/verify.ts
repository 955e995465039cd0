/**
 * Re-performs what the workspace claims: every body against its hash, every page hash from the raw bytes, every typed
 * record from its page, the run hashes, every ledger row from its extract, the newest reconciliation with its items, the
 * exported reports and the audit chain.
 */
import { BIGINT, BOOLEAN, VARCHAR } from '@duckdb/node-api';
import { TieoutError } from '../../shared/errors.ts';
import type { VerifyResult } from '../../shared/jobs.ts';
import { type Clock, isoTime } from '../clock.ts';
import { prunedHashes } from '../compliance/prune.ts';
import type { Redactor } from '../credentials/secret.ts';
import type { RetypeWith } from '../dead-letters/retype.ts';
import type { PageWorkers } from '../ingest/page-workers.ts';
import { AUDIT_ROWS, appendAudit, verifyAudit } from '../workspace/audit-chain.ts';
import { journalFault } from '../workspace/audit-journal.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { anchorFault, NOTHING_ASKED } from './audit-anchors.ts';
import { checkClose } from './close.ts';
import { checkCurves } from './curves.ts';
import { checkExtracts } from './extracts.ts';
import { type Check, Findings, type VerifyRequest } from './findings.ts';
import { keepFound } from './found-document.ts';
import { checkRecons } from './recons.ts';
import { checkRecordedActs } from './recorded-acts.ts';
import { checkReports } from './reports.ts';
import { RunChecks } from './runs.ts';
import { checkSiem } from './siem-cursors.ts';
import { checkStrays } from './stray-rows.ts';
import { checkVerifications } from './verifications.ts';

export interface VerifyParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
  readonly retypeWith: RetypeWith;
  readonly workers: PageWorkers;
  /** Knows which texts are secrets and may not be told. */
  readonly redactor: Redactor;
}

/** @throws TieoutError `nothing-to-do` where the month, or the workspace, was never synced. */
export async function verify(parts: VerifyParts, request: VerifyRequest): Promise<VerifyResult> {
  const { database } = parts.workspace;
  const { month, onProgress } = request;
  const findings = new Findings();
  const check: Check = { workspace: parts.workspace, request, findings };
  onProgress('Checking the audit chain', 0, null);
  const audit = await verifyAudit(database.stream(AUDIT_ROWS));
  const fault =
    audit.fault ??
    (await anchorFault(database, audit.events, NOTHING_ASKED)) ??
    (await journalFault(parts.workspace.folder, database));
  if (fault) {
    const { seq, problem, expected, found } = fault;
    findings.expect('audit', `event ${seq} (${problem})`, expected, found);
  }
  await checkRecordedActs(check, audit.events);
  await checkVerifications(check, audit.events);
  await checkSiem(check);
  await checkStrays(check);
  const work = new RunChecks(check, parts);
  await work.all();
  // Runs that the chain tells of and the tables have lost are found above.
  if (work.runs === 0 && findings.differences.length === 0) {
    const what =
      month === null ? `The workspace ${parts.workspace.folder} holds no sync` : `${month} was never synced`;
    throw new TieoutError('nothing-to-do', `${what}, so there is nothing to verify; run the sync first.`, {
      month,
    });
  }
  onProgress('Checking extracts and reconciliation', 0, null);
  // The one keeps this thread busy, the other the engine.
  const recons = new Findings();
  await Promise.all([checkExtracts(check), checkRecons({ ...check, findings: recons })]);
  findings.differences.push(...recons.differences);
  await checkCurves(check);
  await checkClose(check);
  const reports = await checkReports(check);
  request.signal.throwIfAborted();
  const pruned = await prunedHashes(database);
  const differences = findings.differences.filter(
    ({ found, expected }) => found !== 'missing or unreadable' || !pruned.has(expected),
  );
  findings.differences.splice(0, findings.differences.length, ...differences);

  const result: VerifyResult = {
    month,
    at: isoTime(parts.clock.now()),
    runs: work.runs,
    pages: work.pages,
    records: work.records,
    retried: work.retried,
    reports,
    auditEvents: audit.events,
    auditHead: audit.head,
    differences: findings.differences,
  };
  // A chain that has lost its end is looked at, and nothing is put in its place.
  if (parts.workspace.lostEvents > 0) return result;
  const found = await keepFound(parts.workspace.evidence, findings.differences, work.checks);
  await database.transaction(async (tx) => {
    const seq = await appendAudit(tx, {
      at: result.at,
      actor: parts.actor,
      type: 'verify.done',
      payload: {
        month,
        pages: work.pages,
        records: work.records,
        differences: findings.differences.length,
        audit_head: audit.head,
        ...(found !== null && { found_sha256: found }),
      },
    });
    await tx.run('INSERT INTO verification VALUES (?, ?, ?, ?, ?, ?, ?)', [
      seq,
      month,
      result.at,
      work.pages,
      work.records,
      JSON.stringify(findings.differences),
      audit.head,
    ]);
    await tx.append(
      'page_check',
      [VARCHAR, BIGINT, BIGINT, BOOLEAN],
      [
        work.checks.map(({ runId }) => runId),
        work.checks.map(({ page }) => BigInt(page)),
        work.checks.map(() => BigInt(seq)),
        work.checks.map(({ verified }) => verified),
      ],
    );
  });
  return result;
}
