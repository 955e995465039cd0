/** The runs of a month, and what one of them changed against another. */
import { queryOptions } from '@tanstack/react-query';
import type { Change, ChangeKind } from '../../shared/restatement.ts';
import { ask } from '../asking.ts';
import { answered, bridge } from '../bridge.ts';
import { KEYS } from '../query-keys.ts';
import type { RowSource } from '../ui/windowed-rows.ts';

/** Runs of settlements, the newest first. @param connection null: of every connection. */
export function monthRunsQuery(month: string, connection: string | null) {
  return queryOptions({
    queryKey: [KEYS.runs, month],
    queryFn: () => answered(bridge()['runs.list']({ month })),
    select: (runs) =>
      runs.filter(
        (run) => run.resource === 'settlements' && (connection === null || run.connection === connection),
      ),
  });
}

export function diffQuery(from: string, to: string) {
  return queryOptions({
    queryKey: [KEYS.changes, 'summary', from, to],
    queryFn: ({ signal }) =>
      ask('run-diff', (askId) => bridge()['diff.summary']({ from, to, askId }), signal),
  });
}

export interface ChangeFilter {
  readonly kind: ChangeKind | null;
  readonly field: string | null;
  readonly search: string;
}

export function changesOf(from: string, to: string, filter: ChangeFilter): RowSource<Change> {
  const { kind, field, search } = filter;
  return {
    key: [KEYS.changes, from, to, kind, field, search],
    fetch: (offset, limit) =>
      answered(bridge()['diff.window']({ from, to, kind, field, search, offset, limit })),
  };
}
