import { queryOptions } from '@tanstack/react-query';
import type { Month } from '../../shared/month.ts';
import { answered, bridge } from '../bridge.ts';
import { KEYS } from '../query-keys.ts';

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
