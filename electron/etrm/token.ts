/**
 * The bearer token of one (token URL, client, scope): fetched once for all who wait, renewed from 80 % of its life,
 * never cached when refused (network.md, "Tokens"; RFC 6749 4.4, 5).
 */
import { TieoutError } from '../../shared/errors.ts';
import { isoTime } from '../clock.ts';
import type { Redactor, Secret } from '../credentials/secret.ts';
import { type CallContext, type LoopParts, type Reply, sendByPolicy } from './policy-loop.ts';
import { type RetrySettings, tokenPolicy } from './retry-policy.ts';
import { type ClientAuthentication, type ClientCredentials, tokenRequest } from './token-request.ts';
import { readGrant, type TokenGrant } from './token-response.ts';

export interface TokenSettings {
  readonly authentication: ClientAuthentication;
  /** Retries after network errors, 429 and 5xx of the token endpoint; a 4xx is never retried. */
  readonly retries: number;
  /** Seconds, where the server does not say. */
  readonly missingLifetimeS: number;
  /** From this share of its lifetime on, a token is renewed. */
  readonly renewAt: number;
  /** The server is not asked again sooner, however dead the tokens are that it hands out. */
  readonly floorMs: number;
  readonly timeoutMs: number;
  /** Of one attempt as a whole. */
  readonly deadlineMs: number;
}

export const DEFAULT_TOKEN: TokenSettings = {
  authentication: 'client_secret_post',
  retries: 2,
  missingLifetimeS: 3600,
  renewAt: 0.8,
  floorMs: 1000,
  timeoutMs: 10_000,
  deadlineMs: 30_000,
};

export interface Token {
  readonly secret: Secret;
  /** Grows with each token of this source. */
  readonly serial: number;
}

interface CachedToken extends Token {
  /** Whichever clock says "late" is believed: the monotonic one stands still while the machine sleeps. */
  readonly renewAt: Instant;
  readonly expiresAt: Instant;
  readonly singleUse: boolean;
}

/** The same moment on both clocks, milliseconds. */
interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

/** A renewal under way, and those who wait for it. */
interface Flight {
  readonly token: Promise<CachedToken>;
  readonly waiting: Set<CallContext>;
}

export interface TokenSourceParts extends LoopParts {
  readonly redactor: Redactor;
  /** Backoff and caps; which statuses are retried, and how often, is the token's own. */
  readonly retry: RetrySettings;
  readonly settings: TokenSettings;
}

export class TokenSource {
  readonly #parts: TokenSourceParts;
  readonly #credentials: ClientCredentials;
  readonly #closing = new AbortController();
  readonly #warned = new Set<string>();
  #cached: CachedToken | null = null;
  #flight: Flight | null = null;
  #serial = 0;
  /** Monotonic: when the last token came, or the last early renewal failed. */
  #restedFrom = Number.NEGATIVE_INFINITY;
  /** Serial of the last single-use token that was handed out. */
  #usedOnce = 0;

  constructor(parts: TokenSourceParts, credentials: ClientCredentials) {
    this.#parts = parts;
    this.#credentials = credentials;
    parts.redactor.know(credentials.clientSecret);
  }

  /** Of the newest token; 0 where there was none yet. */
  get serial(): number {
    return this.#serial;
  }

  /**
   * A token to send now. From 80 % of its life one caller renews it while others go on with it; past its expiry
   * everyone waits for the new one.
   * @throws TieoutError `credentials-refused`, `token-endpoint` or `vendor-*`, never cached; the signal's reason.
   */
  async token(context: CallContext): Promise<Token> {
    for (;;) {
      const token = await this.#current(context);
      if (!token.singleUse) return token;
      // Of those who waited for it, one may use it; the others ask again.
      if (token.serial > this.#usedOnce) {
        this.#usedOnce = token.serial;
        return token;
      }
    }
  }

  /** The server refused this token: forget it, unless another has taken its place. */
  invalidate(token: Token): void {
    if (this.#cached?.serial === token.serial) this.#cached = null;
  }

  /** Ends a renewal that is still under way. */
  close(): void {
    this.#closing.abort(new TieoutError('cancelled', 'The connection to the vendor was closed.'));
  }

  #current(context: CallContext): Promise<CachedToken> | CachedToken {
    const cached = this.#cached;
    if (cached === null || cached.singleUse) return this.#join(context);
    if (this.#parts.clock.monotonic() - this.#restedFrom < this.#parts.settings.floorMs) return cached;
    if (this.#isPast(cached.expiresAt)) return this.#join(context);
    if (!this.#isPast(cached.renewAt) || this.#flight !== null) return cached;
    return this.#join(context).catch((error: unknown) => this.#goOnWith(cached, error, context));
  }

  #isPast(instant: Instant): boolean {
    const { clock } = this.#parts;
    return clock.monotonic() >= instant.monotonic || clock.now() >= instant.wall;
  }

  /** A renewal ahead of time failed: what still holds is used, unless the server refused the client itself. */
  #goOnWith(cached: CachedToken, error: unknown, context: CallContext): CachedToken {
    const refused = error instanceof TieoutError && error.code === 'credentials-refused';
    const holds = this.#cached === cached && !this.#isPast(cached.expiresAt);
    if (refused || !holds || context.signal.aborted || !(error instanceof TieoutError)) throw error;
    this.#restedFrom = this.#parts.clock.monotonic();
    this.#warn([context], 'token-renewal', `The token was not renewed (${error.message}) and is used on.`);
    return cached;
  }

  /** Waits for the one renewal; this caller's abort ends its own wait only. */
  async #join(context: CallContext): Promise<CachedToken> {
    const { signal } = context;
    signal.throwIfAborted();
    const flight = this.#flight ?? this.#depart(context);
    flight.waiting.add(context);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => {
      flight.waiting.delete(context);
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([flight.token, aborted]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #depart(context: CallContext): Flight {
    const waiting = new Set([context]);
    // A signal of its own: one caller's abort does not cancel what others wait for.
    const token = this.#fetch({ ...context, page: null, signal: this.#closing.signal }, waiting).finally(
      () => {
        this.#flight = null;
      },
    );
    // Heard by whoever waits; where nobody does any more, by nobody.
    token.catch(() => {});
    const flight = { token, waiting };
    this.#flight = flight;
    return flight;
  }

  async #fetch(context: CallContext, waiting: ReadonlySet<CallContext>): Promise<CachedToken> {
    const { clock, log, settings, redactor } = this.#parts;
    const { host } = this.#credentials.tokenUrl;
    log.info('token renewal', { correlation_id: context.correlationId, host });
    const { reply, sent } = await this.#ask(context);
    const grant = readGrant(reply, host, settings.missingLifetimeS, redactor);
    const lifeMs = grant.lifetime.seconds * 1000;
    const after = (ms: number): Instant => ({ monotonic: sent.monotonic + ms, wall: sent.wall + ms });
    this.#serial += 1;
    const token: CachedToken = {
      secret: grant.secret,
      serial: this.#serial,
      renewAt: after(lifeMs * settings.renewAt),
      expiresAt: after(lifeMs),
      singleUse: grant.lifetime.singleUse,
    };
    this.#cached = token;
    this.#restedFrom = clock.monotonic();
    for (const told of oneOfEachRun(waiting)) {
      told.onToken({
        type: 'token',
        at: isoTime(clock.now()),
        correlation_id: told.correlationId,
        expires_in: grant.lifetime.seconds,
        refresh_at: isoTime(token.renewAt.wall),
      });
    }
    this.#warnOf(grant, waiting);
    return token;
  }

  /** @returns the reply, and when the request that it answers was sent: a lifetime counts from before it. */
  async #ask(context: CallContext): Promise<{ readonly reply: Reply; readonly sent: Instant }> {
    const { clock, retry, settings, redactor } = this.#parts;
    const asked = tokenRequest(this.#credentials, settings.authentication, (secret) => redactor.know(secret));
    let sent: Instant = { monotonic: clock.monotonic(), wall: clock.now() };
    const reply = await sendByPolicy(
      this.#parts,
      tokenPolicy(retry, settings.retries),
      {
        method: 'POST',
        url: this.#credentials.tokenUrl,
        headers: async () => {
          sent = { monotonic: clock.monotonic(), wall: clock.now() };
          return asked.headers;
        },
        body: asked.body,
        timeoutMs: settings.timeoutMs,
        deadlineMs: settings.deadlineMs,
        maxBodyBytes: MOST_TOKEN_BYTES,
        lane: 'token',
        idempotencyKey: null,
        attemptsBefore: 0,
      },
      context,
    );
    return { reply, sent };
  }

  #warnOf(grant: TokenGrant, waiting: ReadonlySet<CallContext>): void {
    const { host } = this.#credentials.tokenUrl;
    if (grant.lifetime.singleUse) {
      this.#warn(
        waiting,
        'token-lifetime',
        `${host} gave a token without a usable expires_in; it is used once, and another asked for with each request.`,
      );
    }
    const { scopes } = grant;
    if (scopes === null) return;
    const lacking = this.#credentials.scope
      .split(' ')
      .filter((name) => name !== '' && !scopes.includes(name));
    if (lacking.length === 0) return;
    this.#warn(
      waiting,
      'token-scope',
      `${host} granted less than was asked for: ${lacking.join(' ')} is missing.`,
    );
  }

  /** Once for each run and kind. */
  #warn(contexts: Iterable<CallContext>, code: string, message: string): void {
    for (const context of oneOfEachRun(contexts)) {
      const key = `${context.correlationId} ${code}`;
      if (this.#warned.has(key)) continue;
      this.#warned.add(key);
      context.onWarning(code, message);
    }
  }
}

/** A token answer is a few hundred bytes; a megabyte is an attack or a mistaken address. */
const MOST_TOKEN_BYTES = 1024 * 1024;

function oneOfEachRun(contexts: Iterable<CallContext>): Iterable<CallContext> {
  return new Map([...contexts].map((context) => [context.correlationId, context])).values();
}
