import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FaultKind, FaultScript } from './faults.ts';
import { type ListingRequest, parseListing, type Resource, resourceOf } from './listing-request.ts';
import { assemblePage, type RecordSet, slotsWithin } from './record-set.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

const compressed = promisify(gzip);

const MAX_FORM_BYTES = 64 * 1024;
const MAX_REMEMBERED_LISTINGS = 8;
const REALM = 'Bearer realm="etrm"';

/** What the API counts; the vendor adds the tokens. */
export interface ApiCounts {
  readonly requests: Record<Resource | 'token' | 'other', number>;
  readonly faults: Partial<Record<FaultKind, number>>;
  /** API requests refused with 401, injected ones included. */
  unauthorized: number;
}

export interface ApiParts {
  readonly resources: Readonly<Record<Resource, RecordSet>>;
  readonly tokens: TokenEndpoint;
  /** Null: no faults. */
  readonly faults: FaultScript | null;
  /** Milliseconds that every answer is held back. */
  readonly latencyMs: number;
  /** Compress where the client accepts gzip. */
  readonly gzip: boolean;
  /** Ends waiting answers when the vendor closes. */
  readonly closing: AbortSignal;
}

/** The vendor's HTTP surface: one request in, one answer (or one fault) out. */
export class VendorApi {
  readonly counts: ApiCounts = {
    requests: { token: 0, settlements: 0, trades: 0, curves: 0, other: 0 },
    faults: {},
    unauthorized: 0,
  };
  readonly #parts: ApiParts;
  readonly #listings = new Map<string, Uint32Array>();

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /** Never rejects: a fault of the vendor's own is a 500. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const correlation = request.headers['x-correlation-id'];
      if (typeof correlation === 'string') response.setHeader('X-Correlation-ID', correlation);
      if (this.#parts.latencyMs > 0) {
        await wait(this.#parts.latencyMs, undefined, { signal: this.#parts.closing });
      }
      await this.#route(request, response);
    } catch (error) {
      if (this.#parts.closing.aborted || response.headersSent) {
        request.socket.destroy();
        return;
      }
      const message = error instanceof Error ? error.message : String(error);
      sendJson(response, 500, { error: 'server_error', message });
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://vendor.invalid');
    if (url.pathname === '/oauth2/token') {
      this.counts.requests.token += 1;
      await this.#token(request, response);
      return;
    }
    request.resume();
    const resource = resourceOf(url.pathname);
    if (!resource) {
      this.counts.requests.other += 1;
      sendJson(response, 404, { error: 'not_found', message: `There is nothing at ${url.pathname}.` });
      return;
    }
    this.counts.requests[resource] += 1;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendJson(
        response,
        405,
        { error: 'method_not_allowed', message: 'Only GET is supported.' },
        { Allow: 'GET' },
      );
      return;
    }
    const token = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || !this.#parts.tokens.holds(token)) {
      this.#refuseToken(response, token === undefined ? 'is missing' : 'expired');
      return;
    }
    const listing = parseListing(url.searchParams);
    if ('parameter' in listing) {
      const message = `${listing.parameter} ${listing.message}.`;
      sendJson(response, 400, { error: 'invalid_parameter', parameter: listing.parameter, message });
      return;
    }
    await this.#page(request, response, resource, listing, token);
  }

  async #token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      request.resume();
      const body = { error: 'invalid_request', error_description: 'The token endpoint takes POST.' };
      sendJson(response, 405, body, { Allow: 'POST' });
      return;
    }
    const body = await readBody(request, MAX_FORM_BYTES);
    if (body === null) {
      const refusal = { error: 'invalid_request', error_description: 'The body is too large.' };
      sendJson(response, 413, refusal, { Connection: 'close' });
      return;
    }
    const answer = this.#parts.tokens.answer(request.headers, body);
    sendJson(response, answer.status, answer.body, answer.headers);
  }

  async #page(
    request: IncomingMessage,
    response: ServerResponse,
    resource: Resource,
    listing: ListingRequest,
    token: string,
  ): Promise<void> {
    const slots = this.#slots(resource, listing);
    const fault = resource === 'settlements' ? this.#fault(request, listing, slots.length) : null;
    if (fault === 'revoked') {
      this.#parts.tokens.revoke(token);
      this.#refuseToken(response, 'was revoked');
      return;
    }
    if (fault !== null && fault !== 'cut') {
      sendFault(request, response, fault);
      return;
    }
    const plain = assemblePage(this.#parts.resources[resource], slots, listing.page, listing.pageSize);
    const zipped = this.#parts.gzip && acceptsGzip(request.headers['accept-encoding']);
    const body = zipped ? await compressed(plain, { level: 1 }) : plain;
    response.writeHead(200, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': body.length,
      Vary: 'Accept-Encoding',
      ...(zipped ? { 'Content-Encoding': 'gzip' } : {}),
    });
    if (fault === 'cut') {
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => request.socket.destroy());
      return;
    }
    response.end(body);
  }

  #slots(resource: Resource, { startDate, endDate }: ListingRequest): Uint32Array {
    const key = `${resource} ${startDate} ${endDate}`;
    let slots = this.#listings.get(key);
    if (!slots) {
      slots = slotsWithin(this.#parts.resources[resource], startDate, endDate);
      this.#listings.set(key, slots);
      const [oldest] = this.#listings.keys();
      if (this.#listings.size > MAX_REMEMBERED_LISTINGS && oldest !== undefined)
        this.#listings.delete(oldest);
    }
    return slots;
  }

  #fault(request: IncomingMessage, listing: ListingRequest, records: number): FaultKind | null {
    if (!this.#parts.faults) return null;
    const correlation = request.headers['x-correlation-id'];
    const { startDate, endDate, pageSize, page } = listing;
    const fault = this.#parts.faults.next(
      typeof correlation === 'string' ? correlation : null,
      `${startDate} ${endDate} ${pageSize}`,
      page,
      Math.ceil(records / pageSize),
    );
    if (fault) this.counts.faults[fault] = (this.counts.faults[fault] ?? 0) + 1;
    return fault;
  }

  #refuseToken(response: ServerResponse, why: string): void {
    this.counts.unauthorized += 1;
    const description = `The access token ${why}`;
    sendJson(
      response,
      401,
      { error: 'invalid_token', error_description: description },
      { 'WWW-Authenticate': `${REALM}, error="invalid_token", error_description="${description}"` },
    );
  }
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  const codings = [header ?? ''].flat().join(',').toLowerCase().split(',');
  return codings.some((coding) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/.test(coding));
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': text.length,
    ...headers,
  });
  response.end(text);
}

function sendFault(
  request: IncomingMessage,
  response: ServerResponse,
  fault: Exclude<FaultKind, 'revoked' | 'cut'>,
): void {
  if (fault === 'reset') {
    const { socket } = request;
    if (socket instanceof TLSSocket) socket.destroy();
    else socket.resetAndDestroy();
    return;
  }
  if (fault === 'rate-limit' || fault === 'rate-limit-wait') {
    const body = { error: 'rate_limited', message: 'Too many requests.' };
    sendJson(response, 429, body, fault === 'rate-limit-wait' ? { 'Retry-After': '1' } : {});
    return;
  }
  const status = Number(fault.slice('status-'.length));
  const text = Buffer.from(`<html><head><title>${status}</title></head><body>edge error</body></html>\n`);
  response.writeHead(status, { 'Content-Type': 'text/html', 'Content-Length': text.length });
  response.end(text);
}

/** The body as text; null where it is larger than `limit` bytes. */
async function readBody(request: IncomingMessage, limit: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > limit) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
