/**
 * The way of a page, from the vendor to the workspace: fetched, hashed, kept as evidence, typed, committed whole, and
 * only then shown. A run that was interrupted goes on after its last committed page.
 */
import { sha256Of } from '../../shared/digest.ts';
import { asTieoutError, TieoutError } from '../../shared/errors.ts';
import type { DoneEvent } from '../../shared/events.ts';
import { monthDays } from '../../shared/month.ts';
import { isoTime } from '../clock.ts';
import { assessDrift, driftEvents, keepDriftDocuments, recordDrift } from '../drift/record-drift.ts';
import type { FetchWindow } from '../etrm/fetch-window.ts';
import { fetchPages, firstPageAgain, type PageAsking } from '../etrm/pages.ts';
import type { CallContext } from '../etrm/policy-loop.ts';
import { vendorSettings } from '../etrm/vendor-settings.ts';
import type { OpenVendor } from '../etrm/vendor-source.ts';
import { countFindings } from '../findings/list.ts';
import { prepareFindings, type RunFindings } from '../findings/record-findings.ts';
import type { RecordMapping } from '../ingest/mapping.ts';
import type { PageContent } from '../ingest/page-reading.ts';
import type { PageReading } from '../ingest/page-workers.ts';
import type { Profile } from '../profile/profile.ts';
import { keepDocument, storedProfile } from '../profile/profile-store.ts';
import { seedProfile } from '../profile/seed-profile.ts';
import { Ingestion } from './ingestion.ts';
import { RunJournal } from './run-journal.ts';
import { doubledKeys, firstPageHash } from './run-stability.ts';
import { type OpenRun, type RunKey, RunStore } from './run-store.ts';
import { runTotals } from './run-totals.ts';
import type { SyncParts, SyncRequest } from './sync-request.ts';

class MonthSync {
  readonly #parts: SyncParts;
  readonly #request: SyncRequest;
  readonly #store: RunStore;

  constructor(parts: SyncParts, request: SyncRequest) {
    this.#parts = parts;
    this.#request = request;
    this.#store = new RunStore(parts.workspace.database, parts.actor);
  }

  #at(): string {
    return isoTime(this.#parts.clock.now());
  }

  async #profile(): Promise<Profile> {
    const { profile } = this.#request.source;
    if (profile == null) return seedProfile();
    return await storedProfile(this.#parts.workspace.database, sha256Of(profile));
  }

  async #open(key: RunKey, profile: Profile): Promise<OpenRun> {
    const { source, month, resource, pageSize } = this.#request;
    const interrupted = await this.#store.resumable(key, pageSize, profile.sha256);
    if (interrupted) {
      await this.#store.resume(interrupted, this.#at());
      return interrupted;
    }
    const days = monthDays(month);
    // The built-in one too: a later Tieout may have another.
    await keepDocument(this.#parts.workspace.evidence, profile);
    return this.#store.begin({
      ...key,
      runId: this.#parts.newId(),
      connection: source.connection,
      baseUrl: source.baseUrl,
      startDate: days.start,
      endDate: days.end,
      pageSize,
      correlationId: this.#parts.newId(),
      at: this.#at(),
      actor: this.#parts.actor,
      appVersion: this.#parts.appVersion,
      resource,
      profile: profile.sha256,
    });
  }

  async run(): Promise<DoneEvent> {
    const { source, month, resource, emit } = this.#request;
    this.#parts.workers.start();
    const key: RunKey = { source: source.connection ?? source.baseUrl, month, resource };
    const profile = await this.#profile();
    const shape = profile.shape(resource);
    const mapping = profile.mapping(resource);
    const run = await this.#open(key, profile);
    const journal = new RunJournal();
    const log = this.#parts.log.module('sync').correlated(run.correlationId);
    const warn = (code: string, message: string): void => {
      log.warn(message, { code });
      emit({ type: 'warning', at: this.#at(), code, message });
      void this.#store.warn(run.runId, this.#at(), code, message).catch(() => {});
    };
    const context: CallContext = {
      correlationId: run.correlationId,
      page: null,
      signal: this.#request.signal,
      onAttempt: (attempt) => journal.attempt(attempt),
      onRetry: (event) => {
        journal.note({
          at: event.at,
          type: 'sync.retry',
          payload: {
            run_id: run.runId,
            correlation_id: event.correlation_id,
            request_id: event.request_id,
            url: event.url,
            attempt: event.attempt,
            status: event.status,
            error: event.error,
            delay_ms: event.delay_ms,
            reason: event.reason,
          },
        });
        // Where this cannot be written, neither can the page, and that says so.
        void journal.keep((waiting) => this.#store.keepAttempts(run.runId, waiting)).catch(() => {});
        emit(event);
      },
      onToken: (event) => {
        journal.note({
          at: event.at,
          type: 'token.renewed',
          payload: {
            run_id: run.runId,
            correlation_id: event.correlation_id,
            expires_in: String(event.expires_in),
            refresh_at: event.refresh_at,
          },
        });
        emit(event);
      },
      onWarning: warn,
    };
    let vendor: OpenVendor | null = null;
    let window: FetchWindow | null = null;
    const reading: PageReading = this.#parts.workers.open({
      resource,
      mapping,
      names: { results: shape.results, next: shape.paging.next },
      exact: false,
    });
    try {
      const settings = vendorSettings(source.overrides, this.#request.backoffFactorS);
      vendor = this.#parts.vendors.open(source, this.#request.secret, settings);
      const { client, base, windows } = vendor;
      const mine = windows.open(this.#request.concurrency);
      window = mine;
      this.#request.onRun(run, () => mine.inFlight);
      log.info(run.pages > 0 ? 'sync resumed' : 'sync started', {
        run_id: run.runId,
        month,
        resource,
        pages: run.pages,
      });
      const days = monthDays(month);
      const asking: PageAsking<PageContent> = {
        client,
        readBody: reading.read,
        clock: this.#parts.clock,
        query: {
          base,
          shape,
          startDate: days.start,
          endDate: days.end,
          pageSize: this.#request.pageSize,
        },
        context,
      };
      if (run.nextPage !== null) {
        const { signal } = this.#request;
        const findings = await this.#findings(run, key);
        const ingestion = new Ingestion(
          { ...this.#parts, store: this.#store },
          { run, resource, journal, signal, emit, warn, findings },
        );
        try {
          await ingestion.pages(
            fetchPages({ ...asking, fromPage: run.nextPage, fromPosition: run.nextPosition, window: mine }),
          );
        } finally {
          if (findings) await this.#parts.workspace.database.transaction((tx) => findings.close(tx));
        }
      }
      await this.#checkStability(run, asking, journal);
      return await this.#finish(run, key, mapping, journal);
    } catch (error) {
      throw await this.#stopped(run, error, journal);
    } finally {
      if (window) vendor?.windows.close(window);
      reading.close();
      await vendor?.close();
    }
  }

  /** Settlements are checked against the trades and curves that are known; null where there are none. */
  async #findings(run: OpenRun, key: RunKey): Promise<RunFindings | null> {
    if (key.resource !== 'settlements') return null;
    const { source, month } = key;
    return await this.#parts.workspace.database.transaction((tx) =>
      prepareFindings(tx, { runId: run.runId, source, month, at: this.#at(), actor: this.#parts.actor }),
    );
  }

  /** Marks the run unstable where the listing moved while it was read; it ends done all the same. */
  async #checkStability(run: OpenRun, asking: PageAsking<PageContent>, journal: RunJournal): Promise<void> {
    const { database } = this.#parts.workspace;
    const unstable = (code: string, message: string): void => {
      journal.note({ at: this.#at(), type: 'sync.unstable', payload: { run_id: run.runId, code, message } });
      asking.context.onWarning(code, message);
    };
    const doubled = await doubledKeys(database, run.runId, this.#request.resource);
    if (doubled) {
      unstable(
        'unstable-key',
        `The run is unstable: ${doubled.count === 1 ? '1 record key lies' : `${doubled.count} record keys lie`} on two pages, ${doubled.examples.join(', ')}; the vendor's listing moved while it was read, sync the month again.`,
      );
    }
    const committed = await firstPageHash(database, run.runId);
    if (committed === null) return;
    let now: string | null;
    try {
      now = await firstPageAgain(asking);
    } catch (error) {
      if (this.#request.signal.aborted) throw error;
      const why = asTieoutError(error).message;
      asking.context.onWarning('first-page-unchecked', `Page 1 was not asked again at the end: ${why}`);
      return;
    }
    if (now === committed) return;
    unstable(
      'unstable-first-page',
      `The run is unstable: page 1 was ${committed} and is ${now ?? 'empty'} now, by its end; the vendor's listing moved while it was read, sync the month again.`,
    );
  }

  async #finish(run: OpenRun, key: RunKey, mapping: RecordMapping, journal: RunJournal): Promise<DoneEvent> {
    const { database } = this.#parts.workspace;
    const totals = await runTotals(database, run.runId, key);
    const drift = await assessDrift(database, {
      runId: run.runId,
      source: key.source,
      resource: key.resource,
      mapping,
    });
    await keepDriftDocuments(this.#parts.workspace.evidence, drift);
    await journal.keep((waiting) =>
      this.#store.end(run.runId, { at: this.#at(), outcome: 'done', error: null, ...waiting }, totals, (tx) =>
        recordDrift(tx, { at: this.#at(), actor: this.#parts.actor }, drift),
      ),
    );
    for (const found of driftEvents(drift)) this.#request.emit(found);
    const checked = await database.row('SELECT 1 AS pinned FROM run_pin WHERE run_id = ? LIMIT 1', [
      run.runId,
    ]);
    const done: DoneEvent = {
      type: 'done',
      run_id: run.runId,
      month: this.#request.month,
      pages: totals.pages,
      records: totals.records,
      rejected: totals.rejected,
      added: totals.added,
      changed: totals.changed,
      removed: totals.removed,
      run_sha256: totals.runSha256,
      ...(checked && { findings: (await countFindings(database, run.runId)).total }),
    };
    this.#request.emit(done);
    this.#parts.log.module('sync').correlated(run.correlationId).info('sync done', {
      run_id: run.runId,
      pages: totals.pages,
      records: totals.records,
      rejected: totals.rejected,
      run_sha256: totals.runSha256,
    });
    return done;
  }

  /** Records how the run stopped; what was committed stays. @returns the error to throw. */
  async #stopped(run: OpenRun, error: unknown, journal: RunJournal): Promise<TieoutError> {
    const cancelled = this.#request.signal.aborted;
    const known = cancelled
      ? new TieoutError(
          'cancelled',
          `The sync of ${this.#request.month} was cancelled; the committed pages stay, and the next sync goes on after them.`,
          { run_id: run.runId },
        )
      : asTieoutError(error);
    const end = {
      at: this.#at(),
      outcome: cancelled ? 'cancelled' : 'failed',
      error: this.#parts.redactor.redact(known.message),
    } as const;
    // A full disk refuses this too; the first error is the one to tell.
    await journal.keep((waiting) => this.#store.end(run.runId, { ...end, ...waiting }, null)).catch(() => {});
    this.#parts.log
      .module('sync')
      .correlated(run.correlationId)
      .error(known.message, { code: known.code, run_id: run.runId });
    return known;
  }
}

/**
 * Syncs one resource of one month.
 * @throws TieoutError `vendor-*` and `token-endpoint` (3), `credentials-refused` (4), `workspace-*` (5), `cancelled` (130).
 */
export function syncMonth(parts: SyncParts, request: SyncRequest): Promise<DoneEvent> {
  return new MonthSync(parts, request).run();
}
