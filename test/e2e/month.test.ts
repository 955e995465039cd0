/** A month as an analyst works it, from the connection to the report, against a vendor with faults. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type PlantedTruth, writeSampleLedger } from '../../electron/demo/ledger.ts';
import { missingForSession, pageProblems, type Session, startSession, takeScreenshots } from './session.ts';

const SAMPLE = { month: '2024-03', records: 12_000, seed: 7 } as const;
/** Slow enough that Cancel comes before the last page on any machine. */
const LATENCY_MS = 300;
const NAME = 'North desk';
const missing = missingForSession({ keyring: true });

/** Each test goes on where the one before it ended. */
let session: Session;
let truth: PlantedTruth;

beforeAll(async () => {
  if (missing !== null) return;
  session = await startSession({ keyring: true, vendor: { ...SAMPLE, faults: true, latencyMs: LATENCY_MS } });
  truth = await writeSampleLedger(join(session.folder, 'ledger.csv'), SAMPLE);
});
beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});
afterAll(async () => {
  await session?.close();
});

const button = (name: string): Locator => session.page.getByRole('button', { name, exact: true });
const activity = (): Locator => session.page.getByRole('region', { name: 'Activity' });
const tab = (name: string): Locator => session.page.getByRole('tab', { name });
const pageRows = (): Locator => session.page.getByRole('grid', { name: 'Pages' }).locator('.grid-row');
const written = (value: number): string => value.toLocaleString('en-US');

/** The last thing that the app announced, as a screen reader hears it. */
const news = (text: string | RegExp): Promise<void> =>
  session.page.getByRole('status', { name: 'News' }).filter({ hasText: text }).waitFor({ timeout: 60_000 });

it('adds a connection, whose secret goes into the keychain', async () => {
  const { page } = session;
  const vendor = session.vendor();
  await button('Add a connection').click();
  const form = page.getByRole('form', { name: 'Add a connection' });
  await form.getByLabel('Name').fill(NAME);
  await form.getByLabel('Base URL').fill(vendor.baseUrl);
  await form.getByLabel('Token URL').fill(vendor.tokenUrl);
  await form.getByLabel('Client id').fill(vendor.clientId);
  await form.getByLabel('Client secret').fill(vendor.clientSecret);
  await button('Save connection').click();
  await page.getByRole('listitem').filter({ hasText: NAME }).getByText('Secret in keychain').waitFor();
  await takeScreenshots(page, 'connections');
  expect(await page.content()).not.toContain(vendor.clientSecret);
});

it('shows pages as they arrive, and stops at Cancel with what is committed', async () => {
  await button('Month').click();
  const month = session.page.getByRole('combobox', { name: 'Month' });
  await month.fill(SAMPLE.month);
  await month.press('Enter');
  await button('Sync').click();
  await pageRows().first().waitFor();
  await takeScreenshots(session.page, 'month-syncing');
  await button('Cancel').click();
  await news(`Sync of ${SAMPLE.month} cancelled`);
  await activity().getByText('Last run cancelled').waitFor();
  const kept = await pageRows().count();
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(SAMPLE.records / 1000);
});

it('resumes after the last committed page, through the vendor’s faults', async () => {
  await button('Sync').click();
  await activity().getByText('Last run finished').waitFor({ timeout: 90_000 });
  await activity()
    .getByText(`${written(truth.received)} records`)
    .waitFor();
  await activity().getByText(`${truth.rejected} dead letters`).waitFor();
  await expect.poll(() => pageRows().count()).toBe(SAMPLE.records / 1000);
  await activity()
    .getByText(/[1-9]\d* retries/)
    .waitFor();
  const retries = session.page.getByRole('region', { name: 'Retry log' });
  await retries.locator('.grid-row').first().waitFor();
  const { faults } = session.vendor().stats();
  expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  await takeScreenshots(session.page, 'month-synced');
});

it('imports the ledger extract that the dialog names', async () => {
  await session.app.electron.answerDialog({ kind: 'open', filePaths: [join(session.folder, 'ledger.csv')] });
  await button('Import ledger').click();
  await news(`Imported ${written(truth.ledgerRows)} ledger rows`);
});

it('reconciles to the matches and breaks that were planted', async () => {
  await button('Reconcile').click();
  await news(`Reconciled ${SAMPLE.month}`);
  await button(`Matched ${written(truth.matched)}`).waitFor();
  await button(`Breaks ${truth.breaks.length}`).waitFor();
  await button(`Pending ${truth.pending}`).waitFor();
  await tab('Breaks').click();
  const breaks = session.page.getByRole('region', { name: 'Breaks of the month' });
  await breaks.locator('.grid-row').first().click();
  await session.page.getByRole('table', { name: 'Explained' }).waitFor();
  await takeScreenshots(session.page, 'month-breaks');
  await tab('Compare').click();
  await session.page.getByRole('region', { name: 'Comparison' }).locator('.grid-row').first().waitFor();
  await takeScreenshots(session.page, 'month-compare');
  await tab('Dead letters').click();
  await session.page
    .getByRole('region', { name: 'Dead letters of the run' })
    .locator('.grid-row')
    .first()
    .waitFor();
  await takeScreenshots(session.page, 'month-dead-letters');
});

it('verifies every hash, asked from the menu', async () => {
  await session.app.electron.clickMenu('Month', 'Verify hashes');
  await session.page
    .getByText(`Verified ${SAMPLE.records / 1000} pages`)
    .first()
    .waitFor({ timeout: 60_000 });
  await tab('Pages').click();
  await expect.poll(() => pageRows().filter({ hasText: 'Not yet' }).count()).toBe(0);
  await takeScreenshots(session.page, 'month-verified');
});

it('exports the report to where the dialog says', async () => {
  const path = join(session.folder, 'report.csv');
  await session.app.electron.answerDialog({ kind: 'save', filePath: path });
  await button('Export report').click();
  await session.page.getByRole('menuitem', { name: 'CSV' }).click();
  await news(`Report of ${SAMPLE.month} written`);
  expect(await readFile(path, 'utf8')).toContain('settlement_id');
});

it('has the month again after a restart', async () => {
  expect(await pageProblems(session.page)).toEqual([]);
  session = await session.reopen();
  await button(`Matched ${written(truth.matched)}`).waitFor();
  await button(`Breaks ${truth.breaks.length}`).waitFor();
  expect(await pageProblems(session.page)).toEqual([]);
});
