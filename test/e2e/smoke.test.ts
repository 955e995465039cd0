import { afterEach, beforeEach, expect, it } from 'vitest';
import { missingForSession, pageProblems, type Session, startSession, takeScreenshots } from './session.ts';

const missing = missingForSession({ keyring: false });
let session: Session | undefined;

beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});
afterEach(async () => {
  await session?.close();
  session = undefined;
});

it('opens its window on the welcome, with nothing wrong in the page', async () => {
  session = await startSession({ keyring: false });
  const { page } = session;
  await page.getByRole('heading', { name: 'Tie out a settlement month' }).waitFor();
  expect(await page.title()).toBe('Tieout');
  await takeScreenshots(page, 'welcome');
  expect(await pageProblems(page)).toEqual([]);
});

it('shows the page nothing of Node, Electron or the preload script but its bridge', async () => {
  session = await startSession({ keyring: false });
  const reachable =
    "['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter((name) => name in globalThis)";
  expect(await session.page.evaluate(reachable)).toEqual([]);
  expect(
    await session.page.evaluate(
      'Object.isFrozen(tieout) && Object.values(tieout).every((part) => typeof part === "function" || part === tieout.on)',
    ),
  ).toBe(true);
});
