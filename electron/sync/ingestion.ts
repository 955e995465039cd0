/** The pages of one run: evidence kept, records committed in order, and told only then. */
import type { DeadLetterEvent, PageEvent, TieoutEvent } from '../../shared/events.ts';
import type { Resource } from '../../shared/resource.ts';
import type { Redactor } from '../credentials/secret.ts';
import { safeSample } from '../drift/safe-sample.ts';
import type { RunFindings } from '../findings/record-findings.ts';
import { RECORD_SCHEMAS } from '../ingest/record-schema.ts';
import type { Log } from '../log/log.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { Arrivals, type ArrivedPage, type FetchedPage } from './fetched-pages.ts';
import { PageCommits } from './page-commits.ts';
import { type PageCommit, storePages } from './page-rows.ts';
import type { RunJournal } from './run-journal.ts';
import type { OpenRun, RunStore } from './run-store.ts';

export interface IngestionParts {
  readonly workspace: Workspace;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly store: RunStore;
}

export interface IngestionOf {
  readonly run: OpenRun;
  readonly resource: Resource;
  readonly journal: RunJournal;
  readonly signal: AbortSignal;
  readonly emit: (event: TieoutEvent) => void;
  readonly warn: (code: string, message: string) => void;
  /** What settlements are checked against; null where nothing is known. */
  readonly findings: RunFindings | null;
}

export class Ingestion {
  readonly #parts: IngestionParts;
  readonly #of: IngestionOf;

  constructor(parts: IngestionParts, of: IngestionOf) {
    this.#parts = parts;
    this.#of = of;
  }

  /**
   * While pages are committed the next ones are fetched and read; they commit in order, each whole.
   * @throws TieoutError `vendor-loop`, `workspace-*`, and what `pages` throws, once all that came before is committed.
   */
  pages(pages: AsyncIterable<FetchedPage>): Promise<void> {
    return this.#parts.workspace.database.besideOthers(() => this.#pages(pages));
  }

  async #pages(pages: AsyncIterable<FetchedPage>): Promise<void> {
    const arrivals = new Arrivals(this.#parts.workspace.evidence, this.#of.run.pageHashes);
    const commits = new PageCommits((arrived) => this.#commit(arrived));
    try {
      for await (const fetched of pages) await commits.add(this.#safe(arrivals.arrive(fetched)));
    } finally {
      await commits.settled();
    }
    await commits.finish();
  }

  /** The page, with no secret in what it shows of drift. */
  #safe(page: ArrivedPage): ArrivedPage {
    const { redactor } = this.#parts;
    const drift = page.drift.map((each) => ({ ...each, seen: safeSample(each.field, each.seen, redactor) }));
    return { ...page, drift };
  }

  async #commit(arrived: readonly ArrivedPage[]): Promise<void> {
    const { redactor, store } = this.#parts;
    const { run, resource, journal, signal, findings } = this.#of;
    signal.throwIfAborted();
    const pages: readonly PageCommit[] = arrived.map((page) => ({
      event: pageEvent(run.runId, page.fetched),
      arrived: page,
    }));
    const [first, last] = [pages[0]?.event.page, pages.at(-1)?.event.page];
    await journal.keep((waiting) =>
      store.commitPages(run, pages, waiting, async (tx) => {
        await storePages(tx, RECORD_SCHEMAS[resource], run.runId, pages, redactor);
        if (first !== undefined && last !== undefined) await findings?.record(tx, first, last);
      }),
    );
    for (const page of pages) {
      this.#tell(page);
      letGo(page);
    }
  }

  /** Says what a committed page had. */
  #tell({ event, arrived }: PageCommit): void {
    const { run, emit, warn } = this.#of;
    const { page } = event;
    for (const seen of arrived.drift) emit({ type: 'drift', ...seen });
    for (const letter of arrived.fetched.read.content.deadLetters) {
      const told: DeadLetterEvent = {
        type: 'dead-letter',
        page,
        index: letter.index,
        settlement_id: letter.id,
        reasons: letter.reasons,
      };
      emit(told);
    }
    emit(event);
    if (arrived.warning !== null) warn('body-not-utf8', `Page ${page}: ${arrived.warning}`);
    this.#parts.log.module('sync').correlated(run.correlationId).info(`Page ${page} ingested`, {
      records: event.records,
      rejected: event.rejected,
      sha256: event.page_sha256,
    });
  }
}

/** Frees what is stored at once: the collector would let a hundred pages gather. */
function letGo({ arrived }: PageCommit): void {
  const { rows, packed } = arrived.fetched.read.content;
  rows.buffer.transfer(0);
  packed.buffer.transfer(0);
}

function pageEvent(runId: string, { page, read, receivedAt, attempts, elapsedMs }: FetchedPage): PageEvent {
  return {
    type: 'page',
    at: receivedAt,
    run_id: runId,
    page,
    records: read.content.records,
    rejected: read.content.deadLetters.length,
    page_sha256: read.pageSha256,
    body_sha256: read.content.bodySha256,
    bytes: read.bytes,
    attempts,
    elapsed_ms: elapsedMs,
  };
}
