/** Everything of the vendor client that a connection may set, with the seed's values where it sets nothing. */
import { environmentProxy } from './proxy.ts';
import { jitterFor, type RetrySettings, SEED_POLICY } from './retry-policy.ts';
import { DEFAULT_TOKEN, type TokenSettings } from './token.ts';
import type { TransportSettings } from './transport.ts';
import { DEFAULT_RESOURCE, type ResourceSettings } from './vendor-client.ts';

export interface VendorSettings {
  readonly retry: RetrySettings;
  readonly token: TokenSettings;
  readonly resource: ResourceSettings;
  /** The CA file is the connection's own field; whether there is TLS, its addresses say. */
  readonly transport: Omit<TransportSettings, 'caFile' | 'secure'>;
}

export interface VendorOverrides {
  readonly retry?: Partial<RetrySettings>;
  readonly token?: Partial<TokenSettings>;
  readonly resource?: Partial<ResourceSettings>;
  readonly transport?: Partial<VendorSettings['transport']>;
}

/** The seed's `HTTPAdapter(pool_maxsize=20)`; 64 MiB after decoding. */
const DEFAULT_TRANSPORT = {
  connections: 20,
  connectTimeoutMs: 10_000,
  maxBodyBytes: 64 * 1024 * 1024,
  clientCertificate: null,
} as const;

/** @param backoffFactorS seconds; the jitter keeps its proportion to it unless it is set too. */
export function vendorSettings(overrides: VendorOverrides = {}, backoffFactorS?: number): VendorSettings {
  const factor = overrides.retry?.backoffFactorS ?? backoffFactorS ?? SEED_POLICY.backoffFactorS;
  const { methods: _, ...seed } = SEED_POLICY;
  return {
    retry: { ...seed, backoffFactorS: factor, jitterMs: jitterFor(factor), ...overrides.retry },
    token: { ...DEFAULT_TOKEN, ...overrides.token },
    resource: { ...DEFAULT_RESOURCE, ...overrides.resource },
    transport: { ...DEFAULT_TRANSPORT, proxy: environmentProxy(process.env), ...overrides.transport },
  };
}
