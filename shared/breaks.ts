/** Breaks as they are worked: their life across reconciliations, and what people decide of them. */
import type { Decimal } from './decimal.ts';
import type { Break, BreakCategory } from './recon.ts';
import { ALL_BREAK_CATEGORIES } from './recon.ts';

/** `closed`: the newest reconciliation no longer has it. */
export const BREAK_STATES = ['open', 'resolved', 'written-off', 'suppressed', 'closed'] as const;
export type BreakState = (typeof BREAK_STATES)[number];

/** What a reconciliation does to a break, then what a person does. */
export const BREAK_EVENT_KINDS = [
  'opened',
  'closed',
  'reappeared',
  'moved',
  'assigned',
  'commented',
  'resolved',
  'reopened',
  'written-off',
  'suppressed',
  'lifted',
  'future-suppressed',
  'future-lifted',
  'attached',
] as const;
export type BreakEventKind = (typeof BREAK_EVENT_KINDS)[number];

export const BREAK_ACTS = [
  'assign',
  'comment',
  'resolve',
  'reopen',
  'write-off',
  'suppress',
  'lift',
  'suppress-future',
  'lift-future',
  'attach',
] as const;
export type BreakAct = (typeof BREAK_ACTS)[number];

/** States that an act can be done in. */
const STATES_FOR: Readonly<Record<BreakAct, readonly BreakState[]>> = {
  assign: BREAK_STATES,
  comment: BREAK_STATES,
  attach: BREAK_STATES,
  resolve: ['open'],
  'write-off': ['open'],
  reopen: ['resolved', 'written-off'],
  suppress: ['open', 'resolved', 'written-off', 'closed'],
  lift: ['suppressed'],
  'suppress-future': BREAK_STATES,
  'lift-future': BREAK_STATES,
};

/**
 * Whether an act can be done to a break.
 * @param standing whether its subject is suppressed for the months to come.
 */
export function actFits(act: BreakAct, state: BreakState, standing: boolean): boolean {
  if (act === 'suppress-future' && standing) return false;
  if (act === 'lift-future' && !standing) return false;
  return STATES_FOR[act].includes(state);
}

/** A break of a month with all that became of it, as a list shows it. */
export interface WorkedBreak {
  readonly breakId: string;
  readonly month: string;
  readonly state: BreakState;
  readonly category: BreakCategory;
  readonly settlementId: string | null;
  readonly tradeId: string | null;
  readonly location: string | null;
  readonly chargeType: string | null;
  readonly counterparty: string | null;
  /** RFC 3339, UTC. */
  readonly deliveryStart: string | null;
  readonly timezone: string | null;
  readonly currency: string;
  readonly etrmAmount: Decimal | null;
  readonly ledgerAmount: Decimal | null;
  /** ledger - ETRM, signed. */
  readonly difference: Decimal;
  /** RFC 3339, UTC: the first reconciliation that had it. */
  readonly openedAt: string;
  /** Whole days, by the run date or the business date, as the settings say. */
  readonly ageDays: number;
  readonly assignee: string | null;
  /** Of the decision that stands; null where there is none. */
  readonly reason: string | null;
  readonly note: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly reopenings: number;
  readonly comments: number;
  readonly attachments: number;
  /** Changes with every act: an import that was exported before the last one is stale. */
  readonly place: number;
}

export interface BreakHistory {
  readonly seq: number;
  readonly act: BreakEventKind;
  readonly at: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly note: string | null;
  readonly assignee: string | null;
  readonly fileName: string | null;
  readonly fileSha256: string | null;
  readonly category: BreakCategory | null;
  readonly difference: Decimal | null;
  readonly currency: string | null;
}

/** One break, whole. */
export interface WorkedBreakDetail {
  readonly row: WorkedBreak;
  /** Whether breaks like it are suppressed in the months to come. */
  readonly standing: boolean;
  readonly found: Break;
  /** Oldest first. */
  readonly history: readonly BreakHistory[];
}

export const BREAK_SORTS = [
  'delivery',
  'age',
  'difference',
  'category',
  'state',
  'assignee',
  'counterparty',
] as const;
export type BreakSort = (typeof BREAK_SORTS)[number];

/** Which breaks are meant; null leaves a member aside. */
export interface BreakFilter {
  /** Null: of every month. */
  readonly month: string | null;
  readonly state: BreakState | null;
  readonly category: BreakCategory | null;
  /** Empty: those of nobody. */
  readonly assignee: string | null;
  readonly reason: string | null;
  readonly counterparty: string | null;
  /** Whole days, at least. */
  readonly minAge: number | null;
  /** In ids, counterparty, location, note; any case. */
  readonly search: string;
}

export const EVERY_BREAK: BreakFilter = {
  month: null,
  state: null,
  category: null,
  assignee: null,
  reason: null,
  counterparty: null,
  minAge: null,
  search: '',
};

export interface BreakSummary {
  readonly total: number;
  readonly states: Readonly<Record<BreakState, number>>;
  /** Of breaks that are open. */
  readonly openByCategory: Readonly<Partial<Record<BreakCategory, number>>>;
  /** Signed differences of breaks that are open, by currency. */
  readonly openDifference: Readonly<Record<string, Decimal>>;
  readonly assignees: readonly string[];
  readonly reasons: readonly ReasonCode[];
}

export interface ReasonCode {
  readonly code: string;
  readonly text: string;
}

/** One break that an act was refused for, and why. */
export interface BreakRefusal {
  readonly breakId: string;
  readonly message: string;
}

export interface BreakActResult {
  readonly act: BreakAct;
  readonly at: string;
  readonly breaks: number;
  readonly months: readonly string[];
  /** Of the audit event. */
  readonly seq: number;
}

/** What an edited sheet would change of one break. */
export interface SheetChange {
  readonly row: number;
  readonly breakId: string;
  readonly act: BreakAct;
  readonly from: string;
  readonly to: string;
}

export interface SheetFault {
  readonly row: number;
  readonly column: string;
  readonly message: string;
}

export interface SheetPreview {
  readonly rows: number;
  readonly changes: readonly SheetChange[];
  readonly faults: readonly SheetFault[];
}

export function isCategory(text: string): text is BreakCategory {
  return ALL_BREAK_CATEGORIES.some((name) => name === text);
}
