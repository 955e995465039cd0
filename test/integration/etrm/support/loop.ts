import { onTestFinished } from 'vitest';
import { Redactor } from '../../../../electron/credentials/secret.ts';
import {
  type Attempt,
  type CallContext,
  type LoopParts,
  type LoopRequest,
  type Reply,
  sendByPolicy,
} from '../../../../electron/etrm/policy-loop.ts';
import { type RetryPolicy, SEED_POLICY } from '../../../../electron/etrm/retry-policy.ts';
import { createTransport, type TransportSettings } from '../../../../electron/etrm/transport.ts';
import { vendorSettings } from '../../../../electron/etrm/vendor-settings.ts';
import { createLog } from '../../../../electron/log/log.ts';
import type { RetryEvent, TokenEvent } from '../../../../shared/events.ts';
import { TestClock } from './test-clock.ts';

export const NO_PROXY = { https: '', http: '', none: '' } as const;

/** What a caller was told. */
export interface Heard {
  readonly attempts: Attempt[];
  readonly retries: RetryEvent[];
  readonly tokens: TokenEvent[];
  /** Code and message. */
  readonly warnings: [string, string][];
}

export interface Caller {
  readonly context: CallContext;
  readonly heard: Heard;
  readonly abort: AbortController;
}

export function caller(correlationId = 'run-1', page: number | null = null): Caller {
  const heard: Heard = { attempts: [], retries: [], tokens: [], warnings: [] };
  const abort = new AbortController();
  return {
    heard,
    abort,
    context: {
      correlationId,
      page,
      signal: abort.signal,
      onAttempt: (attempt) => heard.attempts.push(attempt),
      onRetry: (event) => heard.retries.push(event),
      onToken: (event) => heard.tokens.push(event),
      onWarning: (code, message) => heard.warnings.push([code, message]),
    },
  };
}

export interface TestParts extends LoopParts {
  readonly clock: TestClock;
  readonly redactor: Redactor;
  /** Log lines, parsed. */
  readonly lines: Record<string, unknown>[];
}

/** Transport and everything beside it, for one test; no jitter unless `random` makes some. */
export function parts(settings: Partial<TransportSettings> = {}, random = (): number => 0): TestParts {
  const lines: Record<string, unknown>[] = [];
  const redactor = new Redactor();
  const transport = createTransport({
    ...vendorSettings().transport,
    caFile: null,
    secure: false,
    proxy: NO_PROXY,
    ...settings,
  });
  onTestFinished(() => transport.close());
  let ids = 0;
  return {
    transport,
    clock: new TestClock(),
    random,
    newId: () => {
      ids += 1;
      return `request-${ids}`;
    },
    log: createLog([(line) => lines.push(JSON.parse(line))], redactor),
    redactor,
    lines,
  };
}

/** A request of the policy loop with nothing special about it. */
export function loopRequest(address: string, differing: Partial<LoopRequest> = {}): LoopRequest {
  return {
    method: 'GET',
    url: new URL(address),
    headers: async () => ({}),
    body: null,
    timeoutMs: 5000,
    deadlineMs: 20_000,
    maxBodyBytes: null,
    lane: 'resource',
    idempotencyKey: null,
    attemptsBefore: 0,
    ...differing,
  };
}

export interface Sent extends Heard {
  /** The reply, or what was thrown. */
  readonly reply: Reply | null;
  readonly error: unknown;
  /** Seconds. */
  readonly sleeps: readonly number[];
}

/** Sends one request by the seed's policy, or another, and tells everything about it. */
export async function send(
  using: TestParts,
  request: LoopRequest,
  policy: Partial<RetryPolicy> = {},
): Promise<Sent> {
  const { context, heard } = caller();
  const before = using.clock.sleeps.length;
  let reply: Reply | null = null;
  let error: unknown = null;
  try {
    reply = await sendByPolicy(using, { ...SEED_POLICY, ...policy }, request, context);
  } catch (thrown) {
    error = thrown;
  }
  return { ...heard, reply, error, sleeps: using.clock.sleeps.slice(before).map((ms) => ms / 1000) };
}
