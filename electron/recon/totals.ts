/** Exact totals by currency. */
import { add, type Decimal, decimal, normalise, ZERO } from '../../shared/decimal.ts';
import type { Totals } from '../../shared/recon.ts';
import type { Parameter, Reader } from '../workspace/database.ts';

/**
 * What the engine's DECIMAL cannot hold is added here.
 * @param relation SQL of rows with `amount`, `amount_text` and `currency`. @param parameters bound in it.
 */
export async function totals(
  reader: Reader,
  relation: string,
  parameters: readonly Parameter[] = [],
): Promise<Totals> {
  const sums = new Map<string, Decimal>();
  const held = await reader.rows(
    `SELECT currency, sum(amount)::VARCHAR AS total FROM (${relation}) WHERE amount IS NOT NULL GROUP BY currency`,
    parameters,
  );
  for (const row of held) sums.set(row.text('currency'), normalise(decimal(row.text('total'))));
  const wide = await reader.rows(
    `SELECT currency, amount_text FROM (${relation}) WHERE amount IS NULL`,
    parameters,
  );
  for (const row of wide) {
    const currency = row.text('currency');
    sums.set(currency, add(sums.get(currency) ?? ZERO, row.decimal('amount_text')));
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}
