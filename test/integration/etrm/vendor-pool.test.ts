/** Several months or resources at once: one token, one pool of connections, one set of limits. */
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../electron/credentials/secret.ts';
import { vendorSettings } from '../../../electron/etrm/vendor-settings.ts';
import { asking, counted, listing, pagesOf } from './support/listing.ts';
import { caller, NO_PROXY } from './support/loop.ts';
import { sourceOf, vendorBench, withTokens } from './support/open-vendor.ts';
import { json, serve, status } from './support/test-server.ts';

describe('several readers of one vendor', () => {
  it('share its token, its connections and its limits', async () => {
    const { answer, counts } = listing(15, () => 8);
    const server = await serve(answer);
    const bench = vendorBench(server.origin);
    const limits = { transport: { connections: 3 } };
    const vendors = [bench.open({}, limits), bench.open({}, limits), bench.open({}, limits)];
    expect(bench.pool.size).toBe(1);
    const readers = vendors.map((vendor, at) =>
      pagesOf(asking(bench, vendor, vendor.windows.open(4), caller(`run-${at}`))),
    );
    expect(await Promise.all(readers)).toEqual([counted(15), counted(15), counted(15)]);
    expect(server.seen.filter(({ url }) => url.pathname === '/oauth2/token')).toHaveLength(1);
    expect(counts.most).toBe(3);
    // One more for tokens.
    expect(server.connections).toBeLessThanOrEqual(4);
  });

  it('a 429 to one slows all of them', async () => {
    const server = await serve(withTokens(status(429)));
    const bench = vendorBench(server.origin);
    const [mine, theirs] = [bench.open(), bench.open()];
    const windows = [mine.windows.open(4), theirs.windows.open(4)];
    for (let at = 0; at < 3; at += 1) for (const window of windows) window.widen();
    const url = new URL(`${server.origin}/page`);
    bench.clock.holdSleeps();
    const who = caller();
    const asked = mine.client.get(url, who.context);
    await expect.poll(() => bench.clock.sleeps.length).toBe(1);
    expect(windows.map(({ size }) => size)).toEqual([2, 2]);
    who.abort.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });

  it('is closed by the last of them, and opened anew after that', async () => {
    const server = await serve(withTokens((response) => json(response, { ok: true })));
    const bench = vendorBench(server.origin);
    const [one, two] = [bench.open(), bench.open()];
    const url = new URL(`${server.origin}/page`);
    await one.close();
    await one.close();
    expect(bench.pool.size).toBe(1);
    expect((await two.client.get(url, caller().context)).status).toBe(200);
    await two.close();
    expect(bench.pool.size).toBe(0);
    await expect(two.client.get(url, caller().context)).rejects.toThrow();
    expect((await bench.open().client.get(url, caller().context)).status).toBe(200);
  });

  it('is another for another client, scope, CA, secret or setting', () => {
    const bench = vendorBench('http://127.0.0.1:1');
    bench.open();
    bench.open();
    expect(bench.pool.size).toBe(1);
    bench.open({ clientId: 'another' });
    bench.open({ scope: 'trade:read' });
    bench.open({ tokenUrl: 'http://127.0.0.1:2/token' });
    bench.open({}, { retry: { backoffFactorS: 3 } });
    bench.open({}, { retry: { statuses: new Set([429]) } });
    expect(bench.pool.size).toBe(6);
    const settings = vendorSettings({ transport: { proxy: NO_PROXY } });
    bench.pool.open(sourceOf('http://127.0.0.1:1'), new Secret('a new secret'), settings);
    expect(bench.pool.size).toBe(7);
  });
});
