import { Ban, CircleCheck, Clock, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { MonthView } from '../../shared/views.ts';
import { DigestFull } from '../ui/digest.tsx';
import { Mark } from '../ui/mark.tsx';
import { count } from '../ui/quantity.ts';
import { localTime } from '../ui/zoned-time.ts';
import { TotalsTable } from './totals-table.tsx';

interface TotalsStripProps {
  readonly view: MonthView;
  readonly onBreaks: () => void;
  readonly onDeadLetters: () => void;
  readonly onPending: () => void;
  readonly onMatched: () => void;
}

/** What the month comes to: both totals and their difference, the counts, and the hashes that stand for them. */
export function TotalsStrip({ view, onBreaks, onDeadLetters, onPending, onMatched }: TotalsStripProps) {
  const { recon, currentRun, run } = view;
  const shown = currentRun ?? run;
  return (
    <section className="totals" aria-label="Totals">
      <TotalsTable view={view} />
      <div className="counts">
        <Count
          icon={CircleCheck}
          tone="ok"
          name="Matched"
          value={recon?.matched ?? null}
          onPress={onMatched}
        />
        <Count
          icon={TriangleAlert}
          tone="bad"
          name="Breaks"
          value={recon?.breaks ?? null}
          onPress={onBreaks}
        />
        <Count icon={Clock} tone="warn" name="Pending" value={recon?.pending ?? null} onPress={onPending} />
        <Count
          icon={Ban}
          tone="bad"
          name="Dead letters"
          value={shown ? shown.deadLetters.open + shown.deadLetters.discarded : null}
          onPress={onDeadLetters}
        />
      </div>
      <dl className="hashes">
        <div>
          <dt title="SHA-256 over the page hashes in page order">Run hash</dt>
          <dd data-testid="run-sha256">
            {currentRun?.runSha256 ? (
              <DigestFull digest={currentRun.runSha256} what="run hash" />
            ) : (
              <span className="quiet-text">after the first finished run</span>
            )}
          </dd>
        </div>
        <div>
          <dt title="SHA-256 over the ordered result: same inputs and rules, same hash">Recon hash</dt>
          <dd data-testid="recon-sha256">
            {recon ? (
              <DigestFull digest={recon.recon_sha256} what="reconciliation hash" />
            ) : (
              <span className="quiet-text">after the first reconciliation</span>
            )}
          </dd>
        </div>
        <div>
          <dt>Verified</dt>
          <dd data-testid="verification">
            <Verification view={view} />
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Verification({ view: { verification } }: { readonly view: MonthView }) {
  if (!verification) return <span className="quiet-text">not verified yet</span>;
  const { differences, pages, records, at, auditHead } = verification;
  return (
    <span
      className="verification"
      title={`${count(pages)} pages and ${count(records)} records; audit chain head ${auditHead}`}
    >
      {differences === 0 ? (
        <Mark kind="verified" />
      ) : (
        <Mark
          kind="differs"
          word={`${count(differences)} ${differences === 1 ? 'difference' : 'differences'}`}
        />
      )}
      <span className="quiet-text" title={at}>
        {count(pages)} pages, {localTime(at)}
      </span>
    </span>
  );
}

interface CountProps {
  readonly icon: LucideIcon;
  readonly tone: 'ok' | 'warn' | 'bad';
  readonly name: string;
  readonly value: number | null;
  readonly onPress: () => void;
}

function Count({ icon: Icon, tone, name, value, onPress }: CountProps) {
  return (
    <button
      type="button"
      className="count"
      data-tone={value ? tone : 'none'}
      disabled={value === null}
      onClick={onPress}
    >
      <span className="count-name">
        <Icon aria-hidden className="icon" /> {name}
      </span>
      <span className="count-value">{value === null ? '—' : count(value)}</span>
    </button>
  );
}
