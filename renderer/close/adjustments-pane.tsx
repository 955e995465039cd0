import { useMutation } from '@tanstack/react-query';
import { CalendarClock } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { TextField } from 'react-aria-components/TextField';
import type { Adjustment, CloseStatus, GivenAdjustment } from '../../shared/close.ts';
import { parseMonth } from '../../shared/month.ts';
import { Amount } from '../ui/amount.tsx';
import { useAnnounce } from '../ui/announcements.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { monthStep } from '../ui/month-step.ts';
import { counted } from '../ui/quantity.ts';
import { type Column, RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useSelectedRow } from '../ui/selected-row.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { localTime } from '../ui/zoned-time.ts';
import { adjustmentsOf, giveAdjustments } from './queries.ts';

const COLUMNS: readonly Column<Adjustment>[] = [
  { id: 'settlement', header: 'Settlement', width: 150, grow: 1, cell: ({ settlementId }) => settlementId },
  { id: 'trade', header: 'Trade', width: 120, cell: ({ tradeId }) => tradeId ?? '—' },
  {
    id: 'counterparty',
    header: 'Counterparty',
    width: 130,
    grow: 1,
    cell: ({ counterparty }) => counterparty ?? '—',
  },
  { id: 'source', header: 'Restated by', width: 110, grow: 1, cell: ({ source }) => source },
  { id: 'currency', header: 'Cur.', width: 46, cell: ({ currency }) => currency },
  {
    id: 'signed',
    header: 'Signed',
    width: 110,
    align: 'end',
    cell: ({ signedAmount }) => <Amount value={signedAmount} />,
  },
  {
    id: 'newest',
    header: 'Newest',
    width: 110,
    align: 'end',
    cell: ({ newestAmount }) => <Amount value={newestAmount} />,
  },
  {
    id: 'amount',
    header: 'Adjustment',
    width: 110,
    align: 'end',
    cell: ({ amount }) => (
      <strong>
        <Amount value={amount} signed />
      </strong>
    ),
  },
];

/** What was restated after the lock, and where it went. */
export function AdjustmentsPane({ status }: { readonly status: CloseStatus }) {
  const rows = useWindowedRows(adjustmentsOf(status.month));
  const { index, select } = useSelectedRow(rows.key);
  const moved = [...status.given, ...status.taken];
  return (
    <section className="pane" aria-label="Prior-period adjustments">
      {status.waiting.length > 0 && <GiveForm status={status} />}
      {moved.length > 0 && (
        <ul className="reasons close-moved" aria-label="Assigned adjustments">
          {moved.map((given) => (
            <GivenLine key={`${given.at} ${given.currency} ${given.month}`} given={given} />
          ))}
        </ul>
      )}
      <header className="pane-head">
        <span className="spacer" />
        <RowCount rows={rows} selected={index} noun="adjustment" />
      </header>
      <RowGrid
        label="Adjustments that wait"
        rows={rows}
        columns={COLUMNS}
        selected={index}
        onSelect={select}
        copyText={({ settlementId }) => settlementId}
        empty={
          <Empty icon={CalendarClock} title="No adjustment waits">
            <p>
              {status.locked
                ? 'A sync of the locked month changes nothing in it: what the vendor restates waits here for a later month.'
                : 'The month is not locked: what the vendor restates is reconciled in it.'}
            </p>
          </Empty>
        }
      />
    </section>
  );
}

function GivenLine({ given }: { readonly given: GivenAdjustment }) {
  return (
    <li>
      <Amount value={given.amount} signed /> {given.currency} of {counted(given.settlements, 'settlement')}{' '}
      from {given.month} to {given.toMonth}
      <div className="quiet-text">
        {localTime(given.at)} by {given.actor}
        {given.reopenedSince && `; ${given.month} was reopened since, and may have it too`}
      </div>
    </li>
  );
}

function GiveForm({ status }: { readonly status: CloseStatus }) {
  const month = parseMonth(status.month);
  const [to, setTo] = useState<string>(month ? monthStep(month, 1) : '');
  const announce = useAnnounce();
  const giving = useMutation({
    ...giveAdjustments,
    onSuccess(totals, args, context, client) {
      const settlements = totals.reduce((sum, one) => sum + one.settlements, 0);
      announce('ok', `${counted(settlements, 'adjustment')} of ${args.month} assigned to ${args.toMonth}.`);
      return giveAdjustments.onSuccess?.(totals, args, context, client);
    },
  });
  return (
    <form
      className="close-give"
      onSubmit={(event) => {
        event.preventDefault();
        giving.mutate({ month: status.month, toMonth: to });
      }}
    >
      <span>
        Restated since the lock:{' '}
        {status.waiting.map(({ currency, amount, settlements }) => (
          <span key={currency} className="open-total">
            <Amount value={amount} signed /> {currency} ({settlements})
          </span>
        ))}
      </span>
      <TextField className="field inline" value={to} onChange={setTo} maxLength={7}>
        <Label className="field-label inline">Assign to</Label>
        <Input className="input month-input" />
      </TextField>
      <Button
        type="submit"
        className="button primary"
        isDisabled={parseMonth(to) === null}
        isPending={giving.isPending}
      >
        Assign
      </Button>
      {giving.error && <ErrorNotice error={giving.error} />}
    </form>
  );
}
