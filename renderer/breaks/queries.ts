/** What the screen of breaks asks for, and what it does. */
import { keepPreviousData, mutationOptions, queryOptions } from '@tanstack/react-query';
import type { BreakFilter, BreakSort, WorkedBreak } from '../../shared/breaks.ts';
import type { InvokeArgs } from '../../shared/contract.ts';
import { ask } from '../asking.ts';
import { answered, bridge } from '../bridge.ts';
import { invalidate } from '../invalidate.ts';
import { KEYS } from '../query-keys.ts';
import type { RowSource } from '../ui/windowed-rows.ts';

export type BreakChange = InvokeArgs<'worked.act'>['change'];

export function workedBreaks(filter: BreakFilter, sort: BreakSort): RowSource<WorkedBreak> {
  return {
    key: [KEYS.breaks, 'worked', sort, JSON.stringify(filter)],
    fetch: (offset, limit) => answered(bridge()['worked.window']({ filter, sort, offset, limit })),
  };
}

export function breakSummaryQuery(month: string | null) {
  return queryOptions({
    queryKey: [KEYS.breaks, 'summary', month],
    queryFn: () => answered(bridge()['worked.summary']({ month })),
    placeholderData: keepPreviousData,
  });
}

export function workedBreakQuery(breakId: string) {
  return queryOptions({
    queryKey: [KEYS.breaks, 'one', breakId],
    queryFn: () => answered(bridge()['worked.show']({ breakId })),
  });
}

export const actOnBreaks = mutationOptions({
  mutationKey: ['worked.act'],
  mutationFn: (asked: Omit<InvokeArgs<'worked.act'>, 'askId'>) =>
    ask('break-act', (askId) => bridge()['worked.act']({ ...asked, askId })),
  onSuccess: (_result, _args, _context, { client }) => invalidate(client, KEYS.breaks),
});

export const attachToBreaks = mutationOptions({
  mutationKey: ['worked.attach'],
  mutationFn: (asked: Omit<InvokeArgs<'worked.attach'>, 'askId'>) =>
    ask('break-attach', (askId) => bridge()['worked.attach']({ ...asked, askId })),
});

export const saveAttachment = mutationOptions({
  mutationKey: ['worked.saveFile'],
  mutationFn: (asked: InvokeArgs<'worked.saveFile'>) => answered(bridge()['worked.saveFile'](asked)),
});

export const exportSheet = mutationOptions({
  mutationKey: ['worked.export'],
  mutationFn: (filter: BreakFilter) => answered(bridge()['worked.export']({ filter })),
});

export const pickSheet = mutationOptions({
  mutationKey: ['worked.pickSheet'],
  mutationFn: () => ask('sheet-preview', (askId) => bridge()['worked.pickSheet']({ askId })),
});

export const applySheet = mutationOptions({
  mutationKey: ['worked.applySheet'],
  mutationFn: (asked: InvokeArgs<'worked.applySheet'>) => answered(bridge()['worked.applySheet'](asked)),
});
