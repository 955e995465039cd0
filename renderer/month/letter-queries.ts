/** What the dead letters of a run are asked for, and what is done with them. */
import { keepPreviousData, mutationOptions, queryOptions } from '@tanstack/react-query';
import type { InvokeArgs } from '../../shared/contract.ts';
import type { LetterState } from '../../shared/dead-letters.ts';
import type { DeadLetterRow } from '../../shared/views.ts';
import { answered, bridge } from '../bridge.ts';
import { invalidate } from '../invalidate.ts';
import { KEYS } from '../query-keys.ts';
import type { RowSource } from '../ui/windowed-rows.ts';

export interface LetterFilter {
  readonly state: LetterState | null;
  readonly code: string | null;
  readonly field: string | null;
  readonly search: string;
}

export function lettersOf(runId: string, filter: LetterFilter): RowSource<DeadLetterRow> {
  const { state, code, field, search } = filter;
  return {
    key: [KEYS.deadLetters, runId, state, code, field, search],
    fetch: (offset, limit) =>
      answered(bridge()['deadLetters.window']({ runId, state, code, field, search, offset, limit })),
  };
}

export function lettersSummaryQuery(runId: string, state: LetterState | null) {
  return queryOptions({
    queryKey: [KEYS.deadLetters, 'summary', runId, state],
    queryFn: () => answered(bridge()['deadLetters.summary']({ runId, state })),
    // The counts stay while the letters of another state are grouped.
    placeholderData: keepPreviousData,
  });
}

export function letterQuery({ runId, page, index }: DeadLetterRow) {
  return queryOptions({
    queryKey: [KEYS.deadLetters, 'one', runId, page, index],
    queryFn: () => answered(bridge()['deadLetters.show']({ runId, page, index })),
  });
}

export const retryLetters = mutationOptions({
  mutationKey: ['deadLetters.retry'],
  mutationFn: (asked: InvokeArgs<'deadLetters.retry'>) => answered(bridge()['deadLetters.retry'](asked)),
});

export const pickRetryProfile = mutationOptions({
  mutationKey: ['deadLetters.pickProfile'],
  mutationFn: (asked: InvokeArgs<'deadLetters.pickProfile'>) =>
    answered(bridge()['deadLetters.pickProfile'](asked)),
});

export const decideLetters = mutationOptions({
  mutationKey: ['deadLetters.decide'],
  mutationFn: (asked: InvokeArgs<'deadLetters.decide'>) => answered(bridge()['deadLetters.decide'](asked)),
  onSuccess: (_result, _args, _context, { client }) => invalidate(client, KEYS.deadLetters),
});
