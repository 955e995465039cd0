import { LoaderCircle } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { JobSnapshot } from '../../shared/jobs.ts';
import type { AskLabel } from '../ask-store.ts';
import { cancelAsk, useAsked } from '../asking.ts';
import { answered, bridge } from '../bridge.ts';
import { count } from './quantity.ts';

interface ProgressLineProps {
  readonly step: string;
  readonly done: number;
  readonly total: number | null;
  readonly onCancel: () => void;
}

/** How far something is, and its Cancel. */
function ProgressLine({ step, done, total, onCancel }: ProgressLineProps) {
  const [cancelling, setCancelling] = useState(false);
  const known = total !== null && total > 0;
  return (
    <div className="progress-line" role="status">
      <LoaderCircle aria-hidden className="icon spinning" />
      <span className="ellipsis">{cancelling ? 'Cancelling…' : step}</span>
      <progress aria-label={step} {...(known && { value: done, max: total })} />
      {done > 0 && (
        <span>
          {count(done)}
          {known && ` of ${count(total)}`}
        </span>
      )}
      <Button
        className="button small"
        isDisabled={cancelling}
        onPress={() => {
          setCancelling(true);
          onCancel();
        }}
      >
        Cancel
      </Button>
    </div>
  );
}

interface AskedLineProps {
  readonly label: AskLabel;
  /** What is going on, until there is word of a step. */
  readonly what: string;
}

/** A long answer while it is waited for; nothing where nothing is asked. */
export function AskedLine({ label, what }: AskedLineProps) {
  const asked = useAsked(label);
  if (asked === null) return null;
  const { step, done, total } = asked.progress ?? { step: what, done: 0, total: null };
  return (
    <ProgressLine key={asked.askId} step={step} done={done} total={total} onCancel={() => cancelAsk(label)} />
  );
}

/** A job while it runs; a sync has an activity of its own. */
export function JobLine({ job }: { readonly job: JobSnapshot }) {
  if (job.state !== 'running' || job.progress.kind !== 'steps') return null;
  const { step, done, total } = job.progress;
  return (
    <ProgressLine
      key={job.jobId}
      step={step}
      done={done}
      total={total}
      onCancel={() => void answered(bridge()['job.cancel']({ jobId: job.jobId }))}
    />
  );
}
