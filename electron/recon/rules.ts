/** Rule sets as data: their canonical document, its hash, and the default one (design: "Default rule set"). */
import { decimal } from '../../shared/decimal.ts';
import type { Sha256 } from '../../shared/digest.ts';
import { BREAK_CATEGORIES } from '../../shared/recon.ts';
import type { RuleSet } from '../../shared/rules.ts';
import { PENDING_STATUSES } from '../../shared/settlement.ts';
import { canonicalJson } from '../etrm/canonical/canonical.ts';
import { sha256 } from '../workspace/evidence.ts';

export type { RuleSet } from '../../shared/rules.ts';

/**
 * How settlements of several currencies under one key are held against the ledger: each currency for itself, or their
 * amounts added up, as reconciliations did of which the event (`recon.done`) does not say.
 */
export type Currencies = 'apart' | 'added';

export function currenciesTold(told: string | null): Currencies {
  return told === 'apart' ? 'apart' : 'added';
}

/** A set as a reconciliation goes by it. */
export interface TriedRules extends RuleSet {
  /** `apart` where it is not said. */
  readonly currencies?: Currencies;
}

export const DEFAULT_RULES: RuleSet = {
  format: 1,
  name: 'default',
  revision: 1,
  description: '',
  rules: [
    {
      name: 'settlement',
      key: 'identity',
      kind: 'N:M',
      ignore: [],
      tolerance: { absolute: decimal('0.01') },
      volume_tolerance: {},
      outcome: 'automatic',
    },
  ],
  ledger: 'postings',
  pending: [...PENDING_STATUSES],
  categories: [...BREAK_CATEGORIES],
  units: [],
  fx: [],
};

/** The set as it is tried: without the rules that are not enabled. */
export function enabledRules(set: RuleSet): RuleSet {
  const rules = set.rules.filter(({ enabled }) => enabled !== false);
  return rules.length === set.rules.length ? set : { ...set, rules };
}

/** What is kept among the evidence, under `rulesSha256`. */
export function rulesText(rules: RuleSet): string {
  return Buffer.from(canonicalJson(Buffer.from(JSON.stringify(rules)))).toString('latin1');
}

export function rulesSha256(rules: RuleSet): Sha256 {
  return sha256(rulesText(rules));
}
