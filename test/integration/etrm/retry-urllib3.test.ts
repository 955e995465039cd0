/**
 * Twins of the retry cases of urllib3's `test/with_dummyserver/test_connectionpool.py`, and of those of
 * `test/test_retry.py` that need a connection; those left out: docs/vendor-client.md.
 */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/clock.ts';
import { TieoutError } from '../../../shared/errors.ts';
import { loopRequest, parts, send } from './support/loop.ts';
import { type Answer, closedPort, hang, inTurn, json, reset, serve, status } from './support/test-server.ts';

const ok: Answer = (response) => json(response, { ok: true });
const redirect = (location: string, code = 302): Answer => status(code, { location });
const codeOf = (error: unknown): string => (error instanceof TieoutError ? error.code : String(error));

describe('TestConnectionPool', () => {
  it('test_connection_error_retries: a refused connection is retried, then a connection error', async () => {
    const sent = await send(parts(), loopRequest(`http://127.0.0.1:${await closedPort()}`), { retries: 3 });
    expect(sent.attempts).toHaveLength(4);
    expect(codeOf(sent.error)).toBe('vendor-unreachable');
    expect(sent.error).toMatchObject({ details: { error: 'ECONNREFUSED', attempts: 4 } });
  });

  it('test_bad_connect, test_dns_error: a name that does not resolve is retried, then says so', async () => {
    const sent = await send(parts(), loopRequest('http://badhost.invalid'), { retries: 1 });
    expect(sent.attempts).toHaveLength(2);
    expect(String(sent.error)).toMatch(
      /badhost\.invalid could not be reached after 2 attempts \((ENOTFOUND|EAI_AGAIN)\)/,
    );
  });

  it('test_timeout: each request has its own timeout', async () => {
    const server = await serve((response) => {
      setTimeout(() => json(response, {}), 150);
    });
    const using = parts();
    const short = await send(using, loopRequest(server.origin, { deadlineMs: 50 }), { retries: 0 });
    expect(codeOf(short.error)).toBe('vendor-timeout');
    const long = await send(using, loopRequest(server.origin, { deadlineMs: 5000 }), { retries: 0 });
    expect(long.reply?.status).toBe(200);
  });

  it('test_conn_closed: a connection that timed out is not used again', async () => {
    const server = await serve(inTurn([hang, ok]));
    const sent = await send(parts(), loopRequest(server.origin, { deadlineMs: 50 }));
    expect(sent.reply?.status).toBe(200);
    expect(server.connections).toBe(2);
  });

  it('test_keepalive: connections are used again, one request after another', async () => {
    const server = await serve(ok);
    const using = parts();
    for (let at = 0; at < 10; at += 1) await send(using, loopRequest(server.origin));
    // The pool may open a second where the first is only just done.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it('test_redirect, test_303_redirect: within the origin a GET follows', async () => {
    const server = await serve((response, seen, request) =>
      (seen.url.pathname === '/end' ? ok : redirect('/end', 303))(response, seen, request),
    );
    const sent = await send(parts(), loopRequest(`${server.origin}/start`));
    expect(sent.reply?.status).toBe(200);
    expect(server.seen.map(({ url }) => url.pathname)).toEqual(['/start', '/end']);
    expect(sent.attempts).toHaveLength(1);
  });

  it('test_partial_response: part of a body is never handed on', async () => {
    const server = await serve((response, _seen, request) => {
      response.writeHead(200, { 'content-length': '15' });
      response.write('Partial ', () => request.socket.destroy());
    });
    const sent = await send(parts(), loopRequest(server.origin), { retries: 0 });
    expect(sent.reply).toBeNull();
    expect(codeOf(sent.error)).toBe('vendor-unreachable');
  });

  it('test_bad_decode: a body that is not what its encoding says fails', async () => {
    for (const encoding of ['gzip', 'deflate', 'br', 'zstd']) {
      const server = await serve((response) => {
        response.writeHead(200, { 'content-encoding': encoding }).end('garbage');
      });
      const sent = await send(parts(), loopRequest(server.origin), { retries: 0 });
      expect(codeOf(sent.error)).toBe('vendor-unreachable');
      expect(sent.attempts[0]?.error).toBe('BODY_CUT');
      expect(String(sent.error)).toMatch(/The answer of 127\.0\.0\.1:\d+ came cut or damaged \(BODY_CUT\)/);
    }
  });
});

describe('TestRetry', () => {
  it('test_max_retry: a redirect without end is given up, and costs no retry', async () => {
    const server = await serve(redirect('/again'));
    const sent = await send(parts(), loopRequest(server.origin));
    expect(codeOf(sent.error)).toBe('vendor-redirect');
    expect(server.seen).toHaveLength(6);
    expect(sent.attempts).toHaveLength(1);
  });

  it('test_disabled_retry: with no retries one attempt is made', async () => {
    const sent = await send(parts(), loopRequest('http://thishostdoesnotexist.invalid'), { retries: 0 });
    expect(sent.attempts).toHaveLength(1);
    expect(codeOf(sent.error)).toBe('vendor-unreachable');
  });

  it('test_read_retries, test_read_total_retries: a listed status is retried', async () => {
    const server = await serve(inTurn([status(418), ok]));
    const sent = await send(parts(), loopRequest(server.origin), { retries: 1, statuses: new Set([418]) });
    expect(sent.reply?.status).toBe(200);
  });

  it('test_retries_wrong_forcelist: another is returned', async () => {
    const server = await serve(inTurn([status(418), ok]));
    const sent = await send(parts(), loopRequest(server.origin), { retries: 1, statuses: new Set([202]) });
    expect(sent.reply?.status).toBe(418);
  });

  it('test_default_method_forcelist_retried: OPTIONS is', async () => {
    const server = await serve(inTurn([status(418), ok]));
    const sent = await send(parts(), loopRequest(server.origin, { method: 'OPTIONS' }), {
      retries: 1,
      statuses: new Set([418]),
    });
    expect(sent.reply?.status).toBe(200);
  });

  it('test_retries_wrong_method_list: a method that is not allowed is not, even if the status is listed', async () => {
    const server = await serve(inTurn([status(418), ok]));
    const sent = await send(parts(), loopRequest(server.origin), {
      statuses: new Set([418]),
      methods: new Set(['POST']),
    });
    expect(sent.reply?.status).toBe(418);
  });

  it('test_read_retries_unsuccessful: a status that nobody listed is returned', async () => {
    const server = await serve(status(418));
    const sent = await send(parts(), loopRequest(server.origin), { retries: 1 });
    expect(sent.reply?.status).toBe(418);
    expect(server.seen).toHaveLength(1);
  });

  it('test_retry_reuse_safe: each request has the whole budget', async () => {
    const policy = { retries: 1, statuses: new Set([418]) };
    const server = await serve(inTurn([status(418), ok, status(418), ok]));
    const using = parts();
    expect((await send(using, loopRequest(server.origin), policy)).reply?.status).toBe(200);
    expect((await send(using, loopRequest(server.origin), policy)).reply?.status).toBe(200);
  });

  it('test_retry_return_in_response, test_history: the attempts are told, in order', async () => {
    const server = await serve(inTurn([reset, status(502), ok]));
    const sent = await send(parts(), loopRequest(`${server.origin}/test?page=1`));
    expect(sent.reply?.attempts).toBe(3);
    expect(sent.attempts).toMatchObject([
      { method: 'GET', url: `${server.origin}/test?page=1`, attempt: 1, status: null, reason: 'backoff' },
      { attempt: 2, status: 502, error: null, delay_ms: 3000 },
      { attempt: 3, status: 200, error: null, delay_ms: null, reason: null },
    ]);
    expect(sent.retries.map(({ attempt, delay_ms }) => [attempt, delay_ms])).toEqual([
      [1, 0],
      [2, 3000],
    ]);
  });

  it('test_multi_redirect_history: redirects of every kind, to the end', async () => {
    const codes = [303, 302, 301, 307, 308];
    const server = await serve((response, seen, request) => {
      const left = Number(seen.url.searchParams.get('left') ?? codes.length);
      const code = codes[codes.length - left];
      (code === undefined ? ok : redirect(`/multi?left=${left - 1}`, code))(response, seen, request);
    });
    const sent = await send(parts(), loopRequest(`${server.origin}/multi`));
    expect(sent.reply?.status).toBe(200);
    expect(server.seen).toHaveLength(6);
  });

  it('test_error_message: says what was the matter the last time', async () => {
    const server = await serve(hang);
    const timedOut = await send(parts(), loopRequest(server.origin, { deadlineMs: 40 }), { retries: 0 });
    expect(String(timedOut.error)).toMatch(/did not answer in time \(DEADLINE\)/);
    const busy = await serve(status(502));
    const answered = await send(parts(), loopRequest(busy.origin), { retries: 1 });
    expect(String(answered.error)).toMatch(/answered 502 to the last of 2 attempts in a row/);
  });

  it('test_sleep: the real clock sleeps', async () => {
    const begun = performance.now();
    await systemClock.sleep(20);
    expect(performance.now() - begun).toBeGreaterThan(15);
  });

  it('test_backoff_reset_after_redirect: a redirect is no failure and takes no part in the backoff', async () => {
    const server = await serve(inTurn([status(502), redirect('/b'), status(502), redirect('/c'), ok]));
    const sent = await send(parts(), loopRequest(`${server.origin}/a`));
    expect(sent.reply?.status).toBe(200);
    expect(sent.sleeps).toEqual([0, 3]);
  });

  it('test_retry_default_remove_headers_on_redirect: nothing at all is sent to another origin', async () => {
    const other = await serve(ok);
    for (const location of [`${other.origin}/in`, `//127.0.0.1:${other.port}/in`]) {
      const server = await serve(redirect(location));
      const headers = async (): Promise<Record<string, string>> => ({
        authorization: 'Bearer secret-token',
        cookie: 'a=b',
        'x-api-secret': 'c',
      });
      const sent = await send(parts(), loopRequest(server.origin, { headers }));
      expect(codeOf(sent.error)).toBe('vendor-redirect');
    }
    expect(other.seen).toHaveLength(0);
  });
});

describe('TestRetryAfter', () => {
  it('test_retry_after: 429 and 503 are waited for, a status that is not retried is not', async () => {
    for (const code of [429, 503]) {
      const server = await serve(inTurn([status(code, { 'retry-after': '1' }), ok]));
      const sent = await send(parts(), loopRequest(server.origin));
      expect([sent.reply?.status, sent.sleeps]).toEqual([200, [1]]);
    }
    const teapot = await serve(status(418, { 'retry-after': '1' }));
    expect((await send(parts(), loopRequest(teapot.origin))).reply?.status).toBe(418);
  });
});

describe('TestFileBodiesOnRetryOrRedirect, where ours is stricter', () => {
  it('test_retries_put_filehandle: a PUT is not sent twice', async () => {
    const server = await serve(inTurn([status(502), ok]));
    const sent = await send(parts(), loopRequest(server.origin, { method: 'PUT', body: 'A'.repeat(65_535) }));
    expect(sent.reply?.status).toBe(502);
    expect(server.seen).toHaveLength(1);
  });

  it('test_retries_put_filehandle: with a key that the vendor heeds it is, body and key unchanged', async () => {
    const server = await serve(inTurn([reset, status(502), ok]));
    const body = 'A'.repeat(65_535);
    const sent = await send(
      parts(),
      loopRequest(server.origin, { method: 'PUT', body, idempotencyKey: 'booking-7' }),
      { idempotencyKeys: true },
    );
    expect(sent.reply?.status).toBe(200);
    expect(server.seen.map((seen) => seen.headers['idempotency-key'])).toEqual(Array(3).fill('booking-7'));
    expect(server.seen.slice(1).every((seen) => seen.body === body)).toBe(true);
  });

  it('the key alone, without the connection’s word for it, does not make a POST repeatable', async () => {
    const server = await serve(inTurn([reset, ok]));
    const sent = await send(
      parts(),
      loopRequest(server.origin, { method: 'POST', body: 'a=1', idempotencyKey: 'booking-7' }),
    );
    expect(codeOf(sent.error)).toBe('vendor-unreachable');
    expect(server.seen).toHaveLength(1);
  });

  it('test_redirect_put_file: a redirected PUT is returned, not sent on', async () => {
    const server = await serve(redirect('/echo', 307));
    const sent = await send(parts(), loopRequest(server.origin, { method: 'PUT', body: 'A' }));
    expect(sent.reply?.status).toBe(307);
    expect(server.seen).toHaveLength(1);
  });
});

describe('TestRetryPoolSize, TestRedirectPoolSize', () => {
  it('test_pool_size_retry: a retry takes the same connection', async () => {
    const server = await serve(inTurn([status(502), status(502), ok]));
    await send(parts(), loopRequest(server.origin));
    expect([server.seen.length, server.connections]).toEqual([3, 1]);
  });

  it('test_pool_size_redirect: a chain of redirects leaves no connection stalled behind it', async () => {
    const server = await serve(inTurn([redirect('/b'), redirect('/c'), redirect('/d'), redirect('/e'), ok]));
    await send(parts({ connections: 1 }), loopRequest(server.origin));
    expect(server.seen).toHaveLength(5);
    expect(server.connections).toBeLessThanOrEqual(2);
  });
});
