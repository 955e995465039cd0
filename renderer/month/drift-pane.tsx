import { useQuery } from '@tanstack/react-query';
import { CircleCheck, TableProperties } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { DriftRow, DriftSchema } from '../../shared/drift.ts';
import { DetailsPanel, Fact } from '../ui/details-panel.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Mark } from '../ui/mark.tsx';
import { count, counted } from '../ui/quantity.ts';
import { type Column, RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useSelectedRow } from '../ui/selected-row.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { localTime } from '../ui/zoned-time.ts';
import { DriftDialog, type DriftQuestion } from './drift-dialog.tsx';
import { driftInWords, driftPlace } from './drift-words.ts';
import { driftSummaryQuery } from './queries.ts';
import { driftOf } from './row-sources.ts';

const COLUMNS: readonly Column<DriftRow>[] = [
  { id: 'severity', header: 'Severity', width: 92, cell: ({ severity }) => <Mark kind={severity} /> },
  { id: 'resource', header: 'Of', width: 98, cell: ({ resource }) => resource },
  {
    id: 'field',
    header: 'Member',
    width: 100,
    grow: 1,
    cell: ({ field }) => field,
    title: ({ field }) => field,
  },
  { id: 'what', header: 'Drift', width: 110, grow: 1, cell: driftInWords, title: driftInWords },
  {
    id: 'expected',
    header: 'Accepted',
    width: 90,
    grow: 1,
    cell: ({ expected }) => expected,
    title: ({ expected }) => expected,
  },
  { id: 'seen', header: 'Seen', width: 90, grow: 1, cell: ({ seen }) => seen, title: ({ seen }) => seen },
  { id: 'count', header: 'Records', width: 74, align: 'end', cell: (row) => count(row.count) },
  {
    id: 'first',
    header: 'First page',
    width: 82,
    align: 'end',
    cell: ({ firstPage }) => (firstPage === null ? '—' : count(firstPage)),
    title: driftPlace,
  },
  {
    id: 'sample',
    header: 'Sample',
    width: 90,
    grow: 2,
    cell: ({ sample }) => sample ?? '—',
    title: ({ sample }) => sample ?? 'None',
  },
  { id: 'state', header: 'State', width: 92, cell: ({ state }) => <Mark kind={state} /> },
];

interface DriftPaneProps {
  readonly month: string;
  readonly connection: string | null;
  /** A past run that the month is shown as of, read only; null: the newest runs. */
  readonly runId: string | null;
}

export function DriftPane({ month, connection, runId }: DriftPaneProps) {
  const { data: summary, error, refetch } = useQuery(driftSummaryQuery(month, connection, runId));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!summary) return null;
  if (summary.schemas.length === 0) {
    return (
      <Empty icon={TableProperties} title="No schema yet">
        <p>The first sync that ends with a record sets the schema that later ones are held against.</p>
      </Empty>
    );
  }
  const { breaking, warning, info } = summary.open;
  return (
    <Drift
      month={month}
      connection={connection}
      runId={runId}
      schemas={summary.schemas}
      open={breaking + warning + info}
    />
  );
}

function schemaInWords({ resource, members, changedAt, changedBy, note }: DriftSchema): string {
  const how = note === null ? 'as its first run showed it' : `accepted by ${changedBy}: ${note}`;
  return `${resource}: ${counted(members, 'member')}, since ${localTime(changedAt)}, ${how}`;
}

interface DriftProps extends DriftPaneProps {
  readonly schemas: readonly DriftSchema[];
  readonly open: number;
}

function Drift({ month, connection, runId, schemas, open }: DriftProps) {
  const rows = useWindowedRows(driftOf(month, connection, runId));
  const [details, setDetails] = useState(false);
  const [question, setQuestion] = useState<DriftQuestion | null>(null);
  const { index, select } = useSelectedRow(rows.key);
  const row = index === null ? undefined : rows.rowAt(index);
  const ask = (decision: DriftQuestion['decision'], of: DriftRow | null) =>
    setQuestion({ decision, row: of });
  return (
    <div className="with-details">
      <section className="pane" aria-label="Schema drift of the month">
        <header className="pane-head">
          <h2>Schema</h2>
          <span className="quiet-text ellipsis" title={schemas.map(schemaInWords).join('\n')}>
            Accepted:{' '}
            {schemas
              .map(({ resource, members }) => `${resource} with ${counted(members, 'member')}`)
              .join(', ')}
          </span>
          <span className="spacer" />
          <RowCount rows={rows} selected={index} noun="finding" />
          {runId === null && (
            <>
              <Button className="button small" isDisabled={open === 0} onPress={() => ask('accepted', null)}>
                Accept all…
              </Button>
              <Button className="button small" isDisabled={open === 0} onPress={() => ask('rejected', null)}>
                Reject all…
              </Button>
            </>
          )}
        </header>
        <RowGrid
          label="Schema drift"
          rows={rows}
          columns={COLUMNS}
          selected={index}
          onSelect={select}
          onOpen={() => setDetails(true)}
          onClose={() => setDetails(false)}
          copyText={({ field }) => field}
          tone={({ severity, state }) =>
            state !== 'open'
              ? undefined
              : severity === 'breaking'
                ? 'bad'
                : severity === 'warning'
                  ? 'warn'
                  : undefined
          }
          empty={
            <Empty icon={CircleCheck} title="No drift">
              <p>
                Every record looks as the accepted schema has it, over the whole of{' '}
                {runId === null ? 'the newest runs' : 'this run'}.
              </p>
            </Empty>
          }
        />
      </section>
      {details && row && (
        <DriftDetails
          row={row}
          onAsk={runId === null ? (decision) => ask(decision, row) : null}
          onClose={() => setDetails(false)}
        />
      )}
      <DriftDialog
        question={question}
        open={open}
        month={month}
        connection={connection}
        onClose={() => setQuestion(null)}
      />
    </div>
  );
}

interface DriftDetailsProps {
  readonly row: DriftRow;
  /** Null: nothing can be decided here. */
  readonly onAsk: ((decision: DriftQuestion['decision']) => void) | null;
  readonly onClose: () => void;
}

function DriftDetails({ row, onAsk, onClose }: DriftDetailsProps) {
  return (
    <DetailsPanel title={row.field} onClose={onClose}>
      <dl className="facts">
        <Fact name="Drift">{driftInWords(row)}</Fact>
        <Fact name="Severity">
          <Mark kind={row.severity} />
        </Fact>
        <Fact name="Accepted">{row.expected}</Fact>
        <Fact name="Seen">{row.seen}</Fact>
        <Fact name="Records">{count(row.count)}</Fact>
        <Fact name="First">{driftPlace(row)}</Fact>
        <Fact name="Sample">{row.sample ?? 'none'}</Fact>
        <Fact name="State">
          <Mark kind={row.state} />
        </Fact>
        {row.decidedAt !== null && (
          <Fact name="Decided">
            {localTime(row.decidedAt)} by {row.decidedBy}: {row.note}
          </Fact>
        )}
      </dl>
      {onAsk !== null && row.state !== 'accepted' && (
        <div className="dialog-actions">
          <Button className="button small" onPress={() => onAsk('accepted')}>
            Accept…
          </Button>
          {row.state === 'open' && (
            <Button className="button small" onPress={() => onAsk('rejected')}>
              Reject…
            </Button>
          )}
        </div>
      )}
    </DetailsPanel>
  );
}
