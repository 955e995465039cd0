import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { pageOf, type ScriptedVendor, scriptedVendor } from '../sync/scripted-vendor.ts';
import { type Ended, Home, SECRET, syncArgs } from './command.ts';
import { FORMS, found, leftBehind } from './left-behind.ts';

let vendor: ScriptedVendor;
beforeAll(async () => {
  vendor = await scriptedVendor(() => pageOf([recordJson()], false));
});
afterAll(() => vendor.close());

describe('a secret and its tokens', () => {
  it('are nowhere in what a month leaves behind: output, log, database, evidence, reports', async () => {
    const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    let asked = 0;
    vendor.answer((page) => {
      asked += 1;
      if (asked === 2) return { status: 429, headers: { 'retry-after': '1' }, body: '' };
      if (asked === 3)
        return { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' }, body: '' };
      return pageOf([recordJson({ settlement_id: `"S-${page}"` })], page < 3);
    });
    const here = ['--workspace', home.workspace];
    const extract = join(home.folder, 'ledger.csv');
    writeFileSync(extract, 'settlement_id,amount,currency\nS-1,-1417.4458,USD\n');
    const ended: Ended[] = [];
    for (const args of [
      [...syncArgs(vendor, '2024-03'), '--json', '--debug'],
      ['import', extract, '--as', 'ledger', '--month', '2024-03', '--debug'],
      ['reconcile', '--month', '2024-03', '--json', '--debug'],
      ['report', '--month', '2024-03', '--format', 'json', '--out', join(home.folder, 'out'), '--debug'],
      ['report', '--month', '2024-03', '--format', 'csv', '--out', join(home.folder, 'out'), '--debug'],
      ['verify', '--debug'],
      ['audit', 'export', '--out', join(home.folder, 'audit.jsonl'), '--debug'],
    ]) {
      const one = await home.spawn([...args, ...here]).ended;
      expect(one.code, one.stderr).toBe(0);
      ended.push(one);
    }
    expect(vendor.tokens.length).toBeGreaterThanOrEqual(2);
    const left = await leftBehind(home, ...ended);
    expect(left.get('stdout 0')).toContain('"reason":"retry-after"');
    expect(left.get('stderr 0')).toMatch(/"message":"token renewal/);
    expect(found(left, [...FORMS, ...vendor.tokens])).toEqual([]);
  });

  it.each<[string, () => void, number]>([
    [
      'the token endpoint',
      () =>
        vendor.answerTokens(() => ({
          status: 400,
          body: JSON.stringify({ error: 'invalid_client', error_description: `no such secret: ${SECRET}` }),
        })),
      4,
    ],
    [
      'the token endpoint, as it was sent',
      () =>
        vendor.answerTokens(() => ({
          status: 400,
          body: JSON.stringify({
            error: 'invalid_request',
            error_description: `cannot read ${new URLSearchParams({ client_secret: SECRET })}`,
          }),
        })),
      4,
    ],
    [
      'a page that is refused',
      () =>
        vendor.answer(() => ({
          status: 403,
          body: JSON.stringify({ error: 'forbidden', error_description: `not for ${vendor.tokens.at(-1)}` }),
        })),
      4,
    ],
    [
      'a page that is no JSON',
      () =>
        vendor.answer(() => ({
          headers: { 'content-type': 'text/html' },
          body: `<html>Bearer ${vendor.tokens.at(-1)}</html>`,
        })),
      3,
    ],
  ])('are not kept or shown where %s says them back', async (_, script, code) => {
    script();
    const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    const ended = await home.run([
      ...syncArgs(vendor, '2024-03', '--backoff-factor', '0.01'),
      '--json',
      '--debug',
    ]);
    vendor.answerTokens(null);
    expect(ended.code).toBe(code);
    expect(found(await leftBehind(home, ended), [...FORMS, ...vendor.tokens])).toEqual([]);
  });

  it('are not kept where there is no keychain to keep them: connect ends with 4', async () => {
    const home = new Home();
    const ended = await home.run(
      [
        'connect',
        'vendor',
        '--base-url',
        vendor.baseUrl,
        '--token-url',
        vendor.tokenUrl,
        '--client-id',
        'svc',
        '--secret-stdin',
      ],
      { stdin: `${SECRET}\n` },
    );
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/^tieout: The system keychain did not answer [^\n]+\.\n$/);
    expect(found(await leftBehind(home, ended), FORMS)).toEqual([]);
  });

  it('must come from somewhere: an empty standard input ends connect with 4', async () => {
    const home = new Home();
    const args = [
      'connect',
      'vendor',
      '--base-url',
      vendor.baseUrl,
      '--token-url',
      vendor.tokenUrl,
      '--client-id',
      'svc',
    ];
    const piped = await home.run([...args, '--secret-stdin']);
    expect(piped).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^tieout: Standard input held no secret; /),
    });
    const nothing = await home.run(args);
    expect(nothing).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^tieout: No secret was given; /),
    });
  });
});
