/** Pages fetched ahead: in order, within a window, in bounded memory. */
import { describe, expect, it } from 'vitest';
import { fetchPages } from '../../../electron/etrm/pages.ts';
import { asking, counted, listing, pageOf, pagesOf, pause } from './support/listing.ts';
import { caller } from './support/loop.ts';
import { vendorBench, withTokens } from './support/open-vendor.ts';
import { json, serve, status } from './support/test-server.ts';

describe('pages fetched ahead', () => {
  it('come in order, whichever arrives first, four at once by default', async () => {
    const { answer, counts } = listing(20, (page) => (page % 3 === 0 ? 25 : 5));
    const server = await serve(answer);
    const bench = vendorBench(server.origin);
    const vendor = bench.open();
    expect(await pagesOf(asking(bench, vendor, vendor.windows.open(4), caller()))).toEqual(counted(20));
    expect(counts.most).toBe(4);
  });

  it('a window of one asks for one after another', async () => {
    const { answer, counts } = listing(5, () => 3);
    const server = await serve(answer);
    const bench = vendorBench(server.origin);
    const vendor = bench.open();
    await pagesOf(asking(bench, vendor, vendor.windows.open(1), caller()));
    expect(counts).toMatchObject({ most: 1, asked: counted(5) });
  });

  it('are no more than the window while nobody takes them', async () => {
    const { answer, counts } = listing(50, () => 1);
    const server = await serve(answer);
    const bench = vendorBench(server.origin);
    const vendor = bench.open();
    let first = true;
    const taken = await pagesOf(asking(bench, vendor, vendor.windows.open(4), caller()), async ({ page }) => {
      if (page < 10 || !first) return;
      first = false;
      await pause(100);
      // 10 taken, and as many ahead as the window holds.
      expect(Math.max(...counts.asked)).toBeLessThanOrEqual(14);
    });
    expect(taken).toHaveLength(50);
  });

  it('nothing is under way when the reader has stopped', async () => {
    const { answer, counts } = listing(50, () => 30);
    const server = await serve(answer);
    const bench = vendorBench(server.origin);
    const vendor = bench.open();
    const window = vendor.windows.open(4);
    for await (const { page } of fetchPages(asking(bench, vendor, window, caller()))) if (page === 6) break;
    expect(window.inFlight).toBe(0);
    const asked = counts.asked.length;
    await pause(60);
    expect(counts.asked).toHaveLength(asked);
  });

  it('a 429 halves the window, which then widens slowly', async () => {
    const sizes: number[] = [];
    const { answer } = listing(30, () => 2, status(429));
    const server = await serve(answer);
    const bench = vendorBench(server.origin);
    const vendor = bench.open();
    const window = vendor.windows.open(4);
    const pages = await pagesOf(asking(bench, vendor, window, caller()), () => sizes.push(window.size));
    expect(pages).toEqual(counted(30));
    expect(sizes.slice(0, 3)).toEqual([2, 3, 4]);
    expect(Math.min(...sizes.slice(3))).toBe(2);
    expect(sizes.at(-1)).toBe(4);
    // From 2 to 4 takes two pages and then three, not two.
    const low = sizes.indexOf(2, 3);
    expect(sizes.indexOf(4, low) - low).toBeGreaterThanOrEqual(3);
  });
});

describe('memory', () => {
  it('a page ahead of its turn may take its share; a larger one is asked for again in its turn', async () => {
    // 128 MiB over a window of 32 is 4 MiB each.
    const large = JSON.stringify({ results: ['x'.repeat(5 * 1024 * 1024)], next_page: true });
    const server = await serve(
      withTokens((response, seen) => {
        const page = pageOf(seen);
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(page < 5 ? large : JSON.stringify({ results: [page], next_page: page < 40 }));
      }),
    );
    const bench = vendorBench(server.origin);
    const vendor = bench.open();
    const who = caller();
    const bytes: number[] = [];
    const pages = await pagesOf(asking(bench, vendor, vendor.windows.open(32), who), ({ read }) =>
      bytes.push(read.bytes),
    );
    expect(pages).toEqual(counted(40));
    expect(bytes.slice(0, 4)).toEqual(Array(4).fill(large.length));
    const refused = who.heard.attempts.filter(({ error }) => error === 'BODY_TOO_LARGE');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(4);
  });

  it('a page over the transport’s own limit is asked for once', async () => {
    const server = await serve(
      withTokens((response, seen) => {
        const results = pageOf(seen) === 3 ? ['x'.repeat(100_000)] : [pageOf(seen)];
        json(response, { results, next_page: true });
      }),
    );
    const bench = vendorBench(server.origin);
    const vendor = bench.open({}, { transport: { maxBodyBytes: 50_000 } });
    await expect(pagesOf(asking(bench, vendor, vendor.windows.open(4), caller()))).rejects.toMatchObject({
      code: 'vendor-body-too-large',
    });
    expect(server.seen.filter((seen) => pageOf(seen) === 3)).toHaveLength(1);
  });
});
