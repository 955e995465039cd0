/** The first-time user's way: the sample workspace, by keyboard, with no keychain and no dialog. */
import { afterAll, beforeEach, expect, it } from 'vitest';
import { SAMPLE } from '../../electron/workbench.ts';
import {
  enabled,
  missingForSession,
  pageProblems,
  type Session,
  startSession,
  takeScreenshots,
} from './session.ts';

const missing = missingForSession({ keyring: false });
let session: Session | undefined;

beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});
afterAll(async () => {
  await session?.close();
});

it('ties out the sample month with keys alone, and leaves it again', async () => {
  session = await startSession({ keyring: false });
  const { page } = session;
  const news = (text: string | RegExp): Promise<void> =>
    page.getByRole('status', { name: 'News' }).filter({ hasText: text }).waitFor({ timeout: 90_000 });

  await page.getByRole('button', { name: 'Try it with sample data' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('note', { name: 'Sample workspace' }).waitFor({ timeout: 30_000 });

  await enabled(page.getByRole('button', { name: 'Sync', exact: true }));
  await page.keyboard.press('Control+s');
  await news(`Sync of ${SAMPLE.month} done: 25 pages`);
  await enabled(page.getByRole('button', { name: 'Import ledger', exact: true }));
  await page.keyboard.press('Control+i');
  await news('Imported');
  await enabled(page.getByRole('button', { name: 'Reconcile', exact: true }));
  await page.keyboard.press('Control+r');
  await news('63 breaks');
  await page.keyboard.press('Control+3');
  await page.getByRole('grid', { name: 'Breaks' }).waitFor();
  await takeScreenshots(page, 'sample-breaks');
  await page.keyboard.press('Control+Shift+h');
  await news('every hash is as recorded');

  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('heading', { name: 'Tie out a settlement month' }).waitFor();
  expect(await pageProblems(page)).toEqual([]);
});
