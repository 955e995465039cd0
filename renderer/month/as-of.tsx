/** A month as one of its past runs knew it: which run is chosen, and the banner that says so. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { RunView } from '../../shared/views.ts';
import { Notice } from '../ui/notice.tsx';
import { counted } from '../ui/quantity.ts';
import { localTime } from '../ui/zoned-time.ts';
import { monthRunsQuery } from './change-queries.ts';
import { RunChoice } from './run-choice.tsx';

interface AsOf {
  /** Null: the month as it stands now. */
  readonly runId: string | null;
  readonly choose: (runId: string | null) => void;
}

/** Another month or connection is shown as it stands now. */
export function useAsOf(month: string, connection: string | null): AsOf {
  const key = `${month} ${connection}`;
  const [chosen, setChosen] = useState<{ key: string; runId: string | null }>({ key, runId: null });
  return {
    runId: chosen.key === key ? chosen.runId : null,
    choose: (runId) => setChosen({ key, runId }),
  };
}

interface AsOfChoiceProps extends AsOf {
  readonly month: string;
  readonly connection: string | null;
}

export function AsOfChoice({ month, connection, runId, choose }: AsOfChoiceProps) {
  const { data: runs = [] } = useQuery(monthRunsQuery(month, connection));
  return <RunChoice label="As of" none="Now, the newest run" runs={runs} value={runId} onChange={choose} />;
}

export function AsOfBanner({ run, onLeave }: { readonly run: RunView; readonly onLeave: () => void }) {
  const { retried } = run.deadLetters;
  return (
    <div className="notices as-of">
      <Notice
        tone="info"
        actions={
          <Button className="button small" onPress={onLeave}>
            Back to now
          </Button>
        }
      >
        <strong>As of the run of {localTime(run.endedAt ?? run.startedAt)}, read only.</strong> Records,
        hashes, dead letters and reconciliation are those of run <span className="hex">{run.runId}</span>
        {run.state !== 'done' && `, which ${run.state === 'running' ? 'still runs' : 'did not finish'}`}
        {retried > 0 && `; ${counted(retried, 'dead letter')} of it became records since`}.
      </Notice>
    </div>
  );
}
