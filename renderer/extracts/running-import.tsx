import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { answered, bridge } from '../bridge.ts';
import { StepActivity } from '../month/activity.tsx';
import { endedJob, runningJob } from '../month/month-jobs.ts';
import { jobsQuery } from '../month/queries.ts';
import { Notice } from '../ui/notice.tsx';

/** The month's import while it runs, with its Cancel; and why the last one did not come through. */
export function RunningImport({ month }: { readonly month: string }) {
  const jobs = useQuery(jobsQuery);
  const [cancelled, setCancelled] = useState<string | null>(null);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const cancel = useMutation({ mutationFn: (jobId: string) => answered(bridge()['job.cancel']({ jobId })) });
  const job = runningJob(jobs.data ?? [], month);
  const last = endedJob(jobs.data ?? [], month, ['import']);
  if (job?.kind === 'import' && job.progress.kind === 'steps') {
    const cancelling = cancelled === job.jobId;
    return (
      <div className="running-import">
        <StepActivity job={job} progress={job.progress} cancelling={cancelling} />
        <Button
          className="button"
          isDisabled={cancelling}
          onPress={() => {
            setCancelled(job.jobId);
            cancel.mutate(job.jobId);
          }}
        >
          Cancel
        </Button>
      </div>
    );
  }
  if (last === null || last.jobId === dismissed) return null;
  if (last.state === 'cancelled') {
    return (
      <Notice tone="warn" onDismiss={() => setDismissed(last.jobId)}>
        The import was cancelled; nothing of the file was kept.
      </Notice>
    );
  }
  if (last.state !== 'failed' || last.error === null) return null;
  return (
    <Notice tone="bad" urgent onDismiss={() => setDismissed(last.jobId)}>
      {last.error.message}
    </Notice>
  );
}
