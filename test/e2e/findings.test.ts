/** The sample month with its trades and curves: what is found, and what a later curve would change. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sampleBook } from '../../electron/demo/book.ts';
import { plantedFindings } from '../../electron/demo/finding-plants.ts';
import { SAMPLE } from '../../electron/workbench.ts';
import { missingForSession, pageProblems, type Session, startSession, takeScreenshots } from './session.ts';

const missing = missingForSession({ keyring: false });
const planted = plantedFindings(sampleBook(SAMPLE));
const deviations = planted.filter(({ code }) => code === 'CURVE_DEVIATION');

let session: Session;

beforeAll(async () => {
  if (missing !== null) return;
  session = await startSession({ keyring: false });
  await session.page.getByRole('button', { name: 'Try it with sample data' }).click();
  await session.page.getByRole('note', { name: 'Sample workspace' }).waitFor({ timeout: 30_000 });
});
beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});
afterAll(async () => {
  await session?.close();
});

const button = (name: string | RegExp): Locator => session.page.getByRole('button', { name });
const tab = (name: string): Locator => session.page.getByRole('tab', { name });
const region = (name: string): Locator => session.page.getByRole('region', { name });
const rows = (name: string): Locator => session.page.getByRole('grid', { name }).locator('.grid-row');
const news = (text: string | RegExp): Promise<void> =>
  session.page.getByRole('status', { name: 'News' }).filter({ hasText: text }).waitFor({ timeout: 90_000 });

it('syncs trades and curves, and then holds the settlements against them', async () => {
  await tab('Findings').click();
  await session.page.getByText('Sync the trades and the curves first').waitFor();
  await button('Sync trades').click();
  await news(/done: 1 page, \d+ records/);
  await tab('Curves').click();
  await session.page.getByText('No curves yet').waitFor();
  await button('Sync curves').click();
  await rows('Curves').first().waitFor({ timeout: 60_000 });
  await session.page.keyboard.press('Control+s');
  await news('done: 25 pages');
  await tab('Findings').click();
  await region('Findings of the run').getByText(`${planted.length} findings`).waitFor();
  await session.page.getByRole('radio', { name: `Curve: deviation ${deviations.length}` }).click();
  await expect.poll(() => rows('Findings').count()).toBe(deviations.length);
  await rows('Findings').first().click();
  const details = session.page.getByRole('complementary', { name: 'Curve: deviation' });
  await details.getByText('Settled price').waitFor();
  await takeScreenshots(session.page, 'month-findings');
  await session.page.getByRole('searchbox', { name: 'Search the findings' }).fill('no such settlement');
  await session.page.getByText('Nothing was found for “no such settlement”').waitFor();
});

it('shows which snapshots the run is pinned to, and sets a tolerance', async () => {
  await tab('Curves').click();
  const row = rows('Curves').filter({ hasText: 'PJM-RT' }).first();
  await row.getByText('Pinned').waitFor();
  await row.getByText('0.005 or 0 % (default)').waitFor();
  await row.click();
  const form = session.page.getByRole('form', { name: /^Tolerance of/ });
  await form.getByLabel('Per cent').fill('a lot');
  await form.getByText('not a decimal from 0 to 100').waitFor();
  await form.getByLabel('Per cent').fill('50');
  await form.getByRole('button', { name: 'Set tolerance' }).click();
  await news('Tolerance of');
  await row.getByText('0.005 or 50 %').waitFor();
  await takeScreenshots(session.page, 'month-curves');
});

it('imports a later curve, and shows what it would change without changing it', async () => {
  const path = join(session.folder, 'restated.csv');
  const header = 'curve_id,as_of,delivery_start,delivery_end,price,price_uom,currency';
  await writeFile(
    path,
    `${header}\nGAS-DA-HENRY_HUB,2024-06-01T00:00:00Z,2024-03-01T15:00:00Z,2024-03-02T15:00:00Z,99,USD/MMBTU,USD\n`,
  );
  await session.app.electron.answerDialog({ kind: 'open', filePaths: [path] });
  await button('Import curves…').click();
  await news('Imported 1 point of 1 curve');
  await button(/later than the run: what would change/).click();
  const details = session.page.getByRole('complementary', { name: 'What later curves would change' });
  await details.getByRole('table', { name: 'Later curves' }).getByText('2024-06-01 00:00 UTC').waitFor();
  await details.getByText('Would appear').first().waitFor();
  await takeScreenshots(session.page, 'month-later-curves');
  await tab('Findings').click();
  await region('Findings of the run').getByText(`${planted.length} findings`).waitFor();
  expect(await pageProblems(session.page)).toEqual([]);
});
