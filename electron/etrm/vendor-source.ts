/** Where a sync reads from, and the client for it: pool, token and policy put together. */
import type { TokenEvent } from '../../shared/events.ts';
import type { Clock } from '../clock.ts';
import type { Redactor, Secret } from '../credentials/secret.ts';
import type { Log } from '../log/log.ts';
import { vendorUrl } from './endpoint.ts';
import { jitterFor, type RetryPolicy, SEED_POLICY, tokenPolicy } from './retry-policy.ts';
import { TokenSource } from './token.ts';
import { createTransport, DEFAULT_TRANSPORT, type Transport } from './transport.ts';
import { VendorClient } from './vendor-client.ts';

/** As the seed asks for it. */
export const DEFAULT_SCOPE = 'trade:read settlement:write';

export interface VendorSource {
  /** The connection's name; null for a sync that names its addresses itself. */
  readonly connection: string | null;
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly scope: string;
  readonly caFile: string | null;
  readonly allowHttp: boolean;
}

export interface VendorParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly log: Log;
  readonly redactor: Redactor;
}

export interface VendorHooks {
  readonly onToken: (event: TokenEvent) => void;
  readonly onWarning: (code: string, message: string) => void;
}

export interface OpenVendor {
  readonly client: VendorClient;
  readonly base: URL;
  close(): Promise<void>;
}

/** @throws TieoutError `connection-invalid`, `file-unreadable`. */
export function openVendor(
  parts: VendorParts,
  source: VendorSource,
  secret: Secret,
  backoffFactorS: number,
  hooks: VendorHooks,
): OpenVendor {
  const base = vendorUrl(source.baseUrl, 'base URL', source.allowHttp);
  const tokenUrl = vendorUrl(source.tokenUrl, 'token URL', source.allowHttp);
  const transport: Transport = createTransport({ ...DEFAULT_TRANSPORT, caFile: source.caFile });
  const policy: RetryPolicy = { ...SEED_POLICY, backoffFactorS, jitterMs: jitterFor(backoffFactorS) };
  const tokens = new TokenSource(
    {
      ...parts,
      log: parts.log.module('etrm.token'),
      transport,
      policy: tokenPolicy(policy),
      onToken: hooks.onToken,
      onWarning: hooks.onWarning,
    },
    {
      tokenUrl,
      clientId: source.clientId,
      clientSecret: secret,
      scope: source.scope,
      authentication: 'client_secret_post',
    },
  );
  const client = new VendorClient({
    ...parts,
    log: parts.log.module('etrm.http'),
    transport,
    policy,
    tokens,
  });
  return { client, base, close: () => transport.close() };
}
