/** The default ledger record: a settlement's names and types, most of them optional (design: "Default ledger record"). */
import type { Decimal } from './decimal.ts';
import type { Settlement } from './settlement.ts';

/** Fields that only a ledger has. */
interface LedgerOnly {
  readonly journal_id: string | null;
  /** `YYYY-MM-DD`. */
  readonly posting_date: string | null;
  /** `YYYY-MM`. */
  readonly period: string | null;
  readonly memo: string | null;
}

/** Null: the extract does not have it, so it is not compared. */
export type LedgerRow = { readonly [F in keyof Settlement]: Settlement[F] | null } & LedgerOnly & {
    readonly amount: Decimal;
    readonly currency: string;
  };

export const LEDGER_ONLY_FIELDS = ['journal_id', 'posting_date', 'period', 'memo'] as const;
