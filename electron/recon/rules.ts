/** The default rule set (design: "Default rule set"), as data, so that its hash says which rules a result came from. */
import { type Decimal, decimal } from '../../shared/decimal.ts';
import type { Sha256 } from '../../shared/digest.ts';
import { BREAK_CATEGORIES, type BreakCategory } from '../../shared/recon.ts';
import { PENDING_STATUSES, type SettlementField, type SettlementStatus } from '../../shared/settlement.ts';
import { canonicalJson } from '../etrm/canonical/canonical.ts';
import { sha256 } from '../workspace/evidence.ts';

export interface RuleSet {
  readonly version: number;
  /** Used where the ledger row has it. */
  readonly key: SettlementField;
  /** Used where it has not. */
  readonly composite_key: readonly SettlementField[];
  /** Of the currency; volume and price are exact. */
  readonly amount_tolerance: Decimal;
  readonly pending: readonly SettlementStatus[];
  /** First that applies. */
  readonly categories: readonly BreakCategory[];
}

export const DEFAULT_RULES: RuleSet = {
  version: 1,
  key: 'settlement_id',
  composite_key: ['trade_id', 'deal_leg', 'delivery_start', 'location', 'charge_type'],
  amount_tolerance: decimal('0.01'),
  pending: PENDING_STATUSES,
  categories: BREAK_CATEGORIES,
};

export function rulesSha256(rules: RuleSet): Sha256 {
  return sha256(canonicalJson(Buffer.from(JSON.stringify(rules))));
}
