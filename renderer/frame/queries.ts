import { mutationOptions, queryOptions } from '@tanstack/react-query';
import { answered, bridge } from '../bridge.ts';
import { KEYS } from '../query-keys.ts';

export const appInfoQuery = queryOptions({
  queryKey: [KEYS.app],
  queryFn: () => answered(bridge()['app.info']()),
});

/** Starts the embedded vendor and opens the sample workspace; answers with what to show there. */
export const openSample = mutationOptions({
  mutationKey: ['sample.open'],
  mutationFn: () => answered(bridge()['sample.open']()),
  onSuccess: (_opened, _nothing, _result, { client }) => client.resetQueries(),
});

export const rebuildWorkspace = mutationOptions({
  mutationKey: ['workspace.rebuild'],
  mutationFn: () => answered(bridge()['workspace.rebuild']()),
});

export const leaveSample = mutationOptions({
  mutationKey: ['sample.close'],
  mutationFn: () => answered(bridge()['sample.close']()),
  onSuccess: (_closed, _nothing, _result, { client }) => client.resetQueries(),
});
