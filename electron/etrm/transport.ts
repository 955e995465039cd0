/**
 * One attempt on undici's pool: a slot, the request, the whole body, decoded. No retry here: the only caller is
 * `policy-loop.ts`, so that nothing goes round the policy.
 */
import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { TieoutError } from '../../shared/errors.ts';
import { AttemptError, attemptErrorOf } from './attempt-error.ts';
import { decodeContent } from './content-coding.ts';
import { Slots } from './slots.ts';

export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** For the headers to arrive, and between two pieces of the body. */
  readonly timeoutMs: number;
}

export interface WireResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  /** After content-decoding. */
  readonly body: Uint8Array;
}

export interface TransportSettings {
  /** Connections to one origin, and requests under way at once. */
  readonly connections: number;
  /** Of a body, after decoding. */
  readonly maxBodyBytes: number;
  /** Of one attempt as a whole. */
  readonly deadlineMs: number;
  readonly caFile: string | null;
  /** Honour HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  readonly environmentProxy: boolean;
}

export const DEFAULT_TRANSPORT: TransportSettings = {
  connections: 20,
  maxBodyBytes: 64 * 1024 * 1024,
  deadlineMs: 120_000,
  caFile: null,
  environmentProxy: true,
};

export interface Transport {
  /** @throws AttemptError where no whole response arrived, or the signal's reason where it was aborted. */
  attempt(request: WireRequest, signal: AbortSignal): Promise<WireResponse>;
  /** Requests under way. */
  readonly inFlight: number;
  close(): Promise<void>;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** The bundled authorities, the operating system's, and the analyst's own file. */
function authorities(caFile: string | null): string[] {
  const extra: string[] = [];
  if (caFile !== null) {
    try {
      extra.push(readFileSync(caFile, 'utf8'));
    } catch (error) {
      throw new TieoutError(
        'file-unreadable',
        `The CA file ${caFile} cannot be read; name a PEM file that exists.`,
        { path: caFile },
        { cause: error },
      );
    }
  }
  return [...getCACertificates('default'), ...getCACertificates('system'), ...extra];
}

function dispatcher(settings: TransportSettings): Dispatcher {
  const options = {
    connections: settings.connections,
    pipelining: 1,
    allowH2: false,
    connect: { ca: authorities(settings.caFile), minVersion: 'TLSv1.2' as const, timeout: 10_000 },
  };
  return settings.environmentProxy ? new EnvHttpProxyAgent(options) : new Agent(options);
}

function headerMap(headers: Readonly<Record<string, string | string[] | undefined>>): Map<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

async function wholeBody(body: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > limit) throw AttemptError.tooLarge(limit);
    pieces.push(piece);
  }
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, size);
}

/** Where a redirect leads, if it may be followed: a GET, to the same origin. */
function redirectTarget(request: WireRequest, url: URL, response: WireResponse): URL | null {
  const location = response.headers.get('location');
  if (!REDIRECTS.has(response.status) || location === undefined) return null;
  if (request.method !== 'GET' && request.method !== 'HEAD') return null;
  const target = URL.canParse(location, url.href) ? new URL(location, url) : null;
  if (target === null || target.origin !== url.origin) throw AttemptError.redirect(url, location);
  return target;
}

export function createTransport(settings: TransportSettings): Transport {
  const pool = dispatcher(settings);
  const slots = new Slots(settings.connections);

  const once = async (request: WireRequest, url: URL, signal: AbortSignal): Promise<WireResponse> => {
    const answer = await pool.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: { 'accept-encoding': 'gzip, deflate, br, zstd', ...request.headers },
      body: request.body,
      headersTimeout: request.timeoutMs,
      bodyTimeout: request.timeoutMs,
      signal,
    });
    const headers = headerMap(answer.headers);
    const raw = await wholeBody(answer.body, settings.maxBodyBytes);
    const decoded = await decodeContent(raw, headers.get('content-encoding') ?? null, settings.maxBodyBytes);
    return { status: answer.statusCode, headers, body: decoded };
  };

  return {
    get inFlight() {
      return slots.taken;
    },
    async attempt(request, signal) {
      const release = await slots.take(signal);
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), settings.deadlineMs);
      try {
        const either = AbortSignal.any([signal, deadline.signal]);
        let url = request.url;
        for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
          const response = await once(request, url, either);
          const next = redirectTarget(request, url, response);
          if (next === null) return response;
          url = next;
        }
        throw AttemptError.redirect(request.url, 'more than 5 times');
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (deadline.signal.aborted) throw AttemptError.deadline(settings.deadlineMs, error);
        throw attemptErrorOf(error);
      } finally {
        clearTimeout(timer);
        release();
      }
    },
    close: () => pool.destroy(),
  };
}
