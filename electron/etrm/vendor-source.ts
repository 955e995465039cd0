/** Where a sync reads from, and the client for it: pool, token and policy put together. */
import type { Clock } from '../clock.ts';
import type { Redactor, Secret } from '../credentials/secret.ts';
import type { Log } from '../log/log.ts';
import { vendorUrl } from './endpoint.ts';
import { FetchWindows } from './fetch-window.ts';
import { proxySecrets } from './proxy.ts';
import { SAFE_METHODS } from './retry-policy.ts';
import { TokenSource } from './token.ts';
import { createTransport } from './transport.ts';
import { VendorClient } from './vendor-client.ts';
import type { VendorOverrides, VendorSettings } from './vendor-settings.ts';

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
  /** Where this connection differs from the defaults. */
  readonly overrides?: VendorOverrides;
  /** SHA-256 of the stored profile that the vendor's records are read with; null or none: the built-in one. */
  readonly profile?: string | null;
}

export interface VendorParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly log: Log;
  readonly redactor: Redactor;
}

export interface OpenVendor {
  readonly client: VendorClient;
  readonly base: URL;
  readonly windows: FetchWindows;
  close(): Promise<void>;
}

/** @throws TieoutError `connection-invalid`, `file-unreadable`. */
export function openVendor(
  parts: VendorParts,
  source: VendorSource,
  secret: Secret,
  settings: VendorSettings,
): OpenVendor {
  const { redactor, log } = parts;
  const base = vendorUrl(source.baseUrl, 'base URL', source.allowHttp);
  const tokenUrl = vendorUrl(source.tokenUrl, 'token URL', source.allowHttp);
  for (const known of proxySecrets(settings.transport.proxy)) redactor.know(known);
  const addresses = [base.href, tokenUrl.href, settings.transport.proxy.http];
  const transport = createTransport({
    ...settings.transport,
    caFile: source.caFile,
    secure: addresses.some((address) => address.startsWith('https:')),
  });
  const windows = new FetchWindows();
  const tokens = new TokenSource(
    {
      ...parts,
      log: log.module('etrm.token'),
      transport,
      retry: settings.retry,
      settings: settings.token,
    },
    { tokenUrl, clientId: source.clientId, clientSecret: secret, scope: source.scope },
  );
  const client = new VendorClient({
    ...parts,
    log: log.module('etrm.http'),
    transport,
    policy: { ...settings.retry, methods: SAFE_METHODS },
    settings: settings.resource,
    tokens,
    origin: base.origin,
    onRateLimit: () => windows.narrow(),
  });
  return {
    client,
    base,
    windows,
    close: () => {
      tokens.close();
      return transport.close();
    },
  };
}
