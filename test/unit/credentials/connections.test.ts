/** Connections as a workspace keeps them: settings, profile, audit, and workspaces made before there were any. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import type { ConnectionInput } from '../../../electron/credentials/connections.ts';
import { Secret } from '../../../electron/credentials/secret.ts';
import { vendorSettings } from '../../../electron/etrm/vendor-settings.ts';
import { DEFAULT_SCOPE } from '../../../electron/etrm/vendor-source.ts';
import { parseProfile } from '../../../electron/profile/parse-profile.ts';
import type { Profile } from '../../../electron/profile/profile.ts';
import { month } from '../../../electron/workspace/migrations/0001-month.ts';
import type { ConnectionSettings } from '../../../shared/connection-settings.ts';
import { sha256Of } from '../../../shared/digest.ts';
import { profileWith } from '../profile/sample-profile.ts';
import { temporaryApp, temporaryFolder } from '../workspace/temporary.ts';

const NORTH: ConnectionInput = {
  name: 'north',
  baseUrl: 'https://etrm.example',
  tokenUrl: 'https://login.example/token',
  clientId: 'desk',
  scope: '',
  caFile: null,
  allowHttp: false,
};
const SECRET = new Secret('s3cret-of-north');

/** Payloads of the workspace's `connection.save` events, oldest first. */
async function saves(app: App): Promise<readonly unknown[]> {
  const rows = await app.workspace.database.rows(
    "SELECT payload FROM audit_event WHERE type = 'connection.save' ORDER BY seq",
  );
  return rows.map((row) => row.json('payload'));
}

describe('the settings of a stored connection', () => {
  it('come back with it, and reach the vendor client', async () => {
    const app = await temporaryApp();
    const settings: ConnectionSettings = {
      retries: 0,
      page_timeout_s: 5,
      token_auth: 'basic',
      proxy: 'none',
    };
    const saved = await app.connections.save({ ...NORTH, settings }, SECRET);
    expect(saved).toMatchObject({ name: 'north', settings, profile: null, hasSecret: true });
    expect(await app.connections.list()).toEqual([saved]);
    expect(await app.connections.view('north')).toEqual(saved);
    const source = await app.connections.source('north');
    expect(source).toMatchObject({ connection: 'north', scope: DEFAULT_SCOPE, profile: null });
    const { retry, resource, token, transport } = vendorSettings(source.overrides);
    expect([retry.retries, resource.timeoutMs, token.authentication]).toEqual([
      0,
      5000,
      'client_secret_basic',
    ]);
    expect(transport.proxy).toEqual({ https: '', http: '', none: '' });
  });

  it('give way to those of one run, which are not kept', async () => {
    const app = await temporaryApp();
    const settings: ConnectionSettings = {
      retries: 3,
      jitter_ms: 7,
      proxy: 'http://p.example',
      proxy_bypass: ['a'],
    };
    await app.connections.save({ ...NORTH, settings }, SECRET);
    const source = await app.connections.source('north', {
      settings: { retries: 0, proxy: 'none' },
      caFile: '/other.pem',
    });
    expect(source.caFile).toBe('/other.pem');
    expect(vendorSettings(source.overrides)).toMatchObject({
      retry: { retries: 0, jitterMs: 7 },
      transport: { proxy: { https: '', http: '', none: '' } },
    });
    expect((await app.connections.view('north')).settings).toEqual(settings);
  });

  it('that do not go with those of the run are refused', async () => {
    const app = await temporaryApp();
    await app.connections.save({ ...NORTH, settings: { page_deadline_s: 60 } }, SECRET);
    await expect(app.connections.source('north', { settings: { page_timeout_s: 90 } })).rejects.toMatchObject(
      {
        code: 'connection-invalid',
        message: expect.stringContaining('page_deadline_s'),
      },
    );
  });

  it('are in the audit event, with the names of what changed and no secret', async () => {
    const app = await temporaryApp();
    await app.connections.save({ ...NORTH, settings: { retries: 2, jitter_ms: 5 } }, SECRET);
    await app.connections.save(
      { ...NORTH, clientId: 'desk-2', settings: { retries: 0, max_backoff_s: 9 } },
      null,
    );
    const plain = {
      base_url: NORTH.baseUrl,
      token_url: NORTH.tokenUrl,
      scope: DEFAULT_SCOPE,
      allow_http: 'no',
    };
    expect(await saves(app)).toEqual([
      {
        ...plain,
        name: 'north',
        client_id: 'desk',
        ca_file: null,
        profile_sha256: null,
        settings: '{"retries":2,"jitter_ms":5}',
        secret: 'replaced',
        changed: [...['base_url', 'token_url', 'client_id', 'scope', 'allow_http', 'retries', 'jitter_ms']],
      },
      {
        ...plain,
        name: 'north',
        client_id: 'desk-2',
        ca_file: null,
        profile_sha256: null,
        settings: '{"retries":0,"max_backoff_s":9}',
        secret: 'kept',
        changed: ['client_id', 'retries', 'jitter_ms', 'max_backoff_s'],
      },
    ]);
    const everything = await app.workspace.database.rows('SELECT payload FROM audit_event');
    expect(everything.map((row) => row.text('payload')).join()).not.toContain(SECRET.reveal());
  });

  it('are refused with all that is wrong about the connection, and nothing is stored', async () => {
    const app = await temporaryApp();
    const bad = {
      ...NORTH,
      name: '../x',
      baseUrl: 'vendor',
      clientId: ' ',
      caFile: 'ca.pem',
      settings: { retries: 99 },
    };
    await expect(app.connections.save(bad, SECRET)).rejects.toMatchObject({
      code: 'connection-invalid',
      details: {
        problems: [
          expect.stringContaining('"../x" is no name'),
          expect.stringContaining('base URL "vendor"'),
          expect.stringContaining('client id is empty'),
          'The setting retries must be a whole number from 0 to 20',
          'The CA file must be the whole path of a PEM file',
        ],
      },
    });
    expect(await app.connections.list()).toEqual([]);
    expect(await saves(app)).toEqual([]);
  });
});

describe('the profile of a stored connection', () => {
  const profile = (revision: number, path = '/a'): Profile =>
    parseProfile(profileWith({ path }, { name: 'north-vendor', revision }), 'vendor.json', []);

  it('is stored with it, and the connection goes on with it by its hash', async () => {
    const app = await temporaryApp();
    const first = profile(1);
    const named = { name: 'north-vendor', revision: 1, sha256: first.sha256 };
    const saved = await app.connections.save({ ...NORTH, profile: first }, SECRET);
    expect(saved.profile).toEqual(named);
    await app.connections.save({ ...NORTH, profile: first.sha256 }, null);
    expect((await app.connections.view('north')).profile).toEqual(named);
    expect((await app.connections.source('north')).profile).toBe(first.sha256);
    expect(await saves(app)).toMatchObject([
      { profile_sha256: first.sha256, changed: expect.arrayContaining(['profile_sha256']) },
      { profile_sha256: first.sha256, changed: [] },
    ]);
    const second = profile(2);
    await app.connections.save({ ...NORTH, profile: second }, null);
    await app.connections.save(NORTH, null);
    expect((await saves(app)).slice(2)).toMatchObject([
      { profile_sha256: second.sha256, changed: ['profile_sha256'] },
      { profile_sha256: null, changed: ['profile_sha256'] },
    ]);
    expect((await app.connections.source('north')).profile).toBeNull();
  });

  it('is not stored, nor the connection changed, where its revision is taken', async () => {
    const app = await temporaryApp();
    await app.connections.save({ ...NORTH, profile: profile(1) }, SECRET);
    const before = await app.connections.view('north');
    const changed = { ...NORTH, clientId: 'other', profile: profile(1, '/b') };
    await expect(app.connections.save(changed, null)).rejects.toMatchObject({ code: 'profile-invalid' });
    const unknown = { ...NORTH, profile: sha256Of('0'.repeat(64)) };
    await expect(app.connections.save(unknown, null)).rejects.toMatchObject({ code: 'profile-unknown' });
    expect(await app.connections.view('north')).toEqual(before);
  });

  it('may be another for one run', async () => {
    const app = await temporaryApp();
    await app.connections.save({ ...NORTH, profile: profile(1) }, SECRET);
    const other = await app.connections.keepProfile(profile(2));
    expect((await app.connections.source('north', { profile: other })).profile).toBe(other);
    expect((await app.connections.view('north')).profile).toMatchObject({ revision: 1 });
  });
});

/** A workspace as the first Tieout made it, with a connection that was changed once and another that was removed. */
async function firstWorkspace(): Promise<string> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'evidence'));
  const instance = await DuckDBInstance.create(join(folder, 'workspace.duckdb'));
  const connection = await instance.connect();
  for (const statement of [
    'CREATE TABLE workspace (application VARCHAR NOT NULL, workspace_id VARCHAR NOT NULL, created_at VARCHAR NOT NULL)',
    'CREATE TABLE migration (version INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied_at VARCHAR NOT NULL, app_version VARCHAR NOT NULL)',
    "INSERT INTO workspace VALUES ('tieout-workspace', 'ws-1', '2024-04-01T00:00:00.000Z')",
    ...month.statements,
    "INSERT INTO migration VALUES (1, 'month', '2024-04-01T00:00:00.000Z', '0.1.0')",
    `INSERT INTO connection_event VALUES
       (1, 't', 'north', false, 'https://old.example', 'https://login.example', 'desk', 's', NULL, false),
       (2, 't', 'south', false, 'https://south.example', 'https://login.example', 'desk', 's', NULL, false),
       (3, 't', 'north', false, 'https://new.example', 'https://login.example', 'desk', 's', '/ca.pem', true)`,
    "INSERT INTO connection_event (seq, changed_at, name, removed) VALUES (4, 't', 'south', true)",
    `INSERT INTO audit_event SELECT seq, 't', 'analyst', 'connection.save', '{}', '', repeat('0', 64) FROM connection_event`,
  ]) {
    await connection.run(statement);
  }
  connection.closeSync();
  instance.closeSync();
  return folder;
}

describe('a workspace of the first schema', () => {
  it('opens, keeps its connections, and takes settings from then on', async () => {
    const app = await temporaryApp(await firstWorkspace());
    const kept = await app.connections.list();
    expect(kept).toEqual([
      {
        name: 'north',
        baseUrl: 'https://new.example',
        tokenUrl: 'https://login.example',
        clientId: 'desk',
        scope: 's',
        caFile: '/ca.pem',
        allowHttp: true,
        settings: {},
        profile: null,
        hasSecret: false,
      },
    ]);
    expect((await app.connections.source('north')).overrides).toEqual({
      retry: {},
      token: {},
      resource: {},
      transport: {},
    });
    await app.connections.save({ ...NORTH, settings: { retries: 1 } }, SECRET);
    expect(await app.connections.view('north')).toMatchObject({ caFile: null, settings: { retries: 1 } });
    await app.connections.remove('north');
    expect(await app.connections.list()).toEqual([]);
  });
});
