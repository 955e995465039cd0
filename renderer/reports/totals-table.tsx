import { grouped } from '../../shared/decimal.ts';
import type { ReportPreview } from '../../shared/report.ts';
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
            <td className="number">{grouped(etrm)}</td>
            <td className="number">{grouped(ledger)}</td>
            <td className="number">{grouped(difference)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
