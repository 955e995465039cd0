/**
 * The way of a page, from the vendor to the workspace: fetched, hashed, kept as evidence, typed, committed whole, and
 * only then shown. A run that was interrupted goes on after its last committed page.
 */
import { asTieoutError, TieoutError } from '../../shared/errors.ts';
import type { DeadLetterEvent, DoneEvent, PageEvent } from '../../shared/events.ts';
import { monthDays } from '../../shared/month.ts';
import { isoTime } from '../clock.ts';
import type { FetchWindow } from '../etrm/fetch-window.ts';
import { fetchPages, firstPageAgain, type PageAsking, type RecordsFetched } from '../etrm/pages.ts';
import type { CallContext } from '../etrm/policy-loop.ts';
import { vendorSettings } from '../etrm/vendor-settings.ts';
import type { OpenVendor } from '../etrm/vendor-source.ts';
import { PagePreparation, type PreparedPage } from './page-preparation.ts';
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

  async #open(key: RunKey): Promise<OpenRun> {
    const { source, month, resource, pageSize } = this.#request;
    const interrupted = await this.#store.resumable(key, pageSize);
    if (interrupted) {
      await this.#store.resume(interrupted, this.#at());
      return interrupted;
    }
    const days = monthDays(month);
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
    });
  }

  async run(): Promise<DoneEvent> {
    const { source, month, resource, emit } = this.#request;
    const key: RunKey = { source: source.connection ?? source.baseUrl, month, resource };
    const run = await this.#open(key);
    const journal = new RunJournal(run.attempts);
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
            request_id: event.request_id,
            url: event.url,
            attempt: event.attempt,
            status: event.status,
            error: event.error,
            delay_ms: event.delay_ms,
            reason: event.reason,
          },
        });
        const { attempts, notes, attemptsBefore } = journal.take();
        // Where this cannot be written, neither can the page, and that says so.
        void this.#store.keepAttempts(run.runId, attempts, notes, attemptsBefore).catch(() => {});
        emit(event);
      },
      onToken: (event) => {
        journal.note({
          at: event.at,
          type: 'token.renewed',
          payload: {
            run_id: run.runId,
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
      const asking: PageAsking = {
        client,
        clock: this.#parts.clock,
        query: {
          base,
          resource,
          startDate: days.start,
          endDate: days.end,
          pageSize: this.#request.pageSize,
        },
        context,
      };
      if (run.nextPage !== null) {
        await this.#pages(
          run,
          fetchPages({ ...asking, fromPage: run.nextPage, window: mine }),
          journal,
          warn,
        );
      }
      await this.#checkStability(run, asking, journal);
      return await this.#finish(run, key, journal);
    } catch (error) {
      throw await this.#stopped(run, error, journal);
    } finally {
      if (window) vendor?.windows.close(window);
      await vendor?.close();
    }
  }

  /** While a page is committed the next one is prepared; they commit in order, each whole. */
  async #pages(
    run: OpenRun,
    pages: AsyncIterable<RecordsFetched>,
    journal: RunJournal,
    warn: (code: string, message: string) => void,
  ): Promise<void> {
    const { evidence } = this.#parts.workspace;
    const preparation = new PagePreparation(evidence, this.#request.resource, run.pageHashes);
    let committing: Promise<void> = Promise.resolve();
    try {
      for await (const fetched of pages) {
        const prepared = await preparation.prepare(fetched);
        await committing;
        committing = this.#commit(run, prepared, journal, warn);
        // It is awaited before the next commit, or at the end.
        committing.catch(() => {});
      }
      await committing;
    } finally {
      await committing.catch(() => {});
    }
  }

  async #commit(
    run: OpenRun,
    prepared: PreparedPage,
    journal: RunJournal,
    warn: (code: string, message: string) => void,
  ): Promise<void> {
    const { emit } = this.#request;
    const { fetched, deadLetters, drift, warning } = prepared;
    const { reading, page } = fetched;
    const event: PageEvent = {
      type: 'page',
      at: fetched.receivedAt,
      run_id: run.runId,
      page,
      records: reading.records.length / 2,
      rejected: deadLetters.length,
      page_sha256: reading.pageSha256,
      body_sha256: prepared.bodySha256,
      bytes: fetched.body.length,
      attempts: fetched.attempts,
      elapsed_ms: fetched.elapsedMs,
    };
    this.#request.signal.throwIfAborted();
    const { attempts, notes, attemptsBefore } = journal.take();
    await this.#store.commitPage(
      {
        event,
        requestId: fetched.requestId,
        contentType: fetched.contentType,
        charset: fetched.charset,
        nextPage: reading.nextPage,
        warning,
        accepted: prepared.accepted,
        untyped: prepared.untyped,
        deadLetters,
        drift,
        attempts,
        notes,
      },
      attemptsBefore,
    );
    for (const seen of drift) emit({ type: 'drift', ...seen });
    for (const letter of deadLetters) {
      const told: DeadLetterEvent = {
        type: 'dead-letter',
        page,
        index: letter.index,
        settlement_id: letter.settlementId,
        reasons: letter.reasons,
      };
      emit(told);
    }
    emit(event);
    if (warning !== null) warn('body-not-utf8', `Page ${page}: ${warning}`);
    this.#parts.log.module('sync').correlated(run.correlationId).info(`Page ${page} ingested`, {
      records: event.records,
      rejected: event.rejected,
      sha256: event.page_sha256,
    });
  }

  /** Marks the run unstable where the listing moved while it was read; it ends done all the same. */
  async #checkStability(run: OpenRun, asking: PageAsking, journal: RunJournal): Promise<void> {
    const { database } = this.#parts.workspace;
    const unstable = (code: string, message: string): void => {
      journal.note({ at: this.#at(), type: 'sync.unstable', payload: { run_id: run.runId, code, message } });
      asking.context.onWarning(code, message);
    };
    const doubled = await doubledKeys(database, run.runId);
    if (doubled) {
      unstable(
        'unstable-key',
        `The run is unstable: ${doubled.count} record keys lie on two pages, ${doubled.examples.join(', ')}; the vendor's listing moved while it was read, sync the month again.`,
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

  async #finish(run: OpenRun, key: RunKey, journal: RunJournal): Promise<DoneEvent> {
    const totals = await runTotals(this.#parts.workspace.database, run.runId, key);
    const { attempts, notes, attemptsBefore } = journal.take();
    await this.#store.end(
      run.runId,
      { at: this.#at(), outcome: 'done', error: null, attempts, notes },
      attemptsBefore,
      totals,
    );
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
    const { attempts, notes, attemptsBefore } = journal.take();
    const end = {
      at: this.#at(),
      outcome: cancelled ? 'cancelled' : 'failed',
      error: known.message,
      attempts,
      notes,
    } as const;
    // A full disk refuses this too; the first error is the one to tell.
    await this.#store.end(run.runId, end, attemptsBefore, null).catch(() => {});
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
