import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import type { BreakHistory, WorkedBreak } from '../../shared/breaks.ts';
import { CATEGORY_WORDS, fieldWords } from '../month/break-words.ts';
import { EvidenceNotes } from '../month/evidence-notes.tsx';
import { Amount } from '../ui/amount.tsx';
import { useAnnounce } from '../ui/announcements.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { DetailsPanel, Fact } from '../ui/details-panel.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { counted } from '../ui/quantity.ts';
import { deliveryWindow, localTime } from '../ui/zoned-time.ts';
import { saveAttachment, workedBreakQuery } from './queries.ts';
import { EVENT_WORDS, StateMark } from './state-words.tsx';

interface BreakPanelProps {
  readonly row: WorkedBreak;
  /** What can be done with it. */
  readonly actions: ReactNode;
  readonly onClose: () => void;
}

/** One break: its state, what differs, how the difference comes about, and all that became of it. */
export function BreakPanel({ row, actions, onClose }: BreakPanelProps) {
  const { data, error, refetch } = useQuery(workedBreakQuery(row.breakId));
  const found = data?.found;
  return (
    <DetailsPanel title={row.settlementId ?? row.tradeId ?? row.breakId} onClose={onClose}>
      <dl className="facts">
        <Fact name="State">
          <StateMark state={row.state} />
        </Fact>
        <Fact name="Category">{CATEGORY_WORDS[row.category]}</Fact>
        <Fact name="Age">
          {counted(row.ageDays, 'day')}, first found {localTime(row.openedAt)}
        </Fact>
        <Fact name="Assignee">{row.assignee ?? 'nobody'}</Fact>
        {data?.standing && <Fact name="In every month">Suppressed, until that is lifted</Fact>}
        {row.reason !== null && <Fact name="Reason">{row.reason}</Fact>}
        {row.note !== null && <Fact name="Note">{row.note}</Fact>}
      </dl>
      {actions}
      <h4>Explained</h4>
      <table className="sides" aria-label="Explained">
        <tbody>
          <Part name="ETRM amount" value={row.etrmAmount} />
          {Object.entries(found?.explained ?? {}).map(([part, value]) => (
            <Part key={part} name={fieldWords(part)} value={value ?? null} signed />
          ))}
          <Part name="Ledger amount" value={row.ledgerAmount} />
          <Part name={`Difference, ${row.currency}`} value={row.difference} signed total />
        </tbody>
      </table>
      <EvidenceNotes evidence={found?.evidence} />
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {found && found.differences.length > 0 && (
        <>
          <h4>Differing fields</h4>
          <table className="sides" aria-label="Differing fields">
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">ETRM</th>
                <th scope="col">Ledger</th>
              </tr>
            </thead>
            <tbody>
              {found.differences.map(({ field, etrm, ledger }) => (
                <tr key={field} data-differs>
                  <th scope="row">{fieldWords(field)}</th>
                  <td>{etrm ?? '—'}</td>
                  <td>{ledger ?? '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <h4>History</h4>
      <History breakId={row.breakId} history={data?.history ?? []} />
      <h4>Settlement</h4>
      <dl className="facts">
        <Fact name="Trade">{row.tradeId ?? '—'}</Fact>
        <Fact name="Counterparty">{row.counterparty ?? '—'}</Fact>
        <Fact name="Location">{row.location ?? '—'}</Fact>
        {found && (
          <Fact name="Delivery">
            {deliveryWindow(found.delivery_start, found.delivery_end, found.timezone)}
          </Fact>
        )}
        <Fact name="Break id">
          <span className="hex">{row.breakId}</span>
          <CopyButton text={row.breakId} what="break id" />
        </Fact>
      </dl>
    </DetailsPanel>
  );
}

function History({
  breakId,
  history,
}: {
  readonly breakId: string;
  readonly history: readonly BreakHistory[];
}) {
  const announce = useAnnounce();
  const saving = useMutation({
    ...saveAttachment,
    onSuccess: (saved) => {
      if (saved) announce('ok', `Saved ${saved.path}.`);
    },
    onError: (error) => announce('bad', error.message),
  });
  return (
    <ul className="reasons" aria-label="What became of it">
      {history.toReversed().map((event) => (
        <li key={`${event.seq} ${event.act}`} title={event.at}>
          {EVENT_WORDS[event.act]}
          {event.act === 'assigned' &&
            ` ${event.assignee === '' || event.assignee === null ? 'nobody' : event.assignee}`}
          {event.reason !== null && <>: {event.reason}</>}
          {event.note !== null && <div className="history-note">{event.note}</div>}
          {event.fileName !== null && event.fileSha256 !== null && (
            <div>
              <Button
                className="button small"
                isPending={saving.isPending}
                onPress={() => saving.mutate({ breakId, sha256: event.fileSha256 ?? '' })}
              >
                Save {event.fileName}…
              </Button>
            </div>
          )}
          {event.difference !== null &&
            (event.act === 'opened' || event.act === 'moved' || event.act === 'reappeared') && (
              <>
                , <Amount value={event.difference} signed /> {event.currency}
              </>
            )}
          <div className="quiet-text">
            {localTime(event.at)} by {event.actor}
          </div>
        </li>
      ))}
    </ul>
  );
}

interface PartProps {
  readonly name: string;
  readonly value: string | null;
  readonly signed?: boolean;
  readonly total?: boolean;
}

function Part({ name, value, signed = false, total = false }: PartProps) {
  return (
    <tr data-total={total || undefined}>
      <th scope="row">{name}</th>
      <td className="number">
        <Amount value={value} signed={signed} />
      </td>
    </tr>
  );
}
