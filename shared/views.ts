/** Rows and summaries as a screen asks for them, by window: offset and limit over a stable order of a fixed snapshot. */
import type { Decimal } from './decimal.ts';
import type { Sha256 } from './digest.ts';
import type { Resource } from './jobs.ts';
import type { Break, BreakCategory, ReconSummary, Totals } from './recon.ts';
import type { FieldReason } from './settlement.ts';

export interface RowWindow<Row> {
  readonly offset: number;
  /** Rows of the whole snapshot under the filter. */
  readonly total: number;
  readonly rows: readonly Row[];
}

export interface ConnectionView {
  readonly name: string;
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly scope: string;
  readonly allowHttp: boolean;
  readonly caFile: string | null;
  /** Null where no keychain answers. */
  readonly hasSecret: boolean | null;
}

export interface RunView {
  readonly runId: string;
  readonly connection: string;
  readonly resource: Resource;
  readonly month: string;
  readonly correlationId: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly pages: number;
  /** Received; `rejected` of them are dead letters. */
  readonly records: number;
  readonly rejected: number;
  readonly bytes: number;
  readonly retries: number;
  readonly added: number | null;
  readonly changed: number | null;
  readonly removed: number | null;
  readonly runSha256: Sha256 | null;
  readonly error: string | null;
  readonly warnings: readonly string[];
}

export interface LedgerImportView {
  readonly importId: string;
  readonly fileName: string;
  readonly fileSha256: Sha256;
  readonly rows: number;
  readonly importedAt: string;
  readonly totals: Totals;
}

export interface ReportView {
  readonly path: string;
  readonly format: string;
  readonly sha256: Sha256;
  readonly at: string;
}

export interface VerificationView {
  readonly at: string;
  readonly pages: number;
  readonly records: number;
  readonly differences: number;
  readonly auditHead: string;
}

/** Everything the Month screen shows above its tables. */
export interface MonthView {
  readonly month: string;
  /** The newest run of settlements for the month and connection, finished or not. */
  readonly run: RunView | null;
  /** The newest finished run: what a reconciliation reads. */
  readonly currentRun: RunView | null;
  readonly imports: readonly LedgerImportView[];
  readonly recon: ReconSummary | null;
  /** True where a run or an import is newer than the reconciliation. */
  readonly reconStale: boolean;
  readonly pendingTotals: Totals;
  /** Of the current run, before anything was reconciled: its settlements that are not VOID, each once. */
  readonly etrmTotals: Totals;
  readonly verification: VerificationView | null;
  readonly reports: readonly ReportView[];
}

export interface PageRow {
  readonly page: number;
  /** Received; `rejected` of them are dead letters. */
  readonly records: number;
  readonly rejected: number;
  readonly bytes: number;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly receivedAt: string;
  readonly requestId: string;
  readonly pageSha256: Sha256;
  readonly bodySha256: Sha256;
  readonly warning: string | null;
  /** Of the last verification of this page; null where none was made. */
  readonly verified: boolean | null;
}

export interface AttemptRow {
  readonly at: string;
  readonly correlationId: string;
  readonly requestId: string;
  readonly page: number | null;
  readonly method: string;
  readonly url: string;
  readonly attempt: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly elapsedMs: number;
  /** The wait that followed; null where none did. */
  readonly delayMs: number | null;
  readonly reason: 'retry-after' | 'backoff' | null;
}

/** One side of a comparison. A ledger side that sums several postings says so in `rows`. */
export interface ComparedSide {
  readonly rows: number;
  readonly version: number | null;
  readonly status: string | null;
  readonly counterparty: string | null;
  readonly direction: string | null;
  readonly deliveryStart: string | null;
  readonly deliveryEnd: string | null;
  readonly volume: string | null;
  readonly volumeUom: string | null;
  readonly price: string | null;
  readonly priceUom: string | null;
  readonly amount: Decimal | null;
  readonly currency: string | null;
}

export type ComparedState = 'matched' | 'pending' | 'break' | 'unreconciled';

export interface ComparedRow {
  /** Place in the snapshot's order, from 0. */
  readonly position: number;
  readonly state: ComparedState;
  readonly category: BreakCategory | null;
  readonly breakId: string | null;
  readonly settlementId: string | null;
  readonly tradeId: string | null;
  readonly location: string | null;
  readonly chargeType: string | null;
  readonly timezone: string | null;
  readonly etrm: ComparedSide | null;
  readonly ledger: ComparedSide | null;
  readonly difference: Decimal | null;
  /** Names of `ComparedSide` fields that differ. */
  readonly differing: readonly string[];
}

export type BreakRow = Break;

export interface DeadLetterRow {
  readonly runId: string;
  readonly page: number;
  readonly index: number;
  readonly settlementId: string | null;
  readonly reasons: readonly FieldReason[];
  /** The record as received, shortened for the screen. */
  readonly raw: string;
}
