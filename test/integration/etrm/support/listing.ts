/** A vendor's listing of pages, and a reader of it. */
import { decodeBody } from '../../../../electron/etrm/canonical/charset.ts';
import { readPage } from '../../../../electron/etrm/canonical/page.ts';
import type { FetchWindow } from '../../../../electron/etrm/fetch-window.ts';
import type { PageRead } from '../../../../electron/etrm/page-read.ts';
import { seedShape } from '../../../../electron/etrm/page-shape.ts';
import { fetchPages, type PagesRequest, type RecordsFetched } from '../../../../electron/etrm/pages.ts';
import type { Caller } from './loop.ts';
import { type VendorBench, withTokens } from './open-vendor.ts';
import { pageBody } from './settlements.ts';
import { type Answer, json, type Seen } from './test-server.ts';

export const pageOf = (seen: Seen): number => Number(seen.url.searchParams.get('page'));
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** `pages` pages, and how many of them were under way at once. */
export function listing(pages: number, delay: (page: number) => number, first: Answer | null = null) {
  const asked: number[] = [];
  const counts = { now: 0, most: 0, asked };
  const answer: Answer = withTokens(async (response, seen, request) => {
    const page = pageOf(seen);
    counts.asked.push(page);
    counts.now += 1;
    counts.most = Math.max(counts.most, counts.now);
    await pause(delay(page));
    counts.now -= 1;
    const odd = first !== null && counts.asked.filter((each) => each === page).length === 1;
    if (odd && page === 6) return first(response, seen, request);
    if (page > pages) return json(response, { results: [], next_page: false });
    json(response, pageBody(page, pages));
  });
  return { answer, counts };
}

/** Reads a page for its hash alone. */
async function readBare(
  _page: number,
  body: Uint8Array,
  contentType: string | null,
): Promise<PageRead<null>> {
  const { utf8, charset, replaced } = decodeBody(body, contentType);
  const reading = readPage(utf8);
  const base = { bytes: body.length, charset, replaced, next: reading.next };
  switch (reading.kind) {
    case 'records':
      return {
        ...base,
        kind: 'records',
        pageSha256: reading.pageSha256,
        records: reading.records.length / 2,
        content: null,
      };
    case 'empty':
      return { ...base, kind: 'empty', pageSha256: reading.pageSha256 };
    case 'not-an-array':
      return { ...base, kind: 'not-an-array', pageSha256: reading.pageSha256, seen: reading.seen };
  }
}

export function asking(
  bench: VendorBench,
  vendor: ReturnType<VendorBench['open']>,
  window: FetchWindow,
  who: Caller,
): PagesRequest<null> {
  return {
    client: vendor.client,
    clock: bench.clock,
    query: {
      base: vendor.base,
      shape: seedShape('settlements'),
      startDate: '2024-03-01',
      endDate: '2024-03-31',
      pageSize: 2,
    },
    context: who.context,
    fromPage: 1,
    fromPosition: null,
    readBody: readBare,
    window,
  };
}

export async function pagesOf(
  request: PagesRequest<null>,
  each: (page: RecordsFetched<null>) => unknown = () => {},
): Promise<number[]> {
  const numbers: number[] = [];
  for await (const page of fetchPages(request)) {
    await each(page);
    numbers.push(page.page);
  }
  return numbers;
}

export const counted = (pages: number): number[] => Array.from({ length: pages }, (_, at) => at + 1);
