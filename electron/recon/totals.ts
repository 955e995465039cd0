/** Exact totals by currency. */
import { add, type Decimal, normalise, ZERO } from '../../shared/decimal.ts';
import type { Totals } from '../../shared/recon.ts';
import type { Relation } from '../dead-letters/known-settlements.ts';
import type { Reader } from '../workspace/transaction.ts';

/** What the engine's DECIMAL cannot hold is added here. */
class Sums {
  readonly #sums = new Map<string, Decimal>();

  add(currency: string, amount: Decimal): void {
    this.#sums.set(currency, add(this.#sums.get(currency) ?? ZERO, amount));
  }

  totals(): Totals {
    return Object.fromEntries(
      [...this.#sums]
        .map(([currency, sum]) => [currency, normalise(sum)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
}

/**
 * The totals of rows in one look at them.
 * @param relation of rows with `amount`, `amount_text`, `currency`. @param apart a condition on a row.
 * @returns those of the rows that do not meet the condition, and of those that do.
 */
export async function totalsApart(
  reader: Reader,
  { sql, parameters }: Relation,
  apart: string,
): Promise<readonly [Totals, Totals]> {
  const [rest, chosen] = [new Sums(), new Sums()];
  let wide = 0;
  const held = await reader.rows(
    `SELECT currency, ${apart} AS apart, sum(amount)::VARCHAR AS total, count(*) FILTER (amount IS NULL) AS wide
     FROM (${sql}) GROUP BY ALL`,
    parameters,
  );
  for (const row of held) {
    wide += row.int('wide');
    const total = row.decimalOrNull('total');
    if (total !== null) (row.bool('apart') ? chosen : rest).add(row.text('currency'), total);
  }
  if (wide > 0) {
    const rows = await reader.rows(
      `SELECT currency, ${apart} AS apart, amount_text FROM (${sql}) WHERE amount IS NULL`,
      parameters,
    );
    for (const row of rows)
      (row.bool('apart') ? chosen : rest).add(row.text('currency'), row.decimal('amount_text'));
  }
  return [rest.totals(), chosen.totals()];
}

/** @param relation of rows with `amount`, `amount_text` and `currency`. */
export async function totals(reader: Reader, relation: Relation): Promise<Totals> {
  const [all] = await totalsApart(reader, relation, 'FALSE');
  return all;
}
