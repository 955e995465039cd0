/** What the screen of the close asks for, and what it does. */
import { mutationOptions, queryOptions } from '@tanstack/react-query';
import type { Adjustment } from '../../shared/close.ts';
import type { InvokeArgs } from '../../shared/contract.ts';
import { answered, bridge } from '../bridge.ts';
import { invalidate } from '../invalidate.ts';
import { KEYS } from '../query-keys.ts';
import type { RowSource } from '../ui/windowed-rows.ts';

export function closeStatusQuery(month: string) {
  return queryOptions({
    queryKey: [KEYS.close, 'status', month],
    queryFn: () => answered(bridge()['close.status']({ month })),
  });
}

export function nettingQuery(month: string) {
  return queryOptions({
    queryKey: [KEYS.close, 'netting', month],
    queryFn: () => answered(bridge()['netting.rows']({ month })),
    retry: false,
  });
}

export const closeSettingsQuery = queryOptions({
  queryKey: [KEYS.close, 'settings'],
  queryFn: () => answered(bridge()['close.settings']()),
});

export function adjustmentsOf(month: string): RowSource<Adjustment> {
  return {
    key: [KEYS.close, 'adjustments', month],
    fetch: (offset, limit) => answered(bridge()['close.adjustments']({ month, offset, limit })),
  };
}

export const actOnClose = mutationOptions({
  mutationKey: ['close.act'],
  mutationFn: (asked: InvokeArgs<'close.act'>) => answered(bridge()['close.act'](asked)),
  onSuccess: (_done, _args, _context, { client }) => invalidate(client, KEYS.close),
});

export const giveAdjustments = mutationOptions({
  mutationKey: ['close.give'],
  mutationFn: (asked: InvokeArgs<'close.give'>) => answered(bridge()['close.give'](asked)),
  onSuccess: (_done, _args, _context, { client }) => invalidate(client, KEYS.close),
});

export const setCloseSettings = mutationOptions({
  mutationKey: ['close.setSettings'],
  mutationFn: (text: string) => answered(bridge()['close.setSettings']({ text })),
  onSuccess: (_done, _args, _context, { client }) => invalidate(client, KEYS.close),
});
