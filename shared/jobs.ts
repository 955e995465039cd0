/** Long work that the window can watch and cancel: one snapshot says all that is known of a job. */

import type { LetterActResult } from './dead-letters.ts';
import type { ErrorShape } from './errors.ts';
import type {
  CurveImportEvent,
  DoneEvent,
  ImportEvent,
  RebuildEvent,
  ReportEvent,
  VerifyEvent,
} from './events.ts';
import type { PackVerification } from './pack.ts';
import type { ReconSummary } from './recon.ts';

/** Why nothing is moving right now, and until when. */
export interface SyncWait {
  readonly page: number | null;
  readonly reason: 'retry-after' | 'backoff';
  readonly status: number | null;
  readonly error: string | null;
  readonly attempt: number;
  /** RFC 3339, UTC. */
  readonly until: string;
}

export interface SyncProgress {
  readonly kind: 'sync';
  readonly connection: string;
  readonly runId: string | null;
  readonly correlationId: string | null;
  /** Pages taken over from an interrupted run. */
  readonly resumedPages: number;
  readonly pages: number;
  /** Received; `rejected` of them are dead letters. */
  readonly records: number;
  readonly rejected: number;
  readonly bytes: number;
  readonly retries: number;
  readonly tokenRenewals: number;
  /** RFC 3339, UTC. */
  readonly tokenRefreshAt: string | null;
  readonly waits: readonly SyncWait[];
  readonly inFlight: number;
}

export interface StepProgress {
  readonly kind: 'steps';
  /** What is being done, as a user reads it: "Reading the extract". */
  readonly step: string;
  readonly done: number;
  readonly total: number | null;
}

/** One thing that did not verify. */
export interface VerifyDifference {
  readonly subject:
    | 'page'
    | 'body'
    | 'run'
    | 'records'
    | 'recon'
    | 'report'
    | 'extract'
    | 'curve'
    | 'finding'
    | 'close'
    | 'audit';
  readonly name: string;
  readonly expected: string;
  readonly found: string;
}

export interface VerifyResult {
  readonly month: string | null;
  readonly at: string;
  readonly runs: number;
  readonly pages: number;
  readonly records: number;
  /** Dead letters that became records since they were received; they are in `records` too. */
  readonly retried: number;
  readonly reports: number;
  readonly auditEvents: number;
  readonly auditHead: string;
  readonly differences: readonly VerifyDifference[];
}

export type JobResult =
  | { readonly kind: 'sync'; readonly done: DoneEvent }
  | { readonly kind: 'import'; readonly imported: ImportEvent }
  | { readonly kind: 'curve-import'; readonly curves: CurveImportEvent }
  | { readonly kind: 'reconcile'; readonly recon: ReconSummary }
  | { readonly kind: 'verify'; readonly verify: VerifyResult; readonly event: VerifyEvent }
  | { readonly kind: 'retry'; readonly retry: LetterActResult }
  | { readonly kind: 'report'; readonly files: readonly ReportEvent[] }
  | { readonly kind: 'pack-check'; readonly pack: PackVerification }
  | { readonly kind: 'break-export'; readonly path: string; readonly breaks: number }
  | { readonly kind: 'break-import'; readonly breaks: number; readonly faults: number }
  | {
      readonly kind: 'rebuild';
      readonly rebuild: RebuildEvent;
      readonly differences: readonly VerifyDifference[];
    }
  | { readonly kind: 'sample'; readonly connection: string; readonly month: string };

export type JobKind = JobResult['kind'];

export interface JobSnapshot {
  readonly jobId: string;
  /** Grows with each change; a later snapshot of a job replaces an earlier one. */
  readonly seq: number;
  readonly kind: JobKind;
  /** Empty where it is about no month. */
  readonly month: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly startedAt: string;
  readonly elapsedMs: number;
  readonly progress: SyncProgress | StepProgress;
  readonly result: JobResult | null;
  readonly error: ErrorShape | null;
}
