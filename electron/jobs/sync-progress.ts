/** The progress of a sync, gathered from its events. */
import type { TieoutEvent } from '../../shared/events.ts';
import type { SyncProgress } from '../../shared/jobs.ts';

export function syncBegun(connection: string): SyncProgress {
  return {
    kind: 'sync',
    connection,
    runId: null,
    correlationId: null,
    resumedPages: 0,
    pages: 0,
    records: 0,
    rejected: 0,
    bytes: 0,
    retries: 0,
    tokenRenewals: 0,
    tokenRefreshAt: null,
    waits: [],
    inFlight: 0,
  };
}

/** The page that a URL asks for, or null. */
function pageOf(url: string): number | null {
  if (!URL.canParse(url)) return null;
  const page = Number(new URL(url).searchParams.get('page') ?? Number.NaN);
  return Number.isSafeInteger(page) && page > 0 ? page : null;
}

/** @param now wall clock, milliseconds: waits that are over are dropped. */
export function syncProgress(progress: SyncProgress, event: TieoutEvent, now: number): SyncProgress {
  const waits = progress.waits.filter((wait) => Date.parse(wait.until) > now);
  switch (event.type) {
    case 'page':
      return {
        ...progress,
        runId: event.run_id,
        pages: progress.pages + 1,
        records: progress.records + event.records,
        rejected: progress.rejected + event.rejected,
        bytes: progress.bytes + event.bytes,
        waits: waits.filter((wait) => wait.page !== event.page),
      };
    case 'retry': {
      const wait = {
        page: pageOf(event.url),
        reason: event.reason,
        status: event.status,
        error: event.error,
        attempt: event.attempt,
        until: new Date(Date.parse(event.at) + event.delay_ms).toISOString(),
      };
      return {
        ...progress,
        correlationId: event.correlation_id,
        retries: progress.retries + 1,
        waits: [...waits, wait],
      };
    }
    case 'token':
      return {
        ...progress,
        correlationId: event.correlation_id,
        tokenRenewals: progress.tokenRenewals + 1,
        tokenRefreshAt: event.refresh_at,
        waits,
      };
    default:
      return progress;
  }
}
