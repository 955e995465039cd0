/** Runs from their evidence: every body and page hash from the raw bytes, every record typed anew, the run hashes. */
import { RESOURCES } from '../../shared/resource.ts';
import type { Redactor } from '../credentials/secret.ts';
import type { RetypeWith } from '../dead-letters/retype.ts';
import type { ResourceShape } from '../etrm/page-shape.ts';
import type { ReadingPlan } from '../ingest/page-reading.ts';
import type { PageWorkers } from '../ingest/page-workers.ts';
import { RECORD_SCHEMAS } from '../ingest/record-schema.ts';
import { storedProfile } from '../profile/profile-store.ts';
import { seedProfile } from '../profile/seed-profile.ts';
import { runSha256 } from '../sync/run-totals.ts';
import type { Row } from '../workspace/row.ts';
import { checkAttempts } from './attempts.ts';
import { attempted, type Check, Findings } from './findings.ts';
import { type CheckedPage, checkPage, type PageCheckOf } from './page-checks.ts';
import { RetriedRecords } from './retried-records.ts';
import { SeenSchemas } from './seen-schemas.ts';
import { differingRecords, type StoredRun } from './stored-records.ts';

export interface PageCheck {
  readonly runId: string;
  readonly page: number;
  readonly verified: boolean;
}

/** Pages that are held against the table at once: the engine compares many as fast as few. */
const BATCH = 20;

/** Pages that are read at once. */
const AHEAD = 4;

export interface RunCheckParts {
  readonly workers: PageWorkers;
  readonly retypeWith: RetypeWith;
  readonly redactor: Redactor;
}

export class RunChecks {
  readonly #check: Check;
  readonly #parts: RunCheckParts;
  readonly checks: PageCheck[] = [];
  runs = 0;
  pages = 0;
  records = 0;
  /** Dead letters that became records. */
  retried = 0;

  constructor(check: Check, parts: RunCheckParts) {
    this.#check = check;
    this.#parts = parts;
  }

  async all(): Promise<void> {
    const { database } = this.#check.workspace;
    const { month } = this.#check.request;
    const runs = await database.rows(
      'SELECT * FROM run_state WHERE ?::VARCHAR IS NULL OR month = ? ORDER BY seq',
      [month, month],
    );
    const counted = await database.row(
      'SELECT count(*) AS n FROM page JOIN run USING (run_id) WHERE ?::VARCHAR IS NULL OR month = ?',
      [month, month],
    );
    const total = counted?.int('n') ?? 0;
    for (const run of runs) {
      await this.#run(run, total);
      this.runs += 1;
    }
  }

  async #run(run: Row, total: number): Promise<void> {
    const { workspace, findings } = this.#check;
    const { database } = workspace;
    const runId = run.text('run_id');
    const pages = await database.rows('SELECT * FROM page WHERE run_id = ? ORDER BY page', [runId]);
    const audited = new Map<number, string>();
    for (const row of await database.rows(
      `SELECT json_extract(payload, '$.page')::BIGINT AS page, json_extract_string(payload, '$.page_sha256') AS page_sha256
       FROM audit_event WHERE type = 'sync.page' AND json_extract_string(payload, '$.run_id') = ?`,
      [runId],
    )) {
      audited.set(row.int('page'), row.text('page_sha256'));
    }
    const faulty = new Set<number>();
    const made = await attempted(this.#check, 'run', `${run.text('month')} run ${runId} pages`, async () => {
      const retried = await RetriedRecords.of(this.#check, this.#parts.retypeWith, runId);
      this.retried += retried.count;
      const stored = await this.#stored(run);
      const seen = await SeenSchemas.of(this.#check, this.#parts.redactor, runId);
      const { paging } = stored.shape;
      await checkAttempts(this.#check, { runId, shape: stored.shape, run }, pages);
      const reading = this.#parts.workers.open({ ...stored.plan, exact: true });
      try {
        for (let from = 0; from < pages.length; from += BATCH) {
          const batch = pages.slice(from, from + BATCH);
          const checked = await this.#pages(
            batch,
            { runId, reading, retried, paging },
            audited,
            faulty,
            total,
            run.text('month'),
          );
          if (stored.untyped) await this.#untyped(runId, checked);
          else await this.#records(stored, checked, faulty);
          const numbers = batch.map((page) => page.int('page'));
          for (const page of await seen.check(numbers, checked)) faulty.add(page);
        }
      } finally {
        reading.close();
      }
    });
    if (!made) for (const page of pages) faulty.add(page.int('page'));
    for (const page of pages) {
      this.checks.push({ runId, page: page.int('page'), verified: !faulty.has(page.int('page')) });
    }
    this.pages = this.checks.length;
    findings.expect('run', `${run.text('month')} pages`, audited.size, pages.length);
    const expected = run.textOrNull('run_sha256');
    if (run.textOrNull('outcome') === 'done' && expected !== null) {
      const found = runSha256(pages.map((page) => page.text('page_sha256')));
      findings.expect('run', `${run.text('month')} run ${runId}`, expected, found);
    }
  }

  /** How a run was typed. Runs of an earlier version have no profile, and kept trades and curves as they came. */
  async #stored(run: Row): Promise<
    StoredRun & {
      readonly plan: Omit<ReadingPlan, 'exact'>;
      readonly shape: ResourceShape;
      readonly untyped: boolean;
    }
  > {
    const runId = run.text('run_id');
    const resource = RESOURCES.find((name) => name === run.text('resource')) ?? 'settlements';
    const kept = run.sha256OrNull('profile_sha256');
    const profile = kept === null ? seedProfile() : await storedProfile(this.#check.workspace.database, kept);
    const shape = profile.shape(resource);
    return {
      runId,
      schema: RECORD_SCHEMAS[resource],
      early: kept === null,
      untyped: kept === null && resource !== 'settlements',
      shape,
      plan: {
        resource,
        mapping: profile.mapping(resource),
        names: { results: shape.results, next: shape.paging.next },
      },
    };
  }

  /** Bodies, hashes and dead letters of some pages, several at once. */
  async #pages(
    pages: readonly Row[],
    of: PageCheckOf,
    audited: ReadonlyMap<number, string>,
    faulty: Set<number>,
    total: number,
    month: string,
  ): Promise<readonly CheckedPage[]> {
    const { request } = this.#check;
    const checked: CheckedPage[] = [];
    for (let from = 0; from < pages.length; from += AHEAD) {
      request.signal.throwIfAborted();
      const some = pages.slice(from, from + AHEAD);
      // Each with findings of its own, which are then told in the order of the pages.
      const found = await Promise.all(
        some.map(async (page) => {
          const findings = new Findings();
          return { page, findings, checked: await checkPage({ ...this.#check, findings }, of, page) };
        }),
      );
      for (const { page, findings, checked: one } of found) {
        const number = page.int('page');
        findings.expect(
          'audit',
          `${month} page ${number}`,
          audited.get(number) ?? 'no event',
          page.text('page_sha256'),
        );
        if (findings.differences.length > 0) faulty.add(number);
        this.#check.findings.differences.push(...findings.differences);
        if (one) {
          checked.push(one);
          this.records += page.int('records');
        }
        this.pages += 1;
      }
      request.onProgress('Checking pages', this.pages, total);
    }
    return checked;
  }

  /** Holds typed pages against their table. */
  async #records(stored: StoredRun, checked: readonly CheckedPage[], faulty: Set<number>): Promise<void> {
    const { workspace, findings } = this.#check;
    // Pages of which there is nothing to type part the others.
    for (const pages of neighbours(checked)) {
      const typed = pages.map(({ page, content }) => ({ page, rows: content.rows }));
      for (const { page, index, expected, found } of await differingRecords(workspace, stored, typed)) {
        faulty.add(page);
        findings.expect('records', `run ${stored.runId} page ${page} record ${index}`, expected, found);
      }
    }
  }

  /** Records of an earlier version, kept as they came. */
  async #untyped(runId: string, checked: readonly CheckedPage[]): Promise<void> {
    const { workspace, findings } = this.#check;
    for (const { page, name, content } of checked) {
      const row = await workspace.database.row(
        'SELECT count(*) AS n FROM resource_record WHERE run_id = ? AND page = ?',
        [runId, page],
      );
      findings.expect('records', `${name} kept`, content.records, row?.int('n') ?? 0);
    }
  }
}

/** Runs of pages that follow one another. */
function neighbours(pages: readonly CheckedPage[]): readonly (readonly CheckedPage[])[] {
  const runs: CheckedPage[][] = [];
  for (const page of pages) {
    const run = runs.at(-1);
    if (run?.at(-1)?.page === page.page - 1) run.push(page);
    else runs.push([page]);
  }
  return runs;
}
