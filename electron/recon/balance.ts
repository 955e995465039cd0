/** Both sides of a key brought to what is compared: postings that count, in the ETRM's units and currency, summed. */
import { add, type Decimal, sum, ZERO } from '../../shared/decimal.ts';
import type { Evidence, Totals, UsedTolerance } from '../../shared/recon.ts';
import type { Rule } from '../../shared/rules.ts';
import { converted } from './conversion.ts';
import type { RuleSet } from './rules.ts';
import type { EtrmSide, LedgerSide } from './sides.ts';
import { allowedAmount, allowedVolume } from './tolerance.ts';

export interface Balance {
  readonly settlements: readonly EtrmSide[];
  /** Those that count, converted. */
  readonly ledger: readonly LedgerSide[];
  readonly etrmAmount: Decimal | null;
  readonly ledgerAmount: Decimal | null;
  readonly etrmVolume: Decimal | null;
  readonly ledgerVolume: Decimal | null;
  readonly tolerance: UsedTolerance;
  readonly volumeTolerance: UsedTolerance;
  readonly units: NonNullable<Evidence['units']>;
  readonly fx: NonNullable<Evidence['fx']>;
  readonly currencies: NonNullable<Evidence['currencies']>;
  readonly superseded: NonNullable<Evidence['superseded']> | null;
}

/** One value as it was sent, several summed. */
function total(values: readonly Decimal[]): Decimal | null {
  const first = values[0];
  if (first === undefined) return null;
  return values.length === 1 ? first : sum(values);
}

function volumeOf(ledger: readonly LedgerSide[]): Decimal | null {
  const volumes = ledger.map((row) => row.volume).filter((volume) => volume !== null);
  return volumes.length === ledger.length ? total(volumes) : null;
}

/** What a posting is a version of: its settlement, named or described. */
export function subjectOf(row: LedgerSide): string {
  const { settlement_id: id, trade_id, deal_leg, delivery_start, location, charge_type } = row;
  // A leg and a charge type that are not told are what they are in the key by identity.
  return JSON.stringify(id ?? [trade_id, deal_leg ?? 0, delivery_start, location, charge_type ?? 'ENERGY']);
}

/** Of each settlement the postings of its highest version; without versions all. */
export function newestPostings(ledger: readonly LedgerSide[]): readonly LedgerSide[] {
  const newest = new Map<string, number>();
  for (const row of ledger) {
    const subject = subjectOf(row);
    newest.set(subject, Math.max(newest.get(subject) ?? 0, row.version ?? 0));
  }
  return ledger.filter((row) => (row.version ?? 0) === newest.get(subjectOf(row)));
}

function amounts(rows: readonly { readonly currency: string; readonly amount: Decimal }[]): Totals {
  const sums = new Map<string, Decimal>();
  for (const { currency, amount } of rows) sums.set(currency, add(sums.get(currency) ?? ZERO, amount));
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** By currency, where there is more than one. */
function currenciesOf(
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
): NonNullable<Evidence['currencies']> {
  const first = etrm[0]?.currency ?? ledger[0]?.currency;
  if ([...etrm, ...ledger].every(({ currency }) => currency === first)) return [];
  const [ours, theirs] = [amounts(etrm), amounts(ledger)];
  return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort().map((currency) => ({
    currency,
    etrm: ours[currency] ?? ZERO,
    ledger: theirs[currency] ?? ZERO,
  }));
}

/** @param settlements each once. @param rule whose tolerance counts. */
export function balance(
  settlements: readonly EtrmSide[],
  postings: readonly LedgerSide[],
  rules: RuleSet,
  rule: Rule | undefined,
): Balance {
  const live = rules.ledger === 'cumulative' ? newestPostings(postings) : postings;
  const standing = new Set(live);
  const replaced = live.length === postings.length ? [] : postings.filter((row) => !standing.has(row));
  const { ledger, units, fx } = converted(settlements, live, rules);
  const etrmAmount = total(settlements.map((row) => row.amount));
  const etrmVolume = total(settlements.map((row) => row.volume));
  return {
    settlements,
    ledger,
    etrmAmount,
    ledgerAmount: total(ledger.map((row) => row.amount)),
    etrmVolume,
    ledgerVolume: volumeOf(ledger),
    tolerance: allowedAmount(rule?.tolerance ?? {}, settlements, ledger, etrmAmount ?? ZERO),
    volumeTolerance: allowedVolume(rule?.volume_tolerance ?? {}, settlements, ledger, etrmVolume ?? ZERO),
    units,
    fx,
    currencies: currenciesOf(settlements, live),
    superseded: replaced.length === 0 ? null : { rows: replaced.length, amounts: amounts(replaced) },
  };
}
