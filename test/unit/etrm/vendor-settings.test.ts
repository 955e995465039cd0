import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { vendorOverrides, vendorSettings } from '../../../electron/etrm/vendor-settings.ts';
import {
  type ConnectionSettings,
  NUMBER_SETTINGS,
  type NumberSettingName,
  USUAL_STATUSES,
} from '../../../shared/connection-settings.ts';

describe('the settings of a connection', () => {
  it('are the seed’s where nothing is set', () => {
    const { retry, token, resource, transport } = vendorSettings();
    expect(retry).toMatchObject({
      retries: 4,
      backoffFactorS: 1.5,
      jitterMs: 1000,
      maxBackoffMs: 120_000,
      maxRetryAfterMs: 300_000,
      idempotencyKeys: false,
    });
    expect([...retry.statuses]).toEqual([429, 502, 504, 520, 521, 522, 523, 524]);
    expect([...retry.retryAfterStatuses]).toEqual([413, 429, 503]);
    expect(token).toMatchObject({ authentication: 'client_secret_post', retries: 2, missingLifetimeS: 3600 });
    expect([token.timeoutMs, resource.timeoutMs]).toEqual([10_000, 30_000]);
    expect(transport).toMatchObject({ connections: 20, maxBodyBytes: 64 * 1024 * 1024 });
  });

  it('can each be set, and leave the others as they are', () => {
    const settings = vendorSettings({
      retry: { jitterMs: 5, maxBackoffMs: 10, maxRetryAfterMs: 20, retries: 1, idempotencyKeys: true },
      token: { retries: 0, authentication: 'client_secret_basic', missingLifetimeS: 60 },
      resource: { timeoutMs: 7 },
      transport: { connections: 2 },
    });
    expect(settings.retry).toMatchObject({ jitterMs: 5, maxBackoffMs: 10, retries: 1, backoffFactorS: 1.5 });
    expect(settings.token).toMatchObject({ retries: 0, renewAt: 0.8, floorMs: 1000 });
    expect(settings.resource).toEqual({ timeoutMs: 7, deadlineMs: 120_000 });
    expect(settings.transport).toMatchObject({ connections: 2, clientCertificate: null });
  });

  it('the jitter keeps its proportion to the factor, unless it is set', () => {
    expect(vendorSettings({}, 0.015).retry).toMatchObject({ backoffFactorS: 0.015, jitterMs: 10 });
    expect(vendorSettings({ retry: { jitterMs: 400 } }, 0.015).retry.jitterMs).toBe(400);
  });

  it('cannot make a method repeatable', () => {
    expect(vendorSettings().retry).not.toHaveProperty('methods');
  });
});

describe('the settings that a connection stores', () => {
  const settled = (settings: ConnectionSettings) => vendorSettings(vendorOverrides(settings));

  beforeEach(() => {
    for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']) {
      vi.stubEnv(name, undefined);
      vi.stubEnv(name.toLowerCase(), undefined);
    }
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /** Where each number is in the client, and in how many of its units one of the setting's is. */
  const places: Readonly<Record<NumberSettingName, (of: ReturnType<typeof vendorSettings>) => number>> = {
    retries: ({ retry }) => retry.retries,
    backoff_factor_s: ({ retry }) => retry.backoffFactorS,
    jitter_ms: ({ retry }) => retry.jitterMs,
    max_backoff_s: ({ retry }) => retry.maxBackoffMs / 1000,
    max_retry_after_s: ({ retry }) => retry.maxRetryAfterMs / 1000,
    token_retries: ({ token }) => token.retries,
    token_timeout_s: ({ token }) => token.timeoutMs / 1000,
    token_deadline_s: ({ token }) => token.deadlineMs / 1000,
    token_lifetime_s: ({ token }) => token.missingLifetimeS,
    token_renew_percent: ({ token }) => token.renewAt * 100,
    token_min_interval_ms: ({ token }) => token.floorMs,
    page_timeout_s: ({ resource }) => resource.timeoutMs / 1000,
    page_deadline_s: ({ resource }) => resource.deadlineMs / 1000,
    connect_timeout_s: ({ transport }) => transport.connectTimeoutMs / 1000,
    pool_connections: ({ transport }) => transport.connections,
    max_body_mib: ({ transport }) => transport.maxBodyBytes / (1024 * 1024),
  };

  it.each(Object.entries(NUMBER_SETTINGS))(
    '%s: what is said to be usual is, and what is set holds',
    (name, range) => {
      const place = Object.entries(places).find(([each]) => each === name)?.[1];
      expect(place?.(settled({}))).toBe(range.usual);
      expect(place?.(settled({ [name]: range.most }))).toBeCloseTo(range.most, 9);
      expect(place?.(settled({ [name]: range.least }))).toBeCloseTo(range.least, 9);
    },
  );

  it('set nothing where they are empty', () => {
    expect(vendorOverrides({})).toEqual({ retry: {}, token: {}, resource: {}, transport: {} });
    expect(settled({})).toEqual(vendorSettings());
    expect([...settled({}).retry.statuses]).toEqual(USUAL_STATUSES.retry_statuses);
    expect([...settled({}).retry.retryAfterStatuses]).toEqual(USUAL_STATUSES.retry_after_statuses);
  });

  it('name statuses, client authentication, TLS version and client certificate', () => {
    const { retry, token, transport } = settled({
      retry_statuses: [500],
      retry_after_statuses: [],
      token_auth: 'basic',
      min_tls: '1.3',
      client_cert_file: '/c.pem',
      client_key_file: '/k.pem',
    });
    expect([...retry.statuses]).toEqual([500]);
    expect(retry.retryAfterStatuses.size).toBe(0);
    expect(token.authentication).toBe('client_secret_basic');
    expect(transport).toMatchObject({
      minVersion: 'TLSv1.3',
      clientCertificate: { certFile: '/c.pem', keyFile: '/k.pem' },
    });
  });

  it('a factor that is set goes before that of the run, and the jitter with it', () => {
    const { retry } = vendorSettings(vendorOverrides({ backoff_factor_s: 3 }), 1.5);
    expect(retry).toMatchObject({ backoffFactorS: 3, jitterMs: 2000 });
  });

  it('a longer timeout takes its deadline along, a shorter one leaves it', () => {
    expect(settled({ page_timeout_s: 300 }).resource.deadlineMs).toBe(1_200_000);
    expect(settled({ page_timeout_s: 5 }).resource.deadlineMs).toBe(120_000);
    expect(settled({ page_timeout_s: 300, page_deadline_s: 400 }).resource.deadlineMs).toBe(400_000);
    expect(settled({ token_timeout_s: 60 }).token.deadlineMs).toBe(240_000);
  });

  describe('the proxy', () => {
    const proxy = (settings: ConnectionSettings) => settled(settings).transport.proxy;

    it('is the environment’s where nothing is set', () => {
      vi.stubEnv('HTTPS_PROXY', 'http://env.example:1');
      vi.stubEnv('NO_PROXY', 'a.example');
      const environment = { https: 'http://env.example:1', http: '', none: 'a.example' };
      expect(proxy({})).toEqual(environment);
      expect(proxy({ proxy: 'environment' })).toEqual(environment);
      expect(proxy({ proxy_bypass: ['b.example', '.c'] })).toEqual({ ...environment, none: 'b.example,.c' });
    });

    it('is none, or an address for everything, whatever the environment says', () => {
      vi.stubEnv('HTTPS_PROXY', 'http://env.example:1');
      vi.stubEnv('NO_PROXY', 'a.example');
      expect(proxy({ proxy: 'none' })).toEqual({ https: '', http: '', none: '' });
      const url = 'http://own.example:2';
      expect(proxy({ proxy: url })).toEqual({ https: url, http: url, none: '' });
      expect(proxy({ proxy: url, proxy_bypass: ['b'] })).toEqual({ https: url, http: url, none: 'b' });
    });
  });
});
