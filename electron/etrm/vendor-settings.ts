/** Everything of the vendor client that a connection may set, with the seed's values where it sets nothing. */
import type { ConnectionSettings } from '../../shared/connection-settings.ts';
import { environmentProxy, type ProxySettings } from './proxy.ts';
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
  minVersion: 'TLSv1.2',
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

/** Those of the values that are set. */
function given<Values extends object>(
  values: Values,
): { [Name in keyof Values]?: NonNullable<Values[Name]> } {
  const set: { [Name in keyof Values]?: NonNullable<Values[Name]> } = {};
  for (const name in values) {
    const value = values[name];
    if (value !== undefined && value !== null) set[name] = value;
  }
  return set;
}

function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : Math.round(value * factor);
}

/** A deadline that was not set leaves room for a timeout that was: four times it, and never less than usual. */
function deadlineMs(
  deadlineS: number | undefined,
  timeoutS: number | undefined,
  usualMs: number,
): number | undefined {
  if (deadlineS !== undefined) return times(deadlineS, 1000);
  return timeoutS === undefined ? undefined : Math.max(usualMs, Math.round(timeoutS * 4000));
}

function proxyOf(settings: ConnectionSettings): ProxySettings | undefined {
  const { proxy = 'environment', proxy_bypass } = settings;
  const none = proxy_bypass?.join(',');
  if (proxy === 'none') return { https: '', http: '', none: '' };
  if (proxy !== 'environment') return { https: proxy, http: proxy, none: none ?? '' };
  return none === undefined ? undefined : { ...environmentProxy(process.env), none };
}

/** The settings of a connection in the client's own words and units. */
export function vendorOverrides(settings: ConnectionSettings): VendorOverrides {
  const { client_cert_file: certFile, client_key_file: keyFile } = settings;
  const { retry_statuses, retry_after_statuses, token_renew_percent } = settings;
  return {
    retry: given({
      retries: settings.retries,
      backoffFactorS: settings.backoff_factor_s,
      jitterMs: settings.jitter_ms,
      maxBackoffMs: times(settings.max_backoff_s, 1000),
      maxRetryAfterMs: times(settings.max_retry_after_s, 1000),
      statuses: retry_statuses && new Set(retry_statuses),
      retryAfterStatuses: retry_after_statuses && new Set(retry_after_statuses),
    }),
    token: given({
      authentication: settings.token_auth && (`client_secret_${settings.token_auth}` as const),
      retries: settings.token_retries,
      missingLifetimeS: settings.token_lifetime_s,
      renewAt: token_renew_percent === undefined ? undefined : token_renew_percent / 100,
      floorMs: settings.token_min_interval_ms,
      timeoutMs: times(settings.token_timeout_s, 1000),
      deadlineMs: deadlineMs(settings.token_deadline_s, settings.token_timeout_s, DEFAULT_TOKEN.deadlineMs),
    }),
    resource: given({
      timeoutMs: times(settings.page_timeout_s, 1000),
      deadlineMs: deadlineMs(settings.page_deadline_s, settings.page_timeout_s, DEFAULT_RESOURCE.deadlineMs),
    }),
    transport: given({
      connections: settings.pool_connections,
      connectTimeoutMs: times(settings.connect_timeout_s, 1000),
      maxBodyBytes: times(settings.max_body_mib, 1024 * 1024),
      minVersion: settings.min_tls && (`TLSv${settings.min_tls}` as const),
      clientCertificate: certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile },
      proxy: proxyOf(settings),
    }),
  };
}
