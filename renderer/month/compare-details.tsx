import type { PendingReason } from '../../shared/recon.ts';
import type { ComparedRow, ComparedSide } from '../../shared/views.ts';
import { Amount } from '../ui/amount.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { DetailsPanel, Fact } from '../ui/details-panel.tsx';
import { Mark } from '../ui/mark.tsx';
import { deliveryWindow, deliveryWindowUtc } from '../ui/zoned-time.ts';
import { CATEGORY_WORDS, fieldWords } from './break-words.ts';
import { Differing, windowOfRow } from './compare-columns.tsx';
import { EvidenceNotes } from './evidence-notes.tsx';

const FIELDS = [
  'version',
  'status',
  'counterparty',
  'direction',
  'deliveryStart',
  'deliveryEnd',
  'volume',
  'volumeUom',
  'price',
  'priceUom',
  'amount',
  'currency',
  'rows',
] as const satisfies readonly (keyof ComparedSide)[];

const REASON_WORDS: Readonly<Record<PendingReason, string>> = {
  'not-final': 'not final',
  disputed: 'disputed',
  void: 'void',
  'not-yet-due': 'not yet due',
};

const NUMBERS: readonly string[] = ['volume', 'price', 'amount'];
const INSTANTS: readonly string[] = ['deliveryStart', 'deliveryEnd'];

interface CompareDetailsProps {
  readonly row: ComparedRow;
  readonly onClose: () => void;
}

/** All that is known of one settlement on both sides. */
export function CompareDetails({ row, onClose }: CompareDetailsProps) {
  const { deliveryStart, deliveryEnd } = windowOfRow(row);
  const name = row.settlementId ?? row.tradeId ?? 'Settlement';
  return (
    <DetailsPanel title={name} onClose={onClose}>
      <dl className="facts">
        <Fact name="State">
          <Mark kind={row.state} />
          {row.category && ` ${CATEGORY_WORDS[row.category]}`}
          {row.pendingReason && ` ${REASON_WORDS[row.pendingReason]}`}
        </Fact>
        {row.rule !== null && <Fact name="Rule">{row.rule}</Fact>}
        {row.settlementId && (
          <Fact name="Settlement">
            <span className="hex">{row.settlementId}</span>
            <CopyButton text={row.settlementId} what="settlement id" />
          </Fact>
        )}
        <Fact name="Trade">{row.tradeId ?? '—'}</Fact>
        <Fact name="Location">{row.location ?? '—'}</Fact>
        <Fact name="Charge">{row.chargeType ?? '—'}</Fact>
        <Fact name="Delivery">
          <div>{deliveryWindow(deliveryStart, deliveryEnd, row.timezone)}</div>
          <div className="quiet-text">{deliveryWindowUtc(deliveryStart, deliveryEnd)}</div>
          {row.timezone && <div className="quiet-text">{row.timezone}</div>}
        </Fact>
        <Fact name="Difference">
          <Amount value={row.difference} signed />
        </Fact>
      </dl>
      <EvidenceNotes evidence={row.evidence ?? undefined} />
      <table className="sides" aria-label="Both sides">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">ETRM</th>
            <th scope="col">Ledger</th>
          </tr>
        </thead>
        <tbody>
          {FIELDS.map((field) => {
            const differs = row.differing.includes(field);
            return (
              <tr key={field} data-differs={differs || undefined}>
                <th scope="row">
                  <Differing differs={differs}>{fieldWords(field)}</Differing>
                </th>
                <Side field={field} value={row.etrm?.[field] ?? null} zone={row.timezone} />
                <Side field={field} value={row.ledger?.[field] ?? null} zone={row.timezone} />
              </tr>
            );
          })}
        </tbody>
      </table>
    </DetailsPanel>
  );
}

interface SideProps {
  readonly field: string;
  readonly value: string | number | null;
  readonly zone: string | null;
}

function Side({ field, value, zone }: SideProps) {
  if (value === null) return <td>—</td>;
  if (NUMBERS.includes(field)) {
    return (
      <td className="number">
        <Amount value={String(value)} />
      </td>
    );
  }
  if (INSTANTS.includes(field))
    return <td title={String(value)}>{deliveryWindow(String(value), null, zone)}</td>;
  return <td>{value}</td>;
}
