import { useQuery } from '@tanstack/react-query';
import { CircleCheck, Scale } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { BreakFilter, BreakSort, BreakState, BreakSummary, WorkedBreak } from '../../shared/breaks.ts';
import type { BreakCategory } from '../../shared/recon.ts';
import type { MonthProps } from '../frame/shown-month.ts';
import { Amount } from '../ui/amount.tsx';
import { useDebounced } from '../ui/debounced.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { type Chip, FilterChips } from '../ui/filter-chips.tsx';
import { AskedLine } from '../ui/progress-line.tsx';
import { RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useRowMarks } from '../ui/row-marks.ts';
import { useSelectedRow } from '../ui/selected-row.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { ActDialog } from './act-dialog.tsx';
import { useBreakActing } from './break-acting.ts';
import { breakColumns } from './break-columns.tsx';
import { BreakPanel } from './break-panel.tsx';
import './breaks.css';
import { ActBar, OneBreak } from './act-bar.tsx';
import { BreakFilters } from './break-filters.tsx';
import { BreaksToolbar } from './breaks-toolbar.tsx';
import { actOfKey, KeysDialog } from './keys-dialog.tsx';
import { breakSummaryQuery, workedBreaks } from './queries.ts';
import { stateWord } from './state-words.tsx';

const SEARCH_PAUSE_MS = 250;
const STATES: readonly BreakState[] = ['open', 'resolved', 'written-off', 'suppressed', 'closed'];
type StateFilter = BreakState | 'all';

/** Breaks as they are worked: of a month or of all. */
export function BreaksScreen({ month, known, onMonth }: MonthProps) {
  const [everyMonth, setEveryMonth] = useState(false);
  const [state, setState] = useState<StateFilter>('open');
  const [category, setCategory] = useState<BreakCategory | null>(null);
  const [assignee, setAssignee] = useState<string | null>(null);
  const [sort, setSort] = useState<BreakSort>('delivery');
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState(false);
  const [keys, setKeys] = useState(false);
  const searchInput = useRef<HTMLInputElement>(null);
  const settled = useDebounced(search, SEARCH_PAUSE_MS);
  const of = everyMonth ? null : month;
  const filter: BreakFilter = {
    ...{ month: of, state: state === 'all' ? null : state, category, assignee },
    ...{ reason: null, counterparty: null, minAge: null, search: settled },
  };
  const summary = useQuery(breakSummaryQuery(of));
  const rows = useWindowedRows(workedBreaks(filter, sort));
  const { index, select } = useSelectedRow(rows.key);
  const marks = useRowMarks(rows.key);
  const acting = useBreakActing(filter, marks);
  const row = index === null ? undefined : rows.rowAt(index);

  /** Letters act where the table has the focus. */
  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const inTable = event.target instanceof HTMLElement && event.target.role === 'grid';
    if (!inTable || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const act = actOfKey(key, event.shiftKey);
    if (act && (row || marks.ids.length > 0)) acting.ask(act, row);
    else if (key === 'e' && (row || marks.ids.length > 0)) acting.attach(row);
    else if (event.key === '?') setKeys(true);
    else if (event.key === '/') searchInput.current?.focus();
    else return;
    event.preventDefault();
  }

  return (
    <main className="screen breaks-screen" aria-label="Breaks">
      <BreaksToolbar
        month={month}
        knownMonths={known}
        onMonth={onMonth}
        everyMonth={everyMonth}
        onEveryMonth={setEveryMonth}
        filter={filter}
        onKeys={() => setKeys(true)}
      />
      {summary.error && <ErrorNotice error={summary.error} onRetry={() => void summary.refetch()} />}
      {summary.data && <OpenTotals summary={summary.data} />}
      <div className="with-details">
        <section className="pane" aria-label="Breaks to work" onKeyDown={onKeyDown}>
          <header className="pane-head letters-head">
            <FilterChips label="State" chips={stateChips(summary.data)} value={state} onChange={setState} />
            <span className="spacer" />
            {acting.attaching && <AskedLine label="break-attach" what="Keeping the file" />}
            <RowCount rows={rows} selected={index} noun="break" />
            <ActBar acting={acting} marks={marks} none={rows.total === 0} />
          </header>
          <BreakFilters
            summary={summary.data}
            category={category}
            onCategory={setCategory}
            assignee={assignee}
            onAssignee={setAssignee}
            sort={sort}
            onSort={setSort}
            search={search}
            onSearch={setSearch}
            searchInput={searchInput}
          />
          <RowGrid
            label="Breaks"
            rows={rows}
            columns={breakColumns(marks)}
            selected={index}
            onSelect={select}
            onOpen={() => setOpen(true)}
            onClose={() => setOpen(false)}
            onMark={(at) => {
              const marked = rows.rowAt(at);
              if (marked) marks.toggle(marked.breakId);
            }}
            copyText={copyText}
            tone={({ breakId }) => (marks.has(breakId) ? 'mark' : undefined)}
            empty={<NoBreaks summary={summary.data} />}
          />
        </section>
        {open && row && (
          <BreakPanel
            key={row.breakId}
            row={row}
            onClose={() => setOpen(false)}
            actions={<OneBreak row={row} acting={acting} />}
          />
        )}
      </div>
      <ActDialog
        act={acting.asked?.act ?? null}
        breaks={acting.asked?.breaks ?? ''}
        reasons={summary.data?.reasons ?? []}
        pending={acting.pending}
        error={acting.error}
        onAct={acting.act}
        onClose={acting.close}
      />
      <KeysDialog open={keys} onClose={() => setKeys(false)} />
    </main>
  );
}

function copyText({ settlementId, tradeId, breakId }: WorkedBreak): string {
  return settlementId ?? tradeId ?? breakId;
}

function stateChips(summary: BreakSummary | undefined): readonly Chip<StateFilter>[] {
  return [
    { id: 'all', label: 'All', count: summary?.total ?? null },
    ...STATES.map((state) => ({ id: state, label: stateWord(state), count: summary?.states[state] ?? null })),
  ];
}

function NoBreaks({ summary }: { readonly summary: BreakSummary | undefined }) {
  if (summary && summary.total === 0) {
    return (
      <Empty icon={Scale} title="No breaks">
        <p>Reconcile the month: every settlement that does not agree with its posting is worked here.</p>
      </Empty>
    );
  }
  return (
    <Empty icon={CircleCheck} title="No break under this filter">
      <p>Choose another state, category or assignee.</p>
    </Empty>
  );
}

/** What is open, by currency. */
function OpenTotals({ summary }: { readonly summary: BreakSummary }) {
  const totals = Object.entries(summary.openDifference);
  if (totals.length === 0) return null;
  return (
    <p className="open-totals">
      Open:{' '}
      {totals.map(([currency, total]) => (
        <span key={currency} className="open-total">
          <Amount value={total} signed /> {currency}
        </span>
      ))}
    </p>
  );
}
