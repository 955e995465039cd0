import { ArrowRight, Copy, GitCommitHorizontal, type LucideIcon, Minus, Plus, Replace } from 'lucide-react';
import type { Change, ChangedField, ChangeKind } from '../../shared/restatement.ts';
import { Amount } from '../ui/amount.tsx';
import type { Column } from '../ui/row-grid.tsx';
import { deliveryWindow, deliveryWindowUtc } from '../ui/zoned-time.ts';
import { fieldWords } from './break-words.ts';
import { changeWords, shownFields, versionWords } from './change-words.ts';

export const KINDS = {
  changed: { icon: Replace, word: 'Changed', tone: 'warn' },
  added: { icon: Plus, word: 'Added', tone: 'info' },
  removed: { icon: Minus, word: 'Removed', tone: 'bad' },
  reversioned: { icon: GitCommitHorizontal, word: 'Re-versioned', tone: 'none' },
  repeated: { icon: Copy, word: 'Repeated', tone: 'none' },
} as const satisfies Record<ChangeKind, { icon: LucideIcon; word: string; tone: string }>;

/** What a change is, as an icon and a word; the colour only repeats them. */
export function KindMark({ kind }: { readonly kind: ChangeKind }) {
  const { icon: Icon, word, tone } = KINDS[kind];
  return (
    <span className="mark" data-tone={tone}>
      <Icon aria-hidden className="icon" />
      <span>{word}</span>
    </span>
  );
}

/** `28.348916 → 40.164347`. */
function FromTo({ from, to }: Pick<ChangedField, 'from' | 'to'>) {
  return (
    <span className="from-to">
      {from ?? '—'} <ArrowRight aria-label="to" className="icon" /> {to ?? '—'}
    </span>
  );
}

export const CHANGE_COLUMNS: readonly Column<Change>[] = [
  { id: 'kind', header: 'Change', width: 112, cell: ({ kind }) => <KindMark kind={kind} /> },
  {
    id: 'settlement',
    header: 'Settlement',
    width: 150,
    grow: 1,
    cell: ({ settlement_id: id }) => id,
    title: ({ settlement_id: id, trade_id: trade, counterparty, location }) =>
      [id, trade, counterparty, location].join(' · '),
  },
  {
    id: 'delivery',
    header: 'Delivery',
    width: 196,
    cell: ({ delivery_start: start, delivery_end: end, timezone }) => deliveryWindow(start, end, timezone),
    title: ({ delivery_start: start, delivery_end: end }) => deliveryWindowUtc(start, end),
  },
  { id: 'version', header: 'Version', width: 66, align: 'end', cell: versionWords },
  {
    id: 'fields',
    header: 'Old and new values',
    width: 240,
    grow: 3,
    cell: (change) =>
      shownFields(change).length === 0
        ? changeWords(change)
        : shownFields(change).map(({ field, from, to }) => (
            <span key={field} className="changed-field">
              {fieldWords(field)} <FromTo from={from} to={to} />
            </span>
          )),
    title: changeWords,
  },
  { id: 'currency', header: 'Cur.', width: 46, cell: ({ currency }) => currency },
  {
    id: 'from',
    header: 'Old',
    group: 'Amount',
    width: 96,
    grow: 1,
    align: 'end',
    cell: ({ from_amount: amount }) => <Amount value={amount} />,
    title: ({ from_amount: amount }) => amount ?? 'none',
  },
  {
    id: 'to',
    header: 'New',
    group: 'Amount',
    width: 96,
    grow: 1,
    align: 'end',
    cell: ({ to_amount: amount }) => <Amount value={amount} />,
    title: ({ to_amount: amount }) => amount ?? 'none',
  },
];
