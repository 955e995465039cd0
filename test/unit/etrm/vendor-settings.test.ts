import { describe, expect, it } from 'vitest';
import { vendorSettings } from '../../../electron/etrm/vendor-settings.ts';

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
