import { CircleCheck, MailX } from 'lucide-react';
import { useState } from 'react';
import type { DeadLetterRow, RunView } from '../../shared/views.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { DetailsPanel, Fact } from '../ui/details-panel.tsx';
import { Empty } from '../ui/empty.tsx';
import { Mark } from '../ui/mark.tsx';
import { count } from '../ui/quantity.ts';
import { type Column, RowCount, RowGrid } from '../ui/row-grid.tsx';
import { useSelectedRow } from '../ui/selected-row.ts';
import { useWindowedRows } from '../ui/windowed-rows.ts';
import { deadLettersOf } from './row-sources.ts';

function reasonsText({ reasons }: DeadLetterRow): string {
  return reasons.map(({ message }) => message).join('; ');
}

const COLUMNS: readonly Column<DeadLetterRow>[] = [
  { id: 'page', header: 'Page', width: 62, align: 'end', cell: ({ page }) => count(page) },
  { id: 'index', header: 'Record', width: 66, align: 'end', cell: ({ index }) => count(index) },
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
    width: 74,
    align: 'end',
    cell: ({ reasons }) => <Mark kind="rejected" word={count(reasons.length)} />,
  },
  {
    id: 'reasons',
    header: 'Why it was rejected',
    width: 320,
    grow: 1,
    cell: reasonsText,
    title: reasonsText,
  },
];

interface DeadLettersPaneProps {
  readonly run: RunView | null;
}

export function DeadLettersPane({ run }: DeadLettersPaneProps) {
  if (!run) {
    return (
      <Empty icon={MailX} title="No run yet">
        <p>A record that cannot be read becomes a dead letter, with every reason. None is ever dropped.</p>
      </Empty>
    );
  }
  return <DeadLetters runId={run.runId} />;
}

function DeadLetters({ runId }: { readonly runId: string }) {
  const rows = useWindowedRows(deadLettersOf(runId));
  const [open, setOpen] = useState(false);
  const { index, select } = useSelectedRow(rows.key);
  const letter = index === null ? undefined : rows.rowAt(index);
  return (
    <div className="with-details">
      <section className="pane" aria-label="Dead letters of the run">
        <header className="pane-head">
          <h2>Dead letters</h2>
          <RowCount rows={rows} selected={index} noun="dead letter" />
        </header>
        <RowGrid
          label="Dead letters"
          rows={rows}
          columns={COLUMNS}
          selected={index}
          onSelect={select}
          onOpen={() => setOpen(true)}
          onClose={() => setOpen(false)}
          copyText={({ raw }) => raw}
          empty={
            <Empty icon={CircleCheck} title="No dead letters">
              <p>Every record of this run was read.</p>
            </Empty>
          }
        />
      </section>
      {open && letter && (
        <DetailsPanel
          title={`Page ${count(letter.page)}, record ${count(letter.index)}`}
          onClose={() => setOpen(false)}
        >
          <ul className="reasons" aria-label="Reasons">
            {letter.reasons.map(({ field, code, message }) => (
              <li key={`${field} ${code}`}>
                {message} <code className="error-code">{code}</code>
              </li>
            ))}
          </ul>
          <dl className="facts">
            <Fact name="Settlement">{letter.settlementId ?? 'none given'}</Fact>
          </dl>
          <h4>
            As received <CopyButton text={letter.raw} what="record" />
          </h4>
          <pre className="raw">{letter.raw}</pre>
        </DetailsPanel>
      )}
    </div>
  );
}
