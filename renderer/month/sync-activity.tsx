import { useQuery } from '@tanstack/react-query';
import { Hourglass, KeyRound, LoaderCircle } from 'lucide-react';
import type { JobSnapshot, SyncProgress } from '../../shared/jobs.ts';
import { useNow } from '../ui/now.ts';
import { byteSize, count, stopwatch } from '../ui/quantity.ts';
import { clockTime } from '../ui/zoned-time.ts';
import { Figure } from './figure.tsx';
import { samplesQuery } from './queries.ts';
import { recordsPerSecond } from './rate.ts';
import { waitText } from './wait-text.ts';

interface SyncActivityProps {
  readonly job: JobSnapshot;
  readonly progress: SyncProgress;
  readonly cancelling: boolean;
}

/** A sync while it runs: only what is committed counts as done. */
export function SyncActivity({ job, progress, cancelling }: SyncActivityProps) {
  const now = useNow(250, true);
  const { data: samples = [] } = useQuery(samplesQuery(job.jobId));
  const rate = recordsPerSecond(samples, now);
  // A wait that is over has become a request.
  const waits = progress.waits.filter(({ until }) => Date.parse(until) > now);
  return (
    <section className="activity" aria-label="Activity" data-running>
      <LoaderCircle aria-hidden className="icon spinning" />
      <strong>{cancelling ? 'Cancelling' : 'Syncing'}</strong>
      <Figure name={progress.pages === 1 ? 'page' : 'pages'}>{count(progress.pages)}</Figure>
      <Figure name="records">{count(progress.records)}</Figure>
      <Figure name="rejected" bad={progress.rejected > 0}>
        {count(progress.rejected)}
      </Figure>
      <Figure name="received">{byteSize(progress.bytes)}</Figure>
      <Figure name="records/s">{rate === null ? '–' : count(rate)}</Figure>
      <Figure name="elapsed">{stopwatch(now - Date.parse(job.startedAt))}</Figure>
      <Figure name="in flight">{count(progress.inFlight)}</Figure>
      <Figure name={progress.retries === 1 ? 'retry' : 'retries'}>{count(progress.retries)}</Figure>
      {progress.resumedPages > 0 && (
        <Figure name={progress.resumedPages === 1 ? 'page resumed' : 'pages resumed'}>
          {count(progress.resumedPages)}
        </Figure>
      )}
      {progress.tokenRefreshAt !== null && (
        <span className="figure" title={progress.tokenRefreshAt}>
          <KeyRound aria-hidden className="icon" /> token renews <b>{clockTime(progress.tokenRefreshAt)}</b>
          {progress.tokenRenewals > 0 && ` (renewed ${count(progress.tokenRenewals)}×)`}
        </span>
      )}
      {waits.length > 0 && (
        <ul className="waits" aria-label="Waits">
          {waits.map((wait) => (
            <li key={`${wait.page} ${wait.attempt} ${wait.until}`}>
              <Hourglass aria-hidden className="icon" />
              {waitText(wait, now)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
