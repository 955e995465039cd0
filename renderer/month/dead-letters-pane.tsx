import { useQuery } from '@tanstack/react-query';
import { CircleCheck, FileCog, MailX, RotateCw, Search, Trash2, Undo2, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { SearchField } from 'react-aria-components/SearchField';
import type { LetterState, ReasonGroup } from '../../shared/dead-letters.ts';
import type { DeadLetterRow, RunView } from '../../shared/views.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { useDebounced } from '../ui/debounced.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { type Chip, FilterChips } from '../ui/filter-chips.tsx';
import { Mark } from '../ui/mark.tsx';
import { markColumn } from '../ui/mark-column.tsx';
import { count } from '../ui/quantity.ts';
import { type Column, RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useSelectedRow } from '../ui/selected-row.ts';
import { useShortcuts } from '../ui/shortcuts.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { LETTER_SHORTCUTS, type LetterActions, useLetterActions } from './letter-actions.ts';
import { LetterDetails } from './letter-details.tsx';
import { LetterDialog } from './letter-dialog.tsx';
import { LetterGroups } from './letter-groups.tsx';
import { type LetterMarks, letterId, useLetterMarks } from './letter-marks.ts';
import { lettersOf, lettersSummaryQuery } from './letter-queries.ts';
import { ProfileDialog } from './profile-dialog.tsx';

function reasonsText({ reasons }: DeadLetterRow): string {
  return reasons.map(({ message }) => message).join('; ');
}

const COLUMNS: readonly Column<DeadLetterRow>[] = [
  { id: 'page', header: 'Page', width: 62, align: 'end', cell: ({ page }) => count(page) },
  { id: 'index', header: 'Record', width: 66, align: 'end', cell: ({ index }) => count(index) },
  { id: 'state', header: 'State', width: 96, cell: ({ state }) => <Mark kind={state} /> },
  {
    id: 'settlement',
    header: 'Settlement',
    width: 150,
    cell: ({ settlementId }) => settlementId ?? 'none given',
    title: ({ settlementId }) => settlementId ?? 'The record has no settlement id',
  },
  {
    id: 'reason-count',
    header: 'Reasons',
    width: 76,
    align: 'end',
    cell: ({ reasons }) => count(reasons.length),
  },
  {
    id: 'reasons',
    header: 'Why it was refused',
    width: 320,
    grow: 1,
    cell: reasonsText,
    title: reasonsText,
  },
];

interface DeadLettersPaneProps {
  readonly run: RunView | null;
  /** True while a past run is shown, or something runs. */
  readonly readOnly: boolean;
}

export function DeadLettersPane({ run, readOnly }: DeadLettersPaneProps) {
  if (!run) {
    return (
      <Empty icon={MailX} title="No run yet">
        <p>A record that cannot be read becomes a dead letter, with every reason. None is ever dropped.</p>
      </Empty>
    );
  }
  return <DeadLetters key={run.runId} run={run} readOnly={readOnly} />;
}

type StateFilter = LetterState | 'all';
const SEARCH_PAUSE_MS = 250;

function DeadLetters({ run, readOnly }: { readonly run: RunView; readonly readOnly: boolean }) {
  const [state, setState] = useState<StateFilter>('all');
  const [group, setGroup] = useState<ReasonGroup | null>(null);
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState(false);
  const settled = useDebounced(search.trim(), SEARCH_PAUSE_MS);
  const wanted = state === 'all' ? null : state;
  const filter = { state: wanted, code: group?.code ?? null, field: group?.field ?? null, search: settled };
  const { data: summary, error, refetch } = useQuery(lettersSummaryQuery(run.runId, wanted));
  const counts = summary?.counts;
  const rows = useWindowedRows(lettersOf(run.runId, filter));
  const marks = useLetterMarks(rows.key);
  const { index, select } = useSelectedRow(rows.key);
  const actions = useLetterActions({ run, filter, marks, counts, readOnly });
  const letter = index === null ? undefined : rows.rowAt(index);
  const chips: readonly Chip<StateFilter>[] = [
    { id: 'all', label: 'All', count: counts?.rejected ?? null },
    { id: 'open', label: 'Open', count: counts?.open ?? null },
    { id: 'retried', label: 'Retried', count: counts?.retried ?? null },
    { id: 'discarded', label: 'Discarded', count: counts?.discarded ?? null },
  ];
  useShortcuts(
    (['retry', 'retryWith', 'discard', 'reopen'] as const).map((name) => ({
      shortcut: LETTER_SHORTCUTS[name],
      act: () => actions[name].act(),
      disabled: actions[name].disabled,
    })),
  );

  return (
    <div className="with-details">
      <section className="pane" aria-label="Dead letters of the run">
        <header className="pane-head letters-head">
          <FilterChips
            label="State"
            chips={chips}
            value={state}
            onChange={(next) => {
              setState(next);
              setGroup(null);
            }}
          />
          <span className="spacer" />
          <RowCount rows={rows} selected={index} noun="dead letter" />
          <SearchField
            className="search"
            aria-label="Search the dead letters"
            value={search}
            onChange={setSearch}
            maxLength={200}
          >
            <Search aria-hidden className="icon" />
            <Input className="input" placeholder="Settlement, reason, record…" />
            <Button className="button quiet square search-clear" aria-label="Clear the search">
              <X aria-hidden className="icon" />
            </Button>
          </SearchField>
          <ActionBar actions={actions} marks={marks} />
        </header>
        {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
        <LetterGroups groups={summary?.groups ?? []} chosen={group} onChoose={setGroup} />
        <RowGrid
          label="Dead letters"
          rows={rows}
          columns={[
            markColumn<DeadLetterRow>(marks.rows, (letter) => ({
              id: letterId(letter),
              name: `page ${letter.page}, record ${letter.index}`,
            })),
            ...COLUMNS,
          ]}
          selected={index}
          onSelect={select}
          onOpen={() => setOpen(true)}
          onClose={() => setOpen(false)}
          onMark={(at) => {
            const marked = rows.rowAt(at);
            if (marked) marks.toggle(marked);
          }}
          copyText={({ raw }) => raw}
          tone={(row) => (marks.has(row) ? 'mark' : undefined)}
          empty={<NoLetters counts={counts?.rejected ?? null} />}
        />
      </section>
      {open && letter && (
        <LetterDetails
          letter={letter}
          onClose={() => setOpen(false)}
          actions={!readOnly && <OneLetter letter={letter} actions={actions} />}
        />
      )}
      <ProfileDialog retry={actions.profile} />
      <LetterDialog
        question={actions.question}
        pending={actions.pending}
        error={actions.error}
        onDecide={actions.decide}
        onClose={actions.closeQuestion}
      />
    </div>
  );
}

function NoLetters({ counts }: { readonly counts: number | null }) {
  return counts === 0 ? (
    <Empty icon={CircleCheck} title="No dead letters">
      <p>Every record of this run was read.</p>
    </Empty>
  ) : (
    <Empty icon={MailX} title="No dead letter under this filter">
      <p>Choose another state or reason.</p>
    </Empty>
  );
}

function ActionBar({ actions, marks }: { readonly actions: LetterActions; readonly marks: LetterMarks }) {
  const { scope } = actions;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no group of buttons
    <div className="letter-actions" role="group" aria-label="Acts on dead letters">
      {marks.places.length > 0 && (
        <Button className="button small quiet" onPress={marks.clear}>
          Unmark {count(marks.places.length)}
        </Button>
      )}
      <ActionButton
        label={`Retry ${scope}`}
        hint="Type the open letters again with what the connection has now; no record is edited. Space marks single ones"
        icon={RotateCw}
        shortcut={LETTER_SHORTCUTS.retry}
        isDisabled={actions.retry.disabled}
        onPress={() => actions.retry.act()}
      />
      <ActionButton
        label="Retry with a profile…"
        hint={`Choose a profile from a file, see what it changes, and type ${scope} of the open letters again with it`}
        icon={FileCog}
        iconOnly
        shortcut={LETTER_SHORTCUTS.retryWith}
        isDisabled={actions.retryWith.disabled}
        onPress={() => actions.retryWith.act()}
      />
      <ActionButton
        label={`Discard ${scope}…`}
        hint="Leave the open letters out for good, with a reason"
        icon={Trash2}
        shortcut={LETTER_SHORTCUTS.discard}
        isDisabled={actions.discard.disabled}
        onPress={() => actions.discard.act()}
      />
      <ActionButton
        label={`Reopen ${scope}…`}
        hint="Take the discard of letters back"
        icon={Undo2}
        shortcut={LETTER_SHORTCUTS.reopen}
        isDisabled={actions.reopen.disabled}
        onPress={() => actions.reopen.act()}
      />
    </div>
  );
}

function OneLetter({ letter, actions }: { readonly letter: DeadLetterRow; readonly actions: LetterActions }) {
  if (letter.state === 'retried') return null;
  return (
    <div className="letter-one">
      {letter.state === 'open' ? (
        <>
          <Button className="button small" onPress={() => actions.retry.act(letter)}>
            Retry
          </Button>
          <Button className="button small" onPress={() => actions.retryWith.act(letter)}>
            With a profile…
          </Button>
          <Button className="button small" onPress={() => actions.discard.act(letter)}>
            Discard…
          </Button>
        </>
      ) : (
        <Button className="button small" onPress={() => actions.reopen.act(letter)}>
          Reopen…
        </Button>
      )}
    </div>
  );
}
