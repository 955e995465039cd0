import { Clock, Equal, EqualNot } from 'lucide-react';
import { type Decimal, isZero, subtract, ZERO } from '../../shared/decimal.ts';
import type { MonthView } from '../../shared/views.ts';
import { Amount } from '../ui/amount.tsx';
import { sumOf } from './totals-sum.ts';

/** Both totals of a month and their difference, currency by currency, and what is pending of it. */
export function TotalsTable({
  view: { recon, imports, pendingTotals, etrmTotals },
}: {
  readonly view: MonthView;
}) {
  const ledger = recon?.ledger_total ?? sumOf(imports.map(({ totals }) => totals));
  const etrm = recon?.etrm_total ?? etrmTotals;
  const currencies = [...new Set([...Object.keys(etrm), ...Object.keys(ledger)])].sort();
  const pending = Object.entries(pendingTotals).filter(([, amount]) => !isZero(amount));
  return (
    <div className="totals-money">
      <table aria-label="Totals by currency">
        <thead>
          <tr>
            <th scope="col">Total</th>
            <th scope="col">ETRM</th>
            <th scope="col">Ledger</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          {currencies.length === 0 && (
            <tr>
              <th scope="row">—</th>
              <td className="quiet-text" colSpan={3}>
                after the month is synced and the extract imported
              </td>
            </tr>
          )}
          {currencies.map((currency) => (
            <TotalRow
              key={currency}
              currency={currency}
              etrm={recon ? (etrm[currency] ?? ZERO) : (etrm[currency] ?? null)}
              ledger={recon || imports.length > 0 ? (ledger[currency] ?? ZERO) : null}
            />
          ))}
        </tbody>
      </table>
      {pending.length > 0 && (
        <p className="totals-pending">
          <Clock aria-hidden className="icon" /> Pending, not in the breaks:{' '}
          {pending.map(([currency, amount], at) => (
            <span key={currency}>
              {at > 0 && ', '}
              {currency} <Amount value={amount} />
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

interface TotalRowProps {
  readonly currency: string;
  readonly etrm: Decimal | null;
  readonly ledger: Decimal | null;
}

function TotalRow({ currency, etrm, ledger }: TotalRowProps) {
  const difference = etrm === null || ledger === null ? null : subtract(ledger, etrm);
  const equal = difference !== null && isZero(difference);
  const Icon = equal ? Equal : EqualNot;
  return (
    <tr>
      <th scope="row">{currency}</th>
      <td>
        <Amount value={etrm} />
      </td>
      <td>
        <Amount value={ledger} />
      </td>
      <td className="totals-difference" data-equal={difference === null ? undefined : equal}>
        {difference !== null && <Icon aria-label={equal ? 'equal' : 'not equal'} className="icon" />}
        <Amount value={difference} signed />
      </td>
    </tr>
  );
}
