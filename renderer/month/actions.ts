/** What can be done with a month, when, and by which key. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { AppInfo } from '../../shared/contract.ts';
import type { JobSnapshot } from '../../shared/jobs.ts';
import type { ReportFormat } from '../../shared/report.ts';
import type { MonthView } from '../../shared/views.ts';
import { answered, type BridgeError, bridge } from '../bridge.ts';
import type { Shortcut } from '../ui/shortcut-text.ts';

export const SHORTCUTS = {
  sync: { key: 's' },
  cancel: { key: '.' },
  import: { key: 'i' },
  reconcile: { key: 'r' },
  verify: { key: 'h', shift: true },
  export: { key: 'e' },
  search: { key: 'f' },
  previousMonth: { key: '[' },
  nextMonth: { key: ']' },
} as const satisfies Record<string, Shortcut>;

interface Action {
  readonly act: () => void;
  readonly disabled: boolean;
}

export interface MonthActions {
  readonly sync: Action;
  readonly cancel: Action & { readonly cancelling: boolean };
  readonly import: Action;
  readonly reconcile: Action;
  readonly verify: Action;
  readonly canExport: boolean;
  readonly exportReport: (format: ReportFormat) => void;
  readonly reveal: (path: string) => void;
  /** Of a job that could not even be started. */
  readonly error: BridgeError | null;
  readonly dismissError: () => void;
}

interface ActionsContext {
  readonly month: string;
  readonly connection: string | null;
  readonly info: AppInfo;
  readonly view: MonthView | undefined;
  readonly running: JobSnapshot | null;
  /** True while a past run is shown. */
  readonly readOnly: boolean;
}

export function useMonthActions({
  month,
  connection,
  info,
  view,
  running,
  readOnly,
}: ActionsContext): MonthActions {
  const [cancelled, setCancelled] = useState<string | null>(null);
  const asking = useMutation({ mutationFn: (ask: () => Promise<unknown>) => ask() });
  const main = bridge();
  const busy = running !== null || asking.isPending || readOnly;
  const hasRun = view?.run != null;
  const hasExtract = (view?.imports.length ?? 0) > 0;

  return {
    sync: {
      disabled: busy || connection === null,
      act() {
        if (connection === null) return;
        asking.mutate(() => answered(main['sync.start']({ connection, month, resource: 'settlements' })));
      },
    },
    cancel: {
      disabled: running === null,
      cancelling: running !== null && cancelled === running.jobId,
      act() {
        if (running === null) return;
        const { jobId } = running;
        setCancelled(jobId);
        asking.mutate(() => answered(main['job.cancel']({ jobId })));
      },
    },
    import: {
      disabled: busy,
      act: () =>
        asking.mutate(() =>
          answered<unknown>(
            info.sample ? main['ledger.importSample']({ month }) : main['ledger.import']({ month }),
          ),
        ),
    },
    reconcile: {
      disabled: busy || view?.currentRun == null,
      act: () => asking.mutate(() => answered(main['recon.start']({ month, connection }))),
    },
    verify: {
      disabled: busy || (!hasRun && !hasExtract),
      act: () => asking.mutate(() => answered(main['verify.start']({ month }))),
    },
    canExport: !busy && view?.recon != null,
    exportReport: (format) =>
      asking.mutate(() => answered(main['report.start']({ month, format, sheets: null }))),
    reveal: (path) => asking.mutate(() => answered(main['report.reveal']({ month, path }))),
    error: asking.error,
    dismissError: asking.reset,
  };
}
