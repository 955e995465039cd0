/** The table of the retry policy, row by row, against real servers: what is sent, what is slept, how it ends. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sendByPolicy } from '../../../electron/etrm/policy-loop.ts';
import { SEED_POLICY } from '../../../electron/etrm/retry-policy.ts';
import { TieoutError } from '../../../shared/errors.ts';
import { caller, loopRequest, parts, type Sent, send } from './support/loop.ts';
import { type Answer, closedPort, hang, inTurn, json, reset, serve, status } from './support/test-server.ts';

const ok: Answer = (response) => json(response, { ok: true });
const always = (answer: Answer): Answer => inTurn([answer]);
const after = (times: number, answer: Answer): Answer =>
  inTurn([...Array.from({ length: times }, () => answer), ok]);

/** A whole header, half of the body, and the connection ends. */
const cut: Answer = (response, _seen, request) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('x'.repeat(500), () => request.socket.destroy());
};
const cutChunked: Answer = (response, _seen, request) => {
  response.writeHead(200);
  response.write('x'.repeat(500), () => request.socket.destroy());
};
const cutGzip: Answer = (response) => {
  const whole = gzipSync('y'.repeat(5000));
  response.writeHead(200, { 'content-encoding': 'gzip' });
  response.end(whole.subarray(0, whole.length - 9));
};
const header = (value: string): Record<string, string> => ({ 'retry-after': value });
const date = (ms: number): string => new Date(Date.UTC(2024, 3, 2, 12) + ms).toUTCString();

interface Row {
  readonly name: string;
  readonly method?: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly answer: Answer;
  readonly attempts: number;
  /** Seconds. */
  readonly sleeps: readonly number[];
  /** A status that is returned, or the code of the error. */
  readonly ends: number | string;
  readonly timeoutMs?: number;
}

const ROWS: readonly Row[] = [
  { name: '429 x3, then 200', answer: after(3, status(429)), attempts: 4, sleeps: [0, 3, 6], ends: 200 },
  {
    name: '429 for ever',
    answer: always(status(429)),
    attempts: 5,
    sleeps: [0, 3, 6, 12],
    ends: 'vendor-retries-exhausted',
  },
  ...[502, 504, 520, 521, 522, 523, 524].map(
    (code): Row => ({
      name: `${code}, once`,
      answer: after(1, status(code)),
      attempts: 2,
      sleeps: [0],
      ends: 200,
    }),
  ),
  { name: '500', answer: always(status(500)), attempts: 1, sleeps: [], ends: 500 },
  { name: '503 without the header', answer: always(status(503)), attempts: 1, sleeps: [], ends: 503 },
  { name: '408', answer: always(status(408)), attempts: 1, sleeps: [], ends: 408 },
  {
    name: '503 + Retry-After: 2, once',
    answer: after(1, status(503, header('2'))),
    attempts: 2,
    sleeps: [2],
    ends: 200,
  },
  {
    name: '503 + Retry-After: 2 for ever',
    answer: always(status(503, header('2'))),
    attempts: 5,
    sleeps: [2, 2, 2, 2],
    ends: 'vendor-retries-exhausted',
  },
  {
    name: '413 + Retry-After: 2',
    answer: after(1, status(413, header('2'))),
    attempts: 2,
    sleeps: [2],
    ends: 200,
  },
  {
    name: '502 + Retry-After: 7',
    answer: after(1, status(502, header('7'))),
    attempts: 2,
    sleeps: [7],
    ends: 200,
  },
  {
    name: '500 + Retry-After: 7',
    answer: always(status(500, header('7'))),
    attempts: 1,
    sleeps: [],
    ends: 500,
  },
  ...[429, 503].map(
    (code): Row => ({
      name: `${code} with Retry-After: 0, x3`,
      answer: after(3, status(code, header('0'))),
      attempts: 4,
      sleeps: [0, 3, 6],
      ends: 200,
    }),
  ),
  ...['-1', '1.5', 'soon', ''].map(
    (value): Row => ({
      name: `503 + unreadable Retry-After "${value}"`,
      answer: after(2, status(503, header(value))),
      attempts: 3,
      sleeps: [0, 3],
      ends: 200,
    }),
  ),
  {
    name: '429 with a date 5 s ahead',
    answer: after(1, status(429, header(date(5000)))),
    attempts: 2,
    sleeps: [5],
    ends: 200,
  },
  {
    name: '429 with a date in the past',
    answer: after(2, status(429, header(date(-5000)))),
    attempts: 3,
    sleeps: [0, 3],
    ends: 200,
  },
  {
    name: 'Retry-After at the cap of 5 min',
    answer: after(1, status(429, header('300'))),
    attempts: 2,
    sleeps: [300],
    ends: 200,
  },
  {
    name: 'Retry-After over the cap',
    answer: always(status(429, header('301'))),
    attempts: 1,
    sleeps: [],
    ends: 'vendor-retry-after-too-long',
  },
  {
    name: 'Retry-After of more digits than a date can hold',
    answer: always(status(429, header('9'.repeat(40)))),
    attempts: 1,
    sleeps: [],
    ends: 'vendor-retry-after-too-long',
  },
  { name: 'POST 429', method: 'POST', answer: always(status(429)), attempts: 1, sleeps: [], ends: 429 },
  {
    name: 'POST 503 + header',
    method: 'POST',
    answer: always(status(503, header('2'))),
    attempts: 1,
    sleeps: [],
    ends: 503,
  },
  ...(['PUT', 'PATCH', 'DELETE'] as const).map(
    (method): Row => ({
      name: `${method} 502`,
      method,
      answer: always(status(502)),
      attempts: 1,
      sleeps: [],
      ends: 502,
    }),
  ),
  ...(['HEAD', 'OPTIONS'] as const).map(
    (method): Row => ({
      name: `${method} 502, once`,
      method,
      answer: after(1, status(502)),
      attempts: 2,
      sleeps: [0],
      ends: 200,
    }),
  ),
  {
    name: 'reset x6',
    answer: always(reset),
    attempts: 5,
    sleeps: [0, 3, 6, 12],
    ends: 'vendor-unreachable',
  },
  {
    name: 'read timeout x6',
    answer: always(hang),
    attempts: 5,
    sleeps: [0, 3, 6, 12],
    ends: 'vendor-timeout',
    timeoutMs: 60,
  },
  {
    name: 'POST reset',
    method: 'POST',
    answer: always(reset),
    attempts: 1,
    sleeps: [],
    ends: 'vendor-unreachable',
  },
  { name: 'body cut short, once', answer: after(1, cut), attempts: 2, sleeps: [0], ends: 200 },
  { name: 'chunked body cut short, once', answer: after(1, cutChunked), attempts: 2, sleeps: [0], ends: 200 },
  { name: 'gzip body cut short, once', answer: after(1, cutGzip), attempts: 2, sleeps: [0], ends: 200 },
];

function ending(sent: Sent): number | string {
  if (sent.reply) return sent.reply.status;
  return sent.error instanceof TieoutError ? sent.error.code : String(sent.error);
}

describe('the retry table of network.md', () => {
  it.each(ROWS)('$name: $attempts attempts, sleeps $sleeps, ends $ends', async (row) => {
    const server = await serve(row.answer);
    const request = loopRequest(`${server.origin}/page`, {
      method: row.method ?? 'GET',
      body: row.method === 'POST' ? 'a=1' : null,
      ...(row.timeoutMs !== undefined && { timeoutMs: row.timeoutMs }),
    });
    const sent = await send(parts(), request);
    expect(ending(sent)).toBe(row.ends);
    expect(server.seen).toHaveLength(row.attempts);
    expect(sent.sleeps).toEqual(row.sleeps);
    // Every attempt is kept, each with a request id of its own, all with one correlation id.
    expect(sent.attempts.map(({ attempt }) => attempt)).toEqual(server.seen.map((_, at) => at + 1));
    expect(server.seen.map(({ headers }) => headers['x-request-id'])).toEqual(
      sent.attempts.map(({ request_id }) => request_id),
    );
    expect(new Set(server.seen.map(({ headers }) => headers['x-correlation-id']))).toEqual(
      new Set(['run-1']),
    );
    expect(sent.attempts.map(({ delay_ms }) => delay_ms)).toEqual([
      ...row.sleeps.map((s) => s * 1000),
      ...(row.sleeps.length < row.attempts ? [null] : []),
    ]);
  });

  it('connection refused: 5 attempts, sleeps 0, 3, 6, 12, connection error', async () => {
    const sent = await send(parts(), loopRequest(`http://127.0.0.1:${await closedPort()}/page`));
    expect(ending(sent)).toBe('vendor-unreachable');
    expect(sent.sleeps).toEqual([0, 3, 6, 12]);
    expect(sent.attempts.map(({ error }) => error)).toEqual(Array(5).fill('ECONNREFUSED'));
  });

  it('DNS failure: 5 attempts, sleeps 0, 3, 6, 12, connection error', async () => {
    const sent = await send(parts(), loopRequest('http://nowhere.invalid/page'));
    expect(ending(sent)).toBe('vendor-unreachable');
    expect(sent.sleeps).toEqual([0, 3, 6, 12]);
    expect(sent.attempts).toHaveLength(5);
    for (const { error } of sent.attempts) expect(error).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it('an unreadable Retry-After is a warning, to the caller and in the log', async () => {
    const server = await serve(inTurn([status(503, header('soon')), ok]));
    const using = parts();
    const sent = await send(using, loopRequest(server.origin));
    expect(sent.warnings.map(([code]) => code)).toEqual(['retry-after-unreadable']);
    expect(using.lines).toContainEqual(
      expect.objectContaining({ level: 'WARN', value: 'soon', correlation_id: 'run-1' }),
    );
  });

  it('a wait that is too long ends with the time to come back', async () => {
    const server = await serve(status(503, header('3600')));
    const { error } = await send(parts(), loopRequest(server.origin));
    expect(String(error)).toContain('asks to wait 3600 s; run the sync again after 2024-04-02T13:00:00.000Z');
  });

  it('a cut body is asked for anew from its first byte, and no Range is ever sent', async () => {
    const server = await serve(inTurn([cut, cutChunked, (response) => json(response, [1, 2, 3])]));
    const sent = await send(parts(), loopRequest(server.origin));
    expect(Buffer.from(sent.reply?.body ?? []).toString()).toBe('[1,2,3]');
    expect(server.seen.map(({ headers }) => headers.range)).toEqual([undefined, undefined, undefined]);
  });

  it('an attempt whose caller gives up is kept too, as ABORTED', async () => {
    const server = await serve(hang);
    const using = parts();
    const { context, heard, abort } = caller();
    const sending = sendByPolicy(using, SEED_POLICY, loopRequest(server.origin), context);
    setTimeout(() => abort.abort(new Error('enough')), 50);
    await expect(sending).rejects.toThrow('enough');
    expect(heard.attempts).toMatchObject([{ attempt: 1, status: null, error: 'ABORTED', delay_ms: null }]);
  });
});
