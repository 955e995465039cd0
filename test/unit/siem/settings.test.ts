import { describe, expect, it } from 'vitest';
import { Redactor, Secret } from '../../../electron/credentials/secret.ts';
import { httpEndpoint, syslogEndpoint } from '../../../electron/siem/address.ts';
import { waitAfter } from '../../../electron/siem/backoff.ts';
import { asDeliveryError, DeliveryError } from '../../../electron/siem/delivery-error.ts';
import { headersOf, knowSecret, tokenOf } from '../../../electron/siem/secrets.ts';
import { severityOf } from '../../../electron/siem/severity.ts';
import { secretVariable } from '../../../electron/siem/targets.ts';
import { TieoutError } from '../../../shared/errors.ts';

const network = { caFile: null, certFile: null, keyFile: null, allowPlain: false } as const;

describe('an address', () => {
  it.each([
    ['otlp', 'https://c.example:4318', 'https://c.example:4318/v1/logs'],
    ['otlp', 'https://c.example:4318/', 'https://c.example:4318/v1/logs'],
    ['otlp', 'https://c.example/otlp', 'https://c.example/otlp/v1/logs'],
    ['otlp', 'https://c.example/v1/logs', 'https://c.example/v1/logs'],
    ['hec', 'https://s.example:8088', 'https://s.example:8088/services/collector/event'],
    ['hec', 'https://s.example/services/collector/event', 'https://s.example/services/collector/event'],
  ] as const)('of %s %s is posted to %s', (kind, url, wanted) => {
    const settings = kind === 'otlp' ? { kind, url, ...network } : { kind, url, index: null, ...network };
    expect(httpEndpoint(settings).href).toBe(wanted);
  });

  it.each([
    ['tls://logs.example', { secure: true, host: 'logs.example', port: 6514 }],
    ['tls://logs.example:1514/', { secure: true, host: 'logs.example', port: 1514 }],
    ['tls://[2001:db8::1]:6514', { secure: true, host: '2001:db8::1', port: 6514 }],
    ['tcp://127.0.0.1', { secure: false, host: '127.0.0.1', port: 601 }],
    ['tcp://[::1]:514', { secure: false, host: '::1', port: 514 }],
  ] as const)('of syslog %s', (url, wanted) => {
    expect(syslogEndpoint({ kind: 'syslog', facility: 13, url, ...network })).toEqual(wanted);
  });

  it.each([
    'tls://',
    'tls://logs.example/path',
    'udp://logs.example',
    'logs.example:514',
    'tcp://logs.example:514',
  ])('of syslog %s is refused', (url) => {
    expect(() => syslogEndpoint({ kind: 'syslog', facility: 13, url, ...network })).toThrow(TieoutError);
  });

  it('without encryption is refused beyond this machine, unless it is allowed', () => {
    const open = { kind: 'otlp', url: 'http://c.example:4318', ...network } as const;
    expect(() => httpEndpoint(open)).toThrow('--allow-plain');
    expect(httpEndpoint({ ...open, allowPlain: true }).protocol).toBe('http:');
    for (const url of ['http://127.0.0.1:4318', 'http://localhost:4318', 'http://[::1]:4318']) {
      expect(httpEndpoint({ ...open, url }).href).toBe(`${url}/v1/logs`);
    }
  });
});

describe('a secret', () => {
  it('of an OTLP collector is its headers, one a line', () => {
    const secret = new Secret('Authorization:  Bearer abc def\r\n\r\nX-Api-Key:k1\n');
    expect(headersOf(secret)).toEqual({ authorization: 'Bearer abc def', 'x-api-key': 'k1' });
  });

  it.each([
    ['no header', 'Bearer abcdefgh'],
    ['a control character', 'x: a\u0007bcdefgh'],
    ['an empty value', 'authorization: '],
    ['a letter beyond ASCII', 'x-key: äbcdefgh'],
    ['a header of ours', 'Content-Type: text/plain'],
    ['a blank in the name', 'x key: abcdefgh'],
  ])('that is %s is refused, and not repeated', (_, text) => {
    const refused = (): unknown => headersOf(new Secret(text));
    expect(refused).toThrow(TieoutError);
    expect(refused).not.toThrow(/bcdefgh|text\/plain/);
  });

  it('of an HTTP event collector is a token without blanks', () => {
    expect(tokenOf(new Secret(' abc-def\n'))).toBe('abc-def');
    for (const text of ['abc def', 'äbc', ' ']) expect(() => tokenOf(new Secret(text))).toThrow(TieoutError);
  });

  it('is known to the redactor in each piece that may be said back', () => {
    const redactor = new Redactor();
    knowSecret('otlp', new Secret('Authorization: Bearer t0p-5ecret\nx-key: an0ther-one'), redactor);
    knowSecret('hec', new Secret(' hec-t0ken \n'), redactor);
    const clean = redactor.redact('t0p-5ecret, Bearer t0p-5ecret, an0ther-one and hec-t0ken');
    expect(clean).toBe('[redacted], [redacted], [redacted] and [redacted]');
  });

  it('in the environment has a variable of its own for each target', () => {
    expect(secretVariable('splunk eu.1')).toBe('TIEOUT_SIEM_SECRET_SPLUNK_EU_1');
  });
});

describe('the wait after a failure', () => {
  const failure = (hints = {}): DeliveryError => new DeliveryError('siem-undelivered', 'no', hints);

  it('doubles from a second to five minutes, and is between half and the whole of it', () => {
    const most = Array.from({ length: 12 }, (_, at) => waitAfter(failure(), at + 1, () => 1));
    expect(most).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map((seconds) => seconds * 1000));
    const least = Array.from({ length: 12 }, (_, at) => waitAfter(failure(), at + 1, () => 0));
    expect(least).toEqual(most.map((ms) => ms / 2));
  });

  it('is minutes from the first time on where only a person can help', () => {
    expect(waitAfter(failure({ held: true }), 1, () => 0)).toBe(150_000);
  });

  it('is as long as the receiver asked for, up to an hour', () => {
    expect(waitAfter(failure({ retryAfterMs: 90_000 }), 1, () => 0)).toBe(90_000);
    expect(waitAfter(failure({ retryAfterMs: 90_000_000 }), 1, () => 0)).toBe(3_600_000);
  });

  it('follows from what went wrong: credentials and settings wait for a person', () => {
    const held = (code: 'file-unreadable' | 'keychain-unavailable' | 'workspace-full') =>
      asDeliveryError(new TieoutError(code, 'no')).held;
    expect([held('file-unreadable'), held('keychain-unavailable'), held('workspace-full')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(asDeliveryError(new Error('what')).code).toBe('internal');
  });
});

describe('the severity of an event', () => {
  it.each([
    ['sync.start', {}, 'info'],
    ['token.renewed', { refresh_at: '2024-04-02T08:00:00Z' }, 'info'],
    ['sync.retry', { status: 429 }, 'warning'],
    ['sync.page', { records: 10, rejected: 0 }, 'info'],
    ['sync.page', { records: 10, rejected: 2 }, 'warning'],
    ['sync.done', { rejected: 2 }, 'warning'],
    ['sync.failed', { rejected: 2 }, 'error'],
    ['sync.cancelled', { rejected: 0 }, 'notice'],
    ['sync.unstable', {}, 'warning'],
    ['drift.found', { breaking: 0, warning: 1, info: 3 }, 'warning'],
    ['drift.found', { breaking: 1, warning: 0, info: 3 }, 'error'],
    ['connection.save', {}, 'notice'],
    ['siem.remove', {}, 'notice'],
    ['verify.done', { differences: 0 }, 'info'],
    ['verify.done', { differences: 1 }, 'error'],
    ['something.new', {}, 'info'],
  ])('%s %j is %s', (type, payload, severity) => {
    expect(severityOf(type, payload)).toBe(severity);
  });
});
