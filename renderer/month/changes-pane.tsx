import { useQuery } from '@tanstack/react-query';
import { Equal, History, Search, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { SearchField } from 'react-aria-components/SearchField';
import type { ChangeKind, DiffSummary } from '../../shared/restatement.ts';
import type { RunView } from '../../shared/views.ts';
import { Choice } from '../ui/choice.tsx';
import { useDebounced } from '../ui/debounced.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { type Chip, FilterChips } from '../ui/filter-chips.tsx';
import { AskedLine } from '../ui/progress-line.tsx';
import { count, counted } from '../ui/quantity.ts';
import { RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useSelectedRow } from '../ui/selected-row.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { fieldWords } from './break-words.ts';
import { CHANGE_COLUMNS, KINDS } from './change-columns.tsx';
import { ChangeDetails } from './change-details.tsx';
import { changesOf, diffQuery, monthRunsQuery } from './change-queries.ts';
import { RunChoice } from './run-choice.tsx';

interface ChangesPaneProps {
  readonly month: string;
  readonly connection: string | null;
  /** The run that the month is shown by; null: the newest that has finished. */
  readonly runId: string | null;
}

/** What a run of the month changed against another, at first against the one before it. */
export function ChangesPane({ month, connection, runId }: ChangesPaneProps) {
  const runs = useQuery(monthRunsQuery(month, connection));
  if (runs.error) return <ErrorNotice error={runs.error} onRetry={() => void runs.refetch()} />;
  if (!runs.data) return null;
  const done = runs.data.filter(({ state }) => state === 'done');
  if (done.length < 2) {
    return (
      <Empty icon={History} title="Nothing to compare with yet">
        <p>
          When the month has been synced twice, what the vendor restated is listed here: added, removed and
          changed settlements, each with its old and new values.
        </p>
      </Empty>
    );
  }
  return <PickedRuns key={`${runId} ${done[0]?.runId}`} runs={done} runId={runId} />;
}

interface PickedRunsProps {
  /** Finished, the newest first. */
  readonly runs: readonly RunView[];
  readonly runId: string | null;
}

function PickedRuns({ runs, runId }: PickedRunsProps) {
  const at = Math.max(
    0,
    runs.findIndex((run) => run.runId === runId),
  );
  const later = runs[at] ?? null;
  const earlier = runs[at + 1] ?? runs[at - 1] ?? null;
  const [from, setFrom] = useState(earlier?.runId ?? null);
  const [to, setTo] = useState(later?.runId ?? null);
  return (
    <div className="pane">
      <header className="pane-head">
        <RunChoice label="From" runs={runs} value={from} onChange={setFrom} />
        <RunChoice label="to" runs={runs} value={to} onChange={setTo} />
        {from !== null && to !== null && <Rest from={from} to={to} />}
      </header>
      {from !== null && to !== null && <Diff key={`${from} ${to}`} from={from} to={to} />}
    </div>
  );
}

/** What is not in the list below. */
function Rest({ from, to }: { readonly from: string; readonly to: string }) {
  const { data } = useQuery(diffQuery(from, to));
  if (!data) return null;
  const words = restWords(data);
  return (
    <span className="quiet-text ellipsis" title={words}>
      {words}
    </span>
  );
}

function Diff({ from, to }: { readonly from: string; readonly to: string }) {
  const diff = useQuery(diffQuery(from, to));
  if (diff.error) return <ErrorNotice error={diff.error} onRetry={() => void diff.refetch()} />;
  if (!diff.data) {
    return (
      <div className="grid-state">
        <AskedLine label="run-diff" what="Comparing the runs" />
      </div>
    );
  }
  return <Changes from={from} to={to} summary={diff.data} />;
}

function restWords({ unchanged, identical_rows: identical, to, from }: DiffSummary): string {
  const retried = from.retried + to.retried;
  return [
    `${count(unchanged)} unchanged`,
    `${count(identical)} of ${counted(to.rows, 'row')} identical`,
    ...(retried > 0 ? [`${counted(retried, 'retried dead letter')} counted in`] : []),
    ...(to.dead_letters > 0 ? [`${counted(to.dead_letters, 'dead letter')} in the later run`] : []),
  ].join(', ');
}

type KindFilter = ChangeKind | 'all';
const ANY_FIELD = 'Any field';
const SEARCH_PAUSE_MS = 250;

interface ChangesProps {
  readonly from: string;
  readonly to: string;
  readonly summary: DiffSummary;
}

function Changes({ from, to, summary }: ChangesProps) {
  const [kind, setKind] = useState<KindFilter>('all');
  const [field, setField] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState(false);
  const settled = useDebounced(search.trim(), SEARCH_PAUSE_MS);
  const rows = useWindowedRows(
    changesOf(from, to, { kind: kind === 'all' ? null : kind, field, search: settled }),
  );
  const { index, select } = useSelectedRow(rows.key);
  const change = index === null ? undefined : rows.rowAt(index);
  const kinds = ['changed', 'added', 'removed', 'reversioned', 'repeated'] as const;
  const chips: readonly Chip<KindFilter>[] = [
    { id: 'all', label: 'All', count: kinds.reduce((sum, name) => sum + summary[name], 0) },
    ...kinds.map((name) => ({ id: name, label: KINDS[name].word, count: summary[name] })),
  ];
  const fields = new Map(
    summary.by_field.map(({ field: name, changes }) => [`${fieldWords(name)} (${count(changes)})`, name]),
  );
  const shownField = [...fields].find(([, name]) => name === field)?.[0] ?? ANY_FIELD;

  return (
    <div className="with-details">
      <section className="pane" aria-label="Changes between the runs">
        <header className="pane-head changes-head">
          <FilterChips label="Change" chips={chips} value={kind} onChange={setKind} />
          <Choice
            label="in"
            options={[ANY_FIELD, ...fields.keys()]}
            value={shownField}
            onChange={(shown) => setField(fields.get(shown) ?? null)}
            placeholder={ANY_FIELD}
            isDisabled={fields.size === 0}
          />
          <span className="spacer" />
          <RowCount rows={rows} selected={index} noun="change" />
          <SearchField
            className="search"
            aria-label="Search the changes"
            value={search}
            onChange={setSearch}
            maxLength={200}
          >
            <Search aria-hidden className="icon" />
            <Input className="input" placeholder="Settlement, trade, counterparty…" />
            <Button className="button quiet square search-clear" aria-label="Clear the search">
              <X aria-hidden className="icon" />
            </Button>
          </SearchField>
        </header>
        <RowGrid
          label="Changes"
          rows={rows}
          columns={CHANGE_COLUMNS}
          selected={index}
          onSelect={select}
          onOpen={() => setOpen(true)}
          onClose={() => setOpen(false)}
          copyText={({ settlement_id: id }) => id}
          tone={(row) => (row.kind === 'removed' ? 'bad' : row.kind === 'changed' ? 'warn' : undefined)}
          empty={
            <Empty icon={Equal} title="No change under this filter">
              <p>
                {count(summary.unchanged)} settlements of the later run are as they were in the earlier one.
              </p>
            </Empty>
          }
        />
      </section>
      {open && change && <ChangeDetails change={change} onClose={() => setOpen(false)} />}
    </div>
  );
}
