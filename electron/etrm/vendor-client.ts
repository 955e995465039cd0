/** An authorised request: the bearer token is resolved for each attempt, a 401 renews it once (network.md, "Tokens", 5). */
import { TieoutError } from '../../shared/errors.ts';
import { type Redactor, redactUrl } from '../credentials/secret.ts';
import { type CallContext, type LoopParts, type Reply, sendByPolicy } from './policy-loop.ts';
import { type RetryPolicy, SAFE_METHODS } from './retry-policy.ts';
import type { Token, TokenSource } from './token.ts';
import type { Headers, WireRequest } from './transport.ts';

export interface ResourceSettings {
  /** For the headers of a page to arrive, and between two pieces of its body. */
  readonly timeoutMs: number;
  /** Of one attempt as a whole. */
  readonly deadlineMs: number;
}

export const DEFAULT_RESOURCE: ResourceSettings = { timeoutMs: 30_000, deadlineMs: 120_000 };

export interface VendorClientParts extends LoopParts {
  readonly policy: RetryPolicy;
  readonly tokens: TokenSource;
  readonly settings: ResourceSettings;
  readonly redactor: Redactor;
  /** Where the token may be sent, and nowhere else: of the base URL. */
  readonly origin: string;
  /** Told of each 429. */
  readonly onRateLimit: () => void;
}

export interface VendorRequest {
  readonly method: WireRequest['method'];
  readonly url: URL;
  readonly body: string | null;
  readonly contentType: string | null;
  /** Makes a method that is not GET, HEAD or OPTIONS repeatable, where the connection says that the vendor heeds it. */
  readonly idempotencyKey: string | null;
  /** After decoding; null: the transport's own limit. */
  readonly maxBodyBytes: number | null;
}

/** Of a server's own words in a message; cut when no secret is in them any more. */
const LONGEST_SAID = 500;

/** `error` and `error_description` of a `WWW-Authenticate: Bearer` challenge (RFC 6750 3) or a JSON body. */
function saidBy(reply: Reply, redactor: Redactor): string {
  const challenge = reply.headers.get('www-authenticate') ?? '';
  const quoted = (name: string): string | undefined =>
    new RegExp(`\\b${name}="([^"]{0,500})"`).exec(challenge)?.[1];
  const texts: unknown[] = [quoted('error'), quoted('error_description')];
  if (texts[0] === undefined) {
    try {
      const body: unknown = JSON.parse(Buffer.from(reply.body.subarray(0, 10_000)).toString('utf8'));
      if (typeof body === 'object' && body !== null) {
        texts[0] = 'error' in body ? body.error : undefined;
        texts[1] = 'error_description' in body ? body.error_description : undefined;
      }
    } catch {
      // A refusal need not be JSON; its status says enough.
    }
  }
  return texts
    .filter((text) => typeof text === 'string')
    .map((text) => redactor.redact(text).slice(0, LONGEST_SAID))
    .join(': ');
}

export class VendorClient {
  readonly #parts: VendorClientParts;

  constructor(parts: VendorClientParts) {
    this.#parts = parts;
  }

  /** A text of the vendor's, to be kept, without the secrets that it may repeat. */
  redacted(text: string): string {
    return this.#parts.redactor.redact(text);
  }

  /** `maxBodyBytes` as in `VendorRequest`; throws as `send`. */
  get(url: URL, context: CallContext, maxBodyBytes: number | null = null): Promise<Reply> {
    const none = { body: null, contentType: null, idempotencyKey: null };
    return this.send({ method: 'GET', url, ...none, maxBodyBytes }, context);
  }

  /**
   * @returns the reply of a 2xx.
   * @throws TieoutError `credentials-refused` (401 after one renewal, 403), `vendor-redirect` where the address is not
   *   of the connection's own origin, `vendor-status`, `vendor-*`.
   */
  async send(request: VendorRequest, context: CallContext): Promise<Reply> {
    const { tokens, origin } = this.#parts;
    if (request.url.origin !== origin) {
      throw new TieoutError(
        'vendor-redirect',
        `A request to ${request.url.origin} was refused, because the access token is meant for ${origin} alone; check the base URL.`,
        { url: redactUrl(request.url.href) },
      );
    }
    let attemptsBefore = 0;
    for (;;) {
      let sent: Token | null = null;
      let fresh = false;
      const reply = await this.#sendOnce(request, context, attemptsBefore, async () => {
        const before = tokens.serial;
        const token = await tokens.token(context);
        sent = token;
        fresh = token.serial > before;
        return token;
      });
      if (reply.status >= 200 && reply.status < 300) return reply;
      const token: Token | null = sent;
      const replay = reply.status === 401 && attemptsBefore === 0 && SAFE_METHODS.has(request.method);
      // A token fetched for this very request and refused at once will not get better by another.
      if (!replay || fresh || token === null) throw this.#refused(request.url, reply);
      tokens.invalidate(token);
      attemptsBefore = reply.attempts;
    }
  }

  #sendOnce(
    request: VendorRequest,
    context: CallContext,
    attemptsBefore: number,
    token: () => Promise<Token>,
  ): Promise<Reply> {
    const { policy, settings, onRateLimit } = this.#parts;
    const { contentType, ...rest } = request;
    const headers = async (): Promise<Headers> => {
      const { secret } = await token();
      return {
        accept: 'application/json',
        ...(contentType !== null && { 'content-type': contentType }),
        authorization: `Bearer ${secret.reveal()}`,
      };
    };
    return sendByPolicy(
      this.#parts,
      policy,
      { ...rest, ...settings, headers, lane: 'resource', attemptsBefore },
      {
        ...context,
        onAttempt: (attempt) => {
          if (attempt.status === 429) onRateLimit();
          context.onAttempt(attempt);
        },
      },
    );
  }

  #refused(url: URL, reply: Reply): TieoutError {
    const said = saidBy(reply, this.#parts.redactor);
    const details = { url: redactUrl(url.href), status: reply.status, request_id: reply.requestId };
    const reason = said === '' ? `status ${reply.status}` : `status ${reply.status}, ${said}`;
    if (reply.status === 401 || reply.status === 403) {
      return new TieoutError(
        'credentials-refused',
        `${url.host} refused the access token (${reason}); check what this client may read with the vendor.`,
        details,
      );
    }
    return new TieoutError(
      'vendor-status',
      `${url.host} answered ${reason} to ${url.pathname}; what was committed stays, check the address and the vendor's status.`,
      details,
    );
  }
}
