/**
 * The one way to the vendor: every request goes through this loop, and the loop through the policy. Each attempt is
 * logged and handed on with its correlation id, whatever became of it.
 */
import { assertNever, TieoutError } from '../../shared/errors.ts';
import type { RetryEvent, TokenEvent } from '../../shared/events.ts';
import { type Clock, isoTime } from '../clock.ts';
import { redactUrl } from '../credentials/secret.ts';
import type { Log } from '../log/log.ts';
import { AttemptError } from './attempt-error.ts';
import { type Decision, decide, type Outcome, type RetryPolicy } from './retry-policy.ts';
import type { Headers, Transport, WireRequest, WireResponse } from './transport.ts';
import { attemptFailure } from './vendor-failure.ts';

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
  /** `ABORTED` where the caller gave up. */
  readonly error: string | null;
  /** From the sending to the whole body, or to the failure. */
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
  readonly onToken: (event: TokenEvent) => void;
  readonly onWarning: (code: string, message: string) => void;
}

export interface LoopParts {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly newId: () => string;
  readonly log: Log;
}

export interface LoopRequest extends WireRequest {
  /** Sent as `Idempotency-Key` with every attempt; null: none. */
  readonly idempotencyKey: string | null;
  /** Attempts of the same call that went before, such as one that ended in a 401. */
  readonly attemptsBefore: number;
}

export interface Reply extends WireResponse {
  readonly requestId: string;
  /** Of the call, those before among them. */
  readonly attempts: number;
  /** Of the last attempt. */
  readonly elapsedMs: number;
}

/** An attempt that was made: when it was sent, and what came of it. */
interface Made {
  readonly requestId: string;
  readonly at: string;
  readonly elapsedMs: number;
  readonly response: WireResponse | null;
  readonly error: AttemptError | null;
  /** Thrown by the transport where the caller gave up. */
  readonly aborted: { readonly reason: unknown } | null;
}

async function attemptOnce(parts: LoopParts, request: LoopRequest, context: CallContext): Promise<Made> {
  const { clock } = parts;
  const requestId = parts.newId();
  let sent: { readonly at: string; readonly monotonic: number } | null = null;
  const headers = async (): Promise<Headers> => {
    const own = await request.headers();
    sent = { at: isoTime(clock.now()), monotonic: clock.monotonic() };
    return {
      ...own,
      ...(request.idempotencyKey !== null && { 'idempotency-key': request.idempotencyKey }),
      'x-correlation-id': context.correlationId,
      'x-request-id': requestId,
    };
  };
  const made = (result: Pick<Made, 'response' | 'error' | 'aborted'>): Made => ({
    requestId,
    at: sent?.at ?? isoTime(clock.now()),
    elapsedMs: sent === null ? 0 : Math.round(clock.monotonic() - sent.monotonic),
    ...result,
  });
  try {
    const response = await parts.transport.attempt({ ...request, headers }, context.signal);
    return made({ response, error: null, aborted: null });
  } catch (thrown) {
    if (thrown instanceof AttemptError) return made({ response: null, error: thrown, aborted: null });
    // What failed before anything was sent, such as the token, is no attempt of this request.
    if (sent === null || !context.signal.aborted) throw thrown;
    return made({ response: null, error: null, aborted: { reason: thrown } });
  }
}

function outcomeOf({ response, error }: Made): Outcome {
  return response
    ? { kind: 'response', status: response.status, retryAfter: response.headers.get('retry-after') ?? null }
    : { kind: 'error', code: error?.code ?? 'ABORTED', final: error?.final ?? true };
}

function warnUnreadable(parts: LoopParts, context: CallContext, host: string, text: string): void {
  parts.log.warn('unreadable Retry-After, ordinary backoff used', {
    correlation_id: context.correlationId,
    // Whole, as far as a header goes: of a secret that is cut the log could not tell what it is.
    value: text,
  });
  context.onWarning(
    'retry-after-unreadable',
    `${host} sent a Retry-After that is neither seconds nor a date; the ordinary backoff was used.`,
  );
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
  const { host } = request.url;
  for (let attempt = 1; ; attempt += 1) {
    const made = await attemptOnce(parts, request, context);
    const { requestId, elapsedMs, response, error } = made;
    const outcome = outcomeOf(made);
    const { method, idempotencyKey } = request;
    const decision: Decision =
      made.aborted === null
        ? decide(policy, { method, idempotencyKey, attempt, outcome }, parts.random, clock.now())
        : { kind: 'fail' };
    const record: Attempt = {
      at: made.at,
      correlation_id: context.correlationId,
      request_id: requestId,
      page: context.page,
      method,
      url,
      attempt: request.attemptsBefore + attempt,
      status: response?.status ?? null,
      error: outcome.kind === 'error' ? outcome.code : null,
      elapsed_ms: elapsedMs,
      delay_ms: decision.kind === 'retry' ? decision.delayMs : null,
      reason: decision.kind === 'retry' ? decision.reason : null,
    };
    context.onAttempt(record);
    log[decision.kind === 'retry' ? 'warn' : 'info']('attempt', { ...record });
    if (made.aborted) throw made.aborted.reason;

    const attempts = record.attempt;
    switch (decision.kind) {
      case 'return':
        if (!response) throw new TieoutError('internal', 'The policy returned a response that is not there.');
        return { ...response, requestId, attempts, elapsedMs };
      case 'retry':
        if (decision.unreadable !== null) warnUnreadable(parts, context, host, decision.unreadable);
        context.onRetry(
          {
            type: 'retry',
            at: isoTime(clock.now()),
            correlation_id: context.correlationId,
            request_id: requestId,
            method,
            url,
            attempt: record.attempt,
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
          `${host} asks to wait ${Math.round(decision.ms / 1000)} s; run the sync again after ${isoTime(clock.now() + decision.ms)}.`,
          { url, status: record.status, retry_at: isoTime(clock.now() + decision.ms) },
        );
      case 'fail':
      case 'exhausted':
        if (error) throw attemptFailure(error, request, attempts);
        throw new TieoutError(
          'vendor-retries-exhausted',
          `${host} answered ${record.status}${attempt === 1 ? '' : ` to the last of ${attempt} attempts in a row`}; what was committed stays, run the sync again later.`,
          { url, status: record.status, attempts },
        );
      default:
        assertNever(decision);
    }
  }
}
