import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { TieoutError } from '../../shared/errors.ts';
import { sampleBook } from './book.ts';
import { makeServerCertificate, type ServerCertificate } from './certificate.ts';
import { type FaultKind, FaultScript } from './faults.ts';
import { generatedRecords } from './generated-records.ts';
import type { Resource } from './listing-request.ts';
import { listedRecords, type RecordSet } from './record-set.ts';
import { readRecordsFile } from './records-file.ts';
import { TokenEndpoint } from './token-endpoint.ts';
import { curveRecords, tradeRecords } from './trades-and-curves.ts';
import { VendorApi } from './vendor-api.ts';

export const DEFAULT_CLIENT_ID = 'svc_settlement_sync';
export const DEFAULT_CLIENT_SECRET = 'demo-secret';
export const DEFAULT_SCOPE = 'trade:read settlement:write';

export interface VendorOptions {
  /** TCP port on 127.0.0.1; 0 (the default) takes any free one. */
  readonly port?: number;
  /** `YYYY-MM`: the month that the vendor has records of. */
  readonly month: string;
  /** Settlement records to serve, at least 1: restated versions and refused records are among them. */
  readonly records: number;
  /** Same seed and options, same bytes. */
  readonly seed: number;
  /** Milliseconds that every answer is held back; default 0. */
  readonly latencyMs?: number;
  /** Runs the script of `faults.ts` on `settlements`, and errs in some trades and curves (`finding-plants.ts`); default false. */
  readonly faults?: boolean;
  /** Serves HTTPS with a certificate made for this run; default false. */
  readonly tls?: boolean;
  /** Serves the settlements of this JSON Lines file, whatever `month` and `records` say; no trades, no curves. */
  readonly recordsFile?: string;
  /** Seconds that a token holds; default 3600. */
  readonly tokenLifetimeS?: number;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Space-separated scopes that the client may ask for. */
  readonly scope?: string;
  /** Compresses pages for clients that accept gzip. Default false: it would cost more time than a loopback saves. */
  readonly gzip?: boolean;
}

export interface VendorStats {
  readonly requests: Readonly<Record<Resource | 'token' | 'other', number>>;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** API requests refused with 401, injected ones included. */
  readonly unauthorized: number;
  readonly tokensIssued: number;
}

export interface Vendor {
  /** e.g. `http://127.0.0.1:40123`, no slash at the end. */
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The authority to trust, PEM; null without TLS. */
  readonly caPem: string | null;
  /** Ends open connections and frees the port; may be called again. */
  close(): Promise<void>;
  stats(): VendorStats;
}

/**
 * Starts the embedded ETRM vendor on 127.0.0.1: `POST /oauth2/token` and
 * `GET /api/v2/{settlements|trades|curves}` (design: "Vendor API").
 * @throws TieoutError `month-invalid`, `usage` (bad option, port taken, no openssl), `file-not-found`,
 *   `file-unreadable`, `records-file-invalid`
 */
export async function startVendor(options: VendorOptions): Promise<Vendor> {
  const resources = await resourcesOf(options);
  const certificate = options.tls ? await makeServerCertificate() : null;
  const clientId = options.clientId ?? DEFAULT_CLIENT_ID;
  const clientSecret = options.clientSecret ?? DEFAULT_CLIENT_SECRET;
  const scope = options.scope ?? DEFAULT_SCOPE;
  const lifetimeS = tokenLifetime(options.tokenLifetimeS ?? 3600);
  const tokens = new TokenEndpoint({ clientId, clientSecret, scope }, lifetimeS);
  const closing = new AbortController();
  const api = new VendorApi({
    resources,
    tokens,
    faults: options.faults ? new FaultScript(options.seed) : null,
    latencyMs: options.latencyMs ?? 0,
    gzip: options.gzip ?? false,
    closing: closing.signal,
  });
  const listener = await listen(options.port ?? 0, certificate, (request, response) => {
    void api.handle(request, response);
  });
  const baseUrl = `${certificate ? 'https' : 'http'}://127.0.0.1:${listener.port}`;
  let closed: Promise<void> | null = null;
  return {
    baseUrl,
    tokenUrl: `${baseUrl}/oauth2/token`,
    clientId,
    clientSecret,
    caPem: certificate?.caPem ?? null,
    close() {
      closing.abort();
      closed ??= listener.close();
      return closed;
    },
    stats: () => ({
      requests: { ...api.counts.requests },
      faults: { ...api.counts.faults },
      unauthorized: api.counts.unauthorized,
      tokensIssued: tokens.issued,
    }),
  };
}

async function resourcesOf(options: VendorOptions): Promise<Record<Resource, RecordSet>> {
  if (options.latencyMs !== undefined && !(options.latencyMs >= 0 && options.latencyMs <= 600_000)) {
    throw new TieoutError('usage', `--latency-ms must be 0 to 600000, not ${options.latencyMs}.`);
  }
  if (options.recordsFile !== undefined) {
    const none = listedRecords([]);
    return { settlements: await readRecordsFile(options.recordsFile), trades: none, curves: none };
  }
  const book = sampleBook(options);
  const faulty = options.faults ?? false;
  return {
    settlements: generatedRecords(book),
    trades: tradeRecords(book, faulty),
    curves: curveRecords(book, faulty),
  };
}

function tokenLifetime(seconds: number): number {
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new TieoutError('usage', `The lifetime of a token must be above 0 seconds, not ${seconds}.`);
}

interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

async function listen(
  port: number,
  certificate: ServerCertificate | null,
  onRequest: RequestListener,
): Promise<Listener> {
  const server = certificate
    ? createTlsServer({ cert: certificate.certPem, key: certificate.keyPem }, onRequest)
    : createServer(onRequest);
  server.keepAliveTimeout = 65_000; // longer than a client's, so that no pooled connection dies under a request
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    throw new TieoutError(
      'usage',
      `The embedded vendor cannot listen on 127.0.0.1:${port} (${error instanceof Error ? error.message : String(error)}); choose another --port, or 0 for any.`,
      { port },
      { cause: error },
    );
  }
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new TieoutError('internal', 'The embedded vendor has no port; this is a defect.');
  }
  return {
    port: address.port,
    async close() {
      const ended = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await ended;
    },
  };
}
