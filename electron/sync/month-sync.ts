/**
 * The way of a page, from the vendor to the workspace: fetched, hashed, kept as evidence, typed, committed whole, and
 * only then shown. A run that was interrupted goes on after its last committed page.
 */
import { asTieoutError, TieoutError } from '../../shared/errors.ts';
import type { DeadLetterEvent, DoneEvent, PageEvent, TieoutEvent } from '../../shared/events.ts';
import type { Resource } from '../../shared/jobs.ts';
import { type Month, monthDays } from '../../shared/month.ts';
import { type Clock, isoTime } from '../clock.ts';
import type { Secret } from '../credentials/secret.ts';
import { FetchWindow, fetchPages, type RecordsFetched } from '../etrm/pages.ts';
import type { Attempt, CallContext } from '../etrm/policy-loop.ts';
import { type OpenVendor, openVendor, type VendorParts, type VendorSource } from '../etrm/vendor-source.ts';
import { rawText, type TypedPage, typePage } from '../ingest/page-records.ts';
import { type Drift, settlementTyping } from '../ingest/settlement-record.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type AuditNote, type OpenRun, type RunKey, RunStore } from './run-store.ts';
import { runTotals } from './run-totals.ts';

export interface SyncParts extends VendorParts {
  readonly workspace: Workspace;
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

/** What a run gathers between two commits, and over its whole course. */
class RunJournal {
  #attempts: Attempt[] = [];
  #notes: AuditNote[] = [];
  #kept: number;
  readonly #driftSeen = new Set<string>();
  #drift: Drift[] = [];

  constructor(attemptsBefore: number) {
    this.#kept = attemptsBefore;
  }

  attempt(attempt: Attempt): void {
    this.#attempts.push(attempt);
  }

  note(note: AuditNote): void {
    this.#notes.push(note);
  }

  /** @returns true at the first sight of this field and kind in the run. */
  drift(drift: Drift): boolean {
    const key = `${drift.kind} ${drift.field}`;
    if (this.#driftSeen.has(key)) return false;
    this.#driftSeen.add(key);
    this.#drift.push(drift);
    return true;
  }

  /** Takes everything that waits to be committed. */
  take(): { attempts: Attempt[]; notes: AuditNote[]; drift: Drift[]; attemptsBefore: number } {
    const taken = {
      attempts: this.#attempts,
      notes: this.#notes,
      drift: this.#drift,
      attemptsBefore: this.#kept,
    };
    this.#kept += this.#attempts.length;
    this.#attempts = [];
    this.#notes = [];
    this.#drift = [];
    return taken;
  }
}

/** Above this many, fields are no longer told apart: a hostile page must not fill the memory with names. */
const MOST_DRIFT = 1000;

class MonthSync {
  readonly #parts: SyncParts;
  readonly #request: SyncRequest;
  readonly #store: RunStore;
  readonly #typing = settlementTyping();
  #driftCount = 0;

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
    const window = new FetchWindow(this.#request.concurrency);
    const context: CallContext = {
      correlationId: run.correlationId,
      page: null,
      signal: this.#request.signal,
      onAttempt: (attempt) => journal.attempt(attempt),
      onRetry: (event) => {
        if (event.status === 429) window.narrow();
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
        emit(event);
      },
    };
    let vendor: OpenVendor | null = null;
    try {
      vendor = openVendor(
        { ...this.#parts, log: this.#parts.log.correlated(run.correlationId) },
        source,
        this.#request.secret,
        this.#request.backoffFactorS,
        {
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
        },
      );
      const { client, base } = vendor;
      this.#request.onRun(run, () => client.inFlight);
      log.info(run.pages > 0 ? 'sync resumed' : 'sync started', {
        run_id: run.runId,
        month,
        resource,
        pages: run.pages,
      });
      if (run.nextPage !== null) {
        const days = monthDays(month);
        const pages = fetchPages({
          client,
          clock: this.#parts.clock,
          query: {
            base,
            resource,
            startDate: days.start,
            endDate: days.end,
            pageSize: this.#request.pageSize,
          },
          fromPage: run.nextPage,
          window,
          context,
          onWarning: warn,
        });
        const seen = new Set(run.pageHashes);
        for await (const fetched of pages) await this.#commit(run, fetched, journal, seen, warn);
      }
      return await this.#finish(run, key, journal);
    } catch (error) {
      throw await this.#stopped(run, error, journal);
    } finally {
      await vendor?.close();
    }
  }

  async #commit(
    run: OpenRun,
    fetched: RecordsFetched,
    journal: RunJournal,
    seen: Set<string>,
    warn: (code: string, message: string) => void,
  ): Promise<void> {
    const { emit } = this.#request;
    const { reading, page } = fetched;
    if (seen.has(reading.pageSha256)) {
      throw new TieoutError(
        'vendor-loop',
        `Page ${page} is the same as an earlier page of this run (sha256 ${reading.pageSha256}); the vendor's paging goes round, report it to the vendor.`,
        { page, page_sha256: reading.pageSha256 },
      );
    }
    const { typed, untyped } = this.#type(fetched, journal);
    const warning = fetched.replaced
      ? `The body is not valid UTF-8; invalid bytes were read as U+FFFD, as the Python client reads them.`
      : null;
    const bodySha256 = await this.#parts.workspace.evidence.put(fetched.body);
    const event: PageEvent = {
      type: 'page',
      at: fetched.receivedAt,
      run_id: run.runId,
      page,
      records: reading.records.length / 2,
      rejected: typed.deadLetters.length,
      page_sha256: reading.pageSha256,
      body_sha256: bodySha256,
      bytes: fetched.body.length,
      attempts: fetched.attempts,
      elapsed_ms: fetched.elapsedMs,
    };
    this.#request.signal.throwIfAborted();
    const taken = journal.take();
    await this.#store.commitPage(
      {
        event,
        requestId: fetched.requestId,
        contentType: fetched.contentType,
        charset: fetched.charset,
        nextPage: reading.nextPage,
        warning,
        accepted: typed.accepted,
        untyped,
        deadLetters: typed.deadLetters,
        drift: taken.drift,
        attempts: taken.attempts,
        notes: taken.notes,
      },
      taken.attemptsBefore,
    );
    seen.add(reading.pageSha256);
    for (const drift of taken.drift) emit({ type: 'drift', ...drift });
    for (const letter of typed.deadLetters) {
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

  /** Settlements are typed; the other resources are kept record by record as they came. */
  #type(fetched: RecordsFetched, journal: RunJournal): { typed: TypedPage; untyped: readonly string[] } {
    const { utf8, reading } = fetched;
    if (this.#request.resource === 'settlements') {
      const typed = typePage(utf8, reading.records, this.#typing, (drift) => {
        if (this.#driftCount < MOST_DRIFT && journal.drift(drift)) this.#driftCount += 1;
      });
      return { typed, untyped: [] };
    }
    const untyped: string[] = [];
    for (let at = 0; at < reading.records.length; at += 2) {
      untyped.push(rawText(utf8, reading.records[at] ?? 0, reading.records[at + 1] ?? 0));
    }
    return { typed: { accepted: [], deadLetters: [] }, untyped };
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
