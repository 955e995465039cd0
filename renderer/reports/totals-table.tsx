import type { ReportPreview } from '../../shared/report.ts';
import { Amount } from '../ui/amount.tsx';
import { localTime } from '../ui/zoned-time.ts';

/** ETRM, ledger and difference by currency, as every format will have them. */
export function TotalsTable({ preview }: { readonly preview: ReportPreview }) {
  return (
    <table className="reports-table" aria-label="Totals">
      <caption>
        Reconciled {localTime(preview.reconciledAt)} by {preview.preparer}
      </caption>
      <thead>
        <tr>
          <th scope="col">Currency</th>
          <th scope="col" className="number">
            ETRM
          </th>
          <th scope="col" className="number">
            Ledger
          </th>
          <th scope="col" className="number">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {preview.totals.map(({ currency, etrm, ledger, difference }) => (
          <tr key={currency}>
            <th scope="row">{currency}</th>
            <td className="number">
              <Amount value={etrm} />
            </td>
            <td className="number">
              <Amount value={ledger} />
            </td>
            <td className="number">
              <Amount value={difference} signed />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
