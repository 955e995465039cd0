import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListedRules } from '../../shared/rules.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { localTime } from '../ui/zoned-time.ts';
import { DifferenceTable } from './difference-table.tsx';
import { ruleTextQuery } from './queries.ts';
import { readDocument } from './rule-document.ts';

interface HistoryPaneProps {
  /** The built-in one first, then the newest. */
  readonly saved: readonly ListedRules[];
  /** As the sets are asked for. */
  readonly wanted: string;
  readonly onChoose: (wanted: string) => void;
}

function wantedOf({ name, sha256, savedAt }: ListedRules): string {
  return savedAt === null ? name : sha256;
}

/** The revision before it, else the built-in set. */
function before(saved: readonly ListedRules[], shown: ListedRules | undefined): ListedRules | undefined {
  const earlier = saved.filter((one) => one.name === shown?.name && one.revision < (shown?.revision ?? 0));
  return earlier.toSorted((a, b) => b.revision - a.revision)[0] ?? saved.find((one) => one.savedAt === null);
}

/** Every set that was saved, by whom, and what lies between two of them. */
export function HistoryPane({ saved, wanted, onChoose }: HistoryPaneProps) {
  const [against, setAgainst] = useState<string | null>(null);
  const shown = saved.find((one) => wantedOf(one) === wanted);
  const other =
    saved.find((one) => wantedOf(one) === against && wantedOf(one) !== wanted) ?? before(saved, shown);
  return (
    <>
      <ul className="rules-history" aria-label="Saved rule sets">
        {saved.map((one) => (
          <li key={one.sha256}>
            <button
              type="button"
              className="rules-revision"
              aria-current={one === shown ? 'true' : undefined}
              title={one.sha256}
              onClick={() => onChoose(wantedOf(one))}
            >
              <strong>
                {one.name} {one.revision}
              </strong>
              <span className="quiet-text">
                {one.savedAt === null ? 'built in' : `${localTime(one.savedAt)} by ${one.actor}`}
              </span>
              <span className="hex quiet-text ellipsis">{one.sha256.slice(0, 16)}</span>
            </button>
          </li>
        ))}
      </ul>
      {shown && other && wantedOf(other) !== wanted && (
        <section className="rules-compared" aria-label="Difference">
          <label className="field-label inline">
            {shown.name} {shown.revision} against{' '}
            <select
              className="input"
              aria-label="Compared with"
              value={wantedOf(other)}
              onChange={(event) => setAgainst(event.target.value)}
            >
              {saved
                .filter((one) => one !== shown)
                .map((one) => (
                  <option key={one.sha256} value={wantedOf(one)}>
                    {one.name} {one.revision}
                  </option>
                ))}
            </select>
          </label>
          <Compared before={wantedOf(other)} after={wanted} />
        </section>
      )}
    </>
  );
}

function Compared({ before: from, after: to }: { readonly before: string; readonly after: string }) {
  const before = useQuery(ruleTextQuery(from));
  const after = useQuery(ruleTextQuery(to));
  const error = before.error ?? after.error;
  if (error) return <ErrorNotice error={error} />;
  const [was, is] = [readDocument(before.data ?? ''), readDocument(after.data ?? '')];
  if (was === null || is === null) return null;
  return <DifferenceTable before={was} after={is} label="Between the two" />;
}
