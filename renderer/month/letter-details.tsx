import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { LetterHistory } from '../../shared/dead-letters.ts';
import { prettyJson } from '../../shared/pretty-json.ts';
import type { FieldReason } from '../../shared/settlement.ts';
import type { DeadLetterRow } from '../../shared/views.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { DetailsPanel, Fact } from '../ui/details-panel.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { type Chip, FilterChips } from '../ui/filter-chips.tsx';
import { Mark } from '../ui/mark.tsx';
import { count } from '../ui/quantity.ts';
import { localTime } from '../ui/zoned-time.ts';
import { letterQuery } from './letter-queries.ts';

type Form = 'pretty' | 'exact';

const FORMS: readonly Chip<Form>[] = [
  { id: 'pretty', label: 'Indented', count: null },
  { id: 'exact', label: 'Exact', count: null },
];

interface LetterDetailsProps {
  readonly letter: DeadLetterRow;
  /** What can be done with it. */
  readonly actions: ReactNode;
  readonly onClose: () => void;
}

/** One dead letter: every reason, everything that became of it, and the record as it was received. */
export function LetterDetails({ letter, actions, onClose }: LetterDetailsProps) {
  const { data, error, refetch } = useQuery(letterQuery(letter));
  const [form, setForm] = useState<Form>('pretty');
  const { state, reasons } = data ?? letter;
  const raw = data?.raw ?? '';
  return (
    <DetailsPanel title={`Page ${count(letter.page)}, record ${count(letter.index)}`} onClose={onClose}>
      <dl className="facts">
        <Fact name="State">
          <Mark kind={state} />
        </Fact>
        <Fact name="Settlement">{letter.settlementId ?? 'none given'}</Fact>
      </dl>
      <h4>Refused because</h4>
      <Reasons reasons={reasons} label="Reasons" />
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && data.history.length > 0 && (
        <>
          <h4>Since then</h4>
          <History history={data.history} />
        </>
      )}
      {data?.history.some(({ act }) => act === 'refused') && (
        <>
          <h4>When it was received</h4>
          <Reasons reasons={data.firstReasons} label="Reasons when it was received" />
        </>
      )}
      {actions}
      <h4>
        As received <CopyButton text={raw} what="record" />
      </h4>
      <FilterChips label="Form of the record" chips={FORMS} value={form} onChange={setForm} />
      <pre className="raw" aria-busy={!data}>
        {form === 'pretty' ? prettyJson(raw) : raw}
      </pre>
    </DetailsPanel>
  );
}

function Reasons({ reasons, label }: { readonly reasons: readonly FieldReason[]; readonly label: string }) {
  return (
    <ul className="reasons" aria-label={label}>
      {reasons.map(({ field, code, message }) => (
        <li key={`${field} ${code}`}>
          {message} <code className="error-code">{code}</code>
        </li>
      ))}
    </ul>
  );
}

const ACTS = {
  retried: 'Retried: a record of the run now',
  refused: 'Retried, and refused again',
  discarded: 'Discarded',
  reopened: 'Opened again',
} as const satisfies Record<LetterHistory['act'], string>;

function History({ history }: { readonly history: readonly LetterHistory[] }) {
  return (
    <ul className="reasons" aria-label="What became of it">
      {history.map(({ at, actor, act, reason, profileSha256 }) => (
        <li key={`${at} ${act}`} title={at}>
          {ACTS[act]}
          {reason !== null && <>: {reason}</>}
          <div className="quiet-text">
            {localTime(at)} by {actor}
            {profileSha256 !== null && `, profile ${profileSha256.slice(0, 12)}`}
          </div>
        </li>
      ))}
    </ul>
  );
}
