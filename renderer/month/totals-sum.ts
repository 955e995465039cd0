import { add, type Decimal, ZERO } from '../../shared/decimal.ts';
import type { Totals } from '../../shared/recon.ts';

/** Totals of several extracts together, currency by currency. */
export function sumOf(all: readonly Totals[]): Totals {
  const sums: Record<string, Decimal> = {};
  for (const totals of all) {
    for (const [currency, amount] of Object.entries(totals))
      sums[currency] = add(sums[currency] ?? ZERO, amount);
  }
  return sums;
}
