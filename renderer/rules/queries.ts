import { mutationOptions, queryOptions } from '@tanstack/react-query';
import type { InvokeArgs } from '../../shared/contract.ts';
import type { Month } from '../../shared/month.ts';
import type { MatchFilter } from '../../shared/rule-channels.ts';
import type { MatchView } from '../../shared/rules.ts';
import { ask } from '../asking.ts';
import { answered, bridge } from '../bridge.ts';
import { invalidate } from '../invalidate.ts';
import { KEYS } from '../query-keys.ts';
import type { RowSource } from '../ui/windowed-rows.ts';

export const rulesQuery = queryOptions({
  queryKey: [KEYS.rules, 'list'],
  queryFn: () => answered(bridge()['rules.list']()),
});

export function ruleTextQuery(wanted: string) {
  return queryOptions({
    queryKey: [KEYS.rules, 'text', wanted],
    queryFn: () => answered(bridge()['rules.text']({ wanted })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function ruleFaultsQuery(text: string) {
  return queryOptions({
    queryKey: [KEYS.rules, 'faults', text],
    queryFn: () => answered(bridge()['rules.check']({ text })),
    gcTime: 0,
  });
}

/** What the newest reconciliation made of the rules: told anew where the comparison changes. */
export function monthRulesQuery(month: Month) {
  return queryOptions({
    queryKey: [KEYS.compare, 'rules', month],
    queryFn: () => answered(bridge()['rules.month']({ month })),
  });
}

export function matchesOf(month: Month, filter: MatchFilter): RowSource<MatchView> {
  return {
    key: [KEYS.compare, 'matches', month, filter],
    fetch: (offset, limit) => answered(bridge()['matches.window']({ month, filter, offset, limit })),
  };
}

export const decideMatches = mutationOptions({
  mutationKey: ['matches.decide'],
  mutationFn: (asked: InvokeArgs<'matches.decide'>) => answered(bridge()['matches.decide'](asked)),
});

export const tryRules = mutationOptions({
  mutationKey: ['rules.dryRun'],
  mutationFn: (asked: { readonly month: Month; readonly text: string }) =>
    ask('dry-run', (askId) => bridge()['rules.dryRun']({ ...asked, askId })),
});

export const saveRules = mutationOptions({
  mutationKey: ['rules.save'],
  mutationFn: (text: string) => answered(bridge()['rules.save']({ text })),
  onSuccess: (_saved, _text, _result, { client }) => invalidate(client, KEYS.rules),
});

export const reconcileBy = mutationOptions({
  mutationKey: ['recon.start'],
  mutationFn: (asked: { readonly month: Month; readonly rules: string }) =>
    answered(bridge()['recon.start']({ ...asked, connection: null })),
});
