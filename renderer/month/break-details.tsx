import type { BreakRow } from '../../shared/views.ts';
import { Amount } from '../ui/amount.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { DetailsPanel, Fact } from '../ui/details-panel.tsx';
import { counted } from '../ui/quantity.ts';
import { deliveryWindow, deliveryWindowUtc } from '../ui/zoned-time.ts';
import { CATEGORY_WORDS, fieldWords } from './break-words.ts';
import { EvidenceNotes } from './evidence-notes.tsx';

interface BreakDetailsProps {
  readonly found: BreakRow;
  readonly onClose: () => void;
}

/** One break: what differs, and how the difference comes about. */
export function BreakDetails({ found, onClose }: BreakDetailsProps) {
  return (
    <DetailsPanel title={`${CATEGORY_WORDS[found.category]} break`} onClose={onClose}>
      <table className="sides" aria-label="Explained">
        <tbody>
          <Part name="ETRM amount" value={found.etrm_amount} />
          <Part name="Volume" value={found.explained.volume} signed />
          <Part name="Price" value={found.explained.price} signed />
          {found.explained.fx !== undefined && <Part name="FX" value={found.explained.fx} signed />}
          <Part name="Rounding and rest" value={found.explained.rounding} signed />
          <Part name="Ledger amount" value={found.ledger_amount} />
          <Part name={`Difference, ${found.currency}`} value={found.difference} signed total />
        </tbody>
      </table>
      <EvidenceNotes evidence={found.evidence} />
      <h4>Differing fields</h4>
      {found.differences.length === 0 ? (
        <p className="quiet-text">No field differs: {CATEGORY_WORDS[found.category].toLowerCase()}.</p>
      ) : (
        <table className="sides" aria-label="Differing fields">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">ETRM</th>
              <th scope="col">Ledger</th>
            </tr>
          </thead>
          <tbody>
            {found.differences.map(({ field, etrm, ledger }) => (
              <tr key={field} data-differs>
                <th scope="row">{fieldWords(field)}</th>
                <td>
                  <FieldValue field={field} value={etrm} />
                </td>
                <td>
                  <FieldValue field={field} value={ledger} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <h4>Settlement</h4>
      <dl className="facts">
        <Fact name="Settlement">
          <span className="hex">{found.settlement_id ?? '—'}</span>
          {found.settlement_id && <CopyButton text={found.settlement_id} what="settlement id" />}
        </Fact>
        <Fact name="Trade">
          {found.trade_id ?? '—'}
          {found.deal_leg !== null && `, leg ${found.deal_leg}`}
        </Fact>
        <Fact name="Counterparty">{found.counterparty ?? '—'}</Fact>
        <Fact name="Location">{found.location ?? '—'}</Fact>
        <Fact name="Charge">{found.charge_type ?? '—'}</Fact>
        <Fact name="Delivery">
          {deliveryWindow(found.delivery_start, found.delivery_end, found.timezone)}
        </Fact>
        <Fact name="In UTC">{deliveryWindowUtc(found.delivery_start, found.delivery_end)}</Fact>
        <Fact name="Rows">
          {counted(found.etrm_rows, 'ETRM row')}, {counted(found.ledger_rows, 'ledger row')}
        </Fact>
        <Fact name="Break id">
          <span className="hex">{found.break_id}</span>
          <CopyButton text={found.break_id} what="break id" />
        </Fact>
      </dl>
    </DetailsPanel>
  );
}

const NUMBERS: readonly string[] = ['volume', 'price', 'amount'];

function FieldValue({ field, value }: { readonly field: string; readonly value: string | null }) {
  return NUMBERS.includes(field) ? <Amount value={value} /> : (value ?? '—');
}

interface PartProps {
  readonly name: string;
  readonly value: string | null;
  readonly signed?: boolean;
  readonly total?: boolean;
}

function Part({ name, value, signed = false, total = false }: PartProps) {
  return (
    <tr data-total={total || undefined}>
      <th scope="row">{name}</th>
      <td className="number">
        <Amount value={value} signed={signed} />
      </td>
    </tr>
  );
}
