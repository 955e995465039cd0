/** Schema drift: where the records of a run differ from the schema that was accepted for their source and resource. */

export const DRIFT_KINDS = ['added', 'missing', 'type', 'null', 'widened', 'value'] as const;
/**
 * - `added`: a member that the vendor did not send before;
 * - `missing`: one that it sent, or sent in every record, and now does not;
 * - `type`: a kind of JSON value that the member did not have;
 * - `null`: null, which it never was;
 * - `widened`: a longer text, or more digits before or behind the point;
 * - `value`: a code of an enumeration that it never had.
 */
export type DriftKind = (typeof DRIFT_KINDS)[number];

/** `breaking`: records of it are dead letters; `warning`: a value is lost or its meaning may have changed; `info`: told. */
export const DRIFT_SEVERITIES = ['breaking', 'warning', 'info'] as const;
export type DriftSeverity = (typeof DRIFT_SEVERITIES)[number];

export const DRIFT_STATES = ['open', 'accepted', 'rejected'] as const;
/** Rejected: the vendor is to put it right; the accepted schema stays, and later runs report it again. */
export type DriftState = (typeof DRIFT_STATES)[number];

export interface DriftFinding {
  /** The vendor's name of the member; `*` stands for those past the number that are told apart. */
  readonly field: string;
  readonly kind: DriftKind;
  /**
   * Tells findings of a field and kind apart: the new kind of value, the unseen code, `length`, `integer-digits` or
   * `fraction-digits`, `all` or `some` of the records; else empty.
   */
  readonly aspect: string;
  readonly severity: DriftSeverity;
  readonly expected: string;
  readonly seen: string;
  /** Records of the run that show it. */
  readonly count: number;
  /** Null where it cannot be placed. */
  readonly firstPage: number | null;
  /** Place in the page, from 0; null where only the page is known. */
  readonly firstIndex: number | null;
  /** At most 60 characters, without secrets. */
  readonly sample: string | null;
}

/** The accepted schema of one resource, and what of the newest run's drift is not decided yet. */
export interface DriftSummary {
  readonly schemas: readonly DriftSchema[];
  /** Findings of the newest finished runs of the month, one of each resource. */
  readonly total: number;
  readonly open: Readonly<Record<DriftSeverity, number>>;
}

export interface DriftSchema {
  readonly resource: string;
  readonly members: number;
  /** RFC 3339, UTC: when it was set, or last moved by an acceptance. */
  readonly changedAt: string;
  readonly changedBy: string;
  /** Of the last acceptance; null where it is as the first run showed it. */
  readonly note: string | null;
}

/** A finding as the screens and `tieout drift list` show it, with what was decided of it. */
export interface DriftRow extends DriftFinding {
  readonly runId: string;
  readonly month: string;
  readonly source: string;
  readonly resource: string;
  /** Place among the run's findings, gravest first. */
  readonly position: number;
  readonly state: DriftState;
  readonly decidedAt: string | null;
  readonly decidedBy: string | null;
  readonly note: string | null;
}
