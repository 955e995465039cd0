/** The composition root: a config in, the services out. The doors (main.ts, cli.ts, tests) differ only in the config. */
import { TieoutError } from '../shared/errors.ts';
import type { DoneEvent, ImportEvent, ReportEvent } from '../shared/events.ts';
import type { VerifyResult } from '../shared/jobs.ts';
import type { ReconSummary } from '../shared/recon.ts';
import { type Clock, isoTime } from './clock.ts';
import { Connections } from './credentials/connections.ts';
import type { Keychain } from './credentials/keychain.ts';
import type { Redactor } from './credentials/secret.ts';
import { VendorPool } from './etrm/vendor-pool.ts';
import { type ImportRequest, importLedger } from './ledger/import-ledger.ts';
import type { Log } from './log/log.ts';
import { type ReconRequest, reconcile } from './recon/reconcile.ts';
import { type ReportRequest, writeReport } from './report/write-report.ts';
import { syncMonth } from './sync/month-sync.ts';
import type { SyncRequest } from './sync/sync-request.ts';
import type { VerifyRequest } from './verify/findings.ts';
import { verify } from './verify/verify.ts';
import { openWorkspace, type Workspace } from './workspace/workspace.ts';

export interface AppConfig {
  readonly workspaceFolder: string;
  readonly appVersion: string;
  /** Who acts, as the audit chain names them. */
  readonly actor: string;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly newId: () => string;
  readonly keychain: Keychain;
  readonly redactor: Redactor;
  readonly log: Log;
}

export interface App {
  readonly workspace: Workspace;
  readonly connections: Connections;
  sync(request: SyncRequest): Promise<DoneEvent>;
  importLedger(request: ImportRequest): Promise<ImportEvent>;
  reconcile(request: ReconRequest): Promise<ReconSummary>;
  verify(request: VerifyRequest): Promise<VerifyResult>;
  report(request: ReportRequest): Promise<readonly ReportEvent[]>;
  close(): Promise<void>;
}

/** @throws TieoutError `workspace-*`. */
export async function openApp(config: AppConfig): Promise<App> {
  const workspace = await openWorkspace(config.workspaceFolder, {
    at: isoTime(config.clock.now()),
    appVersion: config.appVersion,
    newId: config.newId,
  });
  const parts = { ...config, workspace, vendors: new VendorPool(config) };
  const syncing = new Set<string>();
  return {
    workspace,
    connections: new Connections(parts),
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
    reconcile: (request) => reconcile(parts, request),
    verify: (request) => verify(parts, request),
    report: (request) => writeReport(parts, request),
    close: () => workspace.close(),
  };
}
