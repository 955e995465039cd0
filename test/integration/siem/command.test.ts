import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Ended, eventsOf, Home } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { linesOf } from './support/chain.ts';
import { HEC_TOKEN, hecCollector, otlpCollector } from './support/collectors.ts';

/** Files below a folder and what was printed, in which a text stands. */
function holding(home: Home, text: string, ...ended: readonly Ended[]): readonly string[] {
  const files = readdirSync(home.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return [
    ...files.filter((path) => readFileSync(path).includes(text)),
    ...ended.flatMap(({ stdout, stderr }) => [stdout, stderr]).filter((printed) => printed.includes(text)),
  ];
}

describe('tieout siem', () => {
  it('adds, lists, tries, shows and removes a target', async () => {
    const home = new Home();
    const collector = await otlpCollector();
    const added = await home.json(['siem', 'add', 'desk', '--otlp', collector.url]);
    const target = { type: 'siem-target', name: 'desk', kind: 'otlp', address: collector.url, ca_file: null };
    expect(eventsOf(added.stdout)).toEqual([{ ...target, secret: 'none' }]);
    expect(eventsOf((await home.json(['siem', 'list'])).stdout)).toEqual([{ ...target, secret: 'none' }]);
    const tried = await home.json(['siem', 'test', 'desk']);
    expect(eventsOf(tried.stdout)).toEqual([{ type: 'siem-test', target: 'desk' }]);
    expect(collector.events.map(({ seq, type }) => [seq, type])).toEqual([[0, 'siem.test']]);
    expect(eventsOf((await home.json(['siem', 'status'])).stdout)).toEqual([
      {
        ...{
          type: 'siem',
          target: 'desk',
          kind: 'otlp',
          address: collector.url,
          state: 'off',
          seq: 0,
          behind: 1,
        },
        ...{ refused: 0, last_sent_at: null, retry_at: null, error: null },
      },
    ]);
    const removed = await home.json(['siem', 'remove', 'desk']);
    expect(eventsOf(removed.stdout)).toEqual([{ type: 'siem-removed', name: 'desk' }]);
    expect((await home.json(['siem', 'list'])).stdout).toBe('');
  });

  it('forwards to a file of lines that the audit export has too', async () => {
    const home = new Home();
    const file = join(home.folder, 'events', 'audit.ndjson');
    await home.json(['siem', 'add', 'agent', '--file', file]);
    await home.json(['siem', 'forward', '--until-empty']);
    const exported = (await home.run(['audit', 'export'])).stdout;
    expect(linesOf(file).map(({ context: _, ...event }) => `${JSON.stringify(event)}\n`)).toEqual([exported]);
  });

  it('forwards until it is interrupted, which is its ordinary end', async () => {
    const home = new Home();
    const collector = await otlpCollector();
    await home.json(['siem', 'add', 'desk', '--otlp', collector.url]);
    const running = home.spawn(['siem', 'forward', '--json', '--workspace', home.workspace]);
    await running.line((line) => line.includes('"behind":0'));
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
    expect(collector.events.map(({ seq }) => seq)).toEqual([1]);
  });

  it('ends with 3 where a collector stays down for the time given, and with 4 where it refuses the token', async () => {
    const home = new Home({ TIEOUT_SIEM_SECRET_SPLUNK: HEC_TOKEN });
    const down = await otlpCollector();
    await down.down();
    await home.json(['siem', 'add', 'desk', '--otlp', down.url]);
    const late = await home.json(['siem', 'forward', '--until-empty', '--timeout', '1'], { code: 3 });
    expect(late.stderr).toMatch(
      /^tieout: 1 events? [^\n]+ "desk": 127\.0\.0\.1:\d+ could not be reached [^\n]+\n$/,
    );

    const collector = await hecCollector();
    collector.answer(() => ({ status: 403, body: `{"text":"Invalid token: ${HEC_TOKEN}","code":4}` }));
    await home.json(['siem', 'add', 'splunk', '--hec', collector.url]);
    const begun = performance.now();
    const refused = await home.json(['siem', 'forward', '--target', 'splunk', '--until-empty'], { code: 4 });
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(collector.requests()).toBe(1);
    expect(refused.stderr).toContain('refused the credentials (status 403, the token is not known)');
    const shown = await home.json(['siem', 'status']);
    expect(eventsOf(shown.stdout).map(({ target, error }) => [target, error])).toMatchObject([
      ['desk', { code: 'siem-undelivered' }],
      ['splunk', { code: 'credentials-refused' }],
    ]);
    expect(holding(home, HEC_TOKEN, late, refused, shown)).toEqual([]);
  });

  it('takes a secret from its own variable of the environment, and says which where it is not set', async () => {
    const home = new Home();
    const collector = await hecCollector();
    const env = { TIEOUT_SIEM_SECRET_SPLUNK_EU_1: HEC_TOKEN };
    await home.json(['siem', 'add', 'splunk eu.1', '--hec', collector.url], { env });
    const missing = await home.json(['siem', 'forward', '--until-empty'], { code: 4 });
    expect(missing.stderr).toContain('set TIEOUT_SIEM_SECRET_SPLUNK_EU_1.');
    await home.json(['siem', 'forward', '--until-empty'], { env });
    expect(collector.events.map(({ seq }) => seq)).toEqual([1]);
    expect(holding(home, HEC_TOKEN)).toEqual([]);
  });

  it.each<[string, readonly string[], number, string]>([
    ['no kind', [], 2, 'A target is one of --otlp URL, --hec URL, --syslog URL and --file PATH.'],
    ['two kinds', ['--otlp', 'https://a.example', '--file', 'b'], 2, 'A target is one of'],
    [
      'no address',
      ['--otlp', 'collector'],
      2,
      '"collector" is no address of an OTLP collector; give one such as',
    ],
    ['another scheme', ['--syslog', 'https://a.example'], 2, 'is no address of a syslog receiver'],
    [
      'an open way',
      ['--otlp', 'http://logs.example'],
      2,
      'is not encrypted, so that anyone on the way can read it',
    ],
    [
      'an open way',
      ['--syslog', 'tcp://logs.example'],
      2,
      'is not encrypted, so that anyone on the way can read it',
    ],
    ['a secret in it', ['--otlp', 'https://u:p@a.example'], 2, 'holds a user name, a password or a query'],
    ['a secret in it', ['--hec', 'https://a.example?token=x'], 2, 'holds a user name, a password or a query'],
    [
      'no token',
      ['--hec', 'https://a.example'],
      4,
      'pass it with --secret-stdin or in TIEOUT_SIEM_SECRET_DESK',
    ],
    ['no CA file', ['--otlp', 'https://a.example', '--ca', 'gone.pem'], 2, 'cannot be read'],
    ['half a pair', ['--otlp', 'https://a.example', '--client-cert', 'c.pem'], 2, 'go together; give both'],
    ['a wrong number', ['--syslog', 'tls://a.example', '--facility', '24'], 2, '--facility is "24"'],
    ['a wrong place', ['--file', 'a', '--from', '0'], 2, '--from is "0"'],
  ])('refuses a target with %s: %s', async (_, args, code, message) => {
    const home = new Home();
    const refused = await tieout(['siem', 'add', 'desk', ...args, '--workspace', home.workspace]);
    expect(refused).toMatchObject({ code, stdout: '' });
    expect(refused.stderr).toMatch(/^tieout: [^\n]+\.\n$/);
    expect(refused.stderr).toContain(message);
  });

  it('refuses a secret where no keychain answers, and stores no target', async () => {
    const home = new Home();
    const args = ['siem', 'add', 'splunk', '--hec', 'https://a.example', '--secret-stdin'];
    const refused = await home.run(args, { stdin: `${HEC_TOKEN}\n` });
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/^tieout: The system keychain did not answer/);
    expect((await home.json(['siem', 'list'])).stdout).toBe('');
    expect(holding(home, HEC_TOKEN, refused)).toEqual([]);
  });

  it('has nothing to forward to where there is no target, and knows the names that there are', async () => {
    const home = new Home();
    const none = await home.run(['siem', 'forward', '--until-empty']);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no SIEM target') });
    await home.json(['siem', 'add', 'desk', '--file', 'audit.ndjson']);
    const other = await home.run(['siem', 'remove', 'dest']);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('this workspace has desk.') });
  });
});
