/** Point 5 on tokens: what a 401 and a 403 do, and where a token may be sent. */
import { describe, expect, it } from 'vitest';
import { TieoutError } from '../../../shared/errors.ts';
import { caller } from './support/loop.ts';
import { vendorBench, withTokens } from './support/open-vendor.ts';
import { type Answer, json, reset, type Seen, serve, type TestServer } from './support/test-server.ts';

const bearer = (seen: Seen): string => seen.headers.authorization?.slice('Bearer '.length) ?? '';
const unauthorised: Answer = (response) =>
  json(response, { error: 'invalid_token', error_description: 'The token expired' }, 401);

/** Serves pages to the tokens that are good. */
function vendorOf(good: (token: string) => boolean): Answer {
  return withTokens((response, seen, request) =>
    good(bearer(seen)) ? json(response, { ok: true }) : unauthorised(response, seen, request),
  );
}
const tokensAsked = (server: TestServer): number =>
  server.seen.filter(({ url }) => url.pathname === '/oauth2/token').length;
const pagesAsked = (server: TestServer): string[] =>
  server.seen.filter(({ url }) => url.pathname !== '/oauth2/token').map(bearer);
const thrown = async (work: Promise<unknown>): Promise<TieoutError> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof TieoutError) return error;
  throw new Error(`no TieoutError but ${String(error)}`);
};

describe('a 401', () => {
  it('renews once and replays once', async () => {
    let revoked = false;
    const server = await serve(vendorOf((token) => token !== 'token-1' || !revoked));
    const { client } = vendorBench(server.origin).open();
    const url = new URL(`${server.origin}/page`);
    await client.get(url, caller().context);
    revoked = true;
    const { context, heard } = caller();
    const reply = await client.get(url, context);
    expect(reply.status).toBe(200);
    expect(reply.attempts).toBe(2);
    expect(pagesAsked(server)).toEqual(['token-1', 'token-1', 'token-2']);
    expect(tokensAsked(server)).toBe(2);
    // The attempts of the page, with the renewal's between them.
    expect(heard.attempts.map(({ method, attempt, status }) => [method, attempt, status])).toEqual([
      ['GET', 1, 401],
      ['POST', 1, 200],
      ['GET', 2, 200],
    ]);
  });

  it('for ever: fails after the one replay with the server’s own words', async () => {
    let refusing = false;
    const server = await serve(vendorOf(() => !refusing));
    const { client } = vendorBench(server.origin).open();
    const url = new URL(`${server.origin}/page`);
    await client.get(url, caller().context);
    refusing = true;
    const error = await thrown(client.get(url, caller().context));
    expect(error.code).toBe('credentials-refused');
    expect(error.message).toContain('status 401, invalid_token: The token expired');
    expect(pagesAsked(server)).toEqual(['token-1', 'token-1', 'token-2']);
  });

  it('to a token fetched for this very request: fails at once, no renewal', async () => {
    const server = await serve(vendorOf(() => false));
    const { client } = vendorBench(server.origin).open();
    const error = await thrown(client.get(new URL(`${server.origin}/page`), caller().context));
    expect(error.code).toBe('credentials-refused');
    expect([tokensAsked(server), pagesAsked(server).length]).toEqual([1, 1]);
  });

  it('to a token that another caller has replaced: no renewal, the new one is used', async () => {
    let revoked = false;
    const late = Promise.withResolvers<void>();
    const server = await serve(
      withTokens(async (response, seen, request) => {
        if (seen.url.pathname === '/slow' && bearer(seen) === 'token-1') await late.promise;
        if (revoked && bearer(seen) === 'token-1') return unauthorised(response, seen, request);
        json(response, { ok: true });
      }),
    );
    const { client } = vendorBench(server.origin).open();
    await client.get(new URL(`${server.origin}/page`), caller().context);
    const slow = client.get(new URL(`${server.origin}/slow`), caller().context);
    await expect.poll(() => server.seen.some(({ url }) => url.pathname === '/slow')).toBe(true);
    revoked = true;
    await client.get(new URL(`${server.origin}/page`), caller().context);
    late.resolve();
    expect((await slow).status).toBe(200);
    expect(tokensAsked(server)).toBe(2);
  });

  it('to many at once: one renewal for them all', async () => {
    let revoked = false;
    const server = await serve(vendorOf((token) => token !== 'token-1' || !revoked));
    const { client } = vendorBench(server.origin).open();
    const url = new URL(`${server.origin}/page`);
    await client.get(url, caller().context);
    revoked = true;
    const replies = await Promise.all(Array.from({ length: 12 }, () => client.get(url, caller().context)));
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    expect(tokensAsked(server)).toBe(2);
  });

  it('to a POST: is not replayed', async () => {
    let refusing = false;
    const server = await serve(vendorOf(() => !refusing));
    const { client } = vendorBench(server.origin).open();
    const url = new URL(`${server.origin}/bookings`);
    await client.get(url, caller().context);
    refusing = true;
    const post = { method: 'POST', url, body: '{}', contentType: 'application/json' } as const;
    const error = await thrown(
      client.send({ ...post, idempotencyKey: null, maxBodyBytes: null }, caller().context),
    );
    expect(error.code).toBe('credentials-refused');
    expect(
      server.seen.filter(({ method, url: at }) => method === 'POST' && at.pathname === '/bookings'),
    ).toHaveLength(1);
  });

  it('after a retry of the same request: the token of the moment counts', async () => {
    const server = await serve(
      withTokens((response, seen, request) => {
        if (seen.index === 1) return reset(response, seen, request);
        if (bearer(seen) === 'token-1') return unauthorised(response, seen, request);
        json(response, { ok: true });
      }),
    );
    const { client } = vendorBench(server.origin).open();
    const reply = await client.get(new URL(`${server.origin}/page`), caller().context);
    expect([reply.status, reply.attempts]).toEqual([200, 3]);
    expect(tokensAsked(server)).toBe(2);
  });
});

describe('a 403', () => {
  it('insufficient_scope never renews', async () => {
    const server = await serve(
      withTokens((response) => {
        response.writeHead(403, {
          'www-authenticate':
            'Bearer realm="etrm", error="insufficient_scope", error_description="needs settlement:write"',
        });
        response.end();
      }),
    );
    const { client } = vendorBench(server.origin).open();
    const error = await thrown(client.get(new URL(`${server.origin}/page`), caller().context));
    expect(error.code).toBe('credentials-refused');
    expect(error.message).toContain('status 403, insufficient_scope: needs settlement:write');
    expect([tokensAsked(server), pagesAsked(server).length]).toEqual([1, 1]);
  });
});

describe('the token', () => {
  it('is resolved at the moment of sending: a retry takes one that was renewed meanwhile', async () => {
    const server = await serve(
      withTokens((response, seen, request) => {
        if (seen.index < 4) return reset(response, seen, request);
        json(response, { ok: true });
      }),
    );
    const { client } = vendorBench(server.origin).open(
      {},
      { retry: { backoffFactorS: 600, maxBackoffMs: 3_600_000 } },
    );
    await client.get(new URL(`${server.origin}/page`), caller().context);
    // The waits, 0, 20 and 40 min, carry the clock past the first token's life.
    expect(pagesAsked(server)).toEqual(['token-1', 'token-1', 'token-1', 'token-2']);
  });

  it('is resolved after the wait for a slot, not before', async () => {
    const held = Promise.withResolvers<void>();
    const server = await serve(
      withTokens(async (response, seen) => {
        if (seen.url.pathname === '/first') await held.promise;
        json(response, { ok: true });
      }),
    );
    const bench = vendorBench(server.origin);
    const { client } = bench.open({}, { transport: { connections: 1 } });
    const first = client.get(new URL(`${server.origin}/first`), caller().context);
    await expect.poll(() => server.seen.some(({ url }) => url.pathname === '/first')).toBe(true);
    const second = client.get(new URL(`${server.origin}/second`), caller().context);
    bench.clock.advance(3_700_000);
    held.resolve();
    await Promise.all([first, second]);
    expect(pagesAsked(server)).toEqual(['token-1', 'token-2']);
  });

  it('never goes to another origin, whatever address a vendor’s link would name', async () => {
    const other = await serve((response) => json(response, {}));
    const server = await serve(withTokens((response) => json(response, { ok: true })));
    const { client } = vendorBench(server.origin).open();
    for (const link of [
      `${other.origin}/api/v2/settlements?page=2`,
      'https://127.0.0.1/next',
      'http://localhost/x',
    ]) {
      const error = await thrown(client.get(new URL(link), caller().context));
      expect(error.code).toBe('vendor-redirect');
    }
    expect([other.seen.length, server.seen.length]).toEqual([0, 0]);
  });

  it('does not follow a redirect across origins', async () => {
    const other = await serve((response) => json(response, {}));
    const server = await serve(
      withTokens((response) => {
        response.writeHead(302, { location: `${other.origin}/?access_token=stolen` }).end();
      }),
    );
    const { client } = vendorBench(server.origin).open();
    const error = await thrown(client.get(new URL(`${server.origin}/page`), caller().context));
    expect(error.code).toBe('vendor-redirect');
    expect(error.message).not.toContain('stolen');
    expect(other.seen).toHaveLength(0);
  });
});
