/** `tieout connect`, `tieout connections` and a sync by what they stored: settings, certificates, proxy, keychain. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Keyring, missingForKeyring, startKeyring } from '../../e2e/keyring.ts';
import { type Certificates, makeCertificates } from '../etrm/support/certificates.ts';
import { withTokens } from '../etrm/support/open-vendor.ts';
import { proxy } from '../etrm/support/proxy.ts';
import { pageBody } from '../etrm/support/settlements.ts';
import { type Answer, closedPort, json, type Seen, serve, status } from '../etrm/support/test-server.ts';
import { type Ended, eventsOf, Home, ofType, SECRET, temporaryFolder } from './command.ts';
import { tieout } from './in-process.ts';
import { FORMS, found, leftBehind } from './left-behind.ts';

const missing = missingForKeyring();
let certificates: Certificates;
let keyring: Keyring | null = null;

beforeAll(async () => {
  certificates = makeCertificates();
  if (missing === null) keyring = await startKeyring();
});
afterAll(async () => {
  certificates.remove();
  await keyring?.stop();
});

const pages: Answer = (response, seen) =>
  json(response, pageBody(Number(seen.url.searchParams.get('page')), 2));
const vendor = withTokens(pages);

/** HTTPS, for those who show a certificate of our authority. */
const mutual = (answer: Answer = vendor) =>
  serve(answer, {
    cert: certificates.server.cert,
    key: certificates.server.key,
    ca: certificates.ca,
    requestCert: true,
    rejectUnauthorized: true,
  });

/** A vendor whose settlements lie elsewhere, in a member of another name. */
const elsewhere = withTokens((response, seen) => {
  if (seen.url.pathname !== '/lines/settled') return json(response, {}, 404);
  const { results, ...rest } = pageBody(Number(seen.url.searchParams.get('page')), 2);
  json(response, { ...rest, lines: results });
});

function profileFile(name: string, revision: number): string {
  const path = join(certificates.folder, name);
  const settlements = { path: '/lines/settled', results: 'lines' };
  writeFileSync(
    path,
    JSON.stringify({ profile: 1, name: 'north-vendor', revision, resources: { settlements } }),
  );
  return path;
}

function profileIn(ended: Ended): { readonly sha256?: unknown } {
  const profile = ofType(ended, 'connection')[0]?.profile;
  return typeof profile === 'object' && profile !== null ? profile : {};
}

const home = (env: Readonly<Record<string, string>> = {}): Home => new Home({ ...keyring?.env, ...env });
const at = (origin: string): readonly string[] => [
  ...['--base-url', origin, '--token-url', `${origin}/oauth2/token`, '--client-id', 'svc'],
];
const connect = (of: Home, origin: string, ...more: readonly string[]): Promise<Ended> =>
  of.json(['connect', 'north', ...at(origin), '--secret-stdin', ...more], { stdin: `${SECRET}\n` });
const MONTH = ['--month', '2024-03', '--page-size', '2'];
const sync = (of: Home, code = 0, ...more: readonly string[]): Promise<Ended> =>
  of.json(['sync', '--connection', 'north', ...MONTH, ...more], { code });
const tokenRequest = (seen: readonly Seen[]): Seen | undefined =>
  seen.find(({ url }) => url.pathname === '/oauth2/token');

describe('a stored connection', () => {
  beforeEach(({ skip }) => {
    if (missing !== null) skip(missing);
  });

  it('shows the client certificate that it names, and its files’ paths are whole ones', async () => {
    const server = await mutual();
    const analyst = home();
    // As typed in the folder where the files are.
    const stored = await analyst.spawn(
      [
        ...['connect', 'north', ...at(server.origin), '--ca', 'ca.pem', '--client-cert', 'client.pem'],
        ...['--client-key', 'client.key', '--min-tls', '1.3', '--secret-stdin', '--json'],
        ...['--workspace', analyst.workspace],
      ],
      { stdin: SECRET, cwd: certificates.folder },
    ).ended;
    expect(stored).toMatchObject({ code: 0, stderr: '' });
    expect(eventsOf(stored.stdout)).toMatchObject([
      {
        type: 'connection',
        ca_file: certificates.caFile,
        settings: {
          client_cert_file: certificates.client.certFile,
          client_key_file: certificates.client.keyFile,
          min_tls: '1.3',
        },
        profile: null,
        has_secret: true,
      },
    ]);
    const synced = await sync(analyst);
    expect(ofType(synced, 'done')).toMatchObject([{ pages: 2, records: 4 }]);
    expect(server.seen.length).toBeGreaterThan(2);
  });

  it('without the client certificate that the vendor wants is refused by it', async () => {
    const server = await mutual();
    const analyst = home();
    await connect(analyst, server.origin, '--ca', certificates.caFile, '--token-retries', '0');
    const refused = await sync(analyst, 3);
    expect(String(ofType(refused, 'error')[0]?.code)).toMatch(/^vendor-(certificate|unreachable)$/);
    expect(server.seen).toHaveLength(0);
  });

  it('goes through its own proxy, whatever the environment says, and shows its client certificate there', async () => {
    const server = await mutual();
    const way = await proxy(server.port);
    const nowhere = `http://127.0.0.1:${await closedPort()}`;
    const analyst = home({ HTTPS_PROXY: nowhere, https_proxy: nowhere });
    await connect(
      analyst,
      'https://vendor.test',
      ...['--proxy', way.url, '--ca', certificates.caFile],
      ...['--client-cert', certificates.client.certFile, '--client-key', certificates.client.keyFile],
    );
    expect(ofType(await sync(analyst), 'done')).toHaveLength(1);
    expect(new Set(way.asked)).toEqual(new Set(['CONNECT vendor.test:443']));
  });

  it('names itself to the token endpoint in the header, where it is told to', async () => {
    const server = await serve(vendor);
    const analyst = home();
    await connect(analyst, server.origin, '--token-auth', 'basic');
    await sync(analyst);
    const asked = tokenRequest(server.seen);
    const form = (text: string): string => new URLSearchParams({ v: text }).toString().slice(2);
    const pair = Buffer.from(`${form('svc')}:${form(SECRET)}`).toString('base64');
    expect(asked?.headers.authorization).toBe(`Basic ${pair}`);
    expect(new URLSearchParams(asked?.body).has('client_secret')).toBe(false);
  });

  it('with no retries asks once, unless the run says otherwise', async () => {
    const bad: Answer = (response, seen, request) =>
      seen.url.searchParams.get('page') === '2'
        ? status(502)(response, seen, request)
        : pages(response, seen, request);
    const server = await serve(withTokens(bad));
    const asked = (): number => server.seen.filter(({ url }) => url.searchParams.get('page') === '2').length;
    const analyst = home();
    await connect(analyst, server.origin, '--retries', '0');
    const failed = await sync(analyst, 3);
    expect(ofType(failed, 'error')).toMatchObject([{ code: 'vendor-retries-exhausted' }]);
    expect(ofType(failed, 'retry')).toEqual([]);
    expect(asked()).toBe(1);
    const again = await sync(analyst, 3, '--retries', '2', '--backoff-factor', '0.01');
    expect(ofType(again, 'retry').map(({ delay_ms }) => Number(delay_ms) < 100)).toEqual([true, true]);
    expect(asked()).toBe(4);
  });

  it('takes the whole of its settings from a file, the options before it', async () => {
    const server = await mutual();
    const analyst = home();
    const file = join(certificates.folder, 'settings.json');
    const inFile = {
      ...{ retries: 7, jitter_ms: 20, retry_statuses: [429, 500], token_renew_percent: 50 },
      ...{ client_cert_file: 'client.pem', client_key_file: 'client.key', proxy: 'none' },
    };
    writeFileSync(file, `\uFEFF${JSON.stringify(inFile)}`);
    await connect(analyst, server.origin, '--ca', certificates.caFile, '--settings', file, '--retries', '1');
    const shown = await analyst.json(['connections', 'show', 'north']);
    expect(eventsOf(shown.stdout)).toMatchObject([
      {
        settings: {
          ...inFile,
          retries: 1,
          client_cert_file: certificates.client.certFile,
          client_key_file: certificates.client.keyFile,
        },
      },
    ]);
    expect(ofType(await sync(analyst), 'done')).toHaveLength(1);
  });

  it('reads its vendor by the profile that it was given', async () => {
    const server = await serve(elsewhere);
    const analyst = home();
    const file = profileFile('north.json', 1);
    const stored = await connect(analyst, server.origin, '--profile', file);
    const { sha256 } = profileIn(stored);
    expect(profileIn(stored)).toEqual({ name: 'north-vendor', revision: 1, sha256: expect.any(String) });
    expect(ofType(await sync(analyst), 'done')).toMatchObject([{ records: 4, rejected: 0 }]);
    expect(server.seen.some(({ url }) => url.pathname === '/lines/settled')).toBe(true);
    expect(await analyst.run(['connections', 'show', 'north'])).toMatchObject({
      stdout: expect.stringMatching(new RegExp(`^profile +north-vendor revision 1 ${String(sha256)}$`, 'm')),
    });
  });

  it('is listed, shown in words, and removed with its secret', async () => {
    const analyst = home();
    expect(await analyst.run(['connections', 'list'])).toMatchObject({
      code: 0,
      stdout: 'There is no connection yet; add one with tieout connect.\n',
    });
    await connect(
      analyst,
      'https://etrm.example',
      '--retries',
      '0',
      '--proxy-bypass',
      'a.example, .b.example',
    );
    expect(ofType(await analyst.json(['connections', 'list']), 'connection')).toMatchObject([
      {
        name: 'north',
        has_secret: true,
        settings: { retries: 0, proxy_bypass: ['a.example', '.b.example'] },
      },
    ]);
    const { stdout } = await analyst.run(['connections', 'show', 'north']);
    expect(stdout).toMatch(/^base_url +https:\/\/etrm\.example$/m);
    expect(stdout).toMatch(/^retries +0$/m);
    expect(stdout).toMatch(/^proxy_bypass +a\.example, \.b\.example$/m);
    expect(stdout).not.toContain(SECRET);
    expect(eventsOf((await analyst.json(['connections', 'remove', 'north'])).stdout)).toEqual([
      { type: 'connection-removed', name: 'north' },
    ]);
    expect(ofType(await analyst.json(['connections', 'list']), 'connection')).toEqual([]);
    const unknown = await analyst.run(['connections', 'show', 'north']);
    expect(unknown).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no connection "north"'),
    });
  });

  it('cannot be given other addresses for one run', async () => {
    const analyst = home();
    await connect(analyst, 'https://etrm.example');
    const mixed = await sync(analyst, 2, '--base-url', 'https://other.example', '--allow-http');
    expect(mixed.stderr).toMatch(/^tieout: --base-url, --allow-http cannot stand beside --connection/);
  });

  it('leaves neither secret nor key behind, however it names itself', async () => {
    const server = await mutual();
    const analyst = home();
    const stored = await connect(
      analyst,
      server.origin,
      ...['--ca', certificates.caFile, '--token-auth', 'basic', '--debug'],
      ...['--client-cert', certificates.client.certFile, '--client-key', certificates.client.keyFile],
    );
    const synced = await sync(analyst, 0, '--debug');
    const form = (text: string): string => new URLSearchParams({ v: text }).toString().slice(2);
    const pair = Buffer.from(`${form('svc')}:${form(SECRET)}`).toString('base64');
    const key = certificates.client.key
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('-----'));
    expect(key.length).toBeGreaterThan(1);
    const left = await leftBehind(analyst, stored, synced);
    expect(left.get('table audit_event')).toContain('client_key_file');
    expect(found(left, [...FORMS, pair, ...key, 'token-1'])).toEqual([]);
  });
});

describe('a sync without a stored connection', () => {
  it('may name a profile, which the workspace keeps', async () => {
    const server = await serve(elsewhere);
    const analyst = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    const file = profileFile('once.json', 7);
    const synced = await analyst.json(['sync', ...at(server.origin), ...MONTH, '--profile', file]);
    expect(ofType(synced, 'done')).toMatchObject([{ records: 4, rejected: 0 }]);
    const kept = await analyst.json(['profile', 'list']);
    expect(ofType(kept, 'profile')).toContainEqual(
      expect.objectContaining({ name: 'north-vendor', revision: 7 }),
    );
  });

  it('takes the same options: certificate, proxy and client authentication', async () => {
    const server = await mutual();
    const way = await proxy(server.port);
    const analyst = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    const synced = await analyst.json([
      ...['sync', ...at('https://vendor.test'), ...MONTH, '--ca', certificates.caFile],
      ...['--client-cert', certificates.client.certFile, '--client-key', certificates.client.keyFile],
      ...['--proxy', way.url, '--token-auth', 'basic'],
    ]);
    expect(ofType(synced, 'done')).toHaveLength(1);
    expect(way.asked[0]).toBe('CONNECT vendor.test:443');
    expect(tokenRequest(server.seen)?.headers.authorization).toMatch(/^Basic /);
  });
});

describe('what cannot be stored', () => {
  /** In this process, on a workspace that is not there yet: nothing gets as far as the keychain. */
  const refused = (...args: readonly string[]): Promise<Ended> =>
    tieout([
      ...['connect', 'north', ...at('https://etrm.example'), ...args],
      ...['--json', '--workspace', join(temporaryFolder(), 'workspace')],
    ]);
  const file = (name: string, content: string): string => {
    const path = join(certificates.folder, name);
    writeFileSync(path, content);
    return path;
  };

  it('is listed at once, with the options’ names, and exit 2', async () => {
    const ended = await tieout([
      ...['connect', 'a/b', '--base-url', 'vendor', '--token-url', 'http://login.example', '--client-id', ''],
      ...[
        '--retries',
        '21',
        '--jitter-ms',
        '1.5',
        '--timeout',
        'soon',
        '--token-auth',
        'jwt',
        '--proxy',
        'here',
      ],
      ...['--client-key', '/k.pem', '--ca', '/no/such.pem', '--json', '--workspace', temporaryFolder()],
    ]);
    expect(ended.code).toBe(2);
    const [event] = ofType(ended, 'error');
    expect(event?.details).toEqual({
      problems: [
        expect.stringContaining('"a/b" is no name for a connection'),
        expect.stringContaining('The base URL "vendor"'),
        expect.stringContaining('The token URL http://login.example is plain HTTP'),
        expect.stringContaining('The client id is empty'),
        '--retries must be a whole number from 0 to 20',
        '--jitter-ms must be a whole number of milliseconds from 0 to 60000',
        '--token-auth must be post or basic',
        '--timeout must be a number of seconds from 0.1 to 600',
        '--proxy must be environment, none or an address such as http://proxy.example:8080',
        '--client-cert must be set too: a client key needs its certificate',
        expect.stringContaining('The CA file /no/such.pem cannot be read'),
      ],
    });
    expect(
      ended.stderr.match(/^tieout: 11 things are to be put right: \(1\) [^\n]+ \(11\) [^\n]+\.\n$/),
    ).not.toBeNull();
  });

  it('of a settings file is named with the file', async () => {
    const settings = file('bad.json', JSON.stringify({ retries: 99, retrys: 1, client_secret: 'hush-hush' }));
    const ended = await refused('--settings', settings);
    expect(ended).toMatchObject({ code: 2, stderr: expect.not.stringContaining('hush-hush') });
    expect(ofType(ended, 'error')).toMatchObject([
      {
        code: 'connection-invalid',
        details: {
          problems: [
            `The setting retries of ${settings} must be a whole number from 0 to 20`,
            `The setting retrys of ${settings} is no setting of a connection`,
            `The setting client_secret of ${settings} is no setting of a connection`,
          ],
        },
      },
    ]);
  });

  it('may be a profile too: its faults stand beside the others', async () => {
    const profile = file('bad-profile.json', '{"profile":1,"name":"x"}');
    const ended = await refused('--profile', profile, '--retries', 'x');
    expect(ended.code).toBe(2);
    const problems = ofType(ended, 'error')[0]?.details;
    expect(JSON.stringify(problems)).toMatch(/bad-profile\.json/);
    expect(JSON.stringify(problems)).toMatch(/--retries must be/);
  });

  it.each([
    ['is not there', null, 'file-not-found', /does not exist/],
    [
      'is no JSON',
      '{\n  "proxy": "http://desk:hush-hush@p",,\n}',
      'connection-invalid',
      /is no JSON \(line 2/,
    ],
    ['is null', 'null', 'connection-invalid', /must be an object of settings/],
    ['is no object', '[1]', 'connection-invalid', /must be an object of settings/],
  ])('is a settings file that %s', async (name, content, code, message) => {
    const path = content === null ? '/no/such.json' : file(`${name}.json`, content);
    const ended = await refused('--settings', path);
    expect(ended.code).toBe(2);
    expect(ofType(ended, 'error')).toMatchObject([{ code, message: expect.stringMatching(message) }]);
    expect(`${ended.stdout}${ended.stderr}`).not.toContain('hush-hush');
  });

  it('is a proxy’s password, and it is not repeated', async () => {
    const ended = await refused('--proxy', 'http://desk:hush-hush@proxy.example:8080', '--debug');
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/--proxy must hold no user name or password/);
    expect(`${ended.stdout}${ended.stderr}`).not.toContain('hush-hush');
  });

  it('is a client key that cannot be used: one sentence says which file and why', async () => {
    const { certFile, key } = certificates.client;
    const protectedKey = join(certificates.folder, 'protected.key');
    execFileSync('openssl', ['pkcs8', '-topk8', '-passout', 'pass:x', '-out', protectedKey], { input: key });
    for (const [keyFile, why] of [
      [join(certificates.folder, 'nowhere.key'), /The client key \S+ cannot be read/],
      [file('no.key', 'no key'), /The client key \S+ holds no private key/],
      [protectedKey, /The client key \S+ is protected by a passphrase, which is not supported/],
      [
        certificates.server.keyFile,
        /The client key \S+ is not the key of the client certificate \S+client\.pem/,
      ],
    ] as const) {
      const ended = await refused('--client-cert', certFile, '--client-key', keyFile);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toMatch(/^tieout: [^\n]+\.\n$/);
      expect(ofType(ended, 'error')).toMatchObject([
        { code: 'file-unreadable', message: expect.stringMatching(why), details: { path: keyFile } },
      ]);
    }
    const noCertificate = await refused(
      '--client-cert',
      certificates.client.keyFile,
      '--client-key',
      '/k.pem',
    );
    expect(noCertificate.stderr).toMatch(/The client certificate \S+client\.key holds no PEM certificate/);
  });
});
