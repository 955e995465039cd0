/** The client-credentials grant as it is asked for (RFC 6749 4.4.2, client authentication 2.3.1). */
import { Secret } from '../credentials/secret.ts';
import type { Headers } from './transport.ts';

export interface ClientCredentials {
  readonly tokenUrl: URL;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly scope: string;
}

export type ClientAuthentication = 'client_secret_post' | 'client_secret_basic';

export interface TokenRequest {
  readonly headers: Headers;
  readonly body: string;
}

/** RFC 6749 2.3.1 and appendix B: form-encoded before it is joined and base64-encoded. */
function basicPair(clientId: string, secret: Secret): Secret {
  const form = (text: string): string => new URLSearchParams({ v: text }).toString().slice(2);
  return new Secret(Buffer.from(`${form(clientId)}:${form(secret.reveal())}`).toString('base64'));
}

/** @param know told of every form in which the secret is sent. */
export function tokenRequest(
  credentials: ClientCredentials,
  authentication: ClientAuthentication,
  know: (secret: Secret) => void,
): TokenRequest {
  const { clientId, clientSecret, scope } = credentials;
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  // An empty scope parameter is not allowed by the RFC's grammar; leaving it out asks for the default.
  if (scope !== '') form.set('scope', scope);
  if (authentication === 'client_secret_basic') {
    const pair = basicPair(clientId, clientSecret);
    know(pair);
    return { headers: { ...headers, authorization: `Basic ${pair.reveal()}` }, body: form.toString() };
  }
  form.set('client_id', clientId);
  form.set('client_secret', clientSecret.reveal());
  return { headers, body: form.toString() };
}
