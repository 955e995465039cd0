import { Secret } from '../../../../electron/credentials/secret.ts';
import { SEED_POLICY } from '../../../../electron/etrm/retry-policy.ts';
import { DEFAULT_TOKEN, type TokenSettings, TokenSource } from '../../../../electron/etrm/token.ts';
import { parts, type TestParts } from './loop.ts';
import { type Answer, json, serve, type TestServer } from './test-server.ts';

export const CLIENT = { id: 'svc settlement:sync', secret: 's3cret/with+signs&more=' } as const;

/** A token answer; its token is `token-<n>`, counted from 1. */
export const grant =
  (fields: Readonly<Record<string, unknown>> = {}): Answer =>
  (response, seen) =>
    json(response, {
      access_token: `token-${seen.index + 1}`,
      token_type: 'Bearer',
      expires_in: 3600,
      ...fields,
    });

export interface TokenBench {
  readonly using: TestParts;
  readonly source: TokenSource;
  readonly server: TestServer;
}

/** A token source on a real endpoint that answers so. */
export async function tokenBench(
  answer: Answer = grant(),
  settings: Partial<TokenSettings> = {},
): Promise<TokenBench> {
  const server = await serve(answer);
  const using = parts();
  const source = new TokenSource(
    { ...using, retry: { ...SEED_POLICY, jitterMs: 0 }, settings: { ...DEFAULT_TOKEN, ...settings } },
    {
      tokenUrl: new URL(`${server.origin}/oauth2/token`),
      clientId: CLIENT.id,
      clientSecret: new Secret(CLIENT.secret),
      scope: 'trade:read settlement:write',
    },
  );
  return { using, source, server };
}
