/**
 * The pages of one resource and period, in order: fetched ahead in a bounded window where their numbers are known, one
 * after another where each names the next, and ended as the seed's loop ends: no records, or no next page.
 */

import { type Sha256, sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import { type Clock, isoTime } from '../clock.ts';
import { redactUrl } from '../credentials/secret.ts';
import type { NextMember } from './canonical/page.ts';
import { resourceUrl } from './endpoint.ts';
import type { FetchWindow } from './fetch-window.ts';
import type { PageRead, ReadBody } from './page-read.ts';
import type { Paging, ResourceShape } from './page-shape.ts';
import type { CallContext } from './policy-loop.ts';
import type { VendorClient } from './vendor-client.ts';

export interface PageQuery {
  readonly base: URL;
  readonly shape: ResourceShape;
  /** `YYYY-MM-DD`, both days included. */
  readonly startDate: string;
  readonly endDate: string;
  readonly pageSize: number;
}

/** Where a page is found, of a vendor whose pages name the next one; null for the first, and where pages are numbered. */
export type PagePosition = string | null;

export interface FetchedPage<Content> {
  readonly page: number;
  readonly read: PageRead<Content>;
  /** Where the next page is; undefined where there is none. */
  readonly next: PagePosition | undefined;
  readonly contentType: string | null;
  readonly requestId: string;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly receivedAt: string;
}

/** A page with records; the last one of a run has no next. */
export interface RecordsFetched<Content> extends FetchedPage<Content> {
  readonly read: Extract<PageRead<Content>, { readonly kind: 'records' }>;
}

const EMPTY_LIST = sha256Of('4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945');

/** Who asks whom for which pages. */
export interface PageAsking<Content> {
  readonly client: VendorClient;
  readonly clock: Clock;
  readonly query: PageQuery;
  readonly context: CallContext;
  readonly readBody: ReadBody<Content>;
}

/** @throws TieoutError `vendor-page-shape` where a next link leads away from the vendor. */
export function addressOf(
  { base, shape, startDate, endDate, pageSize }: PageQuery,
  page: number,
  position: PagePosition,
): URL {
  const { paging, parameters } = shape;
  if (paging.style === 'link' && position !== null) return linkedAddress(base, shape.path, position, page);
  const query: Record<string, string> = { ...shape.fixed };
  if (parameters.start !== null) query[parameters.start] = startDate;
  if (parameters.end !== null) query[parameters.end] = endDate;
  if (parameters.pageSize !== null) query[parameters.pageSize] = String(pageSize);
  if (paging.style === 'page') query[paging.parameter] = String(paging.first + page - 1);
  if (paging.style === 'cursor' && position !== null) query[paging.parameter] = position;
  return resourceUrl(base, shape.path, query);
}

/** Where a link leads that is not followed, without what it may hold of secrets. */
function strayWords(url: URL | null): string {
  if (url === null) return 'what is no address';
  return url.origin === 'null' ? `a "${url.protocol}" address` : url.origin;
}

/**
 * The token goes to the vendor's origin and nowhere else. A relative link is read from the resource's own address,
 * whichever page names it, so that a run that is taken up again asks for the same page.
 */
function linkedAddress(base: URL, path: string, link: string, page: number): URL {
  const from = resourceUrl(base, path, {}).href;
  const url = URL.canParse(link, from) ? new URL(link, from) : null;
  const named = url !== null && (url.username !== '' || url.password !== '');
  if (url === null || url.origin !== base.origin || named) {
    const where =
      named && url.origin === base.origin
        ? 'names the next page by an address with a user name or password'
        : `says that the next page lies at ${strayWords(url)}, and not at ${base.origin}`;
    throw new TieoutError(
      'vendor-redirect',
      `Page ${page - 1} ${where}; nothing was sent there, ask the vendor.`,
      { page, origin: url?.origin ?? null },
    );
  }
  url.hash = '';
  return url;
}

/**
 * Where the page after this one is.
 * @throws TieoutError `vendor-page-shape` where there is one, but no telling where: taken for the end, the rest of the
 *   month would be lost unseen.
 */
export function nextOf(paging: Paging, next: NextMember): PagePosition | undefined {
  if (!next.truthy) return undefined;
  if (paging.style === 'page') return null;
  if (next.text !== null) return next.text;
  const wanted =
    paging.style === 'cursor' ? 'a cursor (a string or a number)' : 'the address of the next page';
  throw new TieoutError(
    'vendor-page-shape',
    `"${paging.next}" promises another page and is not ${wanted}; check paging.next in the connection's profile.`,
  );
}

async function fetchPage<Content>(
  { client, clock, query, context, readBody }: PageAsking<Content>,
  page: number,
  position: PagePosition,
  maxBodyBytes: number | null,
): Promise<FetchedPage<Content>> {
  const url = addressOf(query, page, position);
  const reply = await client.get(url, { ...context, page }, maxBodyBytes);
  const sentType = reply.headers.get('content-type') ?? null;
  const contentType = sentType === null ? null : client.redacted(sentType);
  const receivedAt = isoTime(clock.now());
  try {
    const read = await readBody(page, reply.body, sentType);
    return {
      page,
      read,
      next: read.kind === 'records' ? nextOf(query.shape.paging, read.next) : undefined,
      contentType,
      requestId: reply.requestId,
      attempts: reply.attempts,
      elapsedMs: reply.elapsedMs,
      receivedAt,
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
export async function firstPageAgain(asking: PageAsking<unknown>): Promise<Sha256 | null> {
  const { read } = await fetchPage(asking, 1, null, null);
  return read.kind === 'records' ? read.pageSha256 : null;
}

export interface PagesRequest<Content> extends PageAsking<Content> {
  readonly fromPage: number;
  /** Of the first page that is asked for. */
  readonly fromPosition: PagePosition;
  readonly window: FetchWindow;
}

/** Whether this page has records to hand on. @throws TieoutError `vendor-page-shape`. */
function hasRecords<Content>(
  fetched: FetchedPage<Content>,
  results: string,
  onWarning: CallContext['onWarning'],
): fetched is RecordsFetched<Content> {
  const { page, read } = fetched;
  if (read.kind === 'records') return true;
  if (read.kind === 'empty' && read.pageSha256 === EMPTY_LIST) {
    if (read.next.truthy) {
      onWarning('empty-page', `Page ${page} is empty and yet promises another; the sync ends here.`);
    }
    return false;
  }
  const seen =
    read.kind === 'not-an-array' ? `is ${read.seen}` : read.pageSha256 === null ? 'is missing' : 'is no list';
  throw new TieoutError(
    'vendor-page-shape',
    `Page ${page}: "${results}" ${seen}, where a list of records is expected; check the address and the vendor's API version.`,
    { page },
  );
}

/** A first page that is full and says nothing of a second: the only one, or one whose next page has another name. */
function tellUnnamed<Content>(
  { page, read }: RecordsFetched<Content>,
  { shape: { paging }, pageSize }: PageQuery,
  onWarning: CallContext['onWarning'],
): void {
  if (page !== 1 || read.next.present || read.records < pageSize) return;
  onWarning(
    'next-page-unnamed',
    `Page 1 is full (${read.records} records) and has no "${paging.next}", so that the sync ends with it; where the vendor has more, name its member in paging.next of the connection's profile.`,
  );
}

/** Bodies fetched ahead of their turn take no more than this together, whatever the window. */
const AHEAD_BYTES = 128 * 1024 * 1024;

/**
 * Pages under way or waiting for their turn. The page whose turn it is may be as large as the transport allows; one
 * that is fetched ahead only as large as its share, so that memory is bounded. One that proves larger is asked for
 * again when its turn comes, and from then on fewer are fetched ahead.
 */
class FetchAhead<Content> {
  readonly #request: PagesRequest<Content>;
  readonly #asking: PageAsking<Content>;
  readonly #flights = new Map<number, Promise<FetchedPage<Content>>>();
  /** Pages at once, as their size allows. */
  #share: number;
  /** Bytes that pages ahead of their turn were allowed. */
  readonly #shares = new Set<number>();
  #next: number;
  #last = Number.POSITIVE_INFINITY;

  constructor(request: PagesRequest<Content>, signal: AbortSignal) {
    this.#request = request;
    this.#asking = { ...request, context: { ...request.context, signal } };
    this.#share = request.window.most;
    this.#next = request.fromPage;
  }

  #launch(page: number, maxBodyBytes: number | null): Promise<FetchedPage<Content>> {
    const { window } = this.#request;
    window.inFlight += 1;
    const flight = fetchPage(this.#asking, page, null, maxBodyBytes)
      .then((fetched) => {
        if (fetched.read.kind !== 'records' || fetched.next === undefined) {
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
  async take(page: number): Promise<FetchedPage<Content> | null> {
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

/** Numbered pages. */
async function* numberedPages<Content>(
  request: PagesRequest<Content>,
): AsyncGenerator<RecordsFetched<Content>> {
  const { window, context, query } = request;
  const stop = new AbortController();
  const ahead = new FetchAhead(request, AbortSignal.any([context.signal, stop.signal]));
  try {
    for (let page = request.fromPage; ; page += 1) {
      const fetched = await ahead.take(page);
      if (fetched === null || !hasRecords(fetched, query.shape.results, context.onWarning)) return;
      tellUnnamed(fetched, query, context.onWarning);
      window.widen();
      ahead.fill(page + 1);
      yield fetched;
    }
  } finally {
    stop.abort(new TieoutError('cancelled', 'The sync has ended.'));
    await ahead.settled();
  }
}

/** Pages each of which names the next. */
async function* linkedPages<Content>(
  request: PagesRequest<Content>,
): AsyncGenerator<RecordsFetched<Content>> {
  const { window, context, query } = request;
  let position: PagePosition | undefined = request.fromPosition;
  for (let page = request.fromPage; position !== undefined; page += 1) {
    window.inFlight += 1;
    let fetched: FetchedPage<Content>;
    try {
      fetched = await fetchPage(request, page, position, null);
    } finally {
      window.inFlight -= 1;
    }
    if (!hasRecords(fetched, query.shape.results, context.onWarning)) return;
    tellUnnamed(fetched, query, context.onWarning);
    position = fetched.next;
    yield fetched;
  }
}

/** @throws TieoutError `vendor-*`, `credentials-refused`; the signal's reason on abort. */
export function fetchPages<Content>(request: PagesRequest<Content>): AsyncGenerator<RecordsFetched<Content>> {
  return request.query.shape.paging.style === 'page' ? numberedPages(request) : linkedPages(request);
}
