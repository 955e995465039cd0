import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { startVendor, type Vendor, type VendorOptions } from '../../../electron/demo/vendor.ts';
import { fetchToken, isObject, listingUrl, syncLikeTheSeed } from './reference-client.ts';

const started: Vendor[] = [];
async function start(options: Partial<VendorOptions> = {}): Promise<Vendor> {
  const vendor = await startVendor({ month: '2024-03', records: 700, seed: 1, ...options });
  started.push(vendor);
  return vendor;
}
afterEach(() => Promise.all(started.splice(0).map((vendor) => vendor.close())));

const march = { start: '2024-03-01', end: '2024-03-31' };

async function get(vendor: Vendor, query: Record<string, string>, headers = {}, resource = 'settlements') {
  const authorization = `Bearer ${await fetchToken(vendor)}`;
  const dates = { start_date: march.start, end_date: march.end };
  return fetch(listingUrl(vendor, { ...dates, ...query }, resource), {
    headers: { authorization, ...headers },
  });
}

describe('the vendor', () => {
  it('serves the same bytes for the same options and others for another seed', async () => {
    const sync = async (seed: number) =>
      (await syncLikeTheSeed(await start({ seed }), { ...march, pageSize: 100 })).map(({ text }) => text);
    const pages = await sync(1);
    expect(pages).toHaveLength(7);
    expect(await sync(1)).toEqual(pages);
    expect(await sync(2)).not.toEqual(pages);
  });

  it.each([1, 7, 350, 700, 701, 100_000])('serves every record once at page size %i', async (pageSize) => {
    const vendor = await start({ records: pageSize === 1 ? 60 : 700 });
    const expected = pageSize === 1 ? 60 : 700;
    const pages = await syncLikeTheSeed(vendor, { ...march, pageSize });
    expect(pages).toHaveLength(Math.ceil(expected / pageSize));
    expect(pages.flatMap(({ results }) => results)).toHaveLength(expected);
  });

  it('answers a page past the end and another month with no results', async () => {
    const vendor = await start();
    const empty = { results: [], next_page: false };
    expect(await (await get(vendor, { page: '9' })).json()).toEqual(empty);
    expect(await (await get(vendor, { start_date: '2024-05-01', end_date: '2024-05-31' })).json()).toEqual(
      empty,
    );
  });

  it.each([
    ['start_date', '2024-3-1'],
    ['start_date', '2024-02-30'],
    ['start_date', ''],
    ['end_date', '2024-02-29'],
    ['page', '0'],
    ['page', 'one'],
    ['page_size', '0'],
    ['page_size', '100001'],
    ['page_size', '1e3'],
  ])('refuses %s=%s and names the parameter', async (parameter, value) => {
    const answer = await get(await start({ records: 5 }), { [parameter]: value });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_parameter', parameter });
  });

  it('answers 404 elsewhere and 405 to other methods, as JSON', async () => {
    const vendor = await start({ records: 5 });
    const missing = await fetch(`${vendor.baseUrl}/api/v3/settlements`);
    expect([missing.status, missing.headers.get('content-type')]).toEqual([
      404,
      'application/json; charset=utf-8',
    ]);
    expect(await missing.json()).toMatchObject({ error: 'not_found' });
    const posted = await fetch(listingUrl(vendor, {}), { method: 'POST', body: '{}' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it('echoes the correlation id', async () => {
    const vendor = await start({ records: 5 });
    const answer = await get(vendor, {}, { 'x-correlation-id': 'run-17' });
    expect(answer.headers.get('x-correlation-id')).toBe('run-17');
  });

  it('serves trades and curves that its settlements refer to', async () => {
    const vendor = await start({ records: 2000 });
    const list = async (resource: string) => {
      const body: unknown = await (await get(vendor, { page_size: '100000' }, {}, resource)).json();
      if (!isObject(body) || !Array.isArray(body.results)) throw new TypeError(resource);
      return body.results.filter(isObject);
    };
    const [settlements, trades, curves] = [
      await list('settlements'),
      await list('trades'),
      await list('curves'),
    ];
    const ofTrade = new Map(trades.map((trade) => [trade.trade_id, trade]));
    const priceOf = new Map(
      curves.map((point) => [`${point.curve_id} ${point.delivery_start}`, point.price]),
    );
    let priced = 0;
    for (const settlement of settlements) {
      expect(ofTrade.get(settlement.trade_id)?.counterparty).toBe(settlement.counterparty);
      if (typeof settlement.curve_id !== 'string' || settlement.price === null) continue;
      const point = priceOf.get(`${settlement.curve_id} ${settlement.delivery_start}`);
      expect(point).toBeDefined();
      if (Number(point) === Number(settlement.price)) priced += 1;
    }
    expect(priced).toBeGreaterThan(1000);
  });

  it('compresses for a client that accepts gzip, where it was told to', async () => {
    const plain = await (await get(await start(), {}, { 'accept-encoding': 'gzip' })).text();
    const vendor = await start({ gzip: true });
    const zipped = await get(vendor, {}, { 'accept-encoding': 'br, gzip;q=0.5' });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(await zipped.text()).toBe(plain);
    const refused = await get(vendor, {}, { 'accept-encoding': 'gzip;q=0' });
    expect(refused.headers.get('content-encoding')).toBeNull();
  });

  it('holds every answer back by its latency', async () => {
    const vendor = await start({ records: 5, latencyMs: 80 });
    const begun = performance.now();
    await get(vendor, {}); // a token and a page
    expect(performance.now() - begun).toBeGreaterThanOrEqual(155);
  });

  it('counts what it was asked', async () => {
    const vendor = await start({ records: 5 });
    await get(vendor, {});
    await get(vendor, {}, {}, 'curves');
    await fetch(`${vendor.baseUrl}/`);
    expect(vendor.stats()).toEqual({
      requests: { token: 2, settlements: 1, trades: 0, curves: 1, other: 1 },
      faults: {},
      unauthorized: 0,
      tokensIssued: 2,
    });
  });

  it('refuses options that make no sense', async () => {
    await expect(start({ month: 'March' })).rejects.toMatchObject({ code: 'month-invalid' });
    await expect(start({ records: 0 })).rejects.toMatchObject({ code: 'usage' });
    await expect(start({ latencyMs: -1 })).rejects.toMatchObject({ code: 'usage' });
    await expect(start({ port: 99_999 })).rejects.toMatchObject({ code: 'usage' });
    const vendor = await start({ records: 5 });
    const port = Number(new URL(vendor.baseUrl).port);
    await expect(start({ records: 5, port })).rejects.toMatchObject({ code: 'usage', details: { port } });
  });
});

describe('the vendor with TLS', () => {
  it('is trusted by its own authority only, for 127.0.0.1 and localhost', async () => {
    const vendor = await start({ records: 5, tls: true });
    expect(vendor.baseUrl).toMatch(/^https:/);
    const port = new URL(vendor.baseUrl).port;
    const trusting = new Agent({ connect: { ca: vendor.caPem ?? '' } });
    for (const host of ['127.0.0.1', 'localhost']) {
      const answer = await request(`https://${host}:${port}/`, { dispatcher: trusting });
      expect(answer.statusCode).toBe(404);
      await answer.body.dump();
    }
    await trusting.close();
    await expect(fetch(`${vendor.baseUrl}/`)).rejects.toThrow();
  });
});

describe('the vendor with a records file', () => {
  it('serves its lines byte for byte, filtered by month, and no trades or curves', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tieout-vendor-test-'));
    try {
      const path = join(folder, 'records.jsonl');
      const march1 = `{"delivery_start": "2024-03-01T00:00:00-05:00", "timezone":"America/New_York" , "amount":-1417.44580000000000001}`;
      const april1 = march1.replace('03-01', '04-01');
      const unreadable = `{"amount":1E+2}`;
      await writeFile(path, `${march1}\n${april1}\n${unreadable}\n`);
      const vendor = await start({ recordsFile: path });
      const page = async (query: Record<string, string>, resource?: string) =>
        (await get(vendor, query, {}, resource)).text();
      expect(await page({})).toBe(`{"results":[${march1},${unreadable}],"next_page":false}`);
      expect(await page({ page_size: '1' })).toBe(`{"results":[${march1}],"next_page":true}`);
      expect(await page({ start_date: '2024-04-01', end_date: '2024-04-30' })).toBe(
        `{"results":[${april1},${unreadable}],"next_page":false}`,
      );
      expect(await page({}, 'trades')).toBe('{"results":[],"next_page":false}');
      await writeFile(path, '{}\noops\n');
      await expect(start({ recordsFile: path })).rejects.toMatchObject({ code: 'records-file-invalid' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('closing the vendor', () => {
  it('ends idle and waiting connections, frees the port, and may be done twice', async () => {
    const vendor = await start({ records: 5, latencyMs: 60_000 });
    const idle = connect(Number(new URL(vendor.baseUrl).port), '127.0.0.1').on('error', () => {});
    await once(idle, 'connect');
    const idleEnded = once(idle, 'close');
    const waiting = fetch(vendor.tokenUrl, { method: 'POST' }).catch(() => 'ended');
    await Promise.all([vendor.close(), vendor.close()]);
    await vendor.close();
    await idleEnded;
    expect(await waiting).toBe('ended');
    await expect(fetch(vendor.baseUrl)).rejects.toThrow();
  });

  it('leaves nothing that would keep a process alive', async () => {
    const module = new URL('../../../electron/demo/vendor.ts', import.meta.url);
    const script = `
      import { connect } from 'node:net';
      import { startVendor } from ${JSON.stringify(module.href)};
      const vendor = await startVendor({ month: '2024-03', records: 5, seed: 1, latencyMs: 60000, faults: true });
      const idle = connect(Number(new URL(vendor.baseUrl).port), '127.0.0.1');
      idle.on('error', () => {});
      await new Promise((resolve) => idle.once('connect', resolve));
      idle.write('GET /api/v2/settlements HTTP/1.1\\r\\nHost: vendor\\r\\n\\r\\n');
      await new Promise((resolve) => setTimeout(resolve, 100));
      await vendor.close();
      console.log('closed');`;
    const node = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 15_000,
    });
    expect((await node).stdout).toBe('closed\n');
  });
});
