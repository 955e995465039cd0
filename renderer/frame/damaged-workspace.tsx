import { useMutation, useQuery } from '@tanstack/react-query';
import { FolderOpen, Hammer, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { JobResult } from '../../shared/jobs.ts';
import { answered, type BridgeError, bridge } from '../bridge.ts';
import { StepActivity } from '../month/activity.tsx';
import { jobsQuery } from '../month/queries.ts';
import { VerifyDifferences } from '../month/verify-differences.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Notice } from '../ui/notice.tsx';
import { rebuildWorkspace } from './queries.ts';

interface DamagedWorkspaceProps {
  readonly error: BridgeError;
  readonly onRetry: () => void;
}

/** Stands in the window's place where the database cannot be used: what is wrong, and the way back. */
export function DamagedWorkspace({ error, onRetry }: DamagedWorkspaceProps) {
  const jobs = useQuery(jobsQuery);
  const starting = useMutation(rebuildWorkspace);
  const cancelling = useMutation({
    mutationFn: (jobId: string) => answered(bridge()['job.cancel']({ jobId })),
  });
  /** The rebuild whose outcome was read. */
  const [read, setRead] = useState<string | null>(null);
  const job = jobs.data?.findLast(({ kind, jobId }) => kind === 'rebuild' && jobId !== read) ?? null;
  if (job?.result?.kind === 'rebuild') {
    const open = () => {
      setRead(job.jobId);
      onRetry();
    };
    return <RebuiltWorkspace result={job.result} onOpen={open} />;
  }
  const running = job?.state === 'running' ? job : null;
  const failed = starting.error ?? (job?.state === 'failed' ? job.error : null);
  return (
    <main className="welcome">
      <div className="welcome-card">
        <h1>The workspace is damaged</h1>
        <ErrorNotice error={error} {...(running === null && { onRetry })} />
        <p>
          Rebuilding makes the database anew from the audit journal and the evidence beside it, which are
          checked against their hashes. The old one is kept; until the new one is whole, everything stays as
          it is.
        </p>
        {failed && <ErrorNotice error={failed} />}
        {running?.progress.kind === 'steps' && (
          <StepActivity
            job={running}
            progress={running.progress}
            cancelling={cancelling.variables === running.jobId}
          />
        )}
        <div className="welcome-actions">
          <Button
            className="button primary large"
            isPending={starting.isPending}
            isDisabled={running !== null}
            onPress={() => starting.mutate()}
          >
            <Hammer aria-hidden className="icon" />
            Rebuild the workspace
          </Button>
          {running && (
            <Button className="button large" onPress={() => cancelling.mutate(running.jobId)}>
              <X aria-hidden className="icon" />
              Cancel
            </Button>
          )}
        </div>
      </div>
    </main>
  );
}

interface RebuiltWorkspaceProps {
  readonly result: Extract<JobResult, { readonly kind: 'rebuild' }>;
  readonly onOpen: () => void;
}

/** What was found while the workspace was rebuilt, to be read before it is opened. */
function RebuiltWorkspace({ result, onOpen }: RebuiltWorkspaceProps) {
  const { rebuild, differences } = result;
  return (
    <main className="welcome">
      <div className="welcome-card">
        <h1>The workspace is rebuilt</h1>
        {differences.length > 0 && <VerifyDifferences differences={differences} by="the rebuild" />}
        {rebuild.again.length > 0 && (
          <Notice tone="warn">To be run again: {rebuild.again.join('; ')}.</Notice>
        )}
        {rebuild.lost.length > 0 && <Notice tone="info">Not restored: {rebuild.lost.join('; ')}.</Notice>}
        {rebuild.set_aside !== null && <p>The old database lies in {rebuild.set_aside}.</p>}
        <div className="welcome-actions">
          <Button className="button primary large" onPress={onOpen}>
            <FolderOpen aria-hidden className="icon" />
            Open the workspace
          </Button>
        </div>
      </div>
    </main>
  );
}
