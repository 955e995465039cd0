/** Runs in the workspace: begun, taken up again, committed page by page, ended. */
import type { Sha256 } from '../../shared/digest.ts';
import type { Month } from '../../shared/month.ts';
import type { Resource } from '../../shared/resource.ts';
import { type AuditNote, type AuditPayload, appendAudit, appendAudits } from '../workspace/audit-chain.ts';
import type { Database } from '../workspace/database.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { ArrivedPage } from './fetched-pages.ts';
import { type PageCommit, storeAttempts } from './page-rows.ts';
import type { Journalled } from './run-journal.ts';

export interface RunKey {
  /** The connection's name, or the base URL where there is none. */
  readonly source: string;
  readonly month: Month;
  readonly resource: Resource;
}

export interface RunStart extends RunKey {
  readonly runId: string;
  readonly connection: string | null;
  readonly baseUrl: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly pageSize: number;
  readonly correlationId: string;
  readonly at: string;
  readonly actor: string;
  readonly appVersion: string;
  /** What its records are typed with. */
  readonly profile: Sha256;
}

/** A run that was begun and is to go on. */
export interface OpenRun {
  readonly runId: string;
  readonly correlationId: string;
  /** Null where the last committed page was the last there is. */
  readonly nextPage: number | null;
  /** Where that is, of a vendor whose pages name the next one. */
  readonly nextPosition: string | null;
  readonly pages: number;
  readonly records: number;
  readonly rejected: number;
  /** Already committed, to notice a page that comes again. */
  readonly pageHashes: ReadonlySet<string>;
}

export interface RunEnd extends Journalled {
  readonly at: string;
  readonly outcome: 'done' | 'failed' | 'cancelled';
  readonly error: string | null;
}

export interface RunTotals {
  readonly pages: number;
  readonly records: number;
  readonly rejected: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly runSha256: Sha256;
}

/** All that its receipt needs, so that it can be made anew from this and the body; where the next page is, the body tells. */
/** Kinds of reasons that an event names, at most. */
const MOST_REASONS = 50;

/** Why records of a page were refused: field, code and how many, the most frequent first. */
function reasonsOf({ fetched }: ArrivedPage): readonly string[] {
  const counts = new Map<string, number>();
  for (const { reasons } of fetched.read.content.deadLetters) {
    for (const { field, code } of reasons) {
      const kind = `${field || 'record'} ${code}`;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([a, most], [b, more]) => more - most || (a < b ? -1 : 1))
    .slice(0, MOST_REASONS)
    .map(([kind, count]) => `${kind} ${count}`);
}

function pagePayload({ correlationId }: OpenRun, { event, arrived }: PageCommit): AuditPayload {
  const { fetched, warning } = arrived;
  return {
    run_id: event.run_id,
    correlation_id: correlationId,
    request_id: fetched.requestId,
    page: event.page,
    records: event.records,
    rejected: event.rejected,
    ...(event.rejected > 0 && { rejected_reasons: reasonsOf(arrived) }),
    page_sha256: event.page_sha256,
    body_sha256: event.body_sha256,
    bytes: event.bytes,
    content_type: fetched.contentType,
    charset: fetched.read.charset,
    next_page: fetched.next === undefined ? null : event.page + 1,
    attempts: event.attempts,
    elapsed_ms: event.elapsed_ms,
    warning,
  };
}

export class RunStore {
  readonly #database: Database;
  readonly #actor: string;

  constructor(database: Database, actor: string) {
    this.#database = database;
    this.#actor = actor;
  }

  async begin(start: RunStart): Promise<OpenRun> {
    await this.#database.transaction(async (tx) => {
      const seq = await appendAudit(tx, {
        at: start.at,
        actor: this.#actor,
        type: 'sync.start',
        payload: {
          run_id: start.runId,
          source: start.source,
          connection: start.connection,
          base_url: start.baseUrl,
          resource: start.resource,
          month: start.month,
          start_date: start.startDate,
          end_date: start.endDate,
          page_size: start.pageSize,
          correlation_id: start.correlationId,
          app_version: start.appVersion,
          profile_sha256: start.profile,
        },
      });
      await tx.run(
        `INSERT INTO run (run_id, seq, source, connection, base_url, resource, month, start_date, end_date, page_size,
           correlation_id, started_at, actor, app_version, profile_sha256)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          start.runId,
          seq,
          start.source,
          start.connection,
          start.baseUrl,
          start.resource,
          start.month,
          start.startDate,
          start.endDate,
          start.pageSize,
          start.correlationId,
          start.at,
          start.actor,
          start.appVersion,
          start.profile,
        ],
      );
    });
    return {
      runId: start.runId,
      correlationId: start.correlationId,
      nextPage: 1,
      nextPosition: null,
      pages: 0,
      records: 0,
      rejected: 0,
      pageHashes: new Set(),
    };
  }

  /** The newest run of this key, where it was interrupted, asked for pages of the same size and typed with the same profile. */
  async resumable(key: RunKey, pageSize: number, profile: Sha256): Promise<OpenRun | null> {
    const run = await this.#database.row(
      `SELECT run_id, correlation_id, outcome, page_size, profile_sha256 FROM run_state
       WHERE source = ? AND month = ? AND resource = ? ORDER BY seq DESC LIMIT 1`,
      [key.source, key.month, key.resource],
    );
    if (!run || run.textOrNull('outcome') === 'done' || run.int('page_size') !== pageSize) return null;
    // A run is typed with one profile from its first page to its last.
    if (run.textOrNull('profile_sha256') !== profile) return null;
    const runId = run.text('run_id');
    const pages = await this.#database.rows(
      'SELECT page, page_sha256, records, rejected, next_page, next_position FROM page WHERE run_id = ? ORDER BY page',
      [runId],
    );
    const last = pages.at(-1);
    if (!last) return null;
    return {
      runId,
      correlationId: run.text('correlation_id'),
      nextPage: last.bool('next_page') ? last.int('page') + 1 : null,
      nextPosition: last.textOrNull('next_position'),
      pages: pages.length,
      records: pages.reduce((total, page) => total + page.int('records'), 0),
      rejected: pages.reduce((total, page) => total + page.int('rejected'), 0),
      pageHashes: new Set(pages.map((page) => page.text('page_sha256'))),
    };
  }

  async resume(run: OpenRun, at: string): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await this.#note(tx, {
        at,
        type: 'sync.resume',
        payload: {
          run_id: run.runId,
          correlation_id: run.correlationId,
          pages: run.pages,
          next_page: run.nextPage,
        },
      });
    });
  }

  async #note(tx: Transaction, note: AuditNote): Promise<number> {
    return appendAudit(tx, { ...note, actor: this.#actor });
  }

  /**
   * The pages, all of them whole or none.
   * @param journalled requests, and the acts that came before the pages.
   */
  async commitPages(
    run: OpenRun,
    pages: readonly PageCommit[],
    journalled: Journalled,
    record: (tx: Transaction) => Promise<void>,
  ): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await appendAudits(tx, [
        ...journalled.notes.map((note) => ({ ...note, actor: this.#actor })),
        ...pages.map((page) => ({
          at: page.event.at,
          actor: this.#actor,
          type: 'sync.page',
          payload: pagePayload(run, page),
        })),
      ]);
      await record(tx);
      await storeAttempts(tx, run.runId, journalled.attempts);
    });
  }

  /** Attempts and their events, kept at once: a retry is seen, and survives a crash, before its page is there. */
  async keepAttempts(runId: string, { attempts, notes }: Journalled): Promise<void> {
    await this.#database.transaction(async (tx) => {
      for (const note of notes) await this.#note(tx, note);
      await storeAttempts(tx, runId, attempts);
    });
  }

  async warn(runId: string, at: string, code: string, message: string): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await this.#note(tx, { at, type: 'sync.warning', payload: { run_id: runId, code, message } });
      await tx.run('INSERT INTO run_warning VALUES (?, ?, ?, ?)', [runId, at, code, message]);
    });
  }

  /** Ends a run; where it is done, with its totals. @param record what else is kept with the end. */
  async end(
    runId: string,
    end: RunEnd,
    totals: RunTotals | null,
    record: (tx: Transaction) => Promise<void> = async () => {},
  ): Promise<void> {
    await this.#database.transaction(async (tx) => {
      for (const note of end.notes) await this.#note(tx, note);
      await storeAttempts(tx, runId, end.attempts);
      await record(tx);
      const counted = await tx.row(
        'SELECT count(*) AS pages, coalesce(sum(records), 0)::BIGINT AS records, coalesce(sum(rejected), 0)::BIGINT AS rejected, (SELECT correlation_id FROM run WHERE run_id = $1) AS correlation_id FROM page WHERE run_id = $1',
        [runId],
      );
      const pages = counted?.int('pages') ?? 0;
      const records = counted?.int('records') ?? 0;
      const rejected = counted?.int('rejected') ?? 0;
      const seq = await this.#note(tx, {
        at: end.at,
        type: `sync.${end.outcome}`,
        payload: {
          run_id: runId,
          correlation_id: counted?.textOrNull('correlation_id') ?? null,
          pages,
          records,
          rejected,
          error: end.error,
          ...(totals && {
            added: totals.added,
            changed: totals.changed,
            removed: totals.removed,
            run_sha256: totals.runSha256,
          }),
        },
      });
      await tx.run('INSERT INTO run_stop VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
        runId,
        seq,
        end.at,
        end.outcome,
        end.error,
        pages,
        records,
        rejected,
        totals?.added ?? null,
        totals?.changed ?? null,
        totals?.removed ?? null,
        totals?.runSha256 ?? null,
      ]);
    });
  }
}
