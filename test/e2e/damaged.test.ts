/** A workspace whose database was torn: the window says so, and has the way back. */
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { startVendor } from '../../electron/demo/vendor.ts';
import { SECRET, syncArgs } from '../integration/cli/command.ts';
import { tieout } from '../integration/cli/in-process.ts';
import { missingForSession, pageProblems, type Session, startSession, takeScreenshots } from './session.ts';

const MONTH = '2024-03';
const missing = missingForSession({ keyring: false });
let session: Session | undefined;

beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});
afterAll(async () => {
  await session?.close();
});

/** A synced month, and the half of its database. */
async function torn(workspace: string): Promise<void> {
  const vendor = await startVendor({ month: MONTH, records: 300, seed: 3, clientSecret: SECRET });
  try {
    const ended = await tieout([...syncArgs(vendor, MONTH, '--page-size', '50'), '--workspace', workspace]);
    expect(ended.code, ended.stderr).toBe(0);
  } finally {
    await vendor.close();
  }
  truncateSync(join(workspace, 'workspace.duckdb'), 500_000);
}

it('says that the workspace is damaged, rebuilds it at a key, and opens it', async () => {
  session = await startSession({ keyring: false, prepare: torn });
  const { page } = session;
  await page.getByRole('heading', { name: 'The workspace is damaged' }).waitFor({ timeout: 30_000 });
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('run tieout rebuild');
  await takeScreenshots(page, 'damaged-workspace');

  await page.getByRole('button', { name: 'Rebuild the workspace' }).focus();
  await page.keyboard.press('Enter');
  await page
    .getByRole('status', { name: 'News' })
    .filter({ hasText: 'Rebuilt the workspace: 1 run, 300 records; everything agrees.' })
    .waitFor({ timeout: 60_000 });
  await page.getByRole('combobox', { name: 'Month' }).waitFor();
  expect(await pageProblems(page)).toEqual([]);
});
