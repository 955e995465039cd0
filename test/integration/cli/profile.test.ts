import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseProfile } from '../../../electron/profile/parse-profile.ts';
import { saveProfile } from '../../../electron/profile/profile-store.ts';
import { openWorkspace } from '../../../electron/workspace/workspace.ts';
import { profileWith } from '../../unit/profile/sample-profile.ts';
import { eventsOf, Home, temporaryFolder } from './command.ts';
import { tieout } from './in-process.ts';

const folder = temporaryFolder();
const SHA256 = /^[0-9a-f]{64}$/;

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A workspace with these profiles, as connections leave it. */
async function workspaceWith(...texts: readonly string[]): Promise<string> {
  const path = join(temporaryFolder(), 'workspace');
  const by = { at: '2024-04-02T08:00:00.000Z', actor: 'analyst' };
  const workspace = await openWorkspace(path, { at: by.at, appVersion: '1.0.0', newId: () => 'id' });
  for (const text of texts) {
    await workspace.database.transaction((tx) => saveProfile(tx, parseProfile(text, 'x', []), by));
  }
  await workspace.close();
  return path;
}

describe('tieout profile check', () => {
  it('says what a profile is, with the hash that tieout hash prints', async () => {
    const path = file('good.json', profileWith({ results: 'data' }));
    const ended = await tieout(['profile', 'check', path]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const [words, digest = ''] = ended.stdout.split('\n');
    expect(words).toBe(`${path} is the profile "sample", revision 1, of settlements`);
    expect(digest).toMatch(SHA256);
    expect((await tieout(['hash', path])).stdout).toBe(`${digest}  ${path}\n`);
    expect(eventsOf((await tieout(['profile', 'check', path, '--json'])).stdout)).toEqual([
      {
        type: 'profile',
        file: path,
        name: 'sample',
        revision: 1,
        sha256: digest,
        resources: ['settlements'],
      },
    ]);
  });

  it('lists every fault with its line and column, and ends with 2', async () => {
    const path = file(
      'bad.json',
      profileWith({ results: '', fields: { amount: null, price: { scale: 'x' } } }, { revision: 0 }),
    );
    const ended = await tieout(['profile', 'check', path]);
    expect(ended.code).toBe(2);
    expect(ended.stdout.trimEnd().split('\n')).toEqual([
      `${path}:4:15 revision is below 1`,
      `${path}:8:18 resources.settlements.results is empty; give the name of a member`,
      `${path}:10:19 resources.settlements.fields.amount is required and has no source; name a member, or give a constant`,
      `${path}:12:20 resources.settlements.fields.price.scale is no decimal above zero, such as "0.01"; use negate to turn the sign`,
    ]);
    expect(ended.stderr).toBe(`tieout: ${path} is no valid profile; its 4 faults are listed.\n`);
  });

  it('prints faults as events with --json', async () => {
    const path = file('bad.json', profileWith({}, { revision: 0 }));
    const ended = await tieout(['profile', 'check', path, '--json']);
    expect(ended.code).toBe(2);
    expect(eventsOf(ended.stdout)).toEqual([
      { type: 'profile-fault', file: path, line: 4, column: 15, path: 'revision', message: 'is below 1' },
      expect.objectContaining({
        type: 'error',
        code: 'profile-invalid',
        message: expect.stringContaining('its one fault is listed'),
      }),
    ]);
  });

  it('takes a byte-order mark and knows the market calendars', async () => {
    const delivery = { calendar: 'ERCOT', date: 'd', label: 'l' };
    const marked = file('marked.json', `\ufeff${profileWith({ delivery })}`);
    expect((await tieout(['profile', 'check', marked])).code).toBe(0);
    const unknown = file('unknown.json', profileWith({ delivery: { ...delivery, calendar: 'XCOT' } }));
    expect((await tieout(['profile', 'check', unknown])).stdout).toMatch(
      /is "XCOT", which is no market calendar; there are .*ERCOT/,
    );
  });

  it.each([
    ['that is not there', () => join(folder, 'missing.json'), 'file-not-found', /does not exist/],
    [
      'that is a folder',
      () => {
        mkdirSync(join(folder, 'a folder'), { recursive: true });
        return join(folder, 'a folder');
      },
      'file-unreadable',
      /cannot be read/,
    ],
    [
      'that is not UTF-8',
      () => file('latin.json', Buffer.from('{"name": "Gr\u00f6\u00dfe"}', 'latin1')),
      'file-unreadable',
      /not UTF-8/,
    ],
    [
      'that is no profile by its size',
      () => file('large.json', ' '.repeat(1_000_001)),
      'file-unreadable',
      /1000001 bytes/,
    ],
  ])('refuses a file %s', async (_, path, code, words) => {
    const ended = await tieout(['profile', 'check', path(), '--json']);
    expect(ended.code).toBe(2);
    expect(eventsOf(ended.stdout)).toEqual([expect.objectContaining({ type: 'error', code })]);
    expect(ended.stderr).toMatch(words);
  });

  it('needs no workspace and makes none, as a process of its own', async () => {
    const home = new Home();
    const path = file('good.json', profileWith({}));
    const ended = await home.spawn(['profile', 'check', path]).ended;
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect((await home.spawn(['profile', 'show']).ended).code).toBe(0);
    expect(readdirSync(home.folder)).toEqual([]);
  });
});

describe('tieout profile default', () => {
  it('prints a file that is the built-in profile', async () => {
    const ended = await tieout(['profile', 'default']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const path = file('default.json', ended.stdout);
    const [event] = eventsOf((await tieout(['profile', 'check', path, '--json'])).stdout);
    const [builtIn] = eventsOf((await tieout(['profile', 'show', '--json'])).stdout);
    expect(event).toMatchObject({
      name: 'default',
      revision: 1,
      resources: ['settlements', 'trades', 'curves'],
    });
    expect(event?.sha256).toBe(builtIn?.sha256);
    expect(eventsOf((await tieout(['profile', 'default', '--json'])).stdout)).toEqual([builtIn]);
  });
});

describe('tieout profile schema', () => {
  it('prints docs/profile.schema.json', async () => {
    const published = join(import.meta.dirname, '..', '..', '..', 'docs', 'profile.schema.json');
    expect(await tieout(['profile', 'schema'])).toEqual({
      code: 0,
      stdout: readFileSync(published, 'utf8'),
      stderr: '',
    });
    expect(eventsOf((await tieout(['profile', 'schema', '--json'])).stdout)).toEqual([
      { type: 'profile-schema', schema: JSON.parse(readFileSync(published, 'utf8')) },
    ]);
  });
});

describe('the profiles of a workspace', () => {
  const first = profileWith({ results: 'data' });
  const second = profileWith({ results: 'rows' }, { revision: 2 });

  it('are listed, the built-in one first', async () => {
    const workspace = await workspaceWith(first, second);
    const ended = await tieout(['profile', 'list', '--workspace', workspace]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^[0-9a-f]{64} {2}default {2}revision 1 {2}built in$/),
      expect.stringMatching(
        /^[0-9a-f]{64} {2}sample {2}revision 1 {2}saved 2024-04-02T08:00:00\.000Z by analyst$/,
      ),
      expect.stringMatching(/^[0-9a-f]{64} {2}sample {2}revision 2 {2}saved /),
    ]);
    const events = eventsOf((await tieout(['profile', 'list', '--json', '--workspace', workspace])).stdout);
    expect(events).toMatchObject([
      {
        type: 'profile',
        name: 'default',
        revision: 1,
        sha256: expect.stringMatching(SHA256),
        saved_at: null,
        actor: null,
      },
      {
        type: 'profile',
        name: 'sample',
        revision: 1,
        saved_at: '2024-04-02T08:00:00.000Z',
        actor: 'analyst',
      },
      { type: 'profile', name: 'sample', revision: 2 },
    ]);
  });

  it('are shown by name and by hash, as files of the same hash', async () => {
    const workspace = await workspaceWith(first, second);
    const shown = await tieout(['profile', 'show', 'sample', '--workspace', workspace]);
    expect(JSON.parse(shown.stdout)).toEqual(JSON.parse(second));
    const [, old] = eventsOf((await tieout(['profile', 'list', '--json', '--workspace', workspace])).stdout);
    const digest = String(old?.sha256);
    const byHash = await tieout(['profile', 'show', digest.slice(0, 8), '--json', '--workspace', workspace]);
    expect(eventsOf(byHash.stdout)).toEqual([
      { type: 'profile', name: 'sample', revision: 1, sha256: digest, document: JSON.parse(first) },
    ]);
    const printed = file(
      'printed.json',
      (await tieout(['profile', 'show', digest, '--workspace', workspace])).stdout,
    );
    expect((await tieout(['hash', printed])).stdout).toBe(`${digest}  ${printed}\n`);
  });

  it('are named where there is none of the name', async () => {
    const workspace = await workspaceWith(first);
    const ended = await tieout(['profile', 'show', 'nothing', '--json', '--workspace', workspace]);
    expect(ended.code).toBe(2);
    expect(eventsOf(ended.stdout)).toEqual([
      expect.objectContaining({ type: 'error', code: 'profile-unknown' }),
    ]);
    expect(ended.stderr).toMatch(
      /^tieout: This workspace has no profile "nothing"; it has default, sample\. .*\.\n$/,
    );
  });
});

describe('tieout profile alone', () => {
  it('ends with 2 and its help', async () => {
    const ended = await tieout(['profile']);
    expect(ended).toMatchObject({ code: 2, stderr: '' });
    expect(ended.stdout).toContain('Usage: tieout profile ');
  });
});
