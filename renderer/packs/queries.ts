import { mutationOptions, queryOptions } from '@tanstack/react-query';
import type { InvokeArgs } from '../../shared/contract.ts';
import { answered, bridge } from '../bridge.ts';
import { invalidate } from '../invalidate.ts';
import { KEYS } from '../query-keys.ts';

export const retentionQuery = queryOptions({
  queryKey: [KEYS.retention],
  queryFn: () => answered(bridge()['retention.show']()),
});

/** Asks for a pack in the system's dialog; null where the analyst thought better of it. */
export const checkPack = mutationOptions({
  mutationKey: ['packs.check'],
  mutationFn: () => answered(bridge()['packs.check']()),
});

export const writePack = mutationOptions({
  mutationKey: ['packs.write'],
  mutationFn: (month: string) => answered(bridge()['packs.write']({ month })),
});

export const setRetention = mutationOptions({
  mutationKey: ['retention.set'],
  mutationFn: (args: InvokeArgs<'retention.set'>) => answered(bridge()['retention.set'](args)),
  onSuccess: (_set, _args, _result, { client }) => invalidate(client, KEYS.retention),
});

export const holdMonth = mutationOptions({
  mutationKey: ['retention.hold'],
  mutationFn: (args: InvokeArgs<'retention.hold'>) => answered(bridge()['retention.hold'](args)),
  onSuccess: (_held, _args, _result, { client }) => invalidate(client, KEYS.retention),
});
