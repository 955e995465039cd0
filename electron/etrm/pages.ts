/**
 * The pages of one resource and period, in order: fetched ahead in a bounded window, handed out one after another, and
 * ended as the seed's loop ends: `results` empty or `next_page` falsy.
 */

import { type Sha256, sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import { type Clock, isoTime } from '../clock.ts';
import { redactUrl } from '../credentials/secret.ts';
import { decodeBody } from './canonical/charset.ts';
import { type PageReading, type RecordsPage, readPage } from './canonical/page.ts';
import { resourceUrl } from './endpoint.ts';
import type { FetchWindow } from './fetch-window.ts';
import type { CallContext } from './policy-loop.ts';
import type { VendorClient } from './vendor-client.ts';

export interface PageQuery {
  readonly base: URL;
  readonly resource: string;
  /** `YYYY-MM-DD`, both days included. */
  readonly startDate: string;
  readonly endDate: string;
  readonly pageSize: number;
}

export interface FetchedPage {
  readonly page: number;
  /** As received, after content-decoding. */
  readonly body: Uint8Array;
  /** The same as UTF-8, in which the spans of `reading` count. */
  readonly utf8: Uint8Array;
  readonly reading: PageReading;
  readonly contentType: string | null;
  readonly charset: string;
  /** True where bytes that are no UTF-8 were replaced by U+FFFD, as Python's client does. */
  readonly replaced: boolean;
  readonly requestId: string;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly receivedAt: string;
}

/** A page with records; the last one of a run has `reading.nextPage` false. */
export interface RecordsFetched extends FetchedPage {
  readonly reading: RecordsPage;
}

const EMPTY_LIST = sha256Of('4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945');

/** Who asks whom for which pages. */
export interface PageAsking {
  readonly client: VendorClient;
  readonly clock: Clock;
  readonly query: PageQuery;
  readonly context: CallContext;
}

async function fetchPage(
  { client, clock, query, context }: PageAsking,
  page: number,
  maxBodyBytes: number | null,
): Promise<FetchedPage> {
  const url = resourceUrl(query.base, query.resource, {
    start_date: query.startDate,
    end_date: query.endDate,
    page_size: String(query.pageSize),
    page: String(page),
  });
  const reply = await client.get(url, { ...context, page }, maxBodyBytes);
  const contentType = reply.headers.get('content-type') ?? null;
  try {
    const { utf8, charset, replaced } = decodeBody(reply.body, contentType);
    const reading = readPage(utf8);
    return {
      page,
      body: reply.body,
      utf8,
      reading,
      contentType,
      charset,
      replaced,
      requestId: reply.requestId,
      attempts: reply.attempts,
      elapsedMs: reply.elapsedMs,
      receivedAt: isoTime(clock.now()),
    };
  } catch (error) {
    if (!(error instanceof TieoutError)) throw error;
    throw new TieoutError(
      error.code,
      `Page ${page}: ${error.message}`,
      { ...error.details, page, url: redactUrl(url.href), content_type: contentType },
      { cause: error },
    );
  }
}

/** The hash of the first page as the vendor serves it now; null where it has no records any more. */
export async function firstPageAgain(asking: PageAsking): Promise<Sha256 | null> {
  const { reading } = await fetchPage(asking, 1, null);
  return reading.kind === 'records' ? reading.pageSha256 : null;
}

export interface PagesRequest extends PageAsking {
  readonly fromPage: number;
  readonly window: FetchWindow;
}

/** Whether this page has records to hand on. @throws TieoutError `vendor-page-shape`. */
function hasRecords(fetched: FetchedPage, onWarning: CallContext['onWarning']): fetched is RecordsFetched {
  const { page, reading } = fetched;
  if (reading.kind === 'records') return true;
  if (reading.kind === 'empty' && reading.pageSha256 === EMPTY_LIST) {
    if (reading.nextPage) {
      onWarning(
        'empty-page',
        `Page ${page} is empty and yet promises another; the sync ends here, as the seed's does.`,
      );
    }
    return false;
  }
  const seen =
    reading.kind === 'not-an-array'
      ? `is ${reading.seen}`
      : reading.pageSha256 === null
        ? 'is missing'
        : 'is no list';
  throw new TieoutError(
    'vendor-page-shape',
    `Page ${page}: "results" ${seen}, where a list of records is expected; check the address and the vendor's API version.`,
    { page },
  );
}

/** Bodies fetched ahead of their turn take no more than this together, whatever the window. */
const AHEAD_BYTES = 128 * 1024 * 1024;

/**
 * Pages under way or waiting for their turn. The page whose turn it is may be as large as the transport allows; one
 * that is fetched ahead only as large as its share, so that memory is bounded. One that proves larger is asked for
 * again when its turn comes, and from then on fewer are fetched ahead.
 */
class FetchAhead {
  readonly #request: PagesRequest;
  readonly #asking: PageAsking;
  readonly #flights = new Map<number, Promise<FetchedPage>>();
  /** Pages at once, as their size allows. */
  #share: number;
  /** Bytes that pages ahead of their turn were allowed. */
  readonly #shares = new Set<number>();
  #next: number;
  #last = Number.POSITIVE_INFINITY;

  constructor(request: PagesRequest, signal: AbortSignal) {
    this.#request = request;
    this.#asking = { ...request, context: { ...request.context, signal } };
    this.#share = request.window.most;
    this.#next = request.fromPage;
  }

  #launch(page: number, maxBodyBytes: number | null): Promise<FetchedPage> {
    const { window } = this.#request;
    window.inFlight += 1;
    const flight = fetchPage(this.#asking, page, maxBodyBytes)
      .then((fetched) => {
        if (fetched.reading.kind !== 'records' || !fetched.reading.nextPage) {
          this.#last = Math.min(this.#last, page);
        }
        return fetched;
      })
      .finally(() => {
        window.inFlight -= 1;
      });
    // It is awaited when its turn comes; a page past the end may fail unheard.
    flight.catch(() => {});
    this.#flights.set(page, flight);
    return flight;
  }

  /** @param turn the page whose turn it is. */
  fill(turn: number): void {
    const { window } = this.#request;
    while (this.#flights.size < Math.min(window.size, this.#share) && this.#next <= this.#last) {
      const page = this.#next;
      this.#next += 1;
      const bytes = Math.floor(AHEAD_BYTES / this.#share);
      if (page !== turn) this.#shares.add(bytes);
      this.#launch(page, page === turn ? null : bytes);
    }
  }

  /** The page whose turn it is; null past the end. */
  async take(page: number): Promise<FetchedPage | null> {
    if (page > this.#last) return null;
    this.fill(page);
    const flight = this.#flights.get(page);
    if (!flight) return null;
    try {
      return await flight;
    } catch (error) {
      if (!this.#isOverShare(error)) throw error;
      this.#share = Math.max(1, Math.floor(this.#share / 2));
      return await this.#launch(page, null);
    } finally {
      this.#flights.delete(page);
    }
  }

  /** Too large for a page ahead of its turn, not for one whose turn it is. */
  #isOverShare(error: unknown): boolean {
    if (!(error instanceof TieoutError) || error.code !== 'vendor-body-too-large') return false;
    return this.#shares.has(Number(error.details.limit_bytes));
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#flights.values());
  }
}

/** @throws TieoutError `vendor-*`, `credentials-refused`; the signal's reason on abort. */
export async function* fetchPages(request: PagesRequest): AsyncGenerator<RecordsFetched> {
  const { window, context } = request;
  const stop = new AbortController();
  const ahead = new FetchAhead(request, AbortSignal.any([context.signal, stop.signal]));
  try {
    for (let page = request.fromPage; ; page += 1) {
      const fetched = await ahead.take(page);
      if (fetched === null || !hasRecords(fetched, context.onWarning)) return;
      window.widen();
      ahead.fill(page + 1);
      yield fetched;
    }
  } finally {
    stop.abort(new TieoutError('cancelled', 'The sync has ended.'));
    await ahead.settled();
  }
}
