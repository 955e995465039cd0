import type { Change } from '../../shared/restatement.ts';
import { Amount } from '../ui/amount.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { DetailsPanel, Fact } from '../ui/details-panel.tsx';
import { counted } from '../ui/quantity.ts';
import { deliveryWindow, deliveryWindowUtc } from '../ui/zoned-time.ts';
import { fieldWords } from './break-words.ts';
import { KindMark } from './change-columns.tsx';
import { changeWords } from './change-words.ts';

const NUMBERS: readonly string[] = ['volume', 'price', 'amount'];

function Value({ field, value }: { readonly field: string; readonly value: string | null }) {
  if (NUMBERS.includes(field)) {
    return (
      <td className="number">
        <Amount value={value} />
      </td>
    );
  }
  return <td>{value ?? '—'}</td>;
}

/** One settlement in both runs: every field that differs, and how often it came. */
export function ChangeDetails({
  change,
  onClose,
}: {
  readonly change: Change;
  readonly onClose: () => void;
}) {
  const { fields, delivery_start: start, delivery_end: end } = change;
  return (
    <DetailsPanel title={change.settlement_id} onClose={onClose}>
      <dl className="facts">
        <Fact name="Change">
          <KindMark kind={change.kind} />
        </Fact>
        <Fact name="Settlement">
          <span className="hex">{change.settlement_id}</span>
          <CopyButton text={change.settlement_id} what="settlement id" />
        </Fact>
        <Fact name="Trade">{change.trade_id}</Fact>
        <Fact name="Counterparty">{change.counterparty}</Fact>
        <Fact name="Location">{change.location}</Fact>
        <Fact name="Delivery">
          <div>{deliveryWindow(start, end, change.timezone)}</div>
          <div className="quiet-text">{deliveryWindowUtc(start, end)}</div>
        </Fact>
        <Fact name="Rows">
          {counted(change.from_occurrences, 'identical row')} before, {change.to_occurrences} after
        </Fact>
        {change.dead_letter !== null && <Fact name="Dead letter">{changeWords(change)}</Fact>}
      </dl>
      {fields.length > 0 && (
        <table className="sides" aria-label="Differing fields">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Old</th>
              <th scope="col">New</th>
            </tr>
          </thead>
          <tbody>
            {fields.map(({ field, from, to }) => (
              <tr key={field} data-differs>
                <th scope="row">{fieldWords(field)}</th>
                <Value field={field} value={from} />
                <Value field={field} value={to} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {fields.length === 0 && (
        <p className="quiet-text">
          Amount {change.from_amount ?? '—'} before, {change.to_amount ?? '—'} after.
        </p>
      )}
    </DetailsPanel>
  );
}
