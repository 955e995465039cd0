import { GitCompareArrows, Search, SearchX, X } from 'lucide-react';
import { type RefObject, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { SearchField } from 'react-aria-components/SearchField';
import type { MonthView } from '../../shared/views.ts';
import { useDebounced } from '../ui/debounced.ts';
import { Empty } from '../ui/empty.tsx';
import { type Chip, FilterChips } from '../ui/filter-chips.tsx';
import { RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useSelectedRow } from '../ui/selected-row.ts';
import { ariaShortcut } from '../ui/shortcuts.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { SHORTCUTS } from './actions.ts';
import { COMPARE_COLUMNS } from './compare-columns.tsx';
import { CompareDetails } from './compare-details.tsx';
import { comparedOf } from './row-sources.ts';

export type CompareState = 'all' | 'matched' | 'suggested' | 'pending' | 'break';

interface ComparePaneProps {
  readonly view: MonthView;
  readonly state: CompareState;
  readonly onState: (state: CompareState) => void;
  readonly searchInput: RefObject<HTMLInputElement | null>;
}

const SEARCH_PAUSE_MS = 250;

export function ComparePane(props: ComparePaneProps) {
  if (!props.view.currentRun && !props.view.recon) {
    return (
      <Empty icon={GitCompareArrows} title="Nothing to compare yet">
        <p>
          Sync the month, import the ledger extract and reconcile: each settlement then stands beside its
          posting.
        </p>
      </Empty>
    );
  }
  return <Compared {...props} />;
}

function Compared({ view, state, onState, searchInput }: ComparePaneProps) {
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState(false);
  const settled = useDebounced(search.trim(), SEARCH_PAUSE_MS);
  const { recon } = view;
  const shownState = recon ? state : 'all';
  const rows = useWindowedRows(
    comparedOf(view.currentRun?.runId ?? null, recon?.recon_id ?? null, {
      state: shownState === 'all' ? null : shownState,
      search: settled,
    }),
  );
  const { index, select } = useSelectedRow(rows.key);
  const row = index === null ? undefined : rows.rowAt(index);
  const suggested = recon?.suggested ?? 0;
  const chips: readonly Chip<CompareState>[] = [
    {
      id: 'all',
      label: 'All',
      count: recon ? recon.matched + suggested + recon.pending + recon.breaks : null,
    },
    { id: 'matched', label: 'Matched', count: recon?.matched ?? null },
    // Only rules of one's own suggest.
    ...(suggested > 0 ? [{ id: 'suggested', label: 'Suggested', count: suggested } as const] : []),
    { id: 'pending', label: 'Pending', count: recon?.pending ?? null },
    { id: 'break', label: 'Breaks', count: recon?.breaks ?? null },
  ];

  return (
    <div className="with-details">
      <section className="pane" aria-label="Comparison">
        <header className="pane-head">
          {recon ? (
            <FilterChips label="State" chips={chips} value={state} onChange={onState} />
          ) : (
            <span className="quiet-text">Not reconciled yet: these are the run’s settlements alone.</span>
          )}
          <span className="spacer" />
          <RowCount rows={rows} selected={index} noun="row" />
          <SearchField
            className="search"
            aria-label="Search the comparison"
            value={search}
            onChange={setSearch}
            maxLength={200}
          >
            <Search aria-hidden className="icon" />
            <Input
              ref={searchInput}
              className="input"
              placeholder="Settlement, trade, counterparty…"
              aria-keyshortcuts={ariaShortcut(SHORTCUTS.search)}
            />
            <Button className="button quiet square search-clear" aria-label="Clear the search">
              <X aria-hidden className="icon" />
            </Button>
          </SearchField>
        </header>
        <RowGrid
          label="Compare"
          rows={rows}
          columns={COMPARE_COLUMNS}
          selected={index}
          onSelect={select}
          onOpen={() => setOpen(true)}
          onClose={() => setOpen(false)}
          copyText={({ settlementId, tradeId }) => settlementId ?? tradeId ?? ''}
          tone={(compared) => (compared.state === 'break' ? 'bad' : undefined)}
          empty={
            <Empty icon={SearchX} title="No row under this filter">
              <p>{settled === '' ? 'Choose another state.' : `Nothing was found for “${settled}”.`}</p>
            </Empty>
          }
        />
      </section>
      {open && row && <CompareDetails row={row} onClose={() => setOpen(false)} />}
    </div>
  );
}
