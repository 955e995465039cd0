/**
 * One key judged by a rule set: matched, pending, or a break with the first category that applies, every differing field
 * with both values, and the difference explained. Pure and exact.
 */
import { type Decimal, normalise, subtract, sum } from '../../shared/decimal.ts';
import type {
  BreakCategory,
  Evidence,
  Explained,
  FieldDifference,
  PendingReason,
} from '../../shared/recon.ts';
import type { Rule } from '../../shared/rules.ts';
import { type Balance, balance, newestPostings } from './balance.ts';
import { explain } from './explain.ts';
import { type Finding, findings } from './field-findings.ts';
import type { RuleSet, TriedRules } from './rules.ts';
import type { EtrmSide, LedgerSide } from './sides.ts';

export interface KeySides {
  readonly key: string;
  /** Rows at the highest version of each settlement of the key, in an order that does not depend on the pages. */
  readonly etrm: readonly EtrmSide[];
  /** Live postings of the key, in an order that does not depend on the files. */
  readonly ledger: readonly LedgerSide[];
}

export interface Judgement {
  readonly state: 'matched' | 'suggested' | 'pending' | 'break';
  readonly category: BreakCategory | null;
  /** Of the settlements, or of the postings that count; empty where there is neither. */
  readonly currency: string;
  /** Each settlement once. */
  readonly settlements: readonly EtrmSide[];
  readonly etrmAmount: Decimal | null;
  readonly ledgerAmount: Decimal | null;
  readonly etrmVolume: Decimal | null;
  readonly ledgerVolume: Decimal | null;
  /** ledger - ETRM, signed. */
  readonly difference: Decimal;
  readonly differences: readonly FieldDifference[];
  readonly explained: Explained;
  /** The rule that matched; null where the first did, by identity. */
  readonly rule: string | null;
  /** Of a match that a later rule made. */
  readonly matchId: string | null;
  /** Why it is pending. */
  readonly reason: PendingReason | null;
  /** What was used beyond the plain figures. */
  readonly evidence: Evidence | null;
}

/** Each settlement once: the first placed of rows that came twice. */
function settlementsOf(etrm: readonly EtrmSide[]): readonly EtrmSide[] {
  const seen = new Set<string>();
  return etrm.filter((row) => {
    if (seen.has(row.settlement_id)) return false;
    seen.add(row.settlement_id);
    return true;
  });
}

/** Rows of one side that agree in every field are one posting made twice; so is a business key that came twice. */
function isDoubled(sides: KeySides, settlements: readonly EtrmSide[]): boolean {
  return (
    settlements.length < sides.etrm.length ||
    new Set(sides.ledger.map((row) => row.print)).size < sides.ledger.length
  );
}

/** Of settlements that are all of a pending status: the reason of the first. */
function pendingReason(settlements: readonly EtrmSide[], rules: RuleSet): PendingReason | null {
  const first = settlements[0];
  if (!first || !settlements.every((row) => rules.pending.some((status) => status === row.status)))
    return null;
  if (first.status === 'VOID') return 'void';
  return first.status === 'DISPUTED' ? 'disputed' : 'not-final';
}

function isNotYetDue(settlements: readonly EtrmSide[], { not_yet_due_after: day }: RuleSet): boolean {
  return (
    day !== undefined &&
    settlements.length > 0 &&
    settlements.every(({ due_date: due }) => typeof due === 'string' && due > day)
  );
}

/** The first rule has said already whether what it matches is enough to it. */
function tooMany({ kind }: Rule, settlements: number, postings: number): boolean {
  const [one, other] = kind.split(':');
  return (one === '1' && settlements > 1) || (other === '1' && postings > 1);
}

/** What a settlement and its posting are in for, beyond what their fields say. */
function further(settlements: readonly EtrmSide[], ledger: readonly LedgerSide[]): BreakCategory | null {
  if (settlements.length === 0 && ledger.some((row) => row.refused === true)) return 'QUARANTINED';
  return null;
}

/** Breaks whether listed or not: other money, an amount beyond the tolerance, a date outside the window that the rule sets. */
function unlisted(rule: Rule | undefined): readonly BreakCategory[] {
  const windowed = rule?.window?.field === 'delivery_start';
  return windowed ? ['CURRENCY', 'AMOUNT', 'DELIVERY_WINDOW'] : ['CURRENCY', 'AMOUNT', 'PERIOD'];
}

interface Verdict {
  readonly state: Judgement['state'];
  readonly category: BreakCategory | null;
  readonly differences: readonly FieldDifference[];
  readonly reason?: PendingReason;
}

function verdictOf(sides: KeySides, held: Balance, rules: TriedRules, month: string | null): Verdict {
  const { settlements, etrmAmount, ledgerAmount } = held;
  const rule = rules.rules[0];
  const doubled = isDoubled(sides, settlements);
  const pending = pendingReason(settlements, rules);
  if (sides.ledger.length === 0) {
    if (pending !== null) return { state: 'pending', category: null, differences: [], reason: pending };
    if (!doubled && isNotYetDue(settlements, rules))
      return { state: 'pending', category: null, differences: [], reason: 'not-yet-due' };
  }
  const found: readonly Finding[] =
    etrmAmount === null || ledgerAmount === null || !rule ? [] : findings(held, rule, rules, month);
  const differences = found.map((finding) => finding.difference);
  const moved = found.some(({ category }) => ['AMOUNT', 'ROUNDING', 'CURRENCY', 'FX'].includes(category));
  if (pending !== null && !doubled && !moved)
    return { state: 'pending', category: null, differences, reason: pending };

  const applies = new Set(found.map(({ category }) => category));
  const rows = { field: 'rows', etrm: String(sides.etrm.length), ledger: String(sides.ledger.length) };
  if (doubled) return { state: 'break', category: 'DUPLICATE', differences: [rows, ...differences] };
  if (sides.ledger.length === 0) return { state: 'break', category: 'MISSING_IN_LEDGER', differences: [] };
  if (settlements.length === 0) {
    const category = further(settlements, sides.ledger);
    const known = category !== null && rules.categories.includes(category);
    return { state: 'break', category: known ? category : 'MISSING_IN_ETRM', differences: [] };
  }
  // What a rule set does not list it does not look for; but no money is lost by leaving its category out.
  const first =
    rules.categories.find((category) => applies.has(category)) ??
    unlisted(rule).find((category) => applies.has(category));
  if (first !== undefined) return { state: 'break', category: first, differences };
  // The rule takes no such numbers of rows: their sum may agree, but nobody said that it counts.
  if (rule && tooMany(rule, settlements.length, held.ledger.length))
    return { state: 'break', category: 'AMOUNT', differences: [rows] };
  return { state: 'matched', category: null, differences: [] };
}

function explainedOf(held: Balance, difference: Decimal, rules: RuleSet): Explained {
  const current = rules.ledger === 'delta' ? newestPostings(held.ledger) : null;
  const parts = explain(held.settlements, held.ledger, difference, current);
  if (held.fx.length === 0) return parts;
  const { rounding, ...moved } = parts;
  return { ...moved, fx: rounding, rounding: subtract(rounding, rounding) };
}

function evidenceOf(held: Balance): Evidence | null {
  const evidence: Evidence = {
    ...(held.tolerance.percent === undefined && held.tolerance.derived === undefined
      ? {}
      : { tolerance: held.tolerance }),
    ...(held.volumeTolerance.percent === undefined && held.volumeTolerance.derived === undefined
      ? {}
      : { volume_tolerance: held.volumeTolerance }),
    ...(held.units.length === 0 ? {} : { units: held.units }),
    ...(held.fx.length === 0 ? {} : { fx: held.fx }),
    ...(held.currencies.length <= 1 ? {} : { currencies: held.currencies }),
    ...(held.superseded === null ? {} : { superseded: held.superseded }),
  };
  return Object.keys(evidence).length === 0 ? null : evidence;
}

function judgementOf(held: Balance, verdict: Verdict, rules: RuleSet): Judgement {
  const { settlements, etrmAmount, ledgerAmount } = held;
  const difference = normalise(subtract(ledgerAmount ?? sum([]), etrmAmount ?? sum([])));
  return {
    state: verdict.state,
    category: verdict.category,
    currency: settlements[0]?.currency ?? held.ledger[0]?.currency ?? '',
    settlements,
    etrmAmount,
    ledgerAmount,
    etrmVolume: held.etrmVolume,
    ledgerVolume: held.ledgerVolume,
    difference,
    differences: verdict.differences,
    explained: explainedOf(held, difference, rules),
    rule: null,
    matchId: null,
    reason: verdict.reason ?? null,
    evidence: evidenceOf(held),
  };
}

/** @param month `YYYY-MM`, that of the reconciliation; null: no posting is of another period. */
export function judge(sides: KeySides, rules: TriedRules, month: string | null = null): Judgement {
  const held = balance(settlementsOf(sides.etrm), sides.ledger, rules, rules.rules[0]);
  return judgementOf(held, verdictOf(sides, held, rules, month), rules);
}

/** A difference in these alone does not keep rows apart that a rule brings together: it is a break of what they are. */
const OF_A_MATCH: readonly BreakCategory[] = ['PERIOD', 'ACCOUNT', 'STATUS', 'CURVE_DEVIATION'];

/**
 * What a rule makes of these rows: a match where the fields that it looks at agree and what is left is within its
 * tolerance; a break where something further is looked for and found; null where it is neither.
 */
export function matchedBy(
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
  rule: Rule,
  rules: TriedRules,
  month: string | null = null,
): Judgement | null {
  const settlements = settlementsOf(etrm);
  if (settlements.length < etrm.length) return null;
  const held = balance(settlements, ledger, rules, rule);
  if (held.etrmAmount === null || held.ledgerAmount === null) return null;
  const found = findings(held, rule, rules, month);
  const counts = [...rules.categories, ...unlisted(rule)];
  if (found.some(({ category }) => counts.includes(category) && !OF_A_MATCH.includes(category))) return null;
  const category =
    rules.categories.find((name) => found.some((finding) => finding.category === name)) ?? null;
  const matched = rule.outcome === 'suggested' ? 'suggested' : 'matched';
  const verdict: Verdict = {
    state: category === null ? matched : 'break',
    category,
    differences: category === null ? [] : found.map(({ difference }) => difference),
  };
  return { ...judgementOf(held, verdict, rules), rule: rule.name };
}
