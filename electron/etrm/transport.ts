/**
 * One attempt on undici's pool: a slot, the request, the whole body, decoded. No retry here: the only caller is
 * `policy-loop.ts`, so that nothing goes round the policy.
 */
import type { Dispatcher } from 'undici';
import { AttemptError, attemptErrorOf } from './attempt-error.ts';
import { decodeContent } from './content-coding.ts';
import { openRoutes, type ProxySettings } from './proxy.ts';
import { Slots } from './slots.ts';
import { type TlsSettings, tlsContext } from './tls-context.ts';

export type Headers = Readonly<Record<string, string>>;

export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  /** Asked for when the slot is there, so that the token is the one of the moment of sending. */
  readonly headers: () => Promise<Headers>;
  readonly body: string | null;
  /** For the headers to arrive, and between two pieces of the body. */
  readonly timeoutMs: number;
  /** Of the attempt as a whole, from its sending. */
  readonly deadlineMs: number;
  /** Of the body, after decoding; null, or more than it: the transport's own limit. */
  readonly maxBodyBytes: number | null;
  /** Tokens have a lane of their own: what waits for one holds a slot already. */
  readonly lane: 'resource' | 'token';
}

export interface WireResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  /** After content-decoding. */
  readonly body: Uint8Array;
}

export interface TransportSettings extends TlsSettings {
  /** Connections to one origin, and requests under way at once. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** Of a body, after decoding. */
  readonly maxBodyBytes: number;
  readonly proxy: ProxySettings;
  /** False where nothing here is ever HTTPS: reading some three hundred authorities takes a tenth of a second. */
  readonly secure: boolean;
}

export interface Transport {
  /**
   * @throws AttemptError where no whole response arrived; the signal's reason, at once, where it was aborted; what
   *   `headers` threw.
   */
  attempt(request: WireRequest, signal: AbortSignal): Promise<WireResponse>;
  close(): Promise<void>;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function headerMap(headers: Readonly<Record<string, string | string[] | undefined>>): Map<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

/** Reads to the end, or drops the connection: a body left unread would stall it. */
async function wholeBody(
  body: Dispatcher.ResponseData['body'],
  declared: string | undefined,
  limit: number,
): Promise<Uint8Array> {
  if (declared !== undefined && Number(declared) > limit) {
    body.on('error', () => {}).destroy();
    throw AttemptError.tooLarge(limit);
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > limit) throw AttemptError.tooLarge(limit);
    pieces.push(piece);
  }
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, size);
}

const SPACE = new Set([0x00, 0x09, 0x0a, 0x0d, 0x20]);
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const isText = (byte: number): boolean => !SPACE.has(byte);

/**
 * A body that ends with its connection has no length that could be held against it (RFC 9112 6.3, 8): what begins as
 * JSON and does not end as JSON was cut. Spaces, and the empty halves of UTF-16, are passed over.
 */
function isCut(headers: ReadonlyMap<string, string>, body: Uint8Array): boolean {
  if (headers.has('content-length') || headers.has('transfer-encoding')) return false;
  const [first, last] = [body.find(isText), body.findLast(isText)];
  return first !== undefined && OPENING.has(first) && !CLOSING.has(last ?? 0);
}

/** Where a redirect leads, if it may be followed: a GET or HEAD, to the same origin. */
function redirectTarget(request: WireRequest, url: URL, response: WireResponse): URL | null {
  const location = response.headers.get('location');
  if (!REDIRECTS.has(response.status) || location === undefined) return null;
  if (request.method !== 'GET' && request.method !== 'HEAD') return null;
  if (!URL.canParse(location, url.href)) throw AttemptError.redirect(url, 'to what is no address');
  const target = new URL(location, url);
  if (target.origin !== url.origin) throw AttemptError.redirect(url, `to ${target.origin}`);
  return target;
}

/** Settles with `work`, or rejects with the signal's reason as soon as it is aborted. */
async function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => {});
  }
}

/** @throws TieoutError `file-unreadable`, `connection-invalid`. */
export function createTransport(settings: TransportSettings): Transport {
  const routes = openRoutes(
    {
      // One more than there are slots for resources: the token's.
      connections: settings.connections + 1,
      pipelining: 1,
      allowH2: false,
      connect: {
        ...(settings.secure && { secureContext: tlsContext(settings) }),
        rejectUnauthorized: true,
        timeout: settings.connectTimeoutMs,
      },
    },
    settings.proxy,
  );
  const lanes = { resource: new Slots(settings.connections), token: new Slots(1) };

  const once = async (
    request: WireRequest,
    url: URL,
    headers: Headers,
    signal: AbortSignal,
  ): Promise<WireResponse> => {
    const answer = await routes.for(url).request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: { 'accept-encoding': 'gzip, deflate, br, zstd', ...headers },
      body: request.body,
      headersTimeout: request.timeoutMs,
      bodyTimeout: request.timeoutMs,
      signal,
    });
    const received = headerMap(answer.headers);
    const limit = Math.min(request.maxBodyBytes ?? settings.maxBodyBytes, settings.maxBodyBytes);
    const declared = request.method === 'HEAD' ? undefined : received.get('content-length');
    const raw = await wholeBody(answer.body, declared, limit);
    const body = await decodeContent(raw, received.get('content-encoding') ?? null, limit);
    if (isCut(received, body)) throw AttemptError.cutBody();
    return { status: answer.statusCode, headers: received, body };
  };

  const follow = async (
    request: WireRequest,
    headers: Headers,
    signal: AbortSignal,
  ): Promise<WireResponse> => {
    let url = request.url;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
      const response = await once(request, url, headers, signal);
      const next = redirectTarget(request, url, response);
      if (next === null) return response;
      url = next;
    }
    throw AttemptError.redirect(request.url, `more than ${MAX_REDIRECTS} times`);
  };

  const send = async (request: WireRequest, headers: Headers, signal: AbortSignal): Promise<WireResponse> => {
    const ending = new AbortController();
    const abort = (): void => ending.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const deadline = (): void => ending.abort(AttemptError.deadline(request.deadlineMs));
    const timer = setTimeout(deadline, request.deadlineMs);
    try {
      // Raced as well, because undici lets neither an abort nor a timeout act on what still waits for a connection.
      return await orAborted(follow(request, headers, ending.signal), ending.signal);
    } catch (error) {
      throw ending.signal.aborted ? ending.signal.reason : attemptErrorOf(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  };

  return {
    async attempt(request, signal) {
      const release = await lanes[request.lane].take(signal);
      try {
        const headers = await request.headers();
        signal.throwIfAborted();
        return await send(request, headers, signal);
      } finally {
        release();
      }
    },
    close: () => routes.close(),
  };
}
