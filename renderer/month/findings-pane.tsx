import { useMutation, useQuery } from '@tanstack/react-query';
import { CircleCheck, ScanSearch, Search, SearchX, TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { SearchField } from 'react-aria-components/SearchField';
import { FINDING_CODES, type FindingCode, type FindingCounts } from '../../shared/findings.ts';
import type { FindingRow, RunView } from '../../shared/views.ts';
import { Amount } from '../ui/amount.tsx';
import { useDebounced } from '../ui/debounced.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { type Chip, FilterChips } from '../ui/filter-chips.tsx';
import { type Column, RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useSelectedRow } from '../ui/selected-row.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { deliveryWindow, deliveryWindowUtc } from '../ui/zoned-time.ts';
import { fieldWords } from './break-words.ts';
import { FindingDetails } from './finding-details.tsx';
import { FINDING_WORDS } from './finding-words.ts';
import { findingsSummaryQuery, startSync } from './queries.ts';
import { findingsOf } from './row-sources.ts';

function Value({ row, value }: { readonly row: FindingRow; readonly value: string }) {
  return row.code === 'CURVE_DEVIATION' ? <Amount value={value} /> : value;
}

function differenceOf({ detail }: FindingRow): string | null {
  return typeof detail.difference === 'string' ? detail.difference : null;
}

const COLUMNS: readonly Column<FindingRow>[] = [
  {
    id: 'code',
    header: 'Finding',
    width: 150,
    cell: ({ code }) => (
      <span className="mark" data-tone="warn">
        <TriangleAlert aria-hidden className="icon" />
        <span>{FINDING_WORDS[code]}</span>
      </span>
    ),
  },
  {
    id: 'settlement',
    header: 'Settlement',
    width: 150,
    grow: 1,
    cell: ({ settlementId }) => settlementId,
    title: ({ settlementId, tradeId, location }) => [settlementId, tradeId, location].join(' · '),
  },
  {
    id: 'delivery',
    header: 'Delivery',
    width: 196,
    cell: ({ deliveryStart, deliveryEnd, timezone }) => deliveryWindow(deliveryStart, deliveryEnd, timezone),
    title: ({ deliveryStart, deliveryEnd }) => deliveryWindowUtc(deliveryStart, deliveryEnd),
  },
  { id: 'field', header: 'Field', width: 90, cell: ({ field }) => fieldWords(field) },
  {
    id: 'expected',
    header: 'Expected',
    group: 'By trade or curve, and in the settlement',
    width: 110,
    grow: 2,
    align: 'end',
    cell: (row) => <Value row={row} value={row.expected} />,
    title: ({ expected }) => expected,
  },
  {
    id: 'found',
    header: 'Found',
    group: 'By trade or curve, and in the settlement',
    width: 110,
    grow: 2,
    align: 'end',
    cell: (row) => <Value row={row} value={row.found} />,
    title: ({ found }) => found,
  },
  {
    id: 'difference',
    header: 'Difference',
    group: 'By trade or curve, and in the settlement',
    width: 96,
    grow: 1,
    align: 'end',
    cell: (row) => <Amount value={differenceOf(row)} signed />,
  },
  { id: 'unit', header: 'Unit', width: 84, cell: ({ priceUom }) => priceUom },
  {
    id: 'trade',
    header: 'Trade',
    width: 100,
    grow: 1,
    cell: ({ tradeId }) => tradeId,
    title: ({ tradeId, counterparty }) => `${tradeId} · ${counterparty}`,
  },
];

interface FindingsPaneProps {
  readonly month: string;
  readonly connection: string | null;
  /** The run that the totals come from. */
  readonly run: RunView | null;
  /** Something runs, or a past run is shown. */
  readonly readOnly: boolean;
}

export function FindingsPane(props: FindingsPaneProps) {
  if (!props.run) {
    return (
      <Empty icon={ScanSearch} title="No run yet">
        <p>
          Settlements are held against their trades and against price curves as they come in. Sync the trades
          and the curves first.
        </p>
        <SyncTrades {...props} />
      </Empty>
    );
  }
  return <OfRun {...props} run={props.run} />;
}

function OfRun(props: FindingsPaneProps & { readonly run: RunView }) {
  const { data, error, refetch } = useQuery(findingsSummaryQuery(props.run.runId));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  if (!data.checked) {
    return (
      <Empty icon={ScanSearch} title="This run was not checked">
        <p>
          When it began, neither trades nor curves were known. Sync the trades, sync or import the curves,
          then sync the settlements again.
        </p>
        <SyncTrades {...props} />
      </Empty>
    );
  }
  if (data.counts.total === 0) {
    return (
      <Empty icon={CircleCheck} title="No findings">
        <p>Every settlement of this run agrees with its trade and its curve, as far as they are known.</p>
        <SyncTrades {...props} />
      </Empty>
    );
  }
  return <Findings {...props} counts={data.counts} />;
}

function SyncTrades({ month, connection, readOnly }: FindingsPaneProps) {
  const sync = useMutation(startSync);
  return (
    <>
      {sync.error && <ErrorNotice error={sync.error} onDismiss={sync.reset} />}
      <Button
        className="button small"
        isDisabled={readOnly || connection === null}
        onPress={() => {
          if (connection !== null) sync.mutate({ connection, month, resource: 'trades' });
        }}
      >
        Sync trades
      </Button>
    </>
  );
}

const SEARCH_PAUSE_MS = 250;

type Filter = FindingCode | 'all';

interface FindingsProps extends FindingsPaneProps {
  readonly run: RunView;
  readonly counts: FindingCounts;
}

function Findings({ run, counts, ...props }: FindingsProps) {
  const [filter, setFilter] = useState<Filter>('all');
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState(false);
  const settled = useDebounced(search.trim(), SEARCH_PAUSE_MS);
  const present = FINDING_CODES.filter((code) => (counts.by_code[code] ?? 0) > 0);
  const shown: Filter = filter === 'all' || present.includes(filter) ? filter : 'all';
  const rows = useWindowedRows(findingsOf(run.runId, shown === 'all' ? null : shown, settled));
  const { index, select } = useSelectedRow(rows.key);
  const finding = index === null ? undefined : rows.rowAt(index);
  const chips: readonly Chip<Filter>[] = [
    { id: 'all', label: 'All', count: counts.total },
    ...present.map((code) => ({ id: code, label: FINDING_WORDS[code], count: counts.by_code[code] ?? 0 })),
  ];
  return (
    <div className="with-details">
      <section className="pane" aria-label="Findings of the run">
        <header className="pane-head">
          <FilterChips label="Kind" chips={chips} value={shown} onChange={setFilter} />
          <span className="spacer" />
          <RowCount rows={rows} selected={index} noun="finding" />
          <SearchField
            className="search"
            aria-label="Search the findings"
            value={search}
            onChange={setSearch}
            maxLength={200}
          >
            <Search aria-hidden className="icon" />
            <Input className="input" placeholder="Settlement, trade, curve…" />
            <Button className="button quiet square search-clear" aria-label="Clear the search">
              <X aria-hidden className="icon" />
            </Button>
          </SearchField>
          <SyncTrades run={run} {...props} />
        </header>
        <RowGrid
          label="Findings"
          rows={rows}
          columns={COLUMNS}
          selected={index}
          onSelect={select}
          onOpen={() => setOpen(true)}
          onClose={() => setOpen(false)}
          copyText={({ settlementId }) => settlementId}
          empty={
            <Empty icon={SearchX} title="No finding under this filter">
              <p>{settled === '' ? 'Choose another kind.' : `Nothing was found for “${settled}”.`}</p>
            </Empty>
          }
        />
      </section>
      {open && finding && <FindingDetails finding={finding} onClose={() => setOpen(false)} />}
    </div>
  );
}
