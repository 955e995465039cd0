/** What a later run of a month changed against an earlier one. */
import type { Decimal } from './decimal.ts';
import type { Resource } from './resource.ts';

/**
 * - `changed`: a value differs, whatever the versions are;
 * - `reversioned`: only the version or the time of the last change does;
 * - `repeated`: nothing differs but how many identical rows came.
 */
export const CHANGE_KINDS = ['added', 'removed', 'changed', 'reversioned', 'repeated'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One field's value in the earlier and in the later run, as text; null where it has none. */
export interface ChangedField {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** One settlement, each run's highest version of it. */
export interface Change {
  readonly kind: ChangeKind;
  readonly settlement_id: string;
  readonly from_version: number | null;
  readonly to_version: number | null;
  /** Rows of the run that agree with that version in every field. */
  readonly from_occurrences: number;
  readonly to_occurrences: number;
  /** Of the later run, where it has the settlement. */
  readonly trade_id: string;
  readonly counterparty: string;
  readonly location: string;
  /** RFC 3339, UTC. */
  readonly delivery_start: string;
  readonly delivery_end: string;
  /** IANA name. */
  readonly timezone: string;
  readonly currency: string;
  readonly from_amount: Decimal | null;
  readonly to_amount: Decimal | null;
  /** Every field that differs; none where a side has no such settlement. */
  readonly fields: readonly ChangedField[];
  /** Of an added or removed settlement: the dead letter of the other run that bears its id. */
  readonly dead_letter: string | null;
}

/** One of the two runs. */
export interface DiffRun {
  readonly run_id: string;
  readonly source: string;
  readonly ended_at: string | null;
  readonly run_sha256: string | null;
  /** Typed records, every row. */
  readonly rows: number;
  /** Business keys without their version. */
  readonly settlements: number;
  /** Open and discarded. */
  readonly dead_letters: number;
  /** Dead letters that became records since the run. */
  readonly retried: number;
}

export interface DiffSummary {
  readonly month: string;
  readonly resource: Resource;
  /** The earlier run, as a rule. */
  readonly from: DiffRun;
  readonly to: DiffRun;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly reversioned: number;
  readonly repeated: number;
  readonly unchanged: number;
  /** Removed ones that the later run received, and refused. */
  readonly removed_dead_letters: number;
  /** Rows of the later run that the earlier one has too, version and all, each paired once. */
  readonly identical_rows: number;
  /** How many settlements differ in each field, most first. */
  readonly by_field: readonly { readonly field: string; readonly changes: number }[];
}

export interface DiffEvent extends DiffSummary {
  readonly type: 'diff';
}

export interface ChangeEvent extends Change {
  readonly type: 'change';
}

/** A run whose records follow. */
export interface RecordsEvent {
  readonly type: 'records';
  readonly month: string;
  readonly run_id: string;
  readonly source: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  /** The time as of which; null: now. */
  readonly as_of: string | null;
  readonly received: number;
  readonly committed: number;
  readonly open: number;
  readonly retried: number;
  readonly discarded: number;
  readonly run_sha256: string | null;
}
