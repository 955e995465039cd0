import { useQuery } from '@tanstack/react-query';
import { Scale } from 'lucide-react';
import type { NettingRow } from '../../shared/close.ts';
import { Amount } from '../ui/amount.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Mark } from '../ui/mark.tsx';
import { counted } from '../ui/quantity.ts';
import { nettingQuery } from './queries.ts';

/** Gross and net of both sides by counterparty, agreement, currency and due date. */
export function NettingPane({ month }: { readonly month: string }) {
  const netting = useQuery(nettingQuery(month));
  if (netting.error?.code === 'nothing-to-do') {
    return (
      <Empty icon={Scale} title="Not reconciled yet">
        <p>Netting starts from what was reconciled: gross first, then net.</p>
      </Empty>
    );
  }
  if (netting.error) return <ErrorNotice error={netting.error} onRetry={() => void netting.refetch()} />;
  if (!netting.data) return <p className="opening late">Adding up…</p>;
  return (
    <section className="netting" aria-label="Netting of the month">
      <table className="netting-table">
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              Counterparty
            </th>
            <th scope="col" rowSpan={2}>
              Agreement
            </th>
            <th scope="col" rowSpan={2}>
              Cur.
            </th>
            <th scope="col" rowSpan={2}>
              Due
            </th>
            <th scope="colgroup" colSpan={3}>
              ETRM
            </th>
            <th scope="colgroup" colSpan={3}>
              Ledger
            </th>
            <th scope="col" rowSpan={2} className="number">
              Net difference
            </th>
            <th scope="col" rowSpan={2}>
              Gross
            </th>
          </tr>
          <tr>
            {['ETRM', 'Ledger'].flatMap((side) =>
              ['Receive', 'Pay', 'Net'].map((what) => (
                <th key={`${side} ${what}`} scope="col" className="number">
                  {what}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {netting.data.map((row) => (
            <NettingLine
              key={[row.counterparty, row.agreement, row.currency, row.dueDate].join(' ')}
              row={row}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function NettingLine({ row }: { readonly row: NettingRow }) {
  return (
    <tr>
      <th scope="row">{row.counterparty}</th>
      <td>{row.agreement ?? '—'}</td>
      <td>{row.currency}</td>
      <td title={row.dueBy === 'record' ? 'The date that the record gives' : `By ${row.dueBy}`}>
        {row.dueDate ?? '—'}
        <div className="quiet-text">{row.dueBy === 'record' ? 'as recorded' : row.dueBy}</div>
      </td>
      <Money value={row.etrmReceivable} />
      <Money value={row.etrmPayable} />
      <Money value={row.etrmNet} strong />
      <Money value={row.ledgerReceivable} />
      <Money value={row.ledgerPayable} />
      <Money value={row.ledgerNet} strong />
      <Money value={row.netDifference} strong signed />
      <td>
        {row.openBreaks > 0 ? (
          <>
            <Mark kind="break" word={counted(row.openBreaks, 'open break')} />
            <div className="quiet-text">
              <Amount value={row.openDifference} signed /> to explain first
            </div>
          </>
        ) : (
          <Mark kind="matched" word="Explained" />
        )}
        {row.pending > 0 && <div className="quiet-text">{counted(row.pending, 'settlement')} pending</div>}
      </td>
    </tr>
  );
}

function Money({
  value,
  strong = false,
  signed = false,
}: {
  readonly value: string;
  readonly strong?: boolean;
  readonly signed?: boolean;
}) {
  return (
    <td className="number">
      {strong ? (
        <strong>
          <Amount value={value} signed={signed} />
        </strong>
      ) : (
        <Amount value={value} />
      )}
    </td>
  );
}
