/**
 * What to do after an attempt, as the seed's `Retry(total=4, backoff_factor=1.5, ...)` decides it, with the jitter
 * that the seed's text makes mandatory (network.md, "Retry policy"). Pure: the loop in `policy-loop.ts` acts on it.
 */
import { assertNever } from '../../shared/errors.ts';
import { parseRetryAfter } from './retry-after.ts';

export interface RetryPolicy {
  /** Retries after the first attempt. */
  readonly retries: number;
  /** Seconds; retry n waits 0 for the first, then factor x 2^(n-1). */
  readonly backoffFactorS: number;
  /** Uniform in [0, jitterMs], added to every backoff after the first; the first gets at most a quarter of it. */
  readonly jitterMs: number;
  readonly maxBackoffMs: number;
  /** A longer Retry-After ends the run with a message that says when to come back. */
  readonly maxRetryAfterMs: number;
  readonly statuses: ReadonlySet<number>;
  /** Retried where the response bears a Retry-After, listed or not. */
  readonly retryAfterStatuses: ReadonlySet<number>;
  readonly methods: ReadonlySet<string>;
  /**
   * The connection profile's word that the vendor books requests with the same `Idempotency-Key` once. Only then, and
   * only with a key, is a method outside `methods` sent again.
   */
  readonly idempotencyKeys: boolean;
}

/** What a connection may set; which methods may be repeated is not among it. */
export type RetrySettings = Omit<RetryPolicy, 'methods'>;

/** Methods that a repetition cannot book twice. */
export const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Jitter in proportion to the factor: 1 s at the seed's 1.5 s. */
export function jitterFor(backoffFactorS: number): number {
  return Math.round((backoffFactorS * 2000) / 3);
}

export const SEED_POLICY: RetryPolicy = {
  retries: 4,
  backoffFactorS: 1.5,
  jitterMs: jitterFor(1.5),
  maxBackoffMs: 120_000,
  maxRetryAfterMs: 300_000,
  statuses: new Set([429, 502, 504, 520, 521, 522, 523, 524]),
  retryAfterStatuses: new Set([413, 429, 503]),
  methods: SAFE_METHODS,
  idempotencyKeys: false,
};

/**
 * The token endpoint has a small budget of its own: a client-credentials grant posts nothing that could be booked
 * twice, so POST is retried after network errors, 429 and 5xx (network.md, "Tokens", 6).
 */
export function tokenPolicy(base: RetrySettings, retries: number): RetryPolicy {
  const server = Array.from({ length: 100 }, (_, at) => 500 + at);
  return {
    ...base,
    retries,
    statuses: new Set([429, ...server]),
    retryAfterStatuses: new Set(),
    methods: new Set(['POST']),
  };
}

export type Outcome =
  | { readonly kind: 'response'; readonly status: number; readonly retryAfter: string | null }
  /** The attempt itself failed; `final` where a repetition cannot help (a bad certificate, a body over the limit). */
  | { readonly kind: 'error'; readonly code: string; readonly final: boolean };

export type Decision =
  | {
      readonly kind: 'retry';
      readonly delayMs: number;
      readonly reason: 'retry-after' | 'backoff';
      /** A Retry-After that could not be read. */
      readonly unreadable: string | null;
    }
  /** Hand the response, good or bad, to the caller. */
  | { readonly kind: 'return' }
  | { readonly kind: 'fail' }
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'wait-too-long'; readonly ms: number };

export interface Attempted {
  readonly method: string;
  /** Sent with every attempt of this request; null where the caller gave none. */
  readonly idempotencyKey: string | null;
  /** From 1. */
  readonly attempt: number;
  readonly outcome: Outcome;
}

/** Milliseconds before retry `n` (1, 2, ...), with no Retry-After. @param random uniform in [0, 1). */
export function backoffMs(policy: RetryPolicy, n: number, random: () => number): number {
  if (n <= 1) return Math.round((random() * policy.jitterMs) / 4);
  const base = policy.backoffFactorS * 1000 * 2 ** (n - 1);
  return Math.round(Math.min(base + random() * policy.jitterMs, policy.maxBackoffMs));
}

function mayRepeat(policy: RetryPolicy, tried: Attempted): boolean {
  return policy.methods.has(tried.method) || (policy.idempotencyKeys && tried.idempotencyKey !== null);
}

/** @param now wall clock, milliseconds (for a Retry-After that is a date). */
export function decide(policy: RetryPolicy, tried: Attempted, random: () => number, now: number): Decision {
  const { outcome } = tried;
  const may = mayRepeat(policy, tried);
  const spent = tried.attempt > policy.retries;
  switch (outcome.kind) {
    case 'error':
      if (outcome.final || !may) return { kind: 'fail' };
      if (spent) return { kind: 'exhausted' };
      return {
        kind: 'retry',
        delayMs: backoffMs(policy, tried.attempt, random),
        reason: 'backoff',
        unreadable: null,
      };
    case 'response': {
      const listed =
        policy.statuses.has(outcome.status) ||
        (outcome.retryAfter !== null && policy.retryAfterStatuses.has(outcome.status));
      if (!may || !listed) return { kind: 'return' };
      if (spent) return { kind: 'exhausted' };
      const wish = outcome.retryAfter === null ? null : parseRetryAfter(outcome.retryAfter, now);
      if (wish?.kind === 'wait') {
        if (wish.ms > policy.maxRetryAfterMs) return { kind: 'wait-too-long', ms: wish.ms };
        return { kind: 'retry', delayMs: wish.ms, reason: 'retry-after', unreadable: null };
      }
      return {
        kind: 'retry',
        delayMs: backoffMs(policy, tried.attempt, random),
        reason: 'backoff',
        unreadable: wish?.kind === 'unreadable' ? wish.text : null,
      };
    }
    default:
      return assertNever(outcome);
  }
}
