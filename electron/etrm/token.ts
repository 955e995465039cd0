/**
 * The bearer token of one (token URL, client, scope): fetched once for all who wait, renewed from 80 % of its life,
 * never cached when refused (network.md, "Tokens"; RFC 6749 4.4, 5).
 */
import { z } from 'zod';
import { TieoutError } from '../../shared/errors.ts';
import type { TokenEvent } from '../../shared/events.ts';
import { isoTime } from '../clock.ts';
import { type Redactor, Secret } from '../credentials/secret.ts';
import { type CallContext, type LoopParts, type Reply, sendByPolicy } from './policy-loop.ts';
import type { RetryPolicy } from './retry-policy.ts';

export interface ClientCredentials {
  readonly tokenUrl: URL;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly scope: string;
  readonly authentication: 'client_secret_post' | 'client_secret_basic';
}

export interface Token {
  readonly secret: Secret;
  /** Grows with each token of this source. */
  readonly serial: number;
}

interface CachedToken extends Token {
  /** Monotonic milliseconds. */
  readonly refreshAt: number;
  readonly expiresAt: number;
  /** Wall clock, for a machine that slept: whichever clock says "expired" is believed. */
  readonly wallExpiresAt: number;
  readonly singleUse: boolean;
}

/** From this share of the lifetime on, the token is renewed. */
const REFRESH_AT = 0.8;
/** A nearly dead token is not asked for again sooner, however often it is handed out. */
const RENEWAL_FLOOR_MS = 1000;
const DEFAULT_LIFETIME_S = 3600;
const TOKEN_TIMEOUT_MS = 10_000;

const answer = z.looseObject({
  access_token: z.string().min(1),
  token_type: z.string().optional(),
  expires_in: z.unknown().optional(),
  scope: z.string().optional(),
});
const refusal = z.looseObject({ error: z.string(), error_description: z.string().optional() });

export interface Lifetime {
  readonly seconds: number;
  /** Not to be believed: use the token once and ask again. */
  readonly singleUse: boolean;
}

/** `expires_in`: a number or a numeric string; missing is an hour; NaN, zero or negative is a single use. */
export function lifetimeOf(expiresIn: unknown): Lifetime {
  if (expiresIn === undefined || expiresIn === null) return { seconds: DEFAULT_LIFETIME_S, singleUse: false };
  const text = typeof expiresIn === 'string' ? expiresIn.trim() : expiresIn;
  const seconds =
    typeof text === 'number' ? text : typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
  if (!Number.isFinite(seconds) || seconds <= 0) return { seconds: 0, singleUse: true };
  return { seconds, singleUse: false };
}

/** RFC 6749 2.3.1 and appendix B: form-encoded before it is joined and base64-encoded. */
function basic(clientId: string, secret: Secret): string {
  const form = (text: string): string => new URLSearchParams({ v: text }).toString().slice(2);
  return `Basic ${Buffer.from(`${form(clientId)}:${form(secret.reveal())}`).toString('base64')}`;
}

function parseJson(reply: Reply): unknown {
  try {
    return JSON.parse(Buffer.from(reply.body).toString('utf8'));
  } catch {
    return undefined;
  }
}

export interface TokenSourceParts extends LoopParts {
  readonly redactor: Redactor;
  readonly policy: RetryPolicy;
  readonly onToken: (event: TokenEvent) => void;
  readonly onWarning: (code: string, message: string) => void;
}

export class TokenSource {
  readonly #parts: TokenSourceParts;
  readonly #credentials: ClientCredentials;
  #cached: CachedToken | null = null;
  #flight: Promise<CachedToken> | null = null;
  #serial = 0;
  #fetchedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: TokenSourceParts, credentials: ClientCredentials) {
    this.#parts = parts;
    this.#credentials = credentials;
    parts.redactor.know(credentials.clientSecret);
  }

  /**
   * A token to send now. From 80 % of its life one renewal is under way while others go on with the old token; past
   * its expiry everyone waits for the new one.
   * @throws TieoutError `credentials-refused`, `token-endpoint` or `vendor-*`; never cached.
   */
  async token(context: CallContext): Promise<Token> {
    const cached = this.#cached;
    const now = this.#parts.clock.monotonic();
    const alive = cached !== null && now < cached.expiresAt && this.#parts.clock.now() < cached.wallExpiresAt;
    if (cached && alive && !cached.singleUse) {
      if (now < cached.refreshAt || now - this.#fetchedAt < RENEWAL_FLOOR_MS) return cached;
      const renewal = this.#renew(context);
      if (this.#renewer === context) return this.#join(renewal, context.signal);
      renewal.catch(() => {});
      return cached;
    }
    return this.#join(this.#renew(context), context.signal);
  }

  /** Of the newest token; 0 where there was none yet. */
  get serial(): number {
    return this.#serial;
  }

  /** The server refused this token: forget it, unless another has taken its place. */
  invalidate(token: Token): void {
    if (this.#cached?.serial === token.serial) this.#cached = null;
  }

  #renewer: CallContext | null = null;

  #renew(context: CallContext): Promise<CachedToken> {
    if (this.#flight) return this.#flight;
    this.#renewer = context;
    // One caller's abort does not cancel what others wait for: the flight has a signal of its own.
    const flight = this.#fetch({ ...context, page: null, signal: new AbortController().signal }).finally(
      () => {
        this.#flight = null;
        this.#renewer = null;
      },
    );
    this.#flight = flight;
    return flight;
  }

  async #join(flight: Promise<CachedToken>, signal: AbortSignal): Promise<CachedToken> {
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([flight, aborted]);
    } finally {
      signal.removeEventListener('abort', abort);
      aborted.catch(() => {});
      flight.catch(() => {});
    }
  }

  async #fetch(context: CallContext): Promise<CachedToken> {
    const { clock, log, redactor } = this.#parts;
    const { tokenUrl, clientId, clientSecret, scope, authentication } = this.#credentials;
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (authentication === 'client_secret_post') {
      form.set('client_id', clientId);
      form.set('client_secret', clientSecret.reveal());
    }
    form.set('scope', scope);
    const headers: Record<string, string> = {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    };
    if (authentication === 'client_secret_basic') headers.authorization = basic(clientId, clientSecret);

    log.info('token renewal', { correlation_id: context.correlationId, host: tokenUrl.host });
    // The lifetime counts from before the request was sent.
    let sentAt = clock.monotonic();
    let sentWall = clock.now();
    const reply = await sendByPolicy(
      this.#parts,
      this.#parts.policy,
      {
        method: 'POST',
        url: tokenUrl,
        body: form.toString(),
        timeoutMs: TOKEN_TIMEOUT_MS,
        headers: async () => {
          sentAt = clock.monotonic();
          sentWall = clock.now();
          return headers;
        },
      },
      context,
    );
    const parsed = this.#read(reply);
    const secret = new Secret(parsed.access_token);
    redactor.know(secret);
    const life = lifetimeOf(parsed.expires_in);
    if (life.singleUse) {
      this.#parts.onWarning(
        'token-lifetime',
        `${tokenUrl.host} gave a token without a usable expires_in; it is used once and renewed for each request.`,
      );
    }
    if (parsed.scope !== undefined) this.#checkScope(parsed.scope);
    const lifeMs = life.seconds * 1000;
    this.#serial += 1;
    this.#fetchedAt = clock.monotonic();
    const token: CachedToken = {
      secret,
      serial: this.#serial,
      refreshAt: sentAt + lifeMs * REFRESH_AT,
      expiresAt: sentAt + lifeMs,
      wallExpiresAt: sentWall + lifeMs,
      singleUse: life.singleUse,
    };
    this.#cached = token;
    this.#parts.onToken({
      type: 'token',
      at: isoTime(clock.now()),
      correlation_id: context.correlationId,
      expires_in: life.seconds,
      refresh_at: isoTime(sentWall + lifeMs * REFRESH_AT),
    });
    return token;
  }

  #checkScope(granted: string): void {
    const have = new Set(granted.split(' '));
    const lacking = this.#credentials.scope.split(' ').filter((name) => name !== '' && !have.has(name));
    if (lacking.length === 0) return;
    this.#parts.onWarning(
      'token-scope',
      `${this.#credentials.tokenUrl.host} granted less than was asked for: ${lacking.join(' ')} is missing.`,
    );
  }

  /** @throws TieoutError `credentials-refused` for a 4xx, `token-endpoint` for anything that is no token. */
  #read(reply: Reply): z.infer<typeof answer> {
    const { host } = this.#credentials.tokenUrl;
    const body = parseJson(reply);
    if (reply.status >= 400 && reply.status < 500 && reply.status !== 408) {
      const said = refusal.safeParse(body);
      const reason = said.success
        ? `${said.data.error}${said.data.error_description === undefined ? '' : `: ${said.data.error_description}`}`
        : `status ${reply.status}`;
      throw new TieoutError(
        'credentials-refused',
        `${host} refused the client credentials (${reason}); check the client id and the secret of this connection.`,
        { status: reply.status },
      );
    }
    const token = answer.safeParse(body);
    if (reply.status !== 200 || !token.success) {
      throw new TieoutError(
        'token-endpoint',
        `The token endpoint ${host} answered ${reply.status} without an access token; check the token URL.`,
        { status: reply.status },
      );
    }
    const type = token.data.token_type;
    if (type === undefined) {
      this.#parts.onWarning(
        'token-type',
        `${host} gave a token without a token_type; it is used as a bearer token.`,
      );
    }
    if (type !== undefined && type.toLowerCase() !== 'bearer') {
      throw new TieoutError(
        'token-endpoint',
        `The token endpoint ${host} gave a token of type ${type}; only bearer tokens are supported.`,
        { status: reply.status },
      );
    }
    return token.data;
  }
}
