import { mutationOptions, queryOptions } from '@tanstack/react-query';
import type { InvokeArgs } from '../../shared/contract.ts';
import type { JobSnapshot } from '../../shared/jobs.ts';
import { ask } from '../asking.ts';
import { answered, bridge } from '../bridge.ts';
import { invalidate } from '../invalidate.ts';
import { jobsKey, KEYS, samplesKey } from '../query-keys.ts';
import { withSnapshot } from '../sync-events.ts';
import type { JobSample } from './rate.ts';

export const monthsQuery = queryOptions({
  queryKey: [KEYS.months],
  queryFn: () => answered(bridge()['months.list']()),
});

/** @param runId a past run, as the month was known by it; null: as it stands now. */
export function monthQuery(month: string, connection: string | null, runId: string | null) {
  return queryOptions({
    queryKey: [KEYS.month, month, connection, runId],
    queryFn: () => answered(bridge()['month.view']({ month, connection, runId })),
  });
}

/** Jobs of this session, oldest first. Later snapshots come as events (sync-events.ts), which may be ahead. */
export const jobsQuery = queryOptions({
  queryKey: jobsKey,
  queryFn: async ({ client }): Promise<readonly JobSnapshot[]> => {
    const listed = await answered(bridge()['job.list']());
    const heard = client.getQueryData<readonly JobSnapshot[]>(jobsKey) ?? [];
    return listed.reduce(withSnapshot, heard);
  },
});

/** @param runId a past run that the month is shown as of; null: the newest. */
export function driftSummaryQuery(month: string, connection: string | null, runId: string | null) {
  return queryOptions({
    queryKey: [KEYS.drift, 'summary', month, connection, runId],
    queryFn: () => answered(bridge()['drift.summary']({ month, connection, runId })),
  });
}

export const decideDrift = mutationOptions({
  mutationKey: ['drift.decide'],
  mutationFn: (decision: InvokeArgs<'drift.decide'>) => answered(bridge()['drift.decide'](decision)),
  onSuccess: (_decided, _args, _result, { client }) => invalidate(client, KEYS.drift),
});

export function findingsSummaryQuery(runId: string) {
  return queryOptions({
    queryKey: [KEYS.findings, 'summary', runId],
    queryFn: () => answered(bridge()['findings.summary']({ runId })),
  });
}

export function comparisonQuery(month: string, connection: string | null) {
  return queryOptions({
    queryKey: [KEYS.curves, 'compare', month, connection],
    queryFn: ({ signal }) =>
      ask('later-curves', (askId) => bridge()['curves.compare']({ month, connection, askId }), signal),
    retry: false,
  });
}

export const setTolerance = mutationOptions({
  mutationKey: ['curves.setTolerance'],
  mutationFn: (tolerance: InvokeArgs<'curves.setTolerance'>) =>
    answered(bridge()['curves.setTolerance'](tolerance)),
});

export const importCurves = mutationOptions({
  mutationKey: ['curves.import'],
  mutationFn: (month: string) => answered(bridge()['curves.import']({ month })),
});

export const startSync = mutationOptions({
  mutationKey: ['sync.start'],
  mutationFn: (sync: InvokeArgs<'sync.start'>) => answered(bridge()['sync.start'](sync)),
});

/** Written by sync-events.ts only. */
export function samplesQuery(jobId: string) {
  return queryOptions({
    queryKey: samplesKey(jobId),
    queryFn: (): readonly JobSample[] => [],
    enabled: false,
  });
}
