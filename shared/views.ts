/** Rows and summaries as a screen asks for them, by window: offset and limit over a stable order of a fixed snapshot. */
import type { ConnectionSettings } from './connection-settings.ts';
import type { LetterCounts, LetterHistory, LetterPlace, LetterState, ReasonGroup } from './dead-letters.ts';
import type { Decimal } from './decimal.ts';
import type { Sha256 } from './digest.ts';
import type { FindingCode } from './findings.ts';
import type { Break, BreakCategory, Evidence, PendingReason, ReconSummary, Totals } from './recon.ts';
import type { Resource } from './resource.ts';
import type { FieldReason } from './settlement.ts';

export interface RowWindow<Row> {
  readonly offset: number;
  /** Rows of the whole snapshot under the filter. */
  readonly total: number;
  readonly rows: readonly Row[];
}

/** A stored connection profile, by what names it. */
export interface ProfileView {
  readonly name: string;
  readonly revision: number;
  readonly sha256: Sha256;
}

export interface ConnectionView {
  readonly name: string;
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly scope: string;
  readonly allowHttp: boolean;
  readonly caFile: string | null;
  /** Those that are set. */
  readonly settings: ConnectionSettings;
  /** Null: the built-in profile. */
  readonly profile: ProfileView | null;
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
  /** Records of the run: received, but for its open and discarded dead letters. */
  readonly committed: number;
  /** What became of the rejected ones: together they are `rejected`. */
  readonly deadLetters: Readonly<Record<LetterState, number>>;
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
  /** The past run that the month is shown by, read only; null: as it stands now. */
  readonly asOf: RunView | null;
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

export type ComparedState = 'matched' | 'suggested' | 'pending' | 'break' | 'unreconciled';

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
  /** The rule that brought its rows together; null by identity. */
  readonly rule: string | null;
  readonly pendingReason: PendingReason | null;
  /** Tolerances, factors and rates that were used beyond the plain figures. */
  readonly evidence: Evidence | null;
  /** Names of `ComparedSide` fields that differ. */
  readonly differing: readonly string[];
}

export type BreakRow = Break;

export interface DeadLetterRow extends LetterPlace {
  readonly settlementId: string | null;
  readonly state: LetterState;
  /** Of the last time that it was typed. */
  readonly reasons: readonly FieldReason[];
  /** The record as received, shortened for the screen. */
  readonly raw: string;
}

/** One letter, whole. */
export interface DeadLetterDetail extends DeadLetterRow {
  readonly month: string;
  /** The connection's name, or the base URL where there is none. */
  readonly source: string;
  /** Of the time that it was received. */
  readonly firstReasons: readonly FieldReason[];
  readonly history: readonly LetterHistory[];
}

/** A run's dead letters, counted and grouped. */
export interface DeadLetterSummary {
  readonly counts: LetterCounts;
  /** Of the letters in the state that was asked for. */
  readonly groups: readonly ReasonGroup[];
}

/** What was found of one settlement: a warning, never a rejection. */
export interface FindingRow {
  readonly runId: string;
  readonly page: number;
  /** Place in the page, from 0. */
  readonly index: number;
  readonly settlementId: string;
  readonly version: number;
  readonly code: FindingCode;
  /** Of the settlement: `counterparty`, `delivery`, `price`. */
  readonly field: string;
  /** By the trade or the curve; of `CURVE_DEVIATION` the curve's price. */
  readonly expected: string;
  /** In the settlement; of `CURVE_DEVIATION` the settled price. */
  readonly found: string;
  /** The run or import that it was held against; empty where there is none. */
  readonly sourceId: string;
  /** Of a deviation: `as_of`, `points`, `difference` (settled less curve), `absolute`, `percent`. */
  readonly detail: Readonly<Record<string, string | number | null>>;
  readonly tradeId: string;
  readonly counterparty: string;
  readonly location: string;
  readonly curveId: string | null;
  readonly timezone: string;
  readonly priceUom: string;
  readonly currency: string;
  /** RFC 3339, UTC. */
  readonly deliveryStart: string;
  readonly deliveryEnd: string;
}

/** One curve as it was known at an instant. */
export interface CurveSnapshotRow {
  readonly sourceId: string;
  /** The file, or the connection that it was synced from. */
  readonly sourceName: string;
  readonly origin: 'import' | 'sync';
  readonly curveId: string;
  readonly asOf: string;
  readonly points: number;
  readonly deliveryStart: string;
  readonly deliveryEnd: string;
  readonly sha256: Sha256;
  /** When it came into the workspace. */
  readonly knownAt: string;
  /** The current run was checked with it. */
  readonly pinned: boolean;
  /** A run that began now would be checked with it. */
  readonly chosen: boolean;
  /** In force for runs to come. */
  readonly absolute: Decimal;
  readonly percent: Decimal;
  readonly toleranceIsDefault: boolean;
}

/** Of one curve, what a run is checked with. */
export interface PinnedCurve {
  /** Of the latest snapshot. */
  readonly asOf: string;
  readonly sha256: Sha256;
  readonly snapshots: number;
  readonly absolute: Decimal;
  readonly percent: Decimal;
}

/** A curve of which the snapshots or the tolerance are not those that the run was checked with. */
export interface CurveChange {
  readonly curveId: string;
  /** Null: the run was not checked with the curve. */
  readonly before: PinnedCurve | null;
  /** Null: the curve is no longer there. */
  readonly after: PinnedCurve | null;
}

/** A finding that the curves of now would add, take away or word otherwise. */
export interface FindingChange {
  readonly change: 'appears' | 'goes' | 'moves';
  readonly code: string;
  readonly settlementId: string;
  readonly version: number;
  readonly tradeId: string;
  readonly curveId: string | null;
  readonly timezone: string;
  readonly deliveryStart: string;
  readonly deliveryEnd: string;
  /** The settled price, or what else was found. */
  readonly found: string;
  /** What was expected by the pinned curve, and by the curve of now; null where that found nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What the curves and tolerances of now would change in a run; nothing of it is kept. */
export interface CurveComparison {
  readonly month: string;
  readonly runId: string;
  /** False: when the run began, neither trades nor curves were known. */
  readonly wasChecked: boolean;
  readonly curves: readonly CurveChange[];
  readonly appears: number;
  readonly goes: number;
  readonly moves: number;
  /** The first of them. */
  readonly changes: readonly FindingChange[];
}
