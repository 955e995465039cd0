/** Twins of urllib3's `test/test_retry.py`, each named by the test it answers to; those left out: docs/vendor-client.md. */
import { describe, expect, it } from 'vitest';
import {
  backoffMs,
  type Decision,
  decide,
  jitterFor,
  type Outcome,
  type RetryPolicy,
  SAFE_METHODS,
  SEED_POLICY,
  tokenPolicy,
} from '../../../electron/etrm/retry-policy.ts';

const NOW = Date.UTC(2019, 5, 3, 11);
const none = (): number => 0;
const plain: RetryPolicy = { ...SEED_POLICY, jitterMs: 0 };
const failed: Outcome = { kind: 'error', code: 'ECONNREFUSED', final: false };
const answered = (status: number, retryAfter: string | null = null): Outcome => ({
  kind: 'response',
  status,
  retryAfter,
});

function decided(
  policy: Partial<RetryPolicy>,
  outcome: Outcome,
  { attempt = 1, method = 'GET', idempotencyKey = null as string | null } = {},
): Decision {
  return decide({ ...plain, ...policy }, { method, idempotencyKey, attempt, outcome }, none, NOW);
}

/** Kinds of decision on the same outcome again and again. */
const kinds = (policy: Partial<RetryPolicy>, outcome: Outcome, times: number): string[] =>
  Array.from({ length: times }, (_, at) => decided(policy, outcome, { attempt: at + 1 }).kind);

describe('the backoff, as urllib3 computes it', () => {
  it('test_backoff: nothing for the first retry, then factor x 2^(n-1), capped at 120 s', () => {
    const policy = { ...plain, backoffFactorS: 0.2 };
    expect([1, 2, 3, 4, 14].map((n) => backoffMs(policy, n, none))).toEqual([0, 400, 800, 1600, 120_000]);
  });

  it('test_configurable_backoff_max: the cap is a setting', () => {
    const policy = { ...plain, backoffFactorS: 0.2, maxBackoffMs: 1000 };
    expect([1, 2, 3, 4, 5].map((n) => backoffMs(policy, n, none))).toEqual([0, 400, 800, 1000, 1000]);
  });

  it('test_backoff_jitter: up to the jitter more, never above the cap', () => {
    const policy = { ...plain, backoffFactorS: 0.2, maxBackoffMs: 1000, jitterMs: 400 };
    const least = [2, 3, 4, 5].map((n) => backoffMs(policy, n, none));
    const most = [2, 3, 4, 5].map((n) => backoffMs(policy, n, () => 1));
    expect(least).toEqual([400, 800, 1000, 1000]);
    expect(most).toEqual([800, 1000, 1000, 1000]);
  });

  it('test_backoff_jitter, where ours goes further: the first retry has a small one too', () => {
    expect(backoffMs(SEED_POLICY, 1, () => 1)).toBe(SEED_POLICY.jitterMs / 4);
  });

  it('test_zero_backoff: a factor of 0 waits for nothing', () => {
    const policy = { ...plain, backoffFactorS: 0 };
    expect([1, 2, 3].map((n) => backoffMs(policy, n, none))).toEqual([0, 0, 0]);
  });

  it('has the seed’s figures and a jitter of 1 s by default', () => {
    expect([1, 2, 3, 4].map((n) => backoffMs(plain, n, none))).toEqual([0, 3000, 6000, 12_000]);
    expect(SEED_POLICY.jitterMs).toBe(1000);
    expect(jitterFor(0.015)).toBe(10);
  });
});

describe('the budget, as urllib3 counts it', () => {
  it('test_retry_both_specified: the total is what ends it', () => {
    expect(kinds({ retries: 2 }, failed, 3)).toEqual(['retry', 'retry', 'exhausted']);
  });

  it('test_retry_default: four retries, by the seed’s settings', () => {
    expect(kinds({}, failed, 5)).toEqual(['retry', 'retry', 'retry', 'retry', 'exhausted']);
  });

  it('test_retry_other: an error nobody foresaw counts like any other', () => {
    const unforeseen: Outcome = { kind: 'error', code: 'UNKNOWN', final: false };
    expect(kinds({ retries: 1 }, unforeseen, 2)).toEqual(['retry', 'exhausted']);
  });

  it('test_retry_read_zero: no budget, no second chance', () => {
    expect(
      kinds({ retries: 0 }, { kind: 'error', code: 'UND_ERR_HEADERS_TIMEOUT', final: false }, 1),
    ).toEqual(['exhausted']);
  });

  it('test_status_counter: statuses draw on the same budget', () => {
    expect(kinds({ retries: 2 }, answered(429), 3)).toEqual(['retry', 'retry', 'exhausted']);
  });

  it('test_exhausted: the last retry of the budget is still made', () => {
    expect(decided({ retries: 1 }, failed, { attempt: 1 }).kind).toBe('retry');
    expect(decided({ retries: 1 }, failed, { attempt: 2 }).kind).toBe('exhausted');
  });

  it.each([-1, 0])('test_disabled[%i]: no retry at all', (retries) => {
    expect(decided({ retries }, failed).kind).toBe('exhausted');
  });
});

describe('what is retried, as urllib3 decides it', () => {
  it('test_status_forcelist: the listed statuses and no others', () => {
    const server = { statuses: new Set([500, 502]) };
    expect(decided(server, answered(200)).kind).toBe('return');
    expect(decided(server, answered(400)).kind).toBe('return');
    expect(decided(server, answered(500)).kind).toBe('retry');
    expect(decided({ statuses: new Set([418]) }, answered(418)).kind).toBe('retry');
  });

  it('test_allowed_methods_with_status_forcelist: method and status must both agree', () => {
    const posts = { statuses: new Set([500]), methods: new Set(['POST']) };
    expect(decided(posts, answered(500), { method: 'GET' }).kind).toBe('return');
    expect(decided(posts, answered(500), { method: 'POST' }).kind).toBe('retry');
  });

  it('test_retry_method_not_allowed: a POST that timed out fails at once', () => {
    const timeout: Outcome = { kind: 'error', code: 'UND_ERR_HEADERS_TIMEOUT', final: false };
    expect(decided({}, timeout, { method: 'POST' }).kind).toBe('fail');
  });

  it('retries only GET, HEAD and OPTIONS by default', () => {
    const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];
    const retried = methods.filter((method) => decided({}, failed, { method }).kind === 'retry');
    expect(retried).toEqual(['GET', 'HEAD', 'OPTIONS']);
    expect([...SAFE_METHODS]).toEqual(retried);
  });

  it('repeats another method only with a key that the connection says the vendor heeds', () => {
    const post = (idempotencyKeys: boolean, idempotencyKey: string | null): string =>
      decided({ idempotencyKeys }, failed, { method: 'POST', idempotencyKey }).kind;
    expect([post(false, null), post(false, 'k'), post(true, null), post(true, 'k')]).toEqual([
      'fail',
      'fail',
      'fail',
      'retry',
    ]);
  });

  it('never repeats what a repetition cannot help', () => {
    expect(decided({}, { kind: 'error', code: 'CERT_HAS_EXPIRED', final: true }).kind).toBe('fail');
  });
});

describe('the waits a server asks for, as urllib3 keeps them', () => {
  it('test_configurable_retry_after_max: up to the cap it is kept, above it the run ends', () => {
    const waits = (text: string, maxRetryAfterMs: number): Decision =>
      decided({ maxRetryAfterMs }, answered(429, text));
    expect(waits('300', 300_000)).toMatchObject({ kind: 'retry', delayMs: 300_000, reason: 'retry-after' });
    expect(waits('301', 300_000)).toEqual({ kind: 'wait-too-long', ms: 301_000 });
    expect(waits('1', 1000)).toMatchObject({ kind: 'retry', delayMs: 1000 });
    expect(waits('2', 1000)).toEqual({ kind: 'wait-too-long', ms: 2000 });
  });

  it('honours it on every status that is retried, listed or not', () => {
    for (const status of [413, 429, 502, 503, 504, 520, 524]) {
      expect(decided({}, answered(status, '7'))).toMatchObject({ kind: 'retry', delayMs: 7000 });
    }
    for (const status of [400, 404, 418, 500]) expect(decided({}, answered(status, '7')).kind).toBe('return');
  });
});

describe('the token endpoint’s own budget', () => {
  const policy = tokenPolicy(plain, 2);
  const posted = (outcome: Outcome, attempt = 1): string =>
    decide(policy, { method: 'POST', idempotencyKey: null, attempt, outcome }, none, NOW).kind;

  it('is two retries after network errors, 429 and any 5xx', () => {
    expect([1, 2, 3].map((attempt) => posted(failed, attempt))).toEqual(['retry', 'retry', 'exhausted']);
    for (const status of [429, 500, 501, 503, 599]) expect(posted(answered(status))).toBe('retry');
  });

  it('is nothing for any other 4xx, a Retry-After with it or not', () => {
    for (const status of [400, 401, 403, 404, 408, 413]) {
      expect(posted(answered(status))).toBe('return');
      expect(posted(answered(status, '1'))).toBe('return');
    }
  });
});
