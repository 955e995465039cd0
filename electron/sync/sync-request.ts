/** What a sync needs, and what it is asked for. */
import type { TieoutEvent } from '../../shared/events.ts';
import type { Month } from '../../shared/month.ts';
import type { Resource } from '../../shared/resource.ts';
import type { Clock } from '../clock.ts';
import type { Secret } from '../credentials/secret.ts';
import type { VendorPool } from '../etrm/vendor-pool.ts';
import type { VendorParts, VendorSource } from '../etrm/vendor-source.ts';
import type { PageWorkers } from '../ingest/page-workers.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { OpenRun } from './run-store.ts';

export interface SyncParts extends VendorParts {
  readonly vendors: VendorPool;
  readonly workspace: Workspace;
  readonly workers: PageWorkers;
  readonly clock: Clock;
  readonly actor: string;
  readonly appVersion: string;
}

export interface SyncRequest {
  readonly source: VendorSource;
  readonly secret: Secret;
  readonly month: Month;
  readonly resource: Resource;
  /** Records a page. */
  readonly pageSize: number;
  /** Pages under way at once, at most. */
  readonly concurrency: number;
  readonly backoffFactorS: number;
  readonly signal: AbortSignal;
  readonly emit: (event: TieoutEvent) => void;
  /** Told once, when the run is known. */
  readonly onRun: (run: OpenRun, inFlight: () => number) => void;
}

export const DEFAULT_SYNC = { pageSize: 1000, concurrency: 4, backoffFactorS: 1.5 } as const;
