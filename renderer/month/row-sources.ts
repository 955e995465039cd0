/** The snapshots that the panes scroll over, each named by a key that changes with the snapshot and its filter. */
import type { BreakCategory } from '../../shared/recon.ts';
import type {
  AttemptRow,
  BreakRow,
  ComparedRow,
  ComparedState,
  DeadLetterRow,
  PageRow,
} from '../../shared/views.ts';
import { answered, bridge } from '../bridge.ts';
import { KEYS } from '../query-keys.ts';
import type { RowSource } from '../ui/windowed-rows.ts';

export function pagesOf(runId: string): RowSource<PageRow> {
  return {
    key: [KEYS.pages, runId],
    fetch: (offset, limit) => answered(bridge()['pages.window']({ runId, offset, limit })),
  };
}

export function attemptsOf(runId: string, retriesOnly: boolean, page: number | null): RowSource<AttemptRow> {
  return {
    key: [KEYS.attempts, runId, retriesOnly, page],
    fetch: (offset, limit) =>
      answered(bridge()['attempts.window']({ runId, retriesOnly, page, offset, limit })),
  };
}

export interface CompareFilter {
  readonly state: Exclude<ComparedState, 'unreconciled'> | null;
  readonly search: string;
}

export function comparedOf(
  runId: string | null,
  reconId: string | null,
  { state, search }: CompareFilter,
): RowSource<ComparedRow> {
  return {
    key: [KEYS.compare, runId, reconId, state, search],
    fetch: (offset, limit) =>
      answered(bridge()['compare.window']({ runId, reconId, state, search, offset, limit })),
  };
}

export function breaksOf(reconId: string, category: BreakCategory | null): RowSource<BreakRow> {
  return {
    key: [KEYS.breaks, reconId, category],
    fetch: (offset, limit) => answered(bridge()['breaks.window']({ reconId, category, offset, limit })),
  };
}

export function deadLettersOf(runId: string): RowSource<DeadLetterRow> {
  return {
    key: [KEYS.deadLetters, runId],
    fetch: (offset, limit) => answered(bridge()['deadLetters.window']({ runId, offset, limit })),
  };
}
