/**
 * What the services say while they work. The `tieout` command prints these with `--json`, one a line: names and
 * fields are public and do not change without a changelog entry. Decimals are strings; times are UTC, RFC 3339.
 */
import type { DeadLetterActEvent, DeadLettersEvent, LetterState } from './dead-letters.ts';
import type { Decimal } from './decimal.ts';
import type { Sha256 } from './digest.ts';
import type { DriftKind, DriftSeverity } from './drift.ts';
import type { ErrorDetails } from './errors.ts';
import type { ExtractChanges, ExtractReading, MappingName, TotalsCheck } from './extracts.ts';
import type { FindingCode } from './findings.ts';
import type { BreakCategory, Evidence, Explained, PendingReason, Totals, Waterfall } from './recon.ts';
import type { ChangeEvent, DiffEvent, RecordsEvent } from './restatement.ts';
import type { FieldReason } from './settlement.ts';

export interface TokenEvent {
  readonly type: 'token';
  readonly at: string;
  readonly correlation_id: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_at: string;
}

export interface RetryEvent {
  readonly type: 'retry';
  readonly at: string;
  readonly correlation_id: string;
  readonly request_id: string;
  readonly method: string;
  /** Without secrets. */
  readonly url: string;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly status: number | null;
  readonly error: string | null;
  /** The wait before the next attempt. */
  readonly delay_ms: number;
  readonly reason: 'retry-after' | 'backoff';
}

export interface PageEvent {
  readonly type: 'page';
  readonly at: string;
  readonly run_id: string;
  readonly page: number;
  /** Received: the length of `results`; `rejected` of them are dead letters. */
  readonly records: number;
  readonly rejected: number;
  readonly page_sha256: Sha256;
  readonly body_sha256: Sha256;
  readonly bytes: number;
  readonly attempts: number;
  readonly elapsed_ms: number;
}

export interface DriftEvent {
  readonly type: 'drift';
  readonly field: string;
  readonly kind: DriftKind;
  readonly expected: string;
  readonly seen: string;
  /** From here on: of the whole run against the accepted schema, told when the run ends. */
  readonly run_id?: string;
  readonly aspect?: string;
  readonly severity?: DriftSeverity;
  /** Records of the run that show it. */
  readonly count?: number;
  readonly first_page?: number | null;
  /** Place in the page, from 0. */
  readonly first_index?: number | null;
  /** At most 60 characters, without secrets. */
  readonly sample?: string | null;
}

export interface DeadLetterEvent {
  readonly type: 'dead-letter';
  readonly page: number;
  /** Place in the page, from 0. */
  readonly index: number;
  readonly settlement_id: string | null;
  readonly reasons: readonly FieldReason[];
  /** From here on: where letters are listed. */
  readonly run_id?: string;
  readonly id?: string;
  readonly state?: LetterState;
}

export interface WarningEvent {
  readonly type: 'warning';
  readonly at: string;
  readonly code: string;
  readonly message: string;
}

export interface DoneEvent {
  readonly type: 'done';
  readonly run_id: string;
  readonly month: string;
  readonly pages: number;
  /** Received; `rejected` of them are dead letters, the rest is committed. */
  readonly records: number;
  readonly rejected: number;
  /** Against the last finished run of the same source and month; all are added where there was none. */
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly run_sha256: Sha256;
  /** What settlements differ in from their trades and curves; absent where none were known. */
  readonly findings?: number;
}

export interface ImportEvent {
  readonly type: 'import';
  readonly at: string;
  readonly import_id: string;
  readonly month: string;
  readonly file: string;
  readonly rows: number;
  readonly file_sha256: Sha256;
  readonly totals: Totals;
  /** From here on: how the file was read and what it changed. */
  readonly volumes: Totals;
  readonly format: ExtractReading['format'];
  readonly encoding: string | null;
  readonly encoding_found: boolean;
  readonly delimiter: string | null;
  readonly sheet: string | null;
  readonly header_line: number | null;
  readonly numbers: ExtractReading['numbers'];
  /** Null: by header names. */
  readonly mapping: MappingName | null;
  /** Rows of totals at the end, held against the rows above; they were not imported. */
  readonly checks: readonly TotalsCheck[];
  /** Against the extract of the same name that it replaces; null where there was none. */
  readonly changes: ExtractChanges | null;
}

export interface ReconEvent {
  readonly type: 'recon';
  readonly month: string;
  readonly matched: number;
  readonly breaks: number;
  readonly pending: number;
  /** Of the run: records that are in neither total. */
  readonly dead_letters: number;
  readonly by_category: Readonly<Partial<Record<BreakCategory, number>>>;
  readonly etrm_total: Totals;
  readonly ledger_total: Totals;
  readonly recon_sha256: Sha256;
  /** Neither matched nor a break until an analyst confirms them. */
  readonly suggested?: number;
  readonly rules?: { readonly name: string; readonly revision: number; readonly sha256: Sha256 };
  /** Why what is pending is no break; absent where nothing is. */
  readonly pending_by_reason?: Readonly<Partial<Record<PendingReason, number>>>;
  /** The steps from the ETRM total to the ledger total, by currency. */
  readonly waterfall?: Waterfall;
}

export interface BreakEvent {
  readonly type: 'break';
  readonly break_id: string;
  readonly category: BreakCategory;
  readonly settlement_id: string | null;
  readonly trade_id: string | null;
  readonly delivery_start: string | null;
  readonly currency: string;
  readonly etrm_amount: Decimal | null;
  readonly ledger_amount: Decimal | null;
  readonly difference: Decimal;
  readonly explained: Explained;
  /** Tolerances, factors and rates, where more was used than the plain figures. */
  readonly evidence?: Evidence;
}

export interface ReportEvent {
  readonly type: 'report';
  readonly path: string;
  readonly sha256: Sha256;
}

export interface VerifyEvent {
  readonly type: 'verify';
  readonly month: string | null;
  readonly pages: number;
  readonly records: number;
  /** Dead letters that became records since they were received. */
  readonly retried: number;
  readonly audit_events: number;
  readonly differences: number;
}

/** A run that was made anew from its evidence. */
export interface RebuiltRunEvent {
  readonly type: 'rebuild-run';
  readonly run_id: string;
  readonly source: string;
  readonly month: string;
  readonly resource: string;
  /** Null where it has no end yet. */
  readonly outcome: string | null;
  readonly pages: number;
  readonly records: number;
  readonly rejected: number;
  readonly run_sha256: string | null;
}

export interface RebuildEvent {
  readonly type: 'rebuild';
  /** Where the audit chain was taken from. */
  readonly from: 'database' | 'journal';
  /** Whether the old database could be read, to be compared with the new one. */
  readonly old: 'read' | 'damaged' | 'absent';
  /** Where the old database lies now; null where there was none, or the new one is the same. */
  readonly set_aside: string | null;
  readonly audit_events: number;
  readonly audit_head: string;
  readonly runs: number;
  readonly pages: number;
  readonly records: number;
  readonly dead_letters: number;
  readonly retried: number;
  readonly ledger_rows: number;
  readonly curve_points: number;
  readonly recons: number;
  readonly differences: number;
  /** What cannot be had again, in words. */
  readonly lost: readonly string[];
  /** What is to be done again, in words. */
  readonly again: readonly string[];
}

/** What was found of a settlement that was accepted. */
export interface FindingEvent {
  readonly type: 'finding';
  readonly run_id: string;
  readonly page: number;
  /** Place in the page, from 0. */
  readonly index: number;
  readonly settlement_id: string;
  readonly version: number;
  readonly trade_id: string;
  readonly code: FindingCode;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
  readonly delivery_start: string;
  readonly delivery_end: string;
  readonly source_id: string;
  readonly detail: Readonly<Record<string, string | number | null>>;
}

export interface CurveImportEvent {
  readonly type: 'curve-import';
  readonly at: string;
  readonly import_id: string;
  readonly month: string;
  readonly file: string;
  readonly points: number;
  readonly snapshots: number;
  readonly file_sha256: Sha256;
  readonly snapshots_sha256: Sha256;
}

/** A snapshot of a curve. */
export interface CurveEvent {
  readonly type: 'curve';
  readonly source_id: string;
  readonly origin: 'import' | 'sync';
  readonly source: string;
  readonly curve_id: string;
  readonly as_of: string;
  readonly points: number;
  readonly delivery_start: string;
  readonly delivery_end: string;
  readonly sha256: Sha256;
  readonly pinned: boolean;
  readonly chosen: boolean;
  readonly absolute: Decimal;
  readonly percent: Decimal;
}

export interface ErrorEvent {
  readonly type: 'error';
  readonly code: string;
  readonly message: string;
  readonly details?: ErrorDetails;
}

export type TieoutEvent =
  | TokenEvent
  | RetryEvent
  | PageEvent
  | DriftEvent
  | DeadLetterEvent
  | WarningEvent
  | DoneEvent
  | ImportEvent
  | ReconEvent
  | BreakEvent
  | ReportEvent
  | VerifyEvent
  | RebuiltRunEvent
  | RebuildEvent
  | FindingEvent
  | CurveImportEvent
  | CurveEvent
  | DeadLettersEvent
  | DeadLetterActEvent
  | DiffEvent
  | ChangeEvent
  | RecordsEvent
  | ErrorEvent;
