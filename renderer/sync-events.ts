/**
 * The one place where what the main process says unasked meets the query cache: a topic invalidates its queries, a
 * job's snapshot is written into the list of jobs. Nothing in the renderer polls.
 */
import type { QueryClient } from '@tanstack/react-query';
import type { Bridge, Topic } from '../shared/contract.ts';
import type { JobSnapshot } from '../shared/jobs.ts';
import { invalidate } from './invalidate.ts';
import { type JobSample, withSample } from './month/rate.ts';
import { jobsKey, KEYS, samplesKey } from './query-keys.ts';

/** Topics that come in a burst (ten commits a second) are refetched together, at most this often. */
const GATHER_MS = 250;

const KEYS_OF_TOPIC: Readonly<Record<Topic, readonly string[] | 'everything'>> = {
  app: 'everything',
  connections: [KEYS.connections],
  // Told where a run begins and ends, not while pages come: comparing curves reads the whole run.
  months: [KEYS.months, KEYS.curves],
  // What a month gains, its targets of the SIEM have to send.
  month: [
    ...[KEYS.month, KEYS.months, KEYS.runs, KEYS.siem, KEYS.extracts, KEYS.mappings, KEYS.retention],
    KEYS.reports,
  ],
  pages: [KEYS.pages, KEYS.deadLetters, KEYS.findings],
  attempts: [KEYS.attempts],
  compare: [KEYS.compare],
  breaks: [KEYS.breaks, KEYS.close, KEYS.reports],
  close: [KEYS.close, KEYS.breaks],
  'dead-letters': [KEYS.deadLetters, KEYS.changes, KEYS.findings],
  drift: [KEYS.drift],
  siem: [KEYS.siem],
  retention: [KEYS.retention],
};

/** The list with a job's newer snapshot in it; the same list where it has a later one already. */
export function withSnapshot(jobs: readonly JobSnapshot[], snapshot: JobSnapshot): readonly JobSnapshot[] {
  const at = jobs.findIndex((job) => job.jobId === snapshot.jobId);
  if (at < 0) return [...jobs, snapshot];
  const known = jobs[at];
  return known && known.seq >= snapshot.seq ? jobs : jobs.with(at, snapshot);
}

interface Listeners {
  /** Called once a job, with the snapshot that says how it ended. */
  readonly onFinished: (job: JobSnapshot) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** @returns a function that ends the subscriptions. */
export function listenToMain(
  on: Pick<Bridge['on'], 'job' | 'changed'>,
  client: QueryClient,
  { onFinished, now }: Listeners,
): () => void {
  const gathered = new Set<Topic>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  function refresh(): void {
    timer = null;
    const topics = [...gathered];
    gathered.clear();
    const keys = new Set<string>();
    for (const topic of topics) {
      const affected = KEYS_OF_TOPIC[topic];
      if (affected === 'everything') {
        void invalidate(client);
        return;
      }
      for (const key of affected) keys.add(key);
    }
    for (const key of keys) void invalidate(client, key);
  }

  const offChanged = on.changed(({ topics }) => {
    for (const topic of topics) gathered.add(topic);
    timer ??= setTimeout(refresh, GATHER_MS);
  });

  const offJob = on.job((job) => {
    const before = client.getQueryData<readonly JobSnapshot[]>(jobsKey) ?? [];
    const after = withSnapshot(before, job);
    if (after === before) return;
    client.setQueryData(jobsKey, after);
    if (job.progress.kind === 'sync') {
      const sample: JobSample = { at: now(), records: job.progress.records };
      client.setQueryData<readonly JobSample[]>(samplesKey(job.jobId), (samples = []) =>
        withSample(samples, sample),
      );
    }
    if (job.state !== 'running') onFinished(job);
  });

  return () => {
    if (timer !== null) clearTimeout(timer);
    offChanged();
    offJob();
  };
}
