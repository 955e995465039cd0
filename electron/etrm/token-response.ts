/** What a token endpoint answered (RFC 6749 5): a bearer token with its lifetime, or why there is none. */
import { z } from 'zod';
import { TieoutError } from '../../shared/errors.ts';
import { type Redactor, Secret } from '../credentials/secret.ts';
import type { Reply } from './policy-loop.ts';

export interface Lifetime {
  readonly seconds: number;
  /** Not to be believed: use the token once and ask again. */
  readonly singleUse: boolean;
}

export interface TokenGrant {
  readonly secret: Secret;
  readonly lifetime: Lifetime;
  /** As the server says it granted them; null where it does not. */
  readonly scopes: readonly string[] | null;
}

const granted = z.looseObject({
  access_token: z.string(),
  token_type: z.string(),
  expires_in: z.unknown().optional(),
  scope: z.unknown().optional(),
});
const refusal = z.looseObject({ error: z.string(), error_description: z.unknown().optional() });

/** A year: longer than any client secret should live, and short enough to be a date. */
const LONGEST_S = 366 * 86_400;
const NUMERIC = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;
/** RFC 6750 2.1 allows less; anything printable can be sent. */
const SENDABLE = /^[\x21-\x7e]+$/;
/** Statuses by which a server says that it does not know this client, or not for this. */
const REFUSALS = new Set([400, 401, 403]);

/**
 * `expires_in` (RFC 6749 5.1): a number or a numeric string, in seconds; NaN, zero or negative is a single use.
 * @param missingS seconds to assume where the server does not say.
 */
function lifetimeOf(expiresIn: unknown, missingS: number): Lifetime {
  if (expiresIn === undefined || expiresIn === null) return { seconds: missingS, singleUse: false };
  const text = typeof expiresIn === 'string' ? expiresIn.trim() : expiresIn;
  const numeric = typeof text === 'string' && NUMERIC.test(text) ? Number(text) : text;
  const seconds = typeof numeric === 'number' ? numeric : Number.NaN;
  if (Number.isNaN(seconds) || seconds <= 0) return { seconds: 0, singleUse: true };
  return { seconds: Math.min(seconds, LONGEST_S), singleUse: false };
}

/** Outside of strings, `NaN` and `Infinity` as Python's servers write them (and its clients read them). */
const PYTHON_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

function parseBody(reply: Reply): unknown {
  const text = Buffer.from(reply.body).toString('utf8');
  try {
    return JSON.parse(
      text.replace(PYTHON_NUMBERS, (match) => (match.startsWith('"') ? match : `"${match}"`)),
    );
  } catch {
    return undefined;
  }
}

/** Of a server's own words in a message; cut when no secret is in them any more. */
const LONGEST_SAID = 500;

function refusedText(body: unknown, status: number, redactor: Redactor): string {
  const said = refusal.safeParse(body);
  if (!said.success) return `status ${status}`;
  const { error, error_description: description } = said.data;
  const text = typeof description === 'string' ? `${error}: ${description}` : error;
  return redactor.redact(text).slice(0, LONGEST_SAID);
}

/**
 * @param host of the token endpoint, for the message.
 * @throws TieoutError `credentials-refused` where the server refuses the client, `token-endpoint` for anything else
 *   that is no bearer token.
 */
export function readGrant(reply: Reply, host: string, missingS: number, redactor: Redactor): TokenGrant {
  const body = parseBody(reply);
  const { status } = reply;
  const details = { status, request_id: reply.requestId };
  if (REFUSALS.has(status)) {
    throw new TieoutError(
      'credentials-refused',
      `${host} refused the client credentials (${refusedText(body, status, redactor)}); check the client id, the secret and the scope of this connection.`,
      details,
    );
  }
  const fault = (what: string): TieoutError =>
    new TieoutError(
      'token-endpoint',
      `The token endpoint ${host} answered ${status} ${what}; check the token URL.`,
      details,
    );
  const token = granted.safeParse(body);
  if (status !== 200 || !token.success) throw fault('without an access token and its type');
  const { access_token: text, token_type: type, expires_in: expiresIn, scope } = token.data;
  // Known before anything else can be said about it.
  const secret = new Secret(text);
  redactor.know(secret);
  if (!SENDABLE.test(text)) throw fault('with an access token that no header can hold');
  if (type.toLowerCase() !== 'bearer')
    throw fault(`with a token of type ${redactor.redact(type).slice(0, 40)}, not bearer`);
  return {
    secret,
    lifetime: lifetimeOf(expiresIn, missingS),
    scopes: typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : null,
  };
}
