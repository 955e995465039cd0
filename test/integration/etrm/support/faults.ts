/** The fault matrix: one row for each thing that goes wrong between a vendor and us (docs/vendor-client.md). */
import { gzipSync } from 'node:zlib';
import type { VendorOverrides } from '../../../../electron/etrm/vendor-settings.ts';
import type { ErrorCode } from '../../../../shared/errors.ts';
import { type PageBody, pageBody } from './settlements.ts';
import { type Answer, hang, json, reset, type Seen, status } from './test-server.ts';

export const PAGES = 3;

/** What a face of the vendor knows of a request. */
export interface Asked {
  readonly page: number;
  /** From 1: how often this page was asked for. */
  readonly time: number;
  readonly token: string;
  /** Tokens given out. */
  readonly tokens: number;
  /** The client's wall clock, milliseconds. */
  readonly now: number;
  readonly seen: Seen;
}

export interface Fault {
  readonly name: string;
  /** Answers a page; null: as if nothing were wrong. */
  readonly page?: (asked: Asked) => Answer | null;
  /** Answers the token endpoint; null: as if nothing were wrong. */
  readonly token?: (time: number) => Answer | null;
  /** Served at another address than the rest. */
  readonly at?:
    | 'closed port'
    | 'no such name'
    | 'stranger'
    | 'expired'
    | 'elsewhere'
    | 'closed token port'
    | 'trusted';
  readonly settings?: VendorOverrides;
  /** Pages under way at once; 4 where it does not matter. */
  readonly concurrency?: number;
  readonly ends: 'done' | ErrorCode;
  readonly exitCode: number;
  /** Pages. */
  readonly committed: number;
  /** Attempts on the way, as kept and logged: page (`-` for a token), status or error, delay in ms or `-`. */
  readonly log: readonly string[];
  readonly warnings?: readonly string[];
}

/** The first times that page 2 is asked for, `answer` is what comes. */
const onPage2 =
  (answer: Answer, times = 1) =>
  ({ page, time }: Asked): Answer | null =>
    page === 2 && time <= times ? answer : null;
const page2ForEver = (answer: Answer) => onPage2(answer, Number.POSITIVE_INFINITY);

export const servePage =
  (body: PageBody, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    json(response, body, 200, headers);

const text =
  (body: string | Buffer, headers: Readonly<Record<string, string>>): Answer =>
  (response) => {
    response.writeHead(200, headers).end(body);
  };
const later =
  (ms: number, answer: Answer): Answer =>
  async (response, seen, request) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await answer(response, seen, request);
  };

const resetInHeaders: Answer = (_response, _seen, request) => {
  request.socket.write('HTTP/1.1 200 OK\r\nContent-Ty', () => request.socket.destroy());
};
const resetInBody: Answer = (response, _seen, request) => {
  response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
  response.write('{"results":[', () => request.socket.resetAndDestroy());
};
const cut: Answer = (response, _seen, request) => {
  const whole = JSON.stringify(pageBody(2, PAGES));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
  response.write(whole.slice(0, 100), () => request.socket.destroy());
};
/** As an HTTP/1.0 server or a proxy sends it: the end of the connection is the end of the body. */
const cutOpen: Answer = (_response, _seen, request) => {
  const part = JSON.stringify(pageBody(2, PAGES)).slice(0, 100);
  request.socket.end(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${part}`);
};
const drip: Answer = (response, _seen, request) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  request.socket.on('close', () => clearInterval(timer));
};
const redirect = (location: string): Answer => status(302, { location });
const refused = (code: number, error: string, description: string): Answer =>
  status(code, {
    'www-authenticate': `Bearer error="${error}", error_description="${description}"`,
  });
/** Repeats the token that it was shown, as some servers do. */
const expired =
  (token: string): Answer =>
  (response) =>
    json(response, { error: 'invalid_token', error_description: `${token} has expired` }, 401);
const grant =
  (fields: string): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`{"access_token":"SECRETTOKEN-plain","token_type":"Bearer"${fields}}`);
  };

const MIB = 1024 * 1024;
const small: VendorOverrides = { transport: { maxBodyBytes: MIB } };
const once: VendorOverrides = { retry: { retries: 0 } };
const deadline: VendorOverrides = { resource: { deadlineMs: 150 }, retry: { retries: 1 } };
const NORMAL = ['- 200 -', '1 200 -', '2 200 -', '3 200 -', '1 200 -'];
/** The same, with these attempts before page 2 came. */
const before2 = (...lines: string[]): string[] => [
  '- 200 -',
  '1 200 -',
  ...lines,
  '2 200 -',
  '3 200 -',
  '1 200 -',
];
const at2 = (...lines: string[]): string[] => ['- 200 -', '1 200 -', ...lines];
const forEver = (error: string): string[] =>
  ['0', '3000', '6000', '12000', '-'].map((ms) => `2 ${error} ${ms}`);

const done = { ends: 'done', exitCode: 0, committed: PAGES } as const;
const fails = (ends: ErrorCode, committed: number, log: readonly string[], exitCode = 3) =>
  ({ ends, exitCode, committed, log }) as const;

export const FAULTS: readonly Fault[] = [
  { name: 'nothing', ...done, log: NORMAL },
  {
    name: '429 with seconds',
    page: onPage2(status(429, { 'retry-after': '2' })),
    ...done,
    log: before2('2 429 2000'),
  },
  {
    name: '429 with a date',
    page: ({ page, time, now }) =>
      page === 2 && time === 1 ? status(429, { 'retry-after': new Date(now + 240_000).toUTCString() }) : null,
    ...done,
    log: before2('2 429 240000'),
  },
  { name: '429 without Retry-After', page: onPage2(status(429)), ...done, log: before2('2 429 0') },
  {
    name: '429 for ever',
    page: page2ForEver(status(429)),
    ...fails('vendor-retries-exhausted', 1, at2(...forEver('429'))),
  },
  {
    name: '429 with an hour',
    page: page2ForEver(status(429, { 'retry-after': '3600' })),
    ...fails('vendor-retry-after-too-long', 1, at2('2 429 -')),
  },
  ...[502, 504, 520, 521, 522, 523, 524].map((code) => ({
    name: String(code),
    page: onPage2(status(code), 2),
    ...done,
    log: before2(`2 ${code} 0`, `2 ${code} 3000`),
  })),
  {
    name: '503 with Retry-After',
    page: onPage2(status(503, { 'retry-after': '2' })),
    ...done,
    log: before2('2 503 2000'),
  },
  {
    name: '503 without Retry-After',
    page: page2ForEver(status(503)),
    ...fails('vendor-status', 1, at2('2 503 -')),
  },
  {
    name: 'unreadable Retry-After',
    page: onPage2(status(503, { 'retry-after': 'soon' })),
    ...done,
    log: before2('2 503 0'),
    warnings: ['retry-after-unreadable'],
  },
  {
    name: 'connection refused',
    at: 'closed port',
    ...fails('vendor-unreachable', 0, ['- ECONNREFUSED 0', '- ECONNREFUSED 3000', '- ECONNREFUSED -']),
  },
  {
    name: 'DNS failure',
    at: 'no such name',
    ...fails('vendor-unreachable', 0, ['- DNS 0', '- DNS 3000', '- DNS -']),
  },
  { name: 'reset before headers', page: onPage2(reset), ...done, log: before2('2 ECONNRESET 0') },
  { name: 'reset in headers', page: onPage2(resetInHeaders), ...done, log: before2('2 UND_ERR_SOCKET 0') },
  { name: 'reset in mid-body', page: onPage2(resetInBody), ...done, log: before2('2 ECONNRESET 0') },
  {
    name: 'reset for ever',
    page: page2ForEver(reset),
    ...fails('vendor-unreachable', 1, at2(...forEver('ECONNRESET'))),
  },
  { name: 'cut body', page: onPage2(cut), ...done, log: before2('2 UND_ERR_SOCKET 0') },
  {
    name: 'cut body for ever',
    page: page2ForEver(cut),
    ...fails('vendor-unreachable', 1, at2(...forEver('UND_ERR_SOCKET'))),
  },
  {
    name: 'cut body of a length that only the connection tells',
    page: onPage2(cutOpen),
    ...done,
    log: before2('2 BODY_CUT 0'),
  },
  {
    name: 'slow first byte',
    page: onPage2(later(300, servePage(pageBody(2, PAGES)))),
    ...done,
    log: NORMAL,
  },
  {
    name: 'slow drip',
    page: page2ForEver(drip),
    settings: deadline,
    ...fails('vendor-timeout', 1, at2('2 DEADLINE 0', '2 DEADLINE -')),
  },
  {
    name: 'hang',
    page: page2ForEver(hang),
    settings: deadline,
    ...fails('vendor-timeout', 1, at2('2 DEADLINE 0', '2 DEADLINE -')),
  },
  {
    name: 'hang, by the timeout for headers',
    page: page2ForEver(hang),
    settings: { resource: { timeoutMs: 200 }, ...once },
    ...fails('vendor-timeout', 1, at2('2 UND_ERR_HEADERS_TIMEOUT -')),
  },
  { name: 'a trusted certificate', at: 'trusted', ...done, log: NORMAL },
  {
    name: 'bad certificate',
    at: 'stranger',
    ...fails('vendor-certificate', 0, ['- DEPTH_ZERO_SELF_SIGNED_CERT -']),
  },
  {
    name: 'expired certificate',
    at: 'expired',
    ...fails('vendor-certificate', 0, ['- CERT_HAS_EXPIRED -']),
  },
  {
    name: 'wrong host',
    at: 'elsewhere',
    ...fails('vendor-certificate', 0, ['- ERR_TLS_CERT_ALTNAME_INVALID -']),
  },
  {
    name: 'redirect within the origin',
    page: ({ page, time, seen }) =>
      page === 2 && time === 1 ? redirect(`${seen.url.pathname}${seen.url.search}&moved=1`) : null,
    ...done,
    log: NORMAL,
  },
  {
    name: 'redirect across origins',
    page: page2ForEver(redirect('https://elsewhere.test/?access_token=SECRETTOKEN-x')),
    ...fails('vendor-redirect', 1, at2('2 REDIRECT_REFUSED -')),
  },
  {
    name: 'gzip bomb',
    page: page2ForEver(
      text(gzipSync(Buffer.alloc(4 * MIB, 32)), {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      }),
    ),
    settings: small,
    ...fails('vendor-body-too-large', 1, at2('2 BODY_TOO_LARGE -')),
  },
  {
    name: 'body over the limit',
    page: page2ForEver(text(Buffer.alloc(2 * MIB, 32), { 'content-type': 'application/json' })),
    settings: small,
    ...fails('vendor-body-too-large', 1, at2('2 BODY_TOO_LARGE -')),
  },
  {
    name: 'body over the limit, its length not declared',
    page: page2ForEver((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(Buffer.alloc(MIB, 32));
      response.end(Buffer.alloc(MIB, 32));
    }),
    settings: small,
    ...fails('vendor-body-too-large', 1, at2('2 BODY_TOO_LARGE -')),
  },
  {
    name: 'wrong content type, JSON all the same',
    page: onPage2(
      text(JSON.stringify({ ...pageBody(2, PAGES) }), { 'content-type': 'text/html; charset=utf-8' }),
    ),
    ...done,
    log: NORMAL,
  },
  {
    name: 'wrong content type, HTML',
    page: page2ForEver(text('<html>maintenance</html>', { 'content-type': 'text/html' })),
    ...fails('vendor-not-json', 1, at2('2 200 -')),
  },
  {
    name: 'content type that repeats the token',
    page: ({ page, token }) =>
      page === 2
        ? servePage(pageBody(2, PAGES), { 'content-type': `application/json; seen="${token}"` })
        : null,
    ...done,
    log: NORMAL,
  },
  {
    name: 'content encoding that repeats the token',
    page: ({ page, token }) =>
      page === 2
        ? servePage(pageBody(2, PAGES), { 'content-encoding': token.slice('Bearer '.length) })
        : null,
    ...fails('vendor-not-json', 1, at2('2 CONTENT_ENCODING -')),
  },
  {
    name: 'charset other than UTF-8',
    page: onPage2(
      text(Buffer.from(JSON.stringify(pageBody(2, PAGES)), 'latin1'), {
        'content-type': 'application/json; charset=iso-8859-1',
      }),
    ),
    ...done,
    log: NORMAL,
  },
  {
    name: 'bytes that are not UTF-8',
    page: onPage2(
      text(Buffer.from(JSON.stringify(pageBody(2, PAGES)), 'latin1'), { 'content-type': 'application/json' }),
    ),
    ...done,
    log: NORMAL,
    warnings: ['body-not-utf8'],
  },
  {
    name: '401 at the start',
    page: ({ token }) => expired(token),
    ...fails('credentials-refused', 0, ['- 200 -', '1 401 -'], 4),
  },
  {
    name: '401 in mid-run',
    page: ({ page, token, tokens }) => (page === 2 && tokens === 1 ? expired(token) : null),
    ...done,
    log: before2('2 401 -', '- 200 -'),
  },
  {
    name: '401 for ever from page 2',
    page: ({ page, token }) => (page === 2 ? expired(token) : null),
    ...fails('credentials-refused', 1, at2('2 401 -', '- 200 -', '2 401 -'), 4),
  },
  {
    name: '403 insufficient scope',
    page: page2ForEver(refused(403, 'insufficient_scope', 'needs settlement:read')),
    ...fails('credentials-refused', 1, at2('2 403 -'), 4),
  },
  {
    name: 'token endpoint down',
    at: 'closed token port',
    ...fails('vendor-unreachable', 0, ['- ECONNREFUSED 0', '- ECONNREFUSED 3000', '- ECONNREFUSED -']),
  },
  {
    name: 'token endpoint out of order',
    token: () => status(503),
    ...fails('vendor-retries-exhausted', 0, ['- 503 0', '- 503 3000', '- 503 -']),
  },
  {
    name: 'token endpoint slow',
    token: () => later(200, grant(',"expires_in":3600')),
    ...done,
    log: NORMAL,
  },
  {
    name: 'token endpoint hangs',
    token: () => hang,
    settings: { token: { deadlineMs: 150 } },
    ...fails('vendor-timeout', 0, ['- DEADLINE 0', '- DEADLINE 3000', '- DEADLINE -']),
  },
  {
    name: 'token endpoint answers garbage',
    token: () => text('<html>sign in</html>', { 'content-type': 'text/html' }),
    ...fails('token-endpoint', 0, ['- 200 -']),
  },
  {
    name: 'token endpoint refuses the client, and repeats the secret',
    token: () => (response, seen) =>
      json(
        response,
        {
          error: 'invalid_client',
          error_description: `not ${new URLSearchParams(seen.body).get('client_secret')}`,
        },
        401,
      ),
    ...fails('credentials-refused', 0, ['- 401 -'], 4),
  },
  { name: 'expires_in missing', token: () => grant(''), ...done, log: NORMAL },
  { name: 'expires_in a string', token: () => grant(',"expires_in":"3600"'), ...done, log: NORMAL },
  ...[
    ['0', '0'],
    ['NaN', 'NaN'],
  ].map(([name = '', literal = '']) => ({
    name: `expires_in ${name}`,
    token: () => grant(`,"expires_in":${literal}`),
    concurrency: 1,
    ...done,
    log: ['- 200 -', '1 200 -', '- 200 -', '2 200 -', '- 200 -', '3 200 -', '- 200 -', '1 200 -'],
    warnings: ['token-lifetime'],
  })),
  {
    name: 'same page for ever',
    page: ({ page }) => servePage({ ...pageBody(Math.min(page, 2), 1000) }),
    ...fails('vendor-loop', 2, ['- 200 -', '1 200 -', '2 200 -', '3 200 -']),
  },
  {
    name: 'record key on two pages',
    page: ({ page }) => {
      if (page !== 3) return null;
      const { results } = pageBody(3, PAGES);
      return servePage({ results: [...results, pageBody(1, PAGES).results[0]], next_page: false });
    },
    ...done,
    log: NORMAL,
    warnings: ['unstable-key'],
  },
  {
    name: 'page 1 changed by the end',
    page: ({ page, time }) => (page === 1 && time > 1 ? servePage(pageBody(7, PAGES)) : null),
    ...done,
    log: NORMAL,
    warnings: ['unstable-first-page'],
  },
  {
    name: 'page 1 cannot be asked again at the end',
    page: ({ page, time }) => (page === 1 && time > 1 ? status(500) : null),
    ...done,
    log: ['- 200 -', '1 200 -', '2 200 -', '3 200 -', '1 500 -'],
    warnings: ['first-page-unchecked'],
  },
  {
    name: 'empty page with next_page true',
    page: ({ page }) => (page === 3 ? servePage({ results: [], next_page: true }) : null),
    ends: 'done',
    exitCode: 0,
    committed: 2,
    log: NORMAL,
    warnings: ['empty-page'],
  },
  {
    name: 'results missing',
    page: page2ForEver((response) => json(response, { data: [] })),
    ...fails('vendor-page-shape', 1, at2('2 200 -')),
  },
];
