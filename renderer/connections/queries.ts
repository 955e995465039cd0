import { mutationOptions, queryOptions } from '@tanstack/react-query';
import type { InvokeArgs } from '../../shared/contract.ts';
import { answered, bridge } from '../bridge.ts';
import { invalidate } from '../invalidate.ts';
import { KEYS } from '../query-keys.ts';

export const connectionsQuery = queryOptions({
  queryKey: [KEYS.connections],
  queryFn: () => answered(bridge()['connections.list']()),
});

export const saveConnection = mutationOptions({
  mutationKey: ['connections.save'],
  mutationFn: (connection: InvokeArgs<'connections.save'>) =>
    answered(bridge()['connections.save'](connection)),
  /** The secret goes to the keychain and is kept nowhere here. */
  gcTime: 0,
  onSuccess: (_saved, _args, _result, { client }) => invalidate(client, KEYS.connections),
});

export const removeConnection = mutationOptions({
  mutationKey: ['connections.remove'],
  mutationFn: (name: string) => answered(bridge()['connections.remove']({ name })),
  onSuccess: (_removed, _name, _result, { client }) => invalidate(client, KEYS.connections),
});

export const pickFile = mutationOptions({
  mutationKey: ['connections.pickFile'],
  mutationFn: (what: InvokeArgs<'connections.pickFile'>['what']) =>
    answered(bridge()['connections.pickFile']({ what })),
});

export const pickProfile = mutationOptions({
  mutationKey: ['connections.pickProfile'],
  mutationFn: () => answered(bridge()['connections.pickProfile']()),
});
