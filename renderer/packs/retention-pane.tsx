import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { TextField } from 'react-aria-components/TextField';
import type { RetainedMonth } from '../../shared/retention.ts';
import { useAnnounce } from '../ui/announcements.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Mark } from '../ui/mark.tsx';
import { holdMonth, retentionQuery, setRetention } from './queries.ts';

/** How long months are kept, and which of them are held. */
export function RetentionPane() {
  const view = useQuery(retentionQuery);
  const announce = useAnnounce();
  const [years, setYears] = useState('');
  const [reason, setReason] = useState('');
  const [held, setHeld] = useState<RetainedMonth | null>(null);
  const setting = useMutation({
    ...setRetention,
    onSuccess(set, args, result, context) {
      announce('ok', `Records are kept for ${args.years} years.`);
      setYears('');
      setReason('');
      return setRetention.onSuccess?.(set, args, result, context);
    },
  });
  const whole = /^\d{1,3}$/.test(years);
  return (
    <section className="retention" aria-label="Retention">
      <h2>Retention</h2>
      {view.error && <ErrorNotice error={view.error} onRetry={() => void view.refetch()} />}
      {view.data && (
        <p>
          Records are kept for <strong>{view.data.years} years</strong>
          {view.data.isDefault ? ' (the default)' : ''}, from the end of a month or the last act on it,
          whichever is later. Nothing is removed by itself: <code>tieout retention prune</code> removes the
          evidence of months that are past their time, and never of one under a legal hold.
        </p>
      )}
      <form
        className="retention-form"
        onSubmit={(event) => {
          event.preventDefault();
          setting.mutate({ years: Number(years), reason });
        }}
      >
        <TextField className="field inline" value={years} onChange={setYears} maxLength={3}>
          <Label className="field-label inline">Keep for years</Label>
          <Input className="input retention-years" inputMode="numeric" />
        </TextField>
        <TextField
          className="field inline retention-why"
          value={reason}
          onChange={setReason}
          maxLength={2000}
        >
          <Label className="field-label inline">Reason</Label>
          <Input className="input" />
        </TextField>
        <Button
          type="submit"
          className="button"
          isDisabled={!whole || reason.trim() === ''}
          isPending={setting.isPending}
        >
          Change
        </Button>
      </form>
      {setting.error && <ErrorNotice error={setting.error} onDismiss={() => setting.reset()} />}
      <table className="verify-table" aria-label="Months and how long they are kept">
        <thead>
          <tr>
            <th scope="col">Month</th>
            <th scope="col">Kept until</th>
            <th scope="col">State</th>
            <th scope="col">Documents removed</th>
            <th scope="col">
              <span className="visually-hidden">Legal hold</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {view.data?.months.map((month) => (
            <tr key={month.month}>
              <td>{month.month}</td>
              <td>{month.until}</td>
              <td>
                <MonthState month={month} />
              </td>
              <td className="number">{month.pruned}</td>
              <td>
                <Button className="button small" onPress={() => setHeld(month)}>
                  {month.hold === null ? `Hold ${month.month}` : `Release ${month.month}`}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {view.data?.months.length === 0 && <p className="quiet-text">The workspace has no month yet.</p>}
      {held && <HoldForm key={held.month} month={held} onClose={() => setHeld(null)} />}
    </section>
  );
}

function MonthState({ month }: { readonly month: RetainedMonth }) {
  const locked = month.locked ? 'Locked, ' : '';
  if (month.hold !== null) return <Mark kind="warning" word={`${locked}legal hold: ${month.hold}`} />;
  if (month.past) return <Mark kind="info" word={`${locked}past its retention`} />;
  return <Mark kind="verified" word={`${locked}kept`} />;
}

function HoldForm({ month, onClose }: { readonly month: RetainedMonth; readonly onClose: () => void }) {
  const [reason, setReason] = useState('');
  const announce = useAnnounce();
  const act = month.hold === null ? 'placed' : 'released';
  const holding = useMutation({
    ...holdMonth,
    onSuccess(done, args, result, context) {
      announce(
        'ok',
        act === 'placed' ? `${month.month} is under a legal hold.` : `${month.month} is released.`,
      );
      onClose();
      return holdMonth.onSuccess?.(done, args, result, context);
    },
  });
  const what =
    act === 'placed' ? `Put ${month.month} under a legal hold` : `Release the hold of ${month.month}`;
  return (
    <form
      className="retention-form"
      aria-label={what}
      onSubmit={(event) => {
        event.preventDefault();
        holding.mutate({ month: month.month, act, reason });
      }}
    >
      <TextField
        className="field inline retention-why"
        value={reason}
        onChange={setReason}
        maxLength={2000}
        autoFocus
      >
        <Label className="field-label inline">{what}, because</Label>
        <Input className="input" />
      </TextField>
      <Button
        type="submit"
        className="button primary"
        isDisabled={reason.trim() === ''}
        isPending={holding.isPending}
      >
        {act === 'placed' ? 'Hold' : 'Release'}
      </Button>
      <Button className="button" onPress={onClose}>
        Cancel
      </Button>
      {holding.error && <ErrorNotice error={holding.error} />}
    </form>
  );
}
