/**
 * The one way to the vendor: every request goes through this loop, and the loop through the policy. Each attempt is
 * logged and handed on with its correlation id, whatever became of it.
 */
import { assertNever, TieoutError } from '../../shared/errors.ts';
import type { RetryEvent } from '../../shared/events.ts';
import { type Clock, isoTime } from '../clock.ts';
import { redactUrl } from '../credentials/secret.ts';
import type { Log } from '../log/log.ts';
import { AttemptError } from './attempt-error.ts';
import { decide, type Outcome, type RetryPolicy } from './retry-policy.ts';
import type { Transport, WireRequest, WireResponse } from './transport.ts';

/** One attempt as it is kept: what was asked, what came, what was waited for and why. */
export interface Attempt {
  readonly at: string;
  readonly correlation_id: string;
  readonly request_id: string;
  readonly page: number | null;
  readonly method: string;
  /** Without secrets. */
  readonly url: string;
  /** From 1. */
  readonly attempt: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly elapsed_ms: number;
  /** The wait that followed; null where none did. */
  readonly delay_ms: number | null;
  readonly reason: 'retry-after' | 'backoff' | null;
}

/** Who asks, and who is told. */
export interface CallContext {
  /** One per sync run. */
  readonly correlationId: string;
  readonly page: number | null;
  readonly signal: AbortSignal;
  readonly onAttempt: (attempt: Attempt) => void;
  readonly onRetry: (event: RetryEvent, page: number | null) => void;
}

export interface LoopParts {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly newId: () => string;
  readonly log: Log;
}

export interface LoopRequest extends Omit<WireRequest, 'headers'> {
  /** Asked for at each attempt, so that a token renewed meanwhile is used. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
}

export interface Reply extends WireResponse {
  readonly requestId: string;
  readonly attempts: number;
  /** Of the last attempt. */
  readonly elapsedMs: number;
}

/** What went wrong, for the sentence and the exit code. */
function failure(error: AttemptError, url: URL, attempts: number): TieoutError {
  const details = { url: redactUrl(url.href), error: error.code, attempts };
  const after = attempts === 1 ? '' : ` after ${attempts} attempts`;
  const options = { cause: error };
  switch (error.failure) {
    case 'certificate':
      return new TieoutError(
        'vendor-certificate',
        `The certificate of ${url.host} was refused (${error.code}); check the address, or name the vendor's CA with --ca FILE.`,
        details,
        options,
      );
    case 'body-too-large':
      return new TieoutError(
        'vendor-body-too-large',
        `The answer of ${url.host} is too large (${error.message}); ask for smaller pages with --page-size.`,
        details,
        options,
      );
    case 'body-coding':
      return new TieoutError(
        'vendor-not-json',
        `The answer of ${url.host} cannot be decoded (${error.message}); report it to the vendor.`,
        details,
        options,
      );
    case 'redirect':
      return new TieoutError(
        'vendor-redirect',
        `A redirect was refused (${error.message}), because credentials never leave the origin they are meant for; check the base URL.`,
        details,
        options,
      );
    case 'timeout':
      return new TieoutError(
        'vendor-timeout',
        `${url.host} did not answer in time${after} (${error.code}); what was committed stays, run the sync again later.`,
        details,
        options,
      );
    case 'network':
      return new TieoutError(
        'vendor-unreachable',
        `${url.host} could not be reached${after} (${error.code}); check the address and the network, then run the sync again.`,
        details,
        options,
      );
    default:
      return assertNever(error.failure);
  }
}

/**
 * Sends by policy and answers with the first response that the policy does not retry, whatever its status.
 * @throws TieoutError `vendor-*` where the policy is exhausted or the failure is final; the signal's reason on abort.
 */
export async function sendByPolicy(
  parts: LoopParts,
  policy: RetryPolicy,
  request: LoopRequest,
  context: CallContext,
): Promise<Reply> {
  const { clock, log } = parts;
  const url = redactUrl(request.url.href);
  for (let attempt = 1; ; attempt += 1) {
    const headers = await request.headers();
    context.signal.throwIfAborted();
    const requestId = parts.newId();
    const at = isoTime(clock.now());
    const begun = clock.monotonic();
    let response: WireResponse | null = null;
    let error: AttemptError | null = null;
    try {
      response = await parts.transport.attempt(
        {
          ...request,
          headers: { ...headers, 'x-correlation-id': context.correlationId, 'x-request-id': requestId },
        },
        context.signal,
      );
    } catch (thrown) {
      if (!(thrown instanceof AttemptError)) throw thrown;
      error = thrown;
    }
    const elapsedMs = Math.round(clock.monotonic() - begun);
    const outcome: Outcome = response
      ? { kind: 'response', status: response.status, retryAfter: response.headers.get('retry-after') ?? null }
      : { kind: 'error', code: error?.code ?? 'UNKNOWN', final: error?.final ?? true };
    const decision = decide(policy, { method: request.method, attempt, outcome }, parts.random, clock.now());
    const record: Attempt = {
      at,
      correlation_id: context.correlationId,
      request_id: requestId,
      page: context.page,
      method: request.method,
      url,
      attempt,
      status: response?.status ?? null,
      error: error?.code ?? null,
      elapsed_ms: elapsedMs,
      delay_ms: decision.kind === 'retry' ? decision.delayMs : null,
      reason: decision.kind === 'retry' ? decision.reason : null,
    };
    context.onAttempt(record);
    const line = decision.kind === 'retry' ? 'warn' : 'info';
    log[line]('attempt', { ...record });

    switch (decision.kind) {
      case 'return':
        if (!response) throw new TieoutError('internal', 'The policy returned a response that is not there.');
        return { ...response, requestId, attempts: attempt, elapsedMs };
      case 'retry':
        if (decision.unreadable !== null) {
          log.warn('unreadable Retry-After, ordinary backoff used', {
            request_id: requestId,
            value: decision.unreadable,
          });
        }
        context.onRetry(
          {
            type: 'retry',
            at: isoTime(clock.now()),
            correlation_id: context.correlationId,
            request_id: requestId,
            method: request.method,
            url,
            attempt,
            status: record.status,
            error: record.error,
            delay_ms: decision.delayMs,
            reason: decision.reason,
          },
          context.page,
        );
        await clock.sleep(decision.delayMs, context.signal);
        break;
      case 'wait-too-long':
        throw new TieoutError(
          'vendor-retry-after-too-long',
          `${request.url.host} asks to wait ${Math.round(decision.ms / 1000)} s; run the sync again after ${isoTime(clock.now() + decision.ms)}.`,
          { url, status: record.status, retry_at: isoTime(clock.now() + decision.ms) },
        );
      case 'fail':
      case 'exhausted':
        if (error) throw failure(error, request.url, attempt);
        throw new TieoutError(
          'vendor-retries-exhausted',
          `${request.url.host} answered ${record.status} to ${attempt} attempts in a row; what was committed stays, run the sync again later.`,
          { url, status: record.status, attempts: attempt },
        );
      default:
        assertNever(decision);
    }
  }
}
