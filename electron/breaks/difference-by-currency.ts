/** What a break comes to in each currency: figures of several, which no rate brings together, have no one difference. */
import { z } from 'zod';
import { type Decimal, decimal, isZero, subtract } from '../../shared/decimal.ts';
import type { Row } from '../workspace/row.ts';

/** A currency of the break, not its own, that no rate brought to it. Of an alias `d` of the break's document. */
const FOREIGN = `c.currency <> d.currency
  AND NOT list_contains(list_transform(coalesce(d.evidence.fx, []), lambda rate: rate.from), c.currency)`;

/** What is read of the document for it. */
export const EVIDENCE_SHAPE = {
  currencies: [{ currency: 'VARCHAR', etrm: 'VARCHAR', ledger: 'VARCHAR' }],
  fx: [{ from: 'VARCHAR' }],
};

/** Whether some currency of the break stands for itself; NULL where it has one alone. */
export const IS_MIXED = `len(list_filter(d.evidence.currencies, lambda c: ${FOREIGN})) > 0`;

/** JSON: both sides in each currency of a mixed break; else NULL. */
export const SIDES_APART = `CASE WHEN ${IS_MIXED} THEN to_json(d.evidence.currencies)::VARCHAR END`;

const exact = z.string().transform((text) => decimal(text));
const sidesApart = z.array(z.object({ currency: z.string(), etrm: exact, ledger: exact }));

/** @param row with `currency`, `difference` and, as `apart`, what `SIDES_APART` says. @returns ledger less ETRM. */
export function differenceByCurrency(row: Row): readonly (readonly [currency: string, amount: Decimal])[] {
  const sides = row.textOrNull('apart') === null ? [] : sidesApart.parse(row.json('apart'));
  const moved = sides
    .map(({ currency, etrm, ledger }) => [currency, subtract(ledger, etrm)] as const)
    .filter(([, amount]) => !isZero(amount));
  return moved.length > 0 ? moved : [[row.text('currency'), row.decimal('difference')]];
}
