/** Vendors whose pages name the next one: by a cursor or by a link. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { Home, ofType, SECRET, syncArgs } from '../cli/command.ts';

interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(answer: (url: URL, request: IncomingMessage) => string) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const url = new URL(request.url ?? '/', 'http://vendor.invalid');
    response.setHeader('content-type', 'application/json');
    if (url.pathname === '/oauth2/token') {
      response.end('{"access_token":"a-token-of-the-vendor","token_type":"Bearer","expires_in":3600}');
      return;
    }
    asked.push({ path: `${url.pathname}${url.search}`, authorization: request.headers.authorization });
    response.end(answer(url, request));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const baseUrl = `http://127.0.0.1:${address.port}`;
  return { baseUrl, tokenUrl: `${baseUrl}/oauth2/token`, clientId: 'svc', asked };
}

function profiled(home: Home, paging: object): string {
  const file = join(home.folder, 'vendor.json');
  const settlements = {
    path: '/v3/lines',
    parameters: { start: 'from', end: 'to', page_size: 'limit' },
    paging,
    results: 'data',
  };
  writeFileSync(file, JSON.stringify({ profile: 1, name: 'other', revision: 1, resources: { settlements } }));
  return file;
}

const record = (page: number): string => recordJson({ settlement_id: `"S-${page}"` });

describe('a vendor whose pages name the next one', () => {
  it('is read by its cursors, one page after another, and gone on with after an interruption', async () => {
    const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    let broken = true;
    const vendor = await listen((url) => {
      const page = Number(url.searchParams.get('after')?.replace('c&=', '') ?? 1);
      if (page === 3 && broken) return 'not JSON';
      return JSON.stringify({ data: [JSON.parse(record(page))], more: page < 4 ? `c&=${page + 1}` : null });
    });
    const file = profiled(home, { style: 'cursor', parameter: 'after', next: 'more' });
    const failed = await home.json([...syncArgs(vendor, '2024-03'), '--profile', file], { code: 3 });
    expect(ofType(failed, 'page').map(({ page }) => page)).toEqual([1, 2]);
    broken = false;
    const done = await home.json([...syncArgs(vendor, '2024-03'), '--profile', file]);
    expect(done.code).toBe(0);
    expect(ofType(done, 'page').map(({ page }) => page)).toEqual([3, 4]);
    expect(ofType(done, 'done')).toEqual([expect.objectContaining({ pages: 4, records: 4, added: 4 })]);
    const days = '/v3/lines?from=2024-03-01&to=2024-03-31&limit=1000';
    const asked = vendor.asked.map(({ path }) => path);
    expect(asked[0]).toBe(days);
    expect(asked[1]).toBe(`${days}&after=c%26%3D2`);
    // Page 1 is asked for again at the end, without a cursor.
    expect(asked.at(-1)).toBe(days);
    expect((await home.json(['verify'])).code).toBe(0);
  });

  it('is read by its links, which keep to its origin', async () => {
    const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    const vendor = await listen((url) => {
      const page = Number(url.pathname.split('/')[3] ?? 1);
      return `{"data":[${record(page)}],"next":${page < 3 ? `"/v3/lines/${page + 1}?sig=x%2Fy"` : '""'}}`;
    });
    const file = profiled(home, { style: 'link', next: 'next' });
    const done = await home.json([...syncArgs(vendor, '2024-03'), '--profile', file]);
    expect(ofType(done, 'done')).toEqual([expect.objectContaining({ pages: 3, records: 3 })]);
    expect(vendor.asked.map(({ path }) => path).slice(1, 3)).toEqual([
      '/v3/lines/2?sig=x%2Fy',
      '/v3/lines/3?sig=x%2Fy',
    ]);
  });

  it('is not followed to another origin: the token goes nowhere else', async () => {
    const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    const elsewhere = await listen(() => '{"data":[]}');
    const vendor = await listen(
      () => `{"data":[${record(1)}],"next":"${elsewhere.baseUrl}/v3/lines?page=2"}`,
    );
    const file = profiled(home, { style: 'link', next: 'next' });
    const failed = await home.json([...syncArgs(vendor, '2024-03'), '--profile', file], { code: 3 });
    expect(ofType(failed, 'error')).toEqual([expect.objectContaining({ code: 'vendor-redirect' })]);
    expect(ofType(failed, 'page').map(({ page }) => page)).toEqual([1]);
    expect(elsewhere.asked).toEqual([]);
  });

  it('is read by links that are relative to the resource', async () => {
    const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    const vendor = await listen((url) => {
      const page = Number(url.searchParams.get('page') ?? 1);
      return `{"data":[${record(page)}],"next":${page < 3 ? `"?page=${page + 1}"` : 'null'}}`;
    });
    const file = profiled(home, { style: 'link', next: 'next' });
    const done = await home.json([...syncArgs(vendor, '2024-03'), '--profile', file]);
    expect(ofType(done, 'done')).toEqual([expect.objectContaining({ pages: 3, records: 3 })]);
    expect(vendor.asked.map(({ path }) => path).slice(1, 3)).toEqual([
      '/v3/lines?page=2',
      '/v3/lines?page=3',
    ]);
  });

  it('that promises another without saying where is not taken for one that has ended', async () => {
    const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    const vendor = await listen(() => `{"data":[${record(1)}],"more":{"after":"c2"}}`);
    const file = profiled(home, { style: 'cursor', parameter: 'after', next: 'more' });
    const failed = await home.json([...syncArgs(vendor, '2024-03'), '--profile', file], { code: 3 });
    expect(ofType(failed, 'error')).toEqual([expect.objectContaining({ code: 'vendor-page-shape' })]);
    expect(ofType(failed, 'done')).toEqual([]);
  });

  it.each([
    ['by number', { style: 'page', parameter: 'page', next: 'more' }],
    ['by cursor', { style: 'cursor', parameter: 'after', next: 'more' }],
  ])(
    '%s: a full first page without the member is told as one that may not be the only one',
    async (_, paging) => {
      const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
      const vendor = await listen(() => `{"data":[${record(1)}],"continued":"c2"}`);
      const args = [...syncArgs(vendor, '2024-03'), '--profile', profiled(home, paging)];
      const full = await home.json([...args, '--page-size', '1']);
      expect(ofType(full, 'warning')).toEqual([expect.objectContaining({ code: 'next-page-unnamed' })]);
      expect(ofType(full, 'done')).toEqual([expect.objectContaining({ pages: 1, records: 1 })]);
      const partly = await home.json([...args, '--page-size', '2']);
      expect(ofType(partly, 'warning')).toEqual([]);
    },
  );

  it('that goes round is noticed by the page that comes again', async () => {
    const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    const vendor = await listen((url) => {
      const page = url.searchParams.get('after') === 'b' ? 2 : 1;
      return `{"data":[${record(page)}],"more":"${page === 1 ? 'b' : 'a'}"}`;
    });
    const file = profiled(home, { style: 'cursor', parameter: 'after', next: 'more' });
    const failed = await home.json([...syncArgs(vendor, '2024-03'), '--profile', file], { code: 3 });
    expect(ofType(failed, 'error')).toEqual([expect.objectContaining({ code: 'vendor-loop' })]);
  });
});
