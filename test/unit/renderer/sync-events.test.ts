import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { jobsKey, KEYS, samplesKey } from '../../../renderer/query-keys.ts';
import { listenToMain, withSnapshot } from '../../../renderer/sync-events.ts';
import type { MainEvents, Topic } from '../../../shared/contract.ts';
import type { JobSnapshot } from '../../../shared/jobs.ts';

type Listener<E extends keyof MainEvents> = (payload: MainEvents[E]) => void;

/** The main process's side of the events. */
function emitter() {
  const job = new Set<Listener<'job'>>();
  const changed = new Set<Listener<'changed'>>();
  const subscribe =
    <E extends keyof MainEvents>(to: Set<Listener<E>>) =>
    (listener: Listener<E>) => {
      to.add(listener);
      return () => {
        to.delete(listener);
      };
    };
  return {
    on: { job: subscribe(job), changed: subscribe(changed) },
    job: (snapshot: JobSnapshot) => {
      for (const listener of job) listener(snapshot);
    },
    changed: (...topics: Topic[]) => {
      for (const listener of changed) listener({ topics });
    },
    listeners: () => job.size + changed.size,
  };
}

function snapshot(seq: number, change: Partial<JobSnapshot> = {}): JobSnapshot {
  return {
    jobId: 'job-1',
    seq,
    kind: 'sync',
    month: '2024-03',
    state: 'running',
    startedAt: '2024-04-02T12:00:00Z',
    elapsedMs: seq * 100,
    progress: {
      kind: 'sync',
      connection: 'Vendor',
      runId: 'run-1',
      correlationId: null,
      resumedPages: 0,
      pages: seq,
      records: seq * 1000,
      rejected: 0,
      bytes: 0,
      retries: 0,
      tokenRenewals: 0,
      tokenRefreshAt: null,
      waits: [],
      inFlight: 0,
    },
    result: null,
    error: null,
    ...change,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function stage() {
  const main = emitter();
  const client = new QueryClient();
  const finished: JobSnapshot[] = [];
  let now = 0;
  const stop = listenToMain(main.on, client, {
    now: () => {
      now += 1000;
      return now;
    },
    onFinished: (job) => finished.push(job),
  });
  const stale = (...key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated;
  return { main, client, finished, stop, stale };
}

test('a later snapshot replaces an earlier one, and never the other way', () => {
  const first = withSnapshot([], snapshot(1));
  const third = withSnapshot(first, snapshot(3));
  expect(third).toEqual([snapshot(3)]);
  expect(withSnapshot(third, snapshot(2))).toBe(third);
  expect(withSnapshot(third, snapshot(1, { jobId: 'job-2' }))).toHaveLength(2);
});

test('snapshots are written into the list of jobs and sampled for speed', () => {
  const { main, client } = stage();
  main.job(snapshot(1));
  main.job(snapshot(2));
  main.job(snapshot(1));
  expect(client.getQueryData(jobsKey)).toEqual([snapshot(2)]);
  expect(client.getQueryData(samplesKey('job-1'))).toEqual([
    { at: 1000, records: 1000 },
    { at: 2000, records: 2000 },
  ]);
});

test('the end of a job is told once', () => {
  const { main, finished } = stage();
  const end = snapshot(3, { state: 'done' });
  main.job(snapshot(2));
  main.job(end);
  main.job(end);
  expect(finished).toEqual([end]);
});

test('a topic invalidates its queries and no other', () => {
  const { main, client, stale } = stage();
  client.setQueryData([KEYS.pages, 'run-1', 0], {});
  client.setQueryData([KEYS.deadLetters, 'run-1', 0], {});
  client.setQueryData([KEYS.compare, 'run-1', 0], {});
  main.changed('pages');
  vi.advanceTimersByTime(1000);
  expect(stale(KEYS.pages, 'run-1', 0)).toBe(true);
  expect(stale(KEYS.deadLetters, 'run-1', 0)).toBe(true);
  expect(stale(KEYS.compare, 'run-1', 0)).toBe(false);
});

test('another workspace invalidates everything', () => {
  const { main, client, stale } = stage();
  client.setQueryData([KEYS.connections], []);
  client.setQueryData([KEYS.compare, 'run-1', 0], {});
  main.changed('app');
  vi.advanceTimersByTime(1000);
  expect(stale(KEYS.connections)).toBe(true);
  expect(stale(KEYS.compare, 'run-1', 0)).toBe(true);
});

test('a burst of changes is one refetch, and the last change is never lost', () => {
  const { main, client } = stage();
  const invalidate = vi.spyOn(client, 'invalidateQueries');
  for (let at = 0; at < 20; at += 1) {
    main.changed('attempts');
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(1000);
  expect(invalidate).toHaveBeenCalledTimes(1);
  main.changed('attempts');
  vi.advanceTimersByTime(1000);
  expect(invalidate).toHaveBeenCalledTimes(2);
});

test('after the end nothing is listened to', () => {
  const { main, client, stop } = stage();
  const invalidate = vi.spyOn(client, 'invalidateQueries');
  main.changed('month');
  stop();
  vi.advanceTimersByTime(1000);
  expect(main.listeners()).toBe(0);
  expect(invalidate).not.toHaveBeenCalled();
});
