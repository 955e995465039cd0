import { mutationOptions, queryOptions } from '@tanstack/react-query';
import type { InvokeArgs } from '../../shared/contract.ts';
import { answered, bridge } from '../bridge.ts';
import { invalidate } from '../invalidate.ts';
import { KEYS } from '../query-keys.ts';

export const targetsQuery = queryOptions({
  queryKey: [KEYS.siem],
  queryFn: () => answered(bridge()['siem.list']()),
});

export const saveTarget = mutationOptions({
  mutationKey: ['siem.save'],
  mutationFn: (target: InvokeArgs<'siem.save'>) => answered(bridge()['siem.save'](target)),
  /** The secret goes to the keychain and is kept nowhere here. */
  gcTime: 0,
  onSuccess: (_saved, _args, _result, { client }) => invalidate(client, KEYS.siem),
});

export const removeTarget = mutationOptions({
  mutationKey: ['siem.remove'],
  mutationFn: (name: string) => answered(bridge()['siem.remove']({ name })),
  onSuccess: (_removed, _name, _result, { client }) => invalidate(client, KEYS.siem),
});

export const testTarget = mutationOptions({
  mutationKey: ['siem.test'],
  mutationFn: (name: string) => answered(bridge()['siem.test']({ name })),
});

/** Asks in the system's dialog where events are to be written; null where the analyst thought better of it. */
export const pickEventFile = mutationOptions({
  mutationKey: ['siem.pickFile'],
  mutationFn: () => answered(bridge()['siem.pickFile']()),
});
