/** The snapshots that the panes scroll over, each named by a key that changes with the snapshot and its filter. */
import type { DriftRow } from '../../shared/drift.ts';
import type { FindingCode } from '../../shared/findings.ts';
import type { BreakCategory } from '../../shared/recon.ts';
import type {
  AttemptRow,
  BreakRow,
  ComparedRow,
  ComparedState,
  CurveSnapshotRow,
  FindingRow,
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

/** Of the newest finished runs of the month. */
export function driftOf(month: string, connection: string | null, runId: string | null): RowSource<DriftRow> {
  return {
    key: [KEYS.drift, month, connection, runId],
    fetch: (offset, limit) => answered(bridge()['drift.window']({ month, connection, runId, offset, limit })),
  };
}

export function findingsOf(runId: string, code: FindingCode | null, search: string): RowSource<FindingRow> {
  return {
    key: [KEYS.findings, runId, code, search],
    fetch: (offset, limit) => answered(bridge()['findings.window']({ runId, code, search, offset, limit })),
  };
}

/** @param runId its pins are marked. */
export function curvesOf(
  month: string,
  connection: string | null,
  runId: string | null,
): RowSource<CurveSnapshotRow> {
  return {
    key: [KEYS.curves, month, connection, runId],
    fetch: (offset, limit) =>
      answered(bridge()['curves.window']({ month, connection, runId, offset, limit })),
  };
}
