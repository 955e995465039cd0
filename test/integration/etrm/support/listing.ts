/** A vendor's listing of pages, and a reader of it. */
import type { FetchWindow } from '../../../../electron/etrm/fetch-window.ts';
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

export function asking(
  bench: VendorBench,
  vendor: ReturnType<VendorBench['open']>,
  window: FetchWindow,
  who: Caller,
): PagesRequest {
  return {
    client: vendor.client,
    clock: bench.clock,
    query: {
      base: vendor.base,
      resource: 'settlements',
      startDate: '2024-03-01',
      endDate: '2024-03-31',
      pageSize: 2,
    },
    context: who.context,
    fromPage: 1,
    window,
  };
}

export async function pagesOf(
  request: PagesRequest,
  each: (page: RecordsFetched) => unknown = () => {},
): Promise<number[]> {
  const numbers: number[] = [];
  for await (const page of fetchPages(request)) {
    await each(page);
    numbers.push(page.page);
  }
  return numbers;
}

export const counted = (pages: number): number[] => Array.from({ length: pages }, (_, at) => at + 1);
