/** A month sync as a job of the window: its events become progress, and word of what changed. */
import type { Topic } from '../../shared/contract.ts';
import type { DoneEvent } from '../../shared/events.ts';
import type { Month } from '../../shared/month.ts';
import type { Resource } from '../../shared/resource.ts';
import type { Secret } from '../credentials/secret.ts';
import type { VendorSource } from '../etrm/vendor-source.ts';
import { DEFAULT_SYNC, type SyncRequest } from '../sync/sync-request.ts';
import type { Jobs } from './jobs.ts';
import { syncBegun, syncProgress } from './sync-progress.ts';

export interface SyncAsked {
  readonly source: VendorSource;
  readonly secret: Secret;
  readonly connection: string;
  readonly month: Month;
  readonly resource: Resource;
}

/** What is needed of the app. */
interface Syncing {
  sync(request: SyncRequest): Promise<DoneEvent>;
}

/** While pages come, the tables are told of them this often. */
const PACE_MS = 250;

/** @param running ids of runs under way, kept up to date. @returns the job's id. */
export function monthSyncJob(
  jobs: Jobs,
  app: Syncing,
  asked: SyncAsked,
  running: Set<string>,
  changed: (topics: readonly Topic[]) => void,
): string {
  return jobs.start('sync', asked.month, syncBegun(asked.connection), async (context) => {
    let progress = syncBegun(asked.connection);
    let runId: string | null = null;
    let inFlight: () => number = () => 0;
    let due: NodeJS.Timeout | null = null;
    const soon = (): void => {
      due ??= setTimeout(() => {
        due = null;
        changed(['pages', 'attempts', 'month']);
      }, PACE_MS);
    };
    try {
      const done = await app.sync({
        ...asked,
        ...DEFAULT_SYNC,
        signal: context.signal,
        onRun: (run, flying) => {
          runId = run.runId;
          running.add(run.runId);
          inFlight = flying;
          progress = {
            ...progress,
            runId: run.runId,
            correlationId: run.correlationId,
            resumedPages: run.pages,
            pages: run.pages,
            records: run.records,
            rejected: run.rejected,
          };
          context.progress(progress);
          changed(['months', 'month']);
        },
        emit: (event) => {
          progress = { ...syncProgress(progress, event, Date.now()), inFlight: inFlight() };
          context.progress(progress);
          if (event.type === 'page' || event.type === 'retry') soon();
        },
      });
      return { kind: 'sync', done };
    } finally {
      if (due) clearTimeout(due);
      if (runId !== null) running.delete(runId);
      changed(['months', 'month', 'pages', 'attempts', 'compare', 'drift']);
    }
  });
}
