import type { Waterfall, WaterfallStepName } from '../../shared/recon.ts';
import { Amount } from '../ui/amount.tsx';

const STEP_WORDS: Readonly<Record<WaterfallStepName, string>> = {
  ETRM: 'ETRM total',
  MATCHED: 'Matched within tolerance',
  SUGGESTED: 'Suggested matches',
  PENDING: 'Pending',
  VOID: 'Void settlements',
  MISSING_IN_LEDGER: 'Missing in ledger',
  MISSING_IN_ETRM: 'Missing in ETRM',
  QUARANTINED: 'Records that were refused',
  DUPLICATE: 'Duplicates',
  CURRENCY: 'Booked in another currency',
  DELIVERY_WINDOW: 'Delivery window',
  PERIOD: 'Other period',
  VOLUME: 'Volume effect',
  PRICE: 'Price effect',
  FX: 'FX effect',
  ROUNDING: 'Rounding and amount',
  LEDGER: 'Ledger total',
};

/** The way from the ETRM total to the ledger total, by currency; the steps add up to the last digit. */
export function WaterfallPane({ waterfall }: { readonly waterfall: Waterfall }) {
  return (
    <section aria-label="Waterfall">
      <h2>From ETRM to ledger</h2>
      {Object.entries(waterfall).map(([currency, steps]) => (
        <table key={currency} className="rules-table">
          <caption>{currency}</caption>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col" className="rules-count">
                Items
              </th>
              <th scope="col" className="rules-amount">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {steps.map(({ step, amount, items }) => (
              <tr key={step} data-total={items === null || undefined}>
                <th scope="row">{STEP_WORDS[step]}</th>
                <td className="rules-number">{items ?? ''}</td>
                <td className="rules-number">
                  <Amount value={amount} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </section>
  );
}
