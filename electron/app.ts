/** The composition root: a config in, the services out. The doors (main.ts, cli.ts, tests) differ only in the config. */

import type { Tolerance } from '../shared/curves.ts';
import type { LetterActResult } from '../shared/dead-letters.ts';
import type { DriftRow } from '../shared/drift.ts';
import { TieoutError } from '../shared/errors.ts';
import type { CurveImportEvent, DoneEvent, ImportEvent, ReportEvent } from '../shared/events.ts';
import type { ExtractPreview } from '../shared/extracts.ts';
import type { VerifyResult } from '../shared/jobs.ts';
import type { ReconSummary } from '../shared/recon.ts';
import type { CurveComparison } from '../shared/views.ts';
import { BreakDesk } from './breaks/break-desk.ts';
import { type Clock, isoTime } from './clock.ts';
import { CloseDesk } from './close/close-desk.ts';
import type { RetentionParts } from './compliance/retention.ts';
import { Connections } from './credentials/connections.ts';
import type { Keychain } from './credentials/keychain.ts';
import type { Redactor, Secret } from './credentials/secret.ts';
import { type CurveImportRequest, importCurves } from './curves/import-curves.ts';
import { sealRuns } from './curves/snapshots.ts';
import { setTolerance, type ToleranceSet } from './curves/tolerances.ts';
import { discardLetters, reopenLetters } from './dead-letters/decide.ts';
import type { LetterFilter } from './dead-letters/letter-filter.ts';
import { type RetryRequest, retryLetters } from './dead-letters/retry.ts';
import { retypeWith } from './dead-letters/retype.ts';
import { type DriftDecision, decideDrift } from './drift/decide-drift.ts';
import { VendorPool } from './etrm/vendor-pool.ts';
import { type CompareRequest, compareCurves } from './findings/compare-curves.ts';
import { PageWorkers } from './ingest/page-workers.ts';
import { type ImportRequest, importLedger } from './ledger/import-ledger.ts';
import { keepMapping } from './ledger/keep-mapping.ts';
import type { ExtractMapping } from './ledger/mapping.ts';
import { type PreviewRequest, previewExtract } from './ledger/preview-extract.ts';
import type { Log } from './log/log.ts';
import { type PackRequest, type WrittenPack, writePack } from './pack/write-pack.ts';
import { decideMatches, type MatchDecision } from './recon/match-decisions.ts';
import { type ReconRequest, reconcile } from './recon/reconcile.ts';
import { type SavedRules, saveRules } from './recon/rule-store.ts';
import type { RuleSet } from './recon/rules.ts';
import { type ReportRequest, writeReport } from './report/write-report.ts';
import { RunDiffs } from './restatement/run-diffs.ts';
import { Siem } from './siem/siem.ts';
import { syncMonth } from './sync/month-sync.ts';
import type { SyncRequest } from './sync/sync-request.ts';
import type { VerifyRequest } from './verify/findings.ts';
import { verify } from './verify/verify.ts';
import type { RunScript } from './workspace/probe.ts';
import { openWorkspace, type Workspace } from './workspace/workspace.ts';

/** Events that a SIEM target takes within this time still go when the app closes; the rest goes next time. */
const CLOSING_FLUSH_MS = 2000;

export interface AppConfig {
  readonly workspaceFolder: string;
  readonly appVersion: string;
  /** Who acts, as the audit chain names them. */
  readonly actor: string;
  /** Whom the operating system says, where the actor was named otherwise. */
  readonly login?: string;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly newId: () => string;
  readonly keychain: Keychain;
  readonly redactor: Redactor;
  readonly log: Log;
  /** Opens a workspace whose database has lost events too, to look at it. */
  readonly evenBehind?: boolean;
  /** Runs a script in a process of its own, to look at a database that was not closed; without it nothing looks. */
  readonly runScript?: RunScript | undefined;
  /** The secret that the environment has for a SIEM target; null, or not given: none. */
  readonly siemSecret?: (target: string) => Secret | null;
  /** Told when the state of a SIEM target has changed. */
  readonly onSiemChange?: () => void;
}

export interface App {
  readonly workspace: Workspace;
  readonly connections: Connections;
  readonly siem: Siem;
  sync(request: SyncRequest): Promise<DoneEvent>;
  importLedger(request: ImportRequest): Promise<ImportEvent>;
  /** What an import would do; nothing is kept. */
  previewExtract(request: PreviewRequest): Promise<ExtractPreview>;
  /** True where it is new to the workspace. @throws TieoutError `mapping-invalid`. */
  saveMapping(mapping: ExtractMapping): Promise<boolean>;
  reconcile(request: ReconRequest): Promise<ReconSummary>;
  /** @throws TieoutError `rules-invalid`. */
  saveRules(rules: RuleSet): Promise<SavedRules>;
  /** Says something of matches, which the next reconciliation goes by. @throws TieoutError `usage`, `nothing-to-do`. */
  decideMatches(decision: MatchDecision): Promise<number>;
  verify(request: VerifyRequest): Promise<VerifyResult>;
  report(request: ReportRequest): Promise<readonly ReportEvent[]>;
  pack(request: PackRequest): Promise<WrittenPack>;
  /** What compliance works with: retention, holds, the EQR. */
  readonly compliance: RetentionParts;
  decideDrift(decision: DriftDecision): Promise<readonly DriftRow[]>;
  /** @throws TieoutError `nothing-to-do`, `cancelled`. */
  retryLetters(request: RetryRequest): Promise<LetterActResult>;
  /** @throws TieoutError `nothing-to-do`, `usage`. */
  discardLetters(filter: LetterFilter, reason: string): Promise<LetterActResult>;
  reopenLetters(filter: LetterFilter, reason: string): Promise<LetterActResult>;
  readonly diffs: RunDiffs;
  readonly breaks: BreakDesk;
  readonly closing: CloseDesk;
  importCurves(request: CurveImportRequest): Promise<CurveImportEvent>;
  /** Gives every snapshot of a finished run of curves its hash, before snapshots are listed. */
  sealCurves(): Promise<void>;
  /** Null goes back to the default. */
  setTolerance(curveId: string, tolerance: Tolerance | null): Promise<ToleranceSet>;
  compareCurves(request: CompareRequest): Promise<CurveComparison>;
  close(): Promise<void>;
}

/** @throws TieoutError `workspace-*`. */
export async function openApp(config: AppConfig): Promise<App> {
  const workspace = await openWorkspace(config.workspaceFolder, {
    at: isoTime(config.clock.now()),
    appVersion: config.appVersion,
    newId: config.newId,
    evenBehind: config.evenBehind ?? false,
    runScript: config.runScript,
  });
  const parts = { ...config, workspace, vendors: new VendorPool(config), workers: new PageWorkers() };
  const syncing = new Set<string>();
  const siem = new Siem({
    ...parts,
    environmentSecret: config.siemSecret ?? (() => null),
    onChange: config.onSiemChange ?? (() => {}),
  });
  return {
    workspace,
    connections: new Connections(parts),
    siem,
    sync: async (request) => {
      const key = `${request.source.connection ?? request.source.baseUrl}|${request.month}|${request.resource}`;
      if (syncing.has(key)) {
        throw new TieoutError(
          'usage',
          `${request.month} is being synced already; wait for it, or cancel it first.`,
        );
      }
      syncing.add(key);
      try {
        return await syncMonth(parts, request);
      } finally {
        syncing.delete(key);
      }
    },
    importLedger: (request) => importLedger(parts, request),
    previewExtract: (request) => previewExtract(workspace, request),
    saveMapping: (mapping) => keepMapping(parts, mapping),
    reconcile: (request) => reconcile(parts, request),
    saveRules: (rules) => saveRules(parts, rules),
    decideMatches: (decision) => decideMatches(parts, decision),
    verify: (request) => verify({ ...parts, retypeWith }, request),
    report: (request) => writeReport(parts, request),
    pack: (request) => writePack(parts, request),
    compliance: parts,
    decideDrift: (decision) => decideDrift(parts, decision),
    retryLetters: (request) => retryLetters({ ...parts, retypeWith }, request),
    discardLetters: (filter, reason) => discardLetters(parts, filter, reason),
    reopenLetters: (filter, reason) => reopenLetters(parts, filter, reason),
    diffs: new RunDiffs(workspace.database),
    breaks: new BreakDesk(parts),
    closing: new CloseDesk(parts),
    importCurves: (request) => importCurves(parts, request),
    sealCurves: () =>
      workspace.database.transaction((tx) =>
        sealRuns(tx, { at: isoTime(config.clock.now()), actor: config.actor }),
      ),
    setTolerance: (curveId, tolerance) => setTolerance(parts, curveId, tolerance),
    compareCurves: (request) => compareCurves(parts, request),
    close: async () => {
      await siem.stop(CLOSING_FLUSH_MS);
      await parts.workers.close();
      await workspace.close();
    },
  };
}
