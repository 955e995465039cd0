import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openWorkspace } from '../../../electron/workspace/workspace.ts';
import { temporaryFolder } from './temporary.ts';

const opened = { at: '2024-04-01T00:00:00.000Z', appVersion: 'test', newId: () => 'w-1' };

it('is made with all that lies above it', async () => {
  const folder = join(temporaryFolder(), 'months', '2024', 'tieout');
  const workspace = await openWorkspace(folder, opened);
  await workspace.close();
  expect(existsSync(join(folder, 'evidence'))).toBe(true);
});

it.skipIf(process.platform !== 'linux')('is refused where the system lets nobody make a folder', async () => {
  const made = openWorkspace('/proc/tieout/workspace', opened);
  await expect(made).rejects.toMatchObject({ code: 'workspace-unwritable' });
});
