/** Batches over HTTP, through the transport of the vendor client: same TLS, proxies and time limits, one at a time. */
import { assertNever } from '../../shared/errors.ts';
import type { SiemNetwork } from '../../shared/siem.ts';
import { AttemptError } from '../etrm/attempt-error.ts';
import { environmentProxy, proxySecrets } from '../etrm/proxy.ts';
import { parseRetryAfter } from '../etrm/retry-after.ts';
import { createTransport, type Headers, type WireRequest } from '../etrm/transport.ts';
import { DeliveryError } from './delivery-error.ts';
import type { ReceiverParts } from './receiver.ts';
import { tlsOf } from './tls.ts';

const TIMEOUT_MS = 30_000;

/** Statuses that say "not now", beside every 5xx. */
const PASSING = new Set([408, 425, 429]);

export interface HttpPost {
  /**
   * @returns the body of a 2xx answer.
   * @throws DeliveryError; the signal's reason where it is aborted.
   */
  send(url: URL, body: string, headers: Headers, signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

function unreached(error: unknown, url: URL): unknown {
  if (!(error instanceof AttemptError)) return error;
  const options = { cause: error };
  const fault = (message: string, held: boolean): DeliveryError =>
    new DeliveryError('siem-undelivered', message, { held }, options);
  switch (error.failure) {
    case 'certificate':
    case 'handshake':
      return fault(
        `No secure connection to ${url.host} came about (${error.code}); check its certificate, and name its CA with --ca FILE.`,
        true,
      );
    case 'proxy':
      return fault(`The proxy refused the way to ${url.host} (${error.message}); check HTTPS_PROXY.`, true);
    case 'timeout':
    case 'network':
    case 'body-too-large':
    case 'body-coding':
    case 'redirect':
      return fault(
        `${url.host} could not be reached (${error.code}); check its address and that it runs, events wait for it.`,
        false,
      );
    default:
      return assertNever(error.failure);
  }
}

/** @param said what the answer's body explains, in words of ours; null: nothing that is known. */
function refusal(
  status: number,
  url: URL,
  retryAfter: string | null,
  said: string | null,
  now: number,
): DeliveryError {
  const why = said === null ? `status ${status}` : `status ${status}, ${said}`;
  if (status === 401 || status === 403) {
    return new DeliveryError(
      'credentials-refused',
      `${url.host} refused the credentials (${why}); store the right ones for this target.`,
      { held: true },
    );
  }
  if (status === 413) {
    return new DeliveryError('siem-undelivered', `${url.host} takes no request of this size (${why}).`, {
      tooLarge: true,
    });
  }
  if (status >= 500 || PASSING.has(status)) {
    const wish = retryAfter === null ? null : parseRetryAfter(retryAfter, now);
    return new DeliveryError('siem-undelivered', `${url.host} is not taking events now (${why}).`, {
      retryAfterMs: wish?.kind === 'wait' ? wish.ms : null,
    });
  }
  const redirected = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  return new DeliveryError(
    'siem-undelivered',
    `${url.origin}${url.pathname} refused the events (${why})${redirected}; check the address and the receiver's settings.`,
    { held: true },
  );
}

/**
 * @param explain what a refusal's body says, in words of ours: a receiver may say a secret back, so its own text is
 *   never repeated.
 * @throws TieoutError `file-unreadable`.
 */
export function openHttpPost(
  settings: SiemNetwork,
  secure: boolean,
  parts: ReceiverParts,
  explain: (body: string) => string | null,
): HttpPost {
  const proxy = environmentProxy(process.env);
  for (const known of proxySecrets(proxy)) parts.redactor.know(known);
  const transport = createTransport({
    connections: 1,
    connectTimeoutMs: 10_000,
    maxBodyBytes: 1024 * 1024,
    ...tlsOf(settings),
    proxy,
    secure: secure || proxy.http.startsWith('https:'),
  });
  return {
    async send(url, body, headers, signal) {
      const request: WireRequest = {
        method: 'POST',
        url,
        headers: async () => ({ 'content-type': 'application/json', ...headers }),
        body,
        timeoutMs: TIMEOUT_MS,
        deadlineMs: TIMEOUT_MS,
        maxBodyBytes: null,
        lane: 'resource',
      };
      let answer: Awaited<ReturnType<typeof transport.attempt>>;
      try {
        answer = await transport.attempt(request, signal);
      } catch (error) {
        throw unreached(error, url);
      }
      const text = Buffer.from(answer.body).toString('utf8');
      if (answer.status >= 200 && answer.status < 300) return text;
      throw refusal(
        answer.status,
        url,
        answer.headers.get('retry-after') ?? null,
        explain(text),
        parts.clock.now(),
      );
    },
    close: () => transport.close(),
  };
}
