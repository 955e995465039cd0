import { describe, expect, test } from 'vitest';
import { checkSettings, NUMBER_SETTINGS, SETTING_NAMES } from '../../../shared/connection-settings.ts';

/** Name and message of each problem; null where there is none. */
function problems(value: unknown): Readonly<Record<string, string>> | null {
  const checked = checkSettings(value);
  return checked.ok ? null : Object.fromEntries(checked.problems.map(({ name, message }) => [name, message]));
}

const EVERY = {
  retries: 2,
  backoff_factor_s: 0.5,
  jitter_ms: 250,
  max_backoff_s: 60,
  max_retry_after_s: 600,
  retry_statuses: [429, 503],
  retry_after_statuses: [413],
  token_auth: 'basic',
  token_retries: 0,
  token_timeout_s: 5,
  token_deadline_s: 15,
  token_lifetime_s: 900,
  token_renew_percent: 70,
  token_min_interval_ms: 500,
  page_timeout_s: 45,
  page_deadline_s: 300,
  connect_timeout_s: 2.5,
  pool_connections: 4,
  max_body_mib: 16,
  min_tls: '1.3',
  client_cert_file: '/etc/tieout/client.pem',
  client_key_file: 'C:\\tieout\\client.key',
  proxy: 'http://proxy.example:8080',
  proxy_bypass: ['.internal.example', 'vendor.example:8443', '*'],
} as const;

describe('the settings of a connection', () => {
  test('may all be set, and come back as they were given', () => {
    expect(Object.keys(EVERY).sort()).toEqual([...SETTING_NAMES].sort());
    expect(checkSettings(EVERY)).toEqual({ ok: true, settings: EVERY });
    expect(checkSettings({})).toEqual({ ok: true, settings: {} });
  });

  test.each(Object.entries(NUMBER_SETTINGS))(
    '%s: its bounds are in, what is beyond them is out',
    (name, range) => {
      const { least, most, whole, unit, usual } = range;
      for (const value of [least, most, usual]) expect(problems({ [name]: value })).toBeNull();
      const range_ = `a ${whole ? 'whole ' : ''}number${unit === null ? '' : ` of ${unit}`} from ${least} to ${most}`;
      for (const value of [least - 1, most + 1, Number.NaN, String(usual), null]) {
        expect(problems({ [name]: value })).toEqual({ [name]: `must be ${range_}` });
      }
      expect(problems({ [name]: least + 0.5 }) === null).toBe(!whole);
    },
  );

  test('everything that is wrong is said at once, each setting once', () => {
    expect(
      problems({
        retries: -1.5,
        page_timeout_s: 'soon',
        token_auth: 'jwt',
        min_tls: '1.1',
        proxy: 'proxy.example:8080',
        proxy_bypass: ['a b'],
        retry_statuses: [200],
        client_cert_file: 'client.pem',
        retrys: 3,
        secret: 'x',
      }),
    ).toEqual({
      retries: 'must be a whole number from 0 to 20',
      page_timeout_s: 'must be a number of seconds from 0.1 to 600',
      token_auth: 'must be post or basic',
      min_tls: 'must be 1.2 or 1.3',
      proxy: 'must be environment, none or an address such as http://proxy.example:8080',
      proxy_bypass: 'must be a list of hosts, each as NO_PROXY writes it: host.example, .example, *',
      retry_statuses: 'must be a list of statuses from 400 to 599, without 401 and 403',
      client_cert_file: 'must be the whole path of a PEM file',
      client_key_file: 'must be set too: a client certificate needs its key',
      retrys: 'is no setting of a connection',
      secret: 'is no setting of a connection',
    });
  });

  test.each([[null], ['retries'], [[{ retries: 1 }]], [3]])('%j is no object of settings', (value) => {
    expect(problems(value)).toMatchObject({ '': 'must be an object of settings' });
  });

  test.each([
    ['a key without its certificate', { client_key_file: '/k' }, 'client_cert_file'],
    ['a certificate without its key', { client_cert_file: '/c' }, 'client_key_file'],
    ['hosts to reach round a proxy of none', { proxy: 'none', proxy_bypass: ['a'] }, 'proxy_bypass'],
    ['a page’s deadline before its timeout', { page_timeout_s: 30, page_deadline_s: 20 }, 'page_deadline_s'],
    [
      'a token’s deadline before its timeout',
      { token_timeout_s: 3, token_deadline_s: 2 },
      'token_deadline_s',
    ],
  ])('%s is refused', (_, value, name) => {
    expect(Object.keys(problems(value) ?? {})).toEqual([name]);
  });

  test('a repetition of 401 or 403 cannot be asked for', () => {
    for (const status of [401, 403]) expect(problems({ retry_statuses: [429, status] })).not.toBeNull();
    expect(problems({ retry_statuses: [429, 429] })).toEqual({
      retry_statuses: 'must name each status once',
    });
    expect(problems({ retry_statuses: [] })).toBeNull();
  });

  test.each(['environment', 'none', 'https://p.example', 'socks5://p.example:1080', 'http://[::1]:3128'])(
    'the proxy %s is taken',
    (proxy) => {
      expect(problems({ proxy })).toBeNull();
    },
  );
});

describe('what would be a secret', () => {
  test.each(['http://desk:pa55word@proxy.example:8080', 'http://a-t0ken@proxy.example'])(
    'a proxy’s user and password are refused, and not repeated',
    (proxy) => {
      const found = problems({ proxy })?.proxy;
      expect(found).toMatch(/no user name or password.*HTTPS_PROXY/);
      expect(found).not.toMatch(/pa55word|a-t0ken/);
    },
  );

  test('a key in place of the path of its file is refused, and not repeated', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIGHAgEA\n-----END PRIVATE KEY-----';
    for (const text of [key, `/${key}`, key.replaceAll('\n', '')]) {
      const found = problems({ client_cert_file: '/c.pem', client_key_file: text });
      expect(found).toEqual({ client_key_file: 'must be the path of a PEM file, not what is in it' });
    }
  });
});
