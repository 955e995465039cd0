/** Cancelling ends at once, whatever is being waited for. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { brotliCompressSync, constants } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { paced } from '../../pace.ts';
import { asking, pagesOf, pause } from './support/listing.ts';
import { type Caller, caller } from './support/loop.ts';
import { vendorBench, withTokens } from './support/open-vendor.ts';
import { hang, serve, status } from './support/test-server.ts';

describe('cancelling', () => {
  const cancelled = async (who: Caller, work: Promise<unknown>): Promise<number> => {
    const begun = performance.now();
    who.abort.abort(new Error('cancelled'));
    await expect(work).rejects.toThrow('cancelled');
    return performance.now() - begun;
  };

  it('ends within 200 ms while a page is awaited', async () => {
    const server = await serve(withTokens(hang));
    const bench = vendorBench(server.origin);
    const vendor = bench.open();
    const who = caller();
    const work = pagesOf(asking(bench, vendor, vendor.windows.open(4), who));
    await expect.poll(() => server.seen.length).toBe(2);
    expect(await cancelled(who, work)).toBeLessThan(paced(200));
  });

  it('ends within 200 ms in a backoff', async () => {
    const server = await serve(withTokens(status(429, { 'retry-after': '100' })));
    const bench = vendorBench(server.origin);
    bench.clock.holdSleeps();
    const vendor = bench.open();
    const who = caller();
    const work = pagesOf(asking(bench, vendor, vendor.windows.open(4), who));
    await expect.poll(() => bench.clock.sleeps).toEqual([100_000]);
    expect(await cancelled(who, work)).toBeLessThan(paced(200));
  });

  it('ends within 200 ms while it waits for a slot, and what was queued is never sent', async () => {
    const server = await serve(withTokens(hang));
    const bench = vendorBench(server.origin);
    const vendor = bench.open({}, { transport: { connections: 1 } });
    const url = new URL(`${server.origin}/page`);
    const first = vendor.client.get(url, caller().context);
    first.catch(() => {});
    await expect.poll(() => server.seen.length).toBe(2);
    const who = caller();
    const work = vendor.client.get(new URL(`${server.origin}/queued`), who.context);
    await pause(20);
    expect(await cancelled(who, work)).toBeLessThan(paced(200));
    await vendor.close();
    expect(server.seen.map((seen) => seen.url.pathname)).toEqual(['/oauth2/token', '/page']);
  });

  it('ends within 200 ms while a token is awaited', async () => {
    const server = await serve(hang);
    const bench = vendorBench(server.origin);
    const vendor = bench.open();
    const who = caller();
    const work = pagesOf(asking(bench, vendor, vendor.windows.open(4), who));
    await expect.poll(() => server.seen.length).toBe(1);
    expect(await cancelled(who, work)).toBeLessThan(paced(200));
  });

  it('ends within 200 ms in the middle of a body', async () => {
    const server = await serve(
      withTokens((response, _seen, request) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const timer = setInterval(() => response.write(' '), 10);
        request.socket.on('close', () => clearInterval(timer));
      }),
    );
    const bench = vendorBench(server.origin);
    const vendor = bench.open();
    const who = caller();
    const work = pagesOf(asking(bench, vendor, vendor.windows.open(4), who));
    await expect.poll(() => server.seen.length).toBe(2);
    await pause(30);
    expect(await cancelled(who, work)).toBeLessThan(paced(200));
  });

  it('ends within 200 ms while a connection is being made', async () => {
    // It takes the connection, and never says a word of TLS.
    const silent = createServer((socket) => socket.on('error', () => {}));
    const accepted = once(silent, 'connection');
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const address = silent.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const bench = vendorBench(`https://127.0.0.1:${port}`);
    const vendor = bench.open();
    const who = caller();
    const work = pagesOf(asking(bench, vendor, vendor.windows.open(4), who));
    await accepted;
    expect(await cancelled(who, work)).toBeLessThan(paced(200));
  });

  it('ends within 200 ms while a large body is being unpacked', async () => {
    const packed = brotliCompressSync(Buffer.alloc(60 * 1024 * 1024, '{"a":1},'), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
    });
    const server = await serve(
      withTokens((response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'br' });
        response.end(packed);
      }),
    );
    const bench = vendorBench(server.origin);
    const vendor = bench.open();
    const who = caller();
    const work = vendor.client.get(new URL(`${server.origin}/page`), who.context);
    await expect.poll(() => server.seen.length, { interval: 1 }).toBe(2);
    await pause(10);
    expect(await cancelled(who, work)).toBeLessThan(paced(200));
  });
});
