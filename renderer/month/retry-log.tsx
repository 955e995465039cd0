import { ScrollText } from 'lucide-react';
import { useState } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import type { AttemptRow } from '../../shared/views.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { DetailsPanel, Fact } from '../ui/details-panel.tsx';
import { Empty } from '../ui/empty.tsx';
import { Mark } from '../ui/mark.tsx';
import { count, duration } from '../ui/quantity.ts';
import { type Column, RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useSelectedRow } from '../ui/selected-row.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { clockTime } from '../ui/zoned-time.ts';
import { attemptsOf } from './row-sources.ts';

const REASONS = { 'retry-after': 'Retry-After', backoff: 'backoff' } as const;

function outcome({ status, error }: AttemptRow): string {
  return status === null ? (error ?? 'no answer') : error === null ? String(status) : `${status} ${error}`;
}

function succeeded({ status, error }: AttemptRow): boolean {
  return error === null && status !== null && status < 400;
}

function waited({ delayMs, reason }: AttemptRow): string {
  if (delayMs === null) return '—';
  return reason === null ? duration(delayMs) : `${duration(delayMs)} ${REASONS[reason]}`;
}

const COLUMNS: readonly Column<AttemptRow>[] = [
  { id: 'at', header: 'Time', width: 74, cell: ({ at }) => clockTime(at), title: ({ at }) => at },
  {
    id: 'page',
    header: 'Page',
    width: 52,
    align: 'end',
    cell: ({ page }) => (page === null ? 'token' : count(page)),
  },
  { id: 'attempt', header: 'Try', width: 36, align: 'end', cell: ({ attempt }) => count(attempt) },
  {
    id: 'outcome',
    header: 'Outcome',
    width: 92,
    grow: 1,
    cell: (row) => <Mark kind={succeeded(row) ? 'matched' : 'break'} word={outcome(row)} />,
    title: outcome,
  },
  { id: 'wait', header: 'Wait', width: 132, cell: waited, title: waited },
  { id: 'elapsed', header: 'Elapsed', width: 68, align: 'end', cell: ({ elapsedMs }) => duration(elapsedMs) },
];

interface RetryLogProps {
  readonly runId: string;
  /** The selected page: only its attempts are shown. */
  readonly page: number | null;
}

/** Every request that went out for the run, or those that had to be repeated. */
export function RetryLog({ runId, page }: RetryLogProps) {
  const [retriesOnly, setRetriesOnly] = useState(true);
  const rows = useWindowedRows(attemptsOf(runId, retriesOnly, page));
  const { index, select } = useSelectedRow(rows.key);
  const attempt = index === null ? undefined : rows.rowAt(index);
  return (
    <section className="pane" aria-label="Retry log">
      <header className="pane-head">
        <h2>{page === null ? 'Retry log' : `Retry log of page ${count(page)}`}</h2>
        <RowCount rows={rows} selected={index} noun="attempt" />
        <span className="spacer" />
        <ToggleButton className="chip" isSelected={!retriesOnly} onChange={(all) => setRetriesOnly(!all)}>
          All attempts
        </ToggleButton>
      </header>
      <RowGrid
        label="Retry log"
        rows={rows}
        columns={COLUMNS}
        selected={index}
        onSelect={select}
        onClose={() => select(null)}
        copyText={({ requestId }) => requestId}
        empty={
          <Empty icon={ScrollText} title={retriesOnly ? 'No retries' : 'No attempts'}>
            <p>{retriesOnly ? 'Every request was answered at the first try.' : 'No request went out yet.'}</p>
          </Empty>
        }
      />
      {attempt && <AttemptDetails attempt={attempt} onClose={() => select(null)} />}
    </section>
  );
}

function AttemptDetails({
  attempt,
  onClose,
}: {
  readonly attempt: AttemptRow;
  readonly onClose: () => void;
}) {
  return (
    <DetailsPanel
      title={`Attempt ${attempt.attempt}${attempt.page === null ? '' : ` of page ${count(attempt.page)}`}`}
      onClose={onClose}
    >
      <dl className="facts">
        <Fact name="Request">
          <span className="hex breakable">
            {attempt.method} {attempt.url}
          </span>
        </Fact>
        <Fact name="Outcome">{outcome(attempt)}</Fact>
        <Fact name="Time">{attempt.at}</Fact>
        <Fact name="Correlation id">
          <span className="hex">{attempt.correlationId}</span>
          <CopyButton text={attempt.correlationId} what="correlation id" />
        </Fact>
        <Fact name="Request id">
          <span className="hex">{attempt.requestId}</span>
          <CopyButton text={attempt.requestId} what="request id" />
        </Fact>
      </dl>
    </DetailsPanel>
  );
}
