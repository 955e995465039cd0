import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVendor, type Vendor } from '../../../electron/demo/vendor.ts';
import { fetchToken, listingUrl } from './reference-client.ts';

let vendor: Vendor;
beforeAll(async () => {
  vendor = await startVendor({
    month: '2024-03',
    records: 20,
    seed: 1,
    clientSecret: 'pa:ss wörd&+%',
    tokenLifetimeS: 0.3,
  });
});
afterAll(() => vendor.close());

const good = { grant_type: 'client_credentials', client_id: 'svc_settlement_sync' };

async function ask(form: Record<string, string> | string, headers: Record<string, string> = {}) {
  const answer = await fetch(vendor.tokenUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  });
  const body: unknown = await answer.json();
  return { status: answer.status, headers: answer.headers, body };
}

function basic(id: string, secret: string): string {
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`;
}

describe('the token endpoint', () => {
  it('grants a bearer token for client_secret_post', async () => {
    const answer = await ask({ ...good, client_secret: vendor.clientSecret, scope: 'trade:read' });
    expect(answer).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer', expires_in: 0.3, scope: 'trade:read', access_token: expect.any(String) },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('grants one for client_secret_basic, form-encoded as RFC 6749 asks', async () => {
    const answer = await ask(
      { grant_type: 'client_credentials' },
      { authorization: basic('svc_settlement_sync', vendor.clientSecret) },
    );
    expect(answer).toMatchObject({ status: 200, body: { scope: 'trade:read settlement:write' } });
  });

  it.each([
    ['a wrong secret', { ...good, client_secret: 'wrong' }, {}, 401, 'invalid_client'],
    [
      'an unknown client',
      { ...good, client_id: 'x', client_secret: 'pa:ss wörd&+%' },
      {},
      401,
      'invalid_client',
    ],
    ['no secret', good, {}, 401, 'invalid_client'],
    [
      'a wrong secret in Basic',
      good,
      { authorization: basic('svc_settlement_sync', 'no') },
      401,
      'invalid_client',
    ],
    ['malformed Basic', good, { authorization: 'Basic %%%' }, 401, 'invalid_client'],
    [
      'no grant type',
      { client_id: good.client_id, client_secret: 'pa:ss wörd&+%' },
      {},
      400,
      'invalid_request',
    ],
    [
      'another grant type',
      { ...good, grant_type: 'password', client_secret: 'pa:ss wörd&+%' },
      {},
      400,
      'unsupported_grant_type',
    ],
    [
      'too wide a scope',
      { ...good, client_secret: 'pa:ss wörd&+%', scope: 'admin' },
      {},
      400,
      'invalid_scope',
    ],
    [
      'a repeated parameter',
      'grant_type=client_credentials&grant_type=client_credentials',
      {},
      400,
      'invalid_request',
    ],
    ['a JSON body', '{}', { 'content-type': 'application/json' }, 400, 'invalid_request'],
    ['a huge body', `a=${'x'.repeat(70_000)}`, {}, 413, 'invalid_request'],
  ])('refuses %s', async (_, form, headers, status, error) => {
    expect(await ask(form, headers)).toMatchObject({
      status,
      body: { error, error_description: expect.any(String) },
    });
  });

  it('refuses two ways of authentication at once, and names the scheme where Basic fails', async () => {
    const both = await ask(
      { ...good, client_secret: vendor.clientSecret },
      { authorization: basic('svc_settlement_sync', vendor.clientSecret) },
    );
    expect(both).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const failed = await ask(good, { authorization: basic('svc_settlement_sync', 'no') });
    expect(failed.headers.get('www-authenticate')).toMatch(/^Basic /);
  });

  it('takes POST only', async () => {
    expect((await fetch(vendor.tokenUrl)).status).toBe(405);
  });
});

describe('the bearer token', () => {
  const march = { start_date: '2024-03-01', end_date: '2024-03-31' };
  const get = (authorization?: string) =>
    fetch(listingUrl(vendor, march), { headers: authorization === undefined ? {} : { authorization } });

  it('is required', async () => {
    for (const authorization of [undefined, 'Bearer nonsense', 'Basic abc']) {
      const answer = await get(authorization);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
      expect(await answer.json()).toMatchObject({ error: 'invalid_token' });
    }
  });

  it('serves until it expires', async () => {
    const token = await fetchToken(vendor);
    expect((await get(`Bearer ${token}`)).status).toBe(200);
    expect((await get(`bearer ${token}`)).status).toBe(200);
    await wait(400);
    expect((await get(`Bearer ${token}`)).status).toBe(401);
  });
});
