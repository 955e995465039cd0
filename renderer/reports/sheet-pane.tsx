import { useQuery } from '@tanstack/react-query';
import type { ReportSheetId } from '../../shared/report.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { AskedLine } from '../ui/progress-line.tsx';
import { sheetQuery } from './queries.ts';

/** The first rows of a sheet, as they would be written. */
export function SheetPane({ month, sheet }: { readonly month: string; readonly sheet: ReportSheetId }) {
  const rows = useQuery(sheetQuery(month, sheet));
  if (rows.error) return <ErrorNotice error={rows.error} onRetry={() => void rows.refetch()} />;
  if (!rows.data)
    return (
      <div className="reports-rows" aria-busy="true">
        <AskedLine label="report-sheet" what="Reading the first rows" />
      </div>
    );
  const { columns } = rows.data;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="reports-rows" aria-label="First rows" tabIndex={0}>
      <table className="reports-table">
        <thead>
          <tr>
            {columns.map(({ title, numeric }) => (
              <th key={title} scope="col" className={numeric ? 'number' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.data.rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={columns[column]?.title} className={columns[column]?.numeric ? 'number' : undefined}>
                  <span title={cell}>{cell}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.data.rows.length === 0 && <p className="muted">This sheet has no rows.</p>}
    </section>
  );
}
