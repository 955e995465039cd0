/** An authorised GET: the bearer token is resolved for each attempt, a 401 renews it once (network.md, "Tokens", 5). */
import { TieoutError } from '../../shared/errors.ts';
import { redactUrl } from '../credentials/secret.ts';
import { type CallContext, type LoopParts, type Reply, sendByPolicy } from './policy-loop.ts';
import type { RetryPolicy } from './retry-policy.ts';
import type { Token, TokenSource } from './token.ts';

export interface VendorClientParts extends LoopParts {
  readonly policy: RetryPolicy;
  readonly tokens: TokenSource;
}

const PAGE_TIMEOUT_MS = 30_000;

/** `error` and `error_description` of a `WWW-Authenticate: Bearer` challenge (RFC 6750 3) or a JSON body. */
function saidBy(reply: Reply): { readonly error: string | null; readonly description: string | null } {
  const challenge = reply.headers.get('www-authenticate') ?? '';
  const error = /\berror="([^"]*)"/.exec(challenge)?.[1] ?? null;
  const description = /\berror_description="([^"]*)"/.exec(challenge)?.[1] ?? null;
  if (error !== null) return { error, description };
  try {
    const body: unknown = JSON.parse(Buffer.from(reply.body.subarray(0, 10_000)).toString('utf8'));
    if (typeof body !== 'object' || body === null) return { error: null, description: null };
    return {
      error: 'error' in body && typeof body.error === 'string' ? body.error : null,
      description:
        'error_description' in body && typeof body.error_description === 'string'
          ? body.error_description
          : null,
    };
  } catch {
    return { error: null, description: null };
  }
}

function refused(url: URL, reply: Reply): TieoutError {
  const { error, description } = saidBy(reply);
  const said = [error, description].filter((part) => part !== null).join(': ');
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

export class VendorClient {
  readonly #parts: VendorClientParts;

  constructor(parts: VendorClientParts) {
    this.#parts = parts;
  }

  /** Requests under way. */
  get inFlight(): number {
    return this.#parts.transport.inFlight;
  }

  /**
   * @returns the reply of a 2xx.
   * @throws TieoutError `credentials-refused` (401 after one renewal, 403), `vendor-status`, `vendor-*`.
   */
  async get(url: URL, context: CallContext): Promise<Reply> {
    const { tokens } = this.#parts;
    let renewed = false;
    let attempts = 0;
    for (;;) {
      let sent: Token | null = null;
      let serialBefore: number | null = null;
      const reply = await sendByPolicy(
        this.#parts,
        this.#parts.policy,
        {
          method: 'GET',
          url,
          body: null,
          timeoutMs: PAGE_TIMEOUT_MS,
          headers: async () => {
            serialBefore = tokens.serial;
            sent = await tokens.token(context);
            return { accept: 'application/json', authorization: `Bearer ${sent.secret.reveal()}` };
          },
        },
        context,
      );
      attempts += reply.attempts;
      if (reply.status >= 200 && reply.status < 300) return { ...reply, attempts };
      const token: Token | null = sent;
      if (reply.status !== 401 || renewed || token === null) throw refused(url, reply);
      // A token fetched for this very request and refused at once will not get better by another.
      if (freshFor(token, serialBefore)) throw refused(url, reply);
      tokens.invalidate(token);
      renewed = true;
    }
  }
}

function freshFor(token: Token, serialBefore: number | null): boolean {
  return serialBefore !== null && token.serial > serialBefore;
}
