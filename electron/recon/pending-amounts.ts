/** What pending settlements come to, by currency. */
import { type Decimal, isZero } from '../../shared/decimal.ts';
import type { Evidence } from '../../shared/recon.ts';
import type { Currencies } from './rules.ts';

export interface PendingItem {
  readonly currency: string;
  readonly etrmAmount: Decimal;
  readonly evidence: Evidence | null;
}

/** Of one item: its amount, or where its settlements are of several currencies those of each. */
export function pendingAmounts(
  { currency, etrmAmount, evidence }: PendingItem,
  currencies: Currencies,
): readonly (readonly [currency: string, amount: Decimal])[] {
  const each = currencies === 'apart' ? (evidence?.currencies ?? []) : [];
  if (each.length === 0) return [[currency, etrmAmount]];
  // Those of postings alone have nothing pending.
  return each.filter(({ etrm }) => !isZero(etrm)).map(({ currency: of, etrm }) => [of, etrm]);
}
