import { CircleCheck, Scale, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { ALL_BREAK_CATEGORIES, type BreakCategory, type ReconSummary } from '../../shared/recon.ts';
import type { BreakRow } from '../../shared/views.ts';
import { Amount } from '../ui/amount.tsx';
import { Empty } from '../ui/empty.tsx';
import { type Chip, FilterChips } from '../ui/filter-chips.tsx';
import { type Column, RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useSelectedRow } from '../ui/selected-row.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { deliveryWindow, deliveryWindowUtc } from '../ui/zoned-time.ts';
import { BreakDetails } from './break-details.tsx';
import { CATEGORY_WORDS } from './break-words.ts';
import { breaksOf } from './row-sources.ts';

const COLUMNS: readonly Column<BreakRow>[] = [
  {
    id: 'category',
    header: 'Category',
    width: 132,
    cell: ({ category }) => (
      <span className="mark" data-tone="bad">
        <TriangleAlert aria-hidden className="icon" />
        <span>{CATEGORY_WORDS[category]}</span>
      </span>
    ),
  },
  {
    id: 'settlement',
    header: 'Settlement',
    width: 150,
    grow: 1,
    cell: ({ settlement_id, trade_id }) => settlement_id ?? trade_id ?? '—',
    title: ({ settlement_id, trade_id }) =>
      [settlement_id, trade_id].filter((part) => part !== null).join(' · '),
  },
  {
    id: 'delivery',
    header: 'Delivery',
    width: 196,
    cell: ({ delivery_start, delivery_end, timezone }) =>
      deliveryWindow(delivery_start, delivery_end, timezone),
    title: ({ delivery_start, delivery_end }) => deliveryWindowUtc(delivery_start, delivery_end),
  },
  { id: 'currency', header: 'Cur.', width: 46, cell: ({ currency }) => currency },
  {
    id: 'etrm',
    header: 'ETRM',
    group: 'Amount',
    width: 96,
    grow: 2,
    align: 'end',
    cell: ({ etrm_amount }) => <Amount value={etrm_amount} />,
  },
  {
    id: 'ledger',
    header: 'Ledger',
    group: 'Amount',
    width: 96,
    grow: 2,
    align: 'end',
    cell: ({ ledger_amount }) => <Amount value={ledger_amount} />,
  },
  {
    id: 'difference',
    header: 'Difference',
    group: 'Amount',
    width: 96,
    grow: 2,
    align: 'end',
    cell: ({ difference }) => (
      <strong>
        <Amount value={difference} signed />
      </strong>
    ),
  },
  explainedColumn('volume', 'Volume'),
  explainedColumn('price', 'Price'),
  explainedColumn('rounding', 'Rounding'),
  {
    id: 'counterparty',
    header: 'Counterparty',
    width: 90,
    grow: 1,
    cell: ({ counterparty }) => counterparty ?? '—',
    title: ({ counterparty }) => counterparty ?? 'none',
  },
];

function explainedColumn(part: 'volume' | 'price' | 'rounding', header: string): Column<BreakRow> {
  return {
    id: `explained-${part}`,
    header,
    group: 'Explained by',
    width: 84,
    grow: 2,
    align: 'end',
    cell: ({ explained }) => <Amount value={explained[part]} signed />,
    title: ({ explained }) => explained[part],
  };
}

interface BreaksPaneProps {
  readonly recon: ReconSummary | null;
}

export function BreaksPane({ recon }: BreaksPaneProps) {
  if (!recon) {
    return (
      <Empty icon={Scale} title="Not reconciled yet">
        <p>Reconcile the month: every settlement that does not agree with its posting is listed here.</p>
      </Empty>
    );
  }
  if (recon.breaks === 0) {
    return (
      <Empty icon={CircleCheck} title="No breaks">
        <p>Every settlement that is due agrees with the ledger.</p>
      </Empty>
    );
  }
  return <Breaks recon={recon} />;
}

type Filter = BreakCategory | 'all';

function Breaks({ recon }: { readonly recon: ReconSummary }) {
  const [filter, setFilter] = useState<Filter>('all');
  const [open, setOpen] = useState(false);
  const present = ALL_BREAK_CATEGORIES.filter((category) => (recon.by_category[category] ?? 0) > 0);
  const shown: Filter = filter === 'all' || present.includes(filter) ? filter : 'all';
  const rows = useWindowedRows(breaksOf(recon.recon_id, shown === 'all' ? null : shown));
  const { index, select } = useSelectedRow(rows.key);
  const row = index === null ? undefined : rows.rowAt(index);
  const chips: readonly Chip<Filter>[] = [
    { id: 'all', label: 'All', count: recon.breaks },
    ...present.map((category) => ({
      id: category,
      label: CATEGORY_WORDS[category],
      count: recon.by_category[category] ?? 0,
    })),
  ];
  return (
    <div className="with-details">
      <section className="pane" aria-label="Breaks of the month">
        <header className="pane-head">
          <FilterChips label="Category" chips={chips} value={shown} onChange={setFilter} />
          <span className="spacer" />
          <RowCount rows={rows} selected={index} noun="break" />
        </header>
        <RowGrid
          label="Breaks"
          rows={rows}
          columns={COLUMNS}
          selected={index}
          onSelect={select}
          onOpen={() => setOpen(true)}
          onClose={() => setOpen(false)}
          copyText={({ settlement_id, trade_id }) => settlement_id ?? trade_id ?? ''}
          empty={<Empty icon={CircleCheck} title="No break of this category" />}
        />
      </section>
      {open && row && <BreakDetails found={row} onClose={() => setOpen(false)} />}
    </div>
  );
}
