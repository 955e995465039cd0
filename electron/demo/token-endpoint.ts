import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { performance } from 'node:perf_hooks';

export interface ClientRegistration {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Space-separated scopes that the client may ask for, and gets where it asks for none. */
  readonly scope: string;
}

/** A JSON answer with its headers. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const NO_STORE = { 'Cache-Control': 'no-store', Pragma: 'no-cache' } as const;

function refusal(status: number, error: string, description: string, headers = {}): JsonAnswer {
  return { status, headers: { ...NO_STORE, ...headers }, body: { error, error_description: description } };
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Undoes the form-encoding that RFC 6749, section 2.3.1 asks for in HTTP Basic; null where it is malformed. */
function formDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

function basicCredentials(header: string): { id: string; secret: string } | null {
  const encoded = /^basic +([A-Za-z0-9+/=]+)$/i.exec(header)?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) return null;
  const id = formDecoded(pair.slice(0, colon));
  const secret = formDecoded(pair.slice(colon + 1));
  return id === null || secret === null ? null : { id, secret };
}

/**
 * The OAuth 2.0 token endpoint of the embedded vendor: the client-credentials grant (RFC 6749, section 4.4) with
 * `client_secret_post` and `client_secret_basic`, and the errors of section 5.2. It also knows which of the
 * tokens it issued still hold.
 */
export class TokenEndpoint {
  readonly #client: ClientRegistration;
  readonly #lifetimeS: number;
  /** Token -> when it expires, on the monotonic clock in milliseconds. */
  readonly #expiry = new Map<string, number>();
  #issued = 0;

  constructor(client: ClientRegistration, lifetimeS: number) {
    this.#client = client;
    this.#lifetimeS = lifetimeS;
  }

  get issued(): number {
    return this.#issued;
  }

  holds(token: string): boolean {
    const expiry = this.#expiry.get(token);
    return expiry !== undefined && performance.now() < expiry;
  }

  revoke(token: string): void {
    this.#expiry.delete(token);
  }

  /** @param body the request's body as text */
  answer(headers: IncomingHttpHeaders, body: string): JsonAnswer {
    const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/x-www-form-urlencoded') {
      return refusal(400, 'invalid_request', 'The body must be application/x-www-form-urlencoded.');
    }
    const form = new URLSearchParams(body);
    const repeated = [...new Set(form.keys())].find((key) => form.getAll(key).length > 1);
    if (repeated !== undefined) {
      return refusal(400, 'invalid_request', `The parameter ${repeated} is given more than once.`);
    }
    return this.#refusedClient(headers.authorization, form) ?? this.#granted(form);
  }

  #refusedClient(authorization: string | undefined, form: URLSearchParams): JsonAnswer | null {
    const posted = form.get('client_secret');
    if (authorization !== undefined) {
      if (posted !== null) {
        return refusal(400, 'invalid_request', 'The client authenticates in two ways at once.');
      }
      const basic = basicCredentials(authorization);
      return basic && this.#knows(basic.id, basic.secret)
        ? null
        : refusal(401, 'invalid_client', 'Client authentication failed.', {
            'WWW-Authenticate': 'Basic realm="oauth2", charset="UTF-8"',
          });
    }
    return posted !== null && this.#knows(form.get('client_id') ?? '', posted)
      ? null
      : refusal(401, 'invalid_client', 'Client authentication failed.');
  }

  #knows(id: string, secret: string): boolean {
    return same(id, this.#client.clientId) && same(secret, this.#client.clientSecret);
  }

  #granted(form: URLSearchParams): JsonAnswer {
    const grant = form.get('grant_type');
    if (!grant) return refusal(400, 'invalid_request', 'The parameter grant_type is missing.');
    if (grant !== 'client_credentials') {
      return refusal(400, 'unsupported_grant_type', 'Only client_credentials is supported.');
    }
    const allowed = this.#client.scope.split(' ').filter(Boolean);
    const asked = (form.get('scope') ?? '').split(' ').filter(Boolean);
    if (asked.some((scope) => !allowed.includes(scope))) {
      return refusal(400, 'invalid_scope', `This client may ask for: ${this.#client.scope}.`);
    }
    return {
      status: 200,
      headers: NO_STORE,
      body: {
        access_token: this.#issue(),
        token_type: 'Bearer',
        expires_in: this.#lifetimeS,
        scope: (asked.length > 0 ? asked : allowed).join(' '),
      },
    };
  }

  #issue(): string {
    const now = performance.now();
    for (const [token, expiry] of this.#expiry) if (expiry <= now) this.#expiry.delete(token);
    const token = randomBytes(24).toString('base64url');
    this.#expiry.set(token, now + this.#lifetimeS * 1000);
    this.#issued += 1;
    return token;
  }
}
