import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check, ListChecks, type LucideIcon, Undo2, X } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { Month } from '../../shared/month.ts';
import type { MatchCounts, MatchFilter } from '../../shared/rule-channels.ts';
import type { MatchView } from '../../shared/rules.ts';
import { answered, bridge } from '../bridge.ts';
import { invalidate } from '../invalidate.ts';
import { KEYS } from '../query-keys.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { Amount } from '../ui/amount.tsx';
import { useAnnounce } from '../ui/announcements.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { FilterChips } from '../ui/filter-chips.tsx';
import { markColumn } from '../ui/mark-column.tsx';
import { count, counted } from '../ui/quantity.ts';
import { type Column, RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useRowMarks } from '../ui/row-marks.ts';
import { useSelectedRow } from '../ui/selected-row.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { decideMatches, matchesOf } from './queries.ts';

interface MatchesPaneProps {
  readonly month: Month;
  /** Null while they are counted. */
  readonly counts: MatchCounts | null;
}

interface Act {
  readonly act: 'confirm' | 'reject' | 'unmatch' | 'restore';
  readonly label: string;
  readonly done: string;
  readonly key: string;
  readonly icon: LucideIcon;
}

const ACTS: Readonly<Record<MatchFilter, readonly Act[]>> = {
  suggested: [
    { act: 'confirm', label: 'Confirm', done: 'Confirmed', key: 'c', icon: Check },
    { act: 'reject', label: 'Reject', done: 'Rejected', key: 'r', icon: X },
  ],
  matched: [{ act: 'unmatch', label: 'Unmatch', done: 'Taken apart', key: 'u', icon: X }],
  decided: [{ act: 'restore', label: 'Take back', done: 'Taken back', key: 't', icon: Undo2 }],
};

const FILTER_WORDS: Readonly<Record<MatchFilter, string>> = {
  suggested: 'Suggested',
  matched: 'Made by rules',
  decided: 'Decided',
};
const FILTERS = ['suggested', 'matched', 'decided'] as const;

const COLUMNS: readonly Column<MatchView>[] = [
  {
    id: 'settlement',
    header: 'Settlement',
    width: 172,
    grow: 2,
    cell: ({ settlementId, matchId }) => settlementId ?? matchId,
    title: ({ matchId }) => matchId,
  },
  {
    id: 'difference',
    header: 'Difference',
    width: 124,
    grow: 1,
    align: 'end',
    cell: ({ difference }) => <Amount value={difference} signed />,
  },
  {
    id: 'etrm',
    header: 'ETRM',
    width: 124,
    grow: 1,
    align: 'end',
    cell: ({ etrmAmount }) => <Amount value={etrmAmount} />,
  },
  {
    id: 'ledger',
    header: 'Ledger',
    width: 124,
    grow: 1,
    align: 'end',
    cell: ({ ledgerAmount }) => <Amount value={ledgerAmount} />,
  },
  { id: 'currency', header: 'Cur.', width: 44, cell: ({ currency }) => currency ?? '' },
  {
    id: 'rows',
    header: 'Rows',
    width: 54,
    align: 'end',
    cell: ({ etrmRows, ledgerRows }) => `${count(etrmRows)}:${count(ledgerRows)}`,
    title: () => 'Settlements to postings',
  },
  {
    id: 'rule',
    header: 'Rule',
    width: 76,
    grow: 1,
    cell: ({ rule, state }) => rule ?? (state === null ? 'no longer made' : 'identity'),
    title: ({ rule }) => rule ?? 'by identity',
  },
];

const DECIDED: Column<MatchView> = {
  id: 'decided',
  header: 'Decision',
  width: 190,
  grow: 2,
  cell: ({ decision, decidedBy, reason }) => `${decision} by ${decidedBy}: ${reason}`,
  title: ({ decision, decidedBy, reason }) => `${decision} by ${decidedBy}: ${reason}`,
};

/** Matches that rules made or suggested, and what analysts said of them: worked by letters, one or many. */
export function MatchesPane({ month, counts }: MatchesPaneProps) {
  const client = useQueryClient();
  const announce = useAnnounce();
  const [filter, setFilter] = useState<MatchFilter>('suggested');
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const reasonInput = useRef<HTMLInputElement>(null);
  const rows = useWindowedRows(matchesOf(month, filter));
  const { index, select } = useSelectedRow(rows.key);
  const marks = useRowMarks(rows.key);
  const row = index === null ? undefined : rows.rowAt(index);
  const chosen = marks.ids.length > 0 ? marks.ids : row ? [row.matchId] : [];

  const deciding = useMutation({
    ...decideMatches,
    async onSuccess(_, asked) {
      const done = ACTS[filter].find(({ act }) => act === asked.act)?.done ?? 'Decided';
      announce(
        'ok',
        `${done}: ${counted(asked.matches.length, 'match', 'matches')}. The next reconciliation goes by it.`,
      );
      marks.clear();
      await invalidate(client, KEYS.compare);
    },
  });
  const markingAll = useMutation({
    mutationFn: () => answered(bridge()['matches.ids']({ month, filter })),
    onSuccess: marks.set,
  });

  function decide(act: Act['act']): void {
    if (chosen.length === 0 || deciding.isPending) return;
    if (reason.trim() === '') {
      setMissing(true);
      reasonInput.current?.focus();
      return;
    }
    deciding.mutate({ month, act, matches: [...chosen], reason: reason.trim() });
  }

  /** Letters act where the table has the focus. */
  function onKeyDown(event: KeyboardEvent): void {
    const inTable = event.target instanceof HTMLElement && event.target.role === 'grid';
    if (!inTable || event.ctrlKey || event.metaKey || event.altKey) return;
    const found = ACTS[filter].find(({ key }) => key === event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    decide(found.act);
  }

  const error = deciding.error ?? markingAll.error;
  return (
    <section className="pane rules-matches" aria-label="Matches by rules" onKeyDown={onKeyDown}>
      <header className="pane-head">
        <FilterChips
          label="Matches"
          chips={FILTERS.map((id) => ({ id, label: FILTER_WORDS[id], count: counts?.[id] ?? null }))}
          value={filter}
          onChange={setFilter}
        />
        <span className="spacer" />
        <RowCount rows={rows} selected={index} noun="row" />
      </header>
      <div className="rules-deciding">
        <label className="field rules-reason">
          <span className="unseen">Reason</span>
          <input
            ref={reasonInput}
            className="input"
            value={reason}
            maxLength={2000}
            placeholder="Reason; it goes with each decision into the audit chain"
            aria-invalid={isMissing}
            onChange={(event) => {
              setReason(event.target.value);
              setMissing(false);
            }}
          />
          {isMissing && <span className="field-error">Say why first; the decision is audited with it.</span>}
        </label>
        {ACTS[filter].map(({ act, label, key, icon }) => (
          <ActionButton
            key={act}
            label={marks.ids.length > 0 ? `${label} ${count(marks.ids.length)}` : label}
            hint={`${label} the marked matches, or the selected one (${key.toUpperCase()} in the table)`}
            icon={icon}
            isDisabled={chosen.length === 0}
            isPending={deciding.isPending}
            onPress={() => decide(act)}
          />
        ))}
        {marks.ids.length > 0 ? (
          <Button className="button small quiet" onPress={marks.clear}>
            Unmark all
          </Button>
        ) : (
          <Button
            className="button small quiet"
            isDisabled={(rows.total ?? 0) === 0}
            isPending={markingAll.isPending}
            onPress={() => markingAll.mutate()}
          >
            Mark all
          </Button>
        )}
      </div>
      {error && <ErrorNotice error={error} onDismiss={() => deciding.reset()} />}
      <RowGrid
        label="Matches"
        rows={rows}
        columns={[
          markColumn<MatchView>(marks, ({ matchId, settlementId }) => ({
            id: matchId,
            name: settlementId ?? matchId,
          })),
          ...(filter === 'decided' ? COLUMNS.toSpliced(1, 0, DECIDED) : COLUMNS),
        ]}
        selected={index}
        onSelect={select}
        onMark={(at) => {
          const marked = rows.rowAt(at);
          if (marked) marks.toggle(marked.matchId);
        }}
        copyText={({ settlementId, matchId }) => settlementId ?? matchId}
        tone={({ matchId }) => (marks.has(matchId) ? 'mark' : undefined)}
        empty={<NoMatches filter={filter} />}
      />
    </section>
  );
}

function NoMatches({ filter }: { readonly filter: MatchFilter }) {
  return (
    <Empty icon={ListChecks} title={filter === 'decided' ? 'Nothing was decided' : 'No match here'}>
      <p>
        {filter === 'suggested'
          ? 'Rules whose outcome is “suggested” leave matches here, until an analyst confirms or rejects them.'
          : filter === 'matched'
            ? 'No rule beyond identity made a match.'
            : 'Matches that were confirmed, rejected or taken apart are here.'}
      </p>
    </Empty>
  );
}
