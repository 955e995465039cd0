/** An independent, strict authorization server (oidc-provider) gives the tokens, and says which of them are good. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../../electron/credentials/secret.ts';
import type { ClientAuthentication } from '../../../electron/etrm/token-request.ts';
import { vendorSettings } from '../../../electron/etrm/vendor-settings.ts';
import { caller, NO_PROXY } from './support/loop.ts';
import { sourceOf, vendorBench } from './support/open-vendor.ts';
import { json, serve } from './support/test-server.ts';
import { CLIENT } from './support/token-source.ts';

const oidc = await import('oidc-provider').catch(() => null);
if (oidc === null) console.warn('oidc-provider is not installed: the tests against it are skipped');

async function listen(make: (origin: string) => RequestListener): Promise<string> {
  let listener: RequestListener | null = null;
  const server = createServer((request, response) => listener?.(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  listener = make(origin);
  return origin;
}

describe.skipIf(oidc === null)('a strict token server', () => {
  async function strict(authentication: ClientAuthentication, ttlS = 600) {
    if (oidc === null) throw new Error('skipped');
    let grants = 0;
    const { Provider } = oidc;
    let provider: InstanceType<typeof Provider> | null = null;
    const origin = await listen((issuer) => {
      provider = new Provider(issuer, {
        clients: [
          {
            client_id: CLIENT.id,
            client_secret: CLIENT.secret,
            grant_types: ['client_credentials'],
            redirect_uris: [],
            response_types: [],
            token_endpoint_auth_method: authentication,
            scope: 'trade:read settlement:write',
          },
        ],
        scopes: ['trade:read', 'settlement:write', 'admin'],
        features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
        ttl: { ClientCredentials: ttlS },
        cookies: { keys: ['test'] },
      });
      const answer = provider.callback();
      return (request, response) => {
        if (request.url === '/token') grants += 1;
        answer(request, response);
      };
    });
    const vendor = await serve(async (response, seen) => {
      const token = seen.headers.authorization?.slice('Bearer '.length) ?? '';
      const known = await provider?.ClientCredentials.find(token);
      if (!known || known.isExpired) return json(response, { error: 'invalid_token' }, 401);
      json(response, { scope: known.scope, client: known.clientId });
    });
    const bench = vendorBench(vendor.origin);
    const open = (scope: string, secret: string = CLIENT.secret) => {
      const settings = vendorSettings({ token: { authentication }, transport: { proxy: NO_PROXY } });
      const source = sourceOf(vendor.origin, { tokenUrl: `${origin}/token`, scope });
      const opened = bench.pool.open(source, new Secret(secret), settings);
      onTestFinished(() => opened.close());
      return opened.client;
    };
    return { open, page: new URL(`${vendor.origin}/page`), grants: () => grants };
  }

  it.each(['client_secret_post', 'client_secret_basic'] as const)(
    '%s: one token for 50 parallel callers, and the vendor knows it',
    async (authentication) => {
      const { open, page, grants } = await strict(authentication);
      const client = open('trade:read settlement:write');
      const who = caller();
      const replies = await Promise.all(
        Array.from({ length: 50 }, () => client.get(page, { ...who.context })),
      );
      expect(grants()).toBe(1);
      for (const { body } of replies) {
        expect(JSON.parse(Buffer.from(body).toString())).toEqual({
          scope: 'trade:read settlement:write',
          client: CLIENT.id,
        });
      }
      expect(who.heard.tokens.map((event) => event.expires_in)).toEqual([600]);
      expect(who.heard.warnings).toEqual([]);
    },
  );

  it.each(['client_secret_post', 'client_secret_basic'] as const)(
    '%s: a wrong secret is refused once, with the server’s word for it',
    async (authentication) => {
      const { open, page, grants } = await strict(authentication);
      const asked = open('trade:read', 'not the secret').get(page, caller().context);
      await expect(asked).rejects.toMatchObject({ code: 'credentials-refused' });
      await expect(asked).rejects.toThrow('invalid_client');
      expect(grants()).toBe(1);
    },
  );

  it('a scope that this client may not have is refused once', async () => {
    const { open, page, grants } = await strict('client_secret_post');
    const asked = open('trade:read admin').get(page, caller().context);
    await expect(asked).rejects.toThrow('invalid_scope');
    expect(grants()).toBe(1);
  });

  it('part of what the client may have is granted as it was asked for, without a warning', async () => {
    const { open, page } = await strict('client_secret_post');
    const who = caller();
    await open('trade:read').get(page, who.context);
    expect(who.heard.warnings).toEqual([]);
  });
});
