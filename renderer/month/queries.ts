import { queryOptions } from '@tanstack/react-query';
import type { JobSnapshot } from '../../shared/jobs.ts';
import { answered, bridge } from '../bridge.ts';
import { jobsKey, KEYS, samplesKey } from '../query-keys.ts';
import { withSnapshot } from '../sync-events.ts';
import type { JobSample } from './rate.ts';

export const monthsQuery = queryOptions({
  queryKey: [KEYS.months],
  queryFn: () => answered(bridge()['months.list']()),
});

export function monthQuery(month: string, connection: string | null) {
  return queryOptions({
    queryKey: [KEYS.month, month, connection],
    queryFn: () => answered(bridge()['month.view']({ month, connection })),
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

/** Written by sync-events.ts only. */
export function samplesQuery(jobId: string) {
  return queryOptions({
    queryKey: samplesKey(jobId),
    queryFn: (): readonly JobSample[] => [],
    enabled: false,
  });
}
