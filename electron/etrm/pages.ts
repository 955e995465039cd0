/**
 * The pages of one resource and period, in order: fetched ahead in a bounded window, handed out one after another, and
 * ended as the seed's loop ends: `results` empty or `next_page` falsy.
 */

import { sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import { type Clock, isoTime } from '../clock.ts';
import { redactUrl } from '../credentials/secret.ts';
import { decodeBody } from './canonical/charset.ts';
import { type PageReading, type RecordsPage, readPage } from './canonical/page.ts';
import { resourceUrl } from './endpoint.ts';
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

async function fetchPage(
  client: VendorClient,
  clock: Clock,
  query: PageQuery,
  page: number,
  context: CallContext,
): Promise<FetchedPage> {
  const url = resourceUrl(query.base, query.resource, {
    start_date: query.startDate,
    end_date: query.endDate,
    page_size: String(query.pageSize),
    page: String(page),
  });
  const reply = await client.get(url, { ...context, page });
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

/** How far ahead may be fetched: grows by one with each page that came, halves with each 429. */
export class FetchWindow {
  readonly #most: number;
  #size = 1;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  widen(): void {
    this.#size = Math.min(this.#size + 1, this.#most);
  }

  narrow(): void {
    this.#size = Math.max(1, Math.floor(this.#size / 2));
  }
}

export interface PagesRequest {
  readonly client: VendorClient;
  readonly clock: Clock;
  readonly query: PageQuery;
  readonly fromPage: number;
  readonly window: FetchWindow;
  readonly context: CallContext;
  readonly onWarning: (code: string, message: string) => void;
}

/** Whether this page has records to hand on. @throws TieoutError `vendor-page-shape`. */
function hasRecords(fetched: FetchedPage, onWarning: PagesRequest['onWarning']): fetched is RecordsFetched {
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

/** @throws TieoutError `vendor-*`, `credentials-refused`; the signal's reason on abort. */
export async function* fetchPages(request: PagesRequest): AsyncGenerator<RecordsFetched> {
  const { client, clock, query, window } = request;
  const stop = new AbortController();
  const context = { ...request.context, signal: AbortSignal.any([request.context.signal, stop.signal]) };
  const ahead = new Map<number, Promise<FetchedPage>>();
  let next = request.fromPage;
  let last = Number.POSITIVE_INFINITY;

  const launch = (): void => {
    while (ahead.size < window.size && next <= last) {
      const page = next;
      next += 1;
      const flight = fetchPage(client, clock, query, page, context).then((fetched) => {
        if (fetched.reading.kind !== 'records' || !fetched.reading.nextPage) last = Math.min(last, page);
        return fetched;
      });
      // It is awaited when its turn comes; a page past the end may fail unheard.
      flight.catch(() => {});
      ahead.set(page, flight);
    }
  };

  try {
    for (let page = request.fromPage; page <= last; page += 1) {
      launch();
      const flight = ahead.get(page);
      if (!flight) return;
      const fetched = await flight;
      ahead.delete(page);
      if (!hasRecords(fetched, request.onWarning)) return;
      window.widen();
      if (fetched.reading.nextPage) launch();
      yield fetched;
    }
  } finally {
    stop.abort(new TieoutError('cancelled', 'The sync has ended.'));
  }
}
