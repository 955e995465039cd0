/** Runs once more: begun, their pages read from the evidence and typed with the run's own profile, ended and compared. */
import { TieoutError } from '../../shared/errors.ts';
import { type Month, parseMonth } from '../../shared/month.ts';
import { RESOURCES, type Resource } from '../../shared/resource.ts';
import { safeSample } from '../drift/safe-sample.ts';
import { nextOf } from '../etrm/pages.ts';
import type { PageReading } from '../ingest/page-workers.ts';
import { RECORD_SCHEMAS } from '../ingest/record-schema.ts';
import type { Profile } from '../profile/profile.ts';
import { Arrivals, type ArrivedPage, type FetchedPage } from '../sync/fetched-pages.ts';
import { type PageCommit, storePages } from '../sync/page-rows.ts';
import { runTotals } from '../sync/run-totals.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { document, profileOf, type ReplayParts } from './replay-parts.ts';
import { NotEnough, type ToldEvent } from './told-event.ts';

/** Pages that are read, and then stored, together. */
const TOGETHER = 16;

/** A run whose events are being replayed. */
interface OpenRun {
  readonly runId: string;
  readonly source: string;
  readonly month: Month;
  readonly resource: Resource;
  /** What its pages are typed with; null where that is gone. */
  readonly typing: { readonly profile: Profile; readonly reading: PageReading } | null;
  /** Why it is gone. */
  readonly untyped: string;
  arrivals: Arrivals;
}

interface RebuiltRun {
  readonly run_id: string;
  readonly source: string;
  readonly month: string;
  readonly resource: string;
  readonly outcome: string | null;
  readonly pages: number;
  readonly records: number;
  readonly rejected: number;
  readonly run_sha256: string | null;
}

export class ReplayedRuns {
  readonly #parts: ReplayParts;
  readonly #runs = new Map<string, OpenRun>();
  #waiting: ToldEvent[] = [];

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  close(): void {
    for (const { typing } of this.#runs.values()) typing?.reading.close();
    this.#runs.clear();
  }

  #run(event: ToldEvent): OpenRun {
    const run = this.#runs.get(event.text('run_id'));
    if (run) return run;
    throw new NotEnough('the beginning of its run could not be made again');
  }

  #arrivals(): Arrivals {
    return new Arrivals(this.#parts.evidence, new Set());
  }

  async start(event: ToldEvent): Promise<void> {
    const month = parseMonth(event.text('month'));
    const resource = RESOURCES.find((name) => name === event.text('resource'));
    if (month === null || resource === undefined) throw new NotEnough('its month or resource is unknown');
    const runId = event.text('run_id');
    const digest = event.has('profile_sha256') ? event.textOrNull('profile_sha256') : null;
    const source = event.text('source');
    const baseUrl = event.text('base_url');
    // A source without a name is its address.
    const connection = event.has('connection')
      ? event.textOrNull('connection')
      : source === baseUrl
        ? null
        : source;
    await this.#parts.database.transaction((tx) =>
      tx.run(
        `INSERT INTO run (run_id, seq, source, connection, base_url, resource, month, start_date, end_date, page_size,
           correlation_id, started_at, actor, app_version, profile_sha256)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          ...[runId, event.seq, source, connection, baseUrl, resource, month],
          ...[event.text('start_date'), event.text('end_date'), event.int('page_size')],
          ...[event.text('correlation_id'), event.at, event.actor, event.text('app_version'), digest],
        ],
      ),
    );
    const run = { runId, source, month, resource, arrivals: this.#arrivals() };
    try {
      if (digest === null) throw new NotEnough('an earlier Tieout typed it, without a profile');
      const profile = await profileOf(this.#parts, event.sha256('profile_sha256'));
      const shape = profile.shape(resource);
      const reading = this.#parts.workers.open({
        resource,
        mapping: profile.mapping(resource),
        names: { results: shape.results, next: shape.paging.next },
        exact: false,
      });
      this.#runs.set(runId, { ...run, typing: { profile, reading }, untyped: '' });
    } catch (error) {
      const known = error instanceof NotEnough || error instanceof TieoutError;
      if (!known) throw error;
      this.#runs.set(runId, { ...run, typing: null, untyped: error.message });
    }
  }

  /** From here on what is drift is told anew, as it was then. */
  resume(event: ToldEvent): void {
    this.#run(event).arrivals = this.#arrivals();
  }

  /** Queues a page; it is there after `flush`. */
  async page(event: ToldEvent): Promise<void> {
    this.#waiting.push(event);
    if (this.#waiting.length >= TOGETHER) await this.flush();
  }

  /** Stores the pages that wait, in their order. */
  async flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [runId, events] of Map.groupBy(waiting, (event) => event.text('run_id'))) {
      this.#parts.signal.throwIfAborted();
      const run = this.#runs.get(runId);
      if (!run) continue;
      const read = await Promise.all(events.map((event) => this.#read(run, event)));
      const pages: PageCommit[] = [];
      const lost: { readonly event: ToldEvent; readonly why: string }[] = [];
      for (const [at, fetched] of read.entries()) {
        const event = events[at];
        if (!event) continue;
        if (typeof fetched === 'string') lost.push({ event, why: fetched });
        else pages.push(await this.#commit(run, event, fetched));
      }
      await this.#parts.database.transaction(async (tx) => {
        const { redactor } = this.#parts;
        await storePages(tx, RECORD_SCHEMAS[run.resource], runId, pages, redactor);
        for (const { event, why } of lost) await this.#takeOver(tx, run, event, why);
      });
    }
  }

  async #commit(run: OpenRun, event: ToldEvent, fetched: FetchedPage): Promise<PageCommit> {
    const { redactor } = this.#parts;
    const told = run.arrivals.arrive(fetched);
    await told.stored;
    const drift = told.drift.map((each) => ({ ...each, seen: safeSample(each.field, each.seen, redactor) }));
    const arrived: ArrivedPage = { ...told, drift };
    const { read } = fetched;
    return {
      arrived,
      event: {
        type: 'page',
        at: event.at,
        run_id: run.runId,
        page: fetched.page,
        records: read.content.records,
        rejected: read.content.deadLetters.length,
        page_sha256: read.pageSha256,
        body_sha256: read.content.bodySha256,
        bytes: read.bytes,
        attempts: fetched.attempts,
        elapsed_ms: fetched.elapsedMs,
      },
    };
  }

  /** The page as it came, or why it cannot be had. What is not as its event tells is a difference. */
  async #read(run: OpenRun, event: ToldEvent): Promise<FetchedPage | string> {
    const { findings } = this.#parts;
    const page = event.int('page');
    const name = `run ${run.runId} page ${page}`;
    if (run.typing === null) return run.untyped;
    try {
      const contentType = event.textOrNull('content_type');
      const body = await document(this.#parts, event.sha256('body_sha256'));
      const read = await run.typing.reading.read(page, body, contentType);
      if (read.kind !== 'records') return `its body has no list of records (${read.kind})`;
      if (!findings.expect('page', name, event.text('page_sha256'), read.pageSha256))
        return 'its body gives another page hash';
      findings.expect('records', `${name} received`, event.int('records'), read.content.records);
      findings.expect('records', `${name} rejected`, event.int('rejected'), read.content.deadLetters.length);
      const { paging } = run.typing.profile.shape(run.resource);
      return {
        page,
        read,
        next: event.intOrNull('next_page') === null ? undefined : (nextOf(paging, read.next) ?? null),
        contentType,
        requestId: event.text('request_id'),
        attempts: event.int('attempts'),
        elapsedMs: event.int('elapsed_ms'),
        receivedAt: event.at,
      };
    } catch (error) {
      if (error instanceof NotEnough || error instanceof TieoutError) return error.message;
      throw error;
    }
  }

  /** A page that cannot be typed again: as the old database has it, else its receipt alone. */
  async #takeOver(
    tx: Transaction,
    { runId, resource }: OpenRun,
    event: ToldEvent,
    why: string,
  ): Promise<void> {
    const { remains, findings } = this.#parts;
    const page = event.int('page');
    const of = [runId, page];
    const where = 'run_id = ? AND page = ?';
    const taken = (await remains?.take(tx, 'page', where, of)) ?? 0;
    if (remains && taken > 0) {
      const { table } = RECORD_SCHEMAS[resource];
      // Retried letters come back with their act.
      const first = remains.tables.has('dead_letter_event')
        ? `${where} AND idx NOT IN (SELECT idx FROM ${remains.table('dead_letter_event')} WHERE ${where} AND act = 'retried')`
        : where;
      await remains.take(tx, table, first, first === where ? of : [...of, ...of]);
      for (const name of ['resource_record', 'dead_letter', 'drift', 'page_schema'])
        await remains.take(tx, name, where, of);
    } else {
      await this.#receipt(tx, runId, event);
    }
    const found = taken > 0 ? 'as the old database had it' : 'its receipt alone';
    findings.expect(
      'body',
      `run ${runId} page ${page}`,
      'the page from its evidence',
      `${found}, because ${why}`,
    );
  }

  async #receipt(tx: Transaction, runId: string, event: ToldEvent): Promise<void> {
    if (!event.has('request_id')) return;
    await tx.run(
      `INSERT INTO page (run_id, page, received_at, request_id, page_sha256, body_sha256, bytes, content_type, charset,
         records, rejected, next_page, attempts, elapsed_ms, warning, next_position)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)`,
      [
        ...[runId, event.int('page'), event.at, event.text('request_id'), event.text('page_sha256')],
        ...[event.text('body_sha256'), event.int('bytes'), event.textOrNull('content_type')],
        ...[event.text('charset'), event.int('records'), event.int('rejected')],
        ...[event.intOrNull('next_page') !== null, event.int('attempts'), event.int('elapsed_ms')],
        event.textOrNull('warning'),
      ],
    );
  }

  async warning(event: ToldEvent): Promise<void> {
    const values = [event.text('run_id'), event.at, event.text('code'), event.text('message')];
    await this.#parts.database.transaction((tx) =>
      tx.run('INSERT INTO run_warning VALUES (?, ?, ?, ?)', values),
    );
  }

  /** A run's end: its pages and records are counted and hashed again, and held against what its event tells. */
  async stop(event: ToldEvent, outcome: 'done' | 'failed' | 'cancelled'): Promise<void> {
    const run = this.#run(event);
    const { database, findings } = this.#parts;
    const { runId } = run;
    const counted = await database.row(
      'SELECT count(*) AS pages, coalesce(sum(records), 0)::BIGINT AS records, coalesce(sum(rejected), 0)::BIGINT AS rejected FROM page WHERE run_id = ?',
      [runId],
    );
    for (const name of ['pages', 'records', 'rejected'])
      findings.expect('run', `${run.month} run ${runId} ${name}`, event.int(name), counted?.int(name) ?? 0);
    const done = outcome === 'done';
    if (done) {
      const totals = await runTotals(database, runId, run);
      findings.expect('run', `${run.month} run ${runId}`, event.text('run_sha256'), totals.runSha256);
      for (const name of ['added', 'changed', 'removed'] as const)
        findings.expect('run', `${run.month} run ${runId} ${name}`, event.int(name), totals[name]);
      await this.#complete(run);
    }
    const values = [
      ...[runId, event.seq, event.at, outcome, event.textOrNull('error')],
      ...[event.int('pages'), event.int('records'), event.int('rejected')],
      ...(done ? [event.int('added'), event.int('changed'), event.int('removed')] : [null, null, null]),
      done ? event.text('run_sha256') : null,
    ];
    await database.transaction((tx) =>
      tx.run('INSERT INTO run_stop VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', values),
    );
  }

  /** Received is committed and dead together. */
  async #complete({ runId, resource, month }: OpenRun): Promise<void> {
    const { database, findings } = this.#parts;
    const row = await database.row(
      `SELECT (SELECT coalesce(sum(records), 0)::BIGINT FROM page WHERE run_id = $1) AS received,
         (SELECT count(*) FROM ${RECORD_SCHEMAS[resource].table} WHERE run_id = $1) AS committed,
         (SELECT count(*) FROM dead_letter WHERE run_id = $1)
           - (SELECT count(*) FROM dead_letter_event WHERE run_id = $1 AND act = 'retried') AS dead`,
      [runId],
    );
    const [received, committed, dead] = ['received', 'committed', 'dead'].map((name) => row?.int(name) ?? 0);
    const found = `${committed} committed and ${dead} dead`;
    if ((committed ?? 0) + (dead ?? 0) !== received)
      findings.expect('records', `${month} run ${runId}`, `${received} received`, found);
  }

  /** What there is now, oldest run first. */
  async rebuilt(): Promise<readonly RebuiltRun[]> {
    const rows = await this.#parts.database.rows(
      `SELECT r.run_id, r.source, r.month, r.resource, r.outcome, r.run_sha256, count(p.page) AS pages,
         coalesce(sum(p.records), 0)::BIGINT AS records, coalesce(sum(p.rejected), 0)::BIGINT AS rejected
       FROM run_state r LEFT JOIN page p ON p.run_id = r.run_id GROUP BY ALL ORDER BY min(r.seq)`,
    );
    return rows.map((row) => ({
      run_id: row.text('run_id'),
      source: row.text('source'),
      month: row.text('month'),
      resource: row.text('resource'),
      outcome: row.textOrNull('outcome'),
      pages: row.int('pages'),
      records: row.int('records'),
      rejected: row.int('rejected'),
      run_sha256: row.textOrNull('run_sha256'),
    }));
  }
}
