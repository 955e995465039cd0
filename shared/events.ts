/**
 * What the services say while they work. The `tieout` command prints these with `--json`, one a line: names and
 * fields are public and do not change without a changelog entry. Decimals are strings; times are UTC, RFC 3339.
 */
import type { Decimal } from './decimal.ts';
import type { Sha256 } from './digest.ts';
import type { ErrorDetails } from './errors.ts';
import type { BreakCategory, Explained, Totals } from './recon.ts';
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
  readonly kind: 'added' | 'missing' | 'type';
  readonly expected: string;
  readonly seen: string;
}

export interface DeadLetterEvent {
  readonly type: 'dead-letter';
  readonly page: number;
  /** Place in the page, from 0. */
  readonly index: number;
  readonly settlement_id: string | null;
  readonly reasons: readonly FieldReason[];
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
}

export interface ReconEvent {
  readonly type: 'recon';
  readonly month: string;
  readonly matched: number;
  readonly breaks: number;
  readonly pending: number;
  readonly by_category: Readonly<Partial<Record<BreakCategory, number>>>;
  readonly etrm_total: Totals;
  readonly ledger_total: Totals;
  readonly recon_sha256: Sha256;
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
  readonly audit_events: number;
  readonly differences: number;
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
  | ErrorEvent;
