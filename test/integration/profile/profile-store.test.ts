import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseProfile } from '../../../electron/profile/parse-profile.ts';
import type { Profile } from '../../../electron/profile/profile.ts';
import {
  findProfile,
  listProfiles,
  saveProfile,
  storedProfile,
} from '../../../electron/profile/profile-store.ts';
import { seedProfile, seedProfileText } from '../../../electron/profile/seed-profile.ts';
import { AUDIT_ROWS, verifyAudit } from '../../../electron/workspace/audit-chain.ts';
import { openWorkspace, type Workspace } from '../../../electron/workspace/workspace.ts';
import { sha256Of } from '../../../shared/digest.ts';
import { profileWith } from '../../unit/profile/sample-profile.ts';

const AT = '2024-04-02T08:00:00.000Z';
const BY = { at: AT, actor: 'analyst' };

let folder: string;
let workspace: Workspace;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tieout-profile-'));
  workspace = await openWorkspace(folder, { at: AT, appVersion: '1.0.0', newId: () => 'id' });
});
afterEach(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

function sample(more: Readonly<Record<string, unknown>> = {}): Profile {
  return parseProfile(profileWith({ results: 'data' }, { description: 'Größe', ...more }), 'sample', []);
}

function save(profile: Profile): Promise<boolean> {
  return workspace.database.transaction((tx) => saveProfile(tx, profile, BY));
}

async function audited(): Promise<readonly unknown[]> {
  const rows = await workspace.database.rows(
    "SELECT actor, payload FROM audit_event WHERE type = 'profile.save' ORDER BY seq",
  );
  return rows.map((row) => ({ actor: row.text('actor'), payload: row.json('payload') }));
}

describe('a saved profile', () => {
  it('is the same when it is read again', async () => {
    const profile = sample();
    expect(await save(profile)).toBe(true);
    const { database } = workspace;
    const again = await storedProfile(database, profile.sha256);
    expect(again).toMatchObject({
      name: 'sample',
      revision: 1,
      sha256: profile.sha256,
      document: profile.document,
    });
    expect(again.shape('settlements')).toEqual(profile.shape('settlements'));
    expect(again.mapping('settlements')).toEqual(profile.mapping('settlements'));
  });

  it('is an event of the audit chain, in the same transaction', async () => {
    const profile = sample();
    await save(profile);
    expect(await audited()).toEqual([
      { actor: 'analyst', payload: { name: 'sample', revision: 1, sha256: profile.sha256 } },
    ]);
    expect((await verifyAudit(workspace.database.stream(AUDIT_ROWS))).fault).toBeNull();
    const other = sample({ revision: 2 });
    const failing = workspace.database.transaction(async (tx) => {
      await saveProfile(tx, other, BY);
      throw new Error('after it');
    });
    await expect(failing).rejects.toThrow('after it');
    expect(await audited()).toHaveLength(1);
    await expect(storedProfile(workspace.database, other.sha256)).rejects.toMatchObject({
      code: 'profile-unknown',
    });
  });

  it('is saved once, however often', async () => {
    expect(await save(sample())).toBe(true);
    expect(await save(sample())).toBe(false);
    expect(await audited()).toHaveLength(1);
    expect(await listProfiles(workspace.database)).toHaveLength(2);
  });

  it('has its name and revision to itself', async () => {
    await save(sample());
    await expect(save(sample({ description: 'changed' }))).rejects.toMatchObject({
      code: 'profile-invalid',
      message:
        'This workspace has the profile "sample" of revision 1 in another wording; raise the revision of the one that you changed.',
    });
    expect(await save(sample({ description: 'changed', revision: 2 }))).toBe(true);
  });

  it('does not take the name of the built-in one, which may be saved itself', async () => {
    const changed = parseProfile(seedProfileText().replace('"revision": 1', '"revision": 7'), 'changed', []);
    await expect(save(changed)).rejects.toMatchObject({
      code: 'profile-invalid',
      message:
        '"default" is the name of the built-in profile; give the one that you changed a name of its own.',
    });
    expect(await save(seedProfile())).toBe(true);
    expect(await listProfiles(workspace.database)).toHaveLength(1);
  });

  it('that was changed in the database is not used', async () => {
    const profile = sample();
    await save(profile);
    await workspace.database.transaction((tx) =>
      tx.run("UPDATE profile SET document = replace(document, 'data', 'date')"),
    );
    await expect(storedProfile(workspace.database, profile.sha256)).rejects.toMatchObject({
      code: 'workspace-damaged',
    });
  });
});

describe('a profile is found', () => {
  it('by its name, of which the one that was saved last', async () => {
    await save(sample());
    await save(sample({ revision: 2 }));
    await save(sample({ name: 'other', revision: 9 }));
    expect(await findProfile(workspace.database, 'sample')).toMatchObject({ revision: 2 });
    expect(await findProfile(workspace.database, 'default')).toMatchObject({ sha256: seedProfile().sha256 });
  });

  it('by its hash, whole or from its first eight digits', async () => {
    const profile = sample();
    await save(profile);
    const { database } = workspace;
    for (const digits of [
      profile.sha256,
      profile.sha256.slice(0, 8),
      profile.sha256.slice(0, 9).toUpperCase(),
    ]) {
      expect(await findProfile(database, digits)).toMatchObject({ sha256: profile.sha256 });
    }
    await expect(findProfile(database, profile.sha256.slice(0, 7))).rejects.toMatchObject({
      code: 'profile-unknown',
      message: expect.stringContaining('it has default, sample.'),
    });
  });

  it('without having been saved where it is the built-in one', async () => {
    const { sha256 } = seedProfile();
    expect(await storedProfile(workspace.database, sha256)).toMatchObject({ name: 'default' });
    await expect(storedProfile(workspace.database, sha256Of('0'.repeat(64)))).rejects.toMatchObject({
      code: 'profile-unknown',
    });
  });
});
