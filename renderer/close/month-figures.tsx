import { useQuery } from '@tanstack/react-query';
import { monthQuery } from '../month/queries.ts';
import { TotalsTable } from '../month/totals-table.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { count } from '../ui/quantity.ts';

/** What the month comes to, for whom signs it: totals by currency, and how many of what. */
export function MonthFigures({ month }: { readonly month: string }) {
  const { data: view, error, refetch } = useQuery(monthQuery(month, null, null));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!view) return <div aria-busy="true" />;
  const letters = view.currentRun?.deadLetters;
  return (
    <section className="close-figures" aria-label="What the month comes to">
      <TotalsTable view={view} />
      {view.recon && (
        <p className="quiet-text">
          {count(view.recon.matched)} matched, {count(view.recon.breaks)} breaks, {count(view.recon.pending)}{' '}
          pending
          {letters && letters.open + letters.discarded > 0 && (
            <>, {count(letters.open + letters.discarded)} dead letters in none of these</>
          )}
        </p>
      )}
    </section>
  );
}
