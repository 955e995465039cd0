/** A month that was synced twice: its dead letters worked, its changes read, the earlier run looked at again. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openApp } from '../../electron/app.ts';
import { systemClock } from '../../electron/clock.ts';
import { memoryKeychain } from '../../electron/credentials/keychain.ts';
import { Redactor } from '../../electron/credentials/secret.ts';
import { createLog } from '../../electron/log/log.ts';
import { parseProfile } from '../../electron/profile/parse-profile.ts';
import { recordJson } from '../unit/ingest/sample-record.ts';
import { syncRecords } from '../unit/recon/stored-month.ts';
import { monthOf } from '../unit/workspace/temporary.ts';
import {
  enabled,
  missingForSession,
  pageProblems,
  type Session,
  startSession,
  takeScreenshots,
} from './session.ts';

const MONTH = monthOf('2024-03');
const missing = missingForSession({ keyring: false });

let session: Session;
/** Run hashes, the earlier first. */
const hashes: string[] = [];

function record(n: number, change: Readonly<Record<string, string>> = {}): string {
  return recordJson({ settlement_id: `"S-${n}"`, ...change });
}

/** Says what `MWHR` is, which the second run did not know. */
const units = parseProfile(
  JSON.stringify({
    profile: 1,
    name: 'units',
    revision: 1,
    resources: {
      settlements: {
        path: '/api/v2/settlements',
        fields: { volume_uom: { from: 'volume_uom', values: { MWHR: 'MWH' } } },
      },
    },
  }),
  'units.json',
  [],
);

async function prepare(workspaceFolder: string): Promise<void> {
  const redactor = new Redactor();
  let ids = 0;
  const app = await openApp({
    workspaceFolder,
    appVersion: '0.0.0',
    actor: 'analyst',
    clock: systemClock,
    random: () => 0.5,
    newId: () => {
      ids += 1;
      return `run${ids}-0000`;
    },
    keychain: memoryKeychain(),
    redactor,
    log: createLog([], redactor),
  });
  try {
    const connection = {
      name: 'vendor',
      baseUrl: 'https://vendor.example',
      tokenUrl: 'https://vendor.example/token',
      clientId: 'svc',
      scope: '',
      caFile: null,
      allowHttp: false,
    };
    const numbers = Array.from({ length: 60 }, (_, n) => n);
    const first = await syncRecords(
      app,
      MONTH,
      numbers.map((n) => record(n)),
      20,
    );
    const second = await syncRecords(
      app,
      MONTH,
      numbers.map((n) => {
        if (n === 7) return record(n, { version: '2', price: '40.164347', amount: '-2008.21735' });
        if (n === 8) return record(n, { version: '2' });
        if (n >= 40 && n < 52) return record(n, { volume_uom: '"MWHR"' });
        return n === 55 ? record(n, { price: 'null' }) : record(n);
      }),
      20,
    );
    hashes.push(first.run_sha256, second.run_sha256);
    // Kept when both runs have ended: a verification holds their requests against the addresses of their connection.
    await app.connections.save({ ...connection, profile: units }, null);
  } finally {
    await app.close();
  }
}

beforeAll(async () => {
  if (missing !== null) return;
  session = await startSession({ keyring: false, prepare });
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
const news = (text: string | RegExp): Promise<void> =>
  session.page.getByRole('status', { name: 'News' }).filter({ hasText: text }).waitFor({ timeout: 60_000 });
const chip = (name: string): Locator => session.page.getByRole('radio', { name });

it('lists dead letters by what they were refused for, and shows one as it was received', async () => {
  const { page } = session;
  await button(/^Dead letters 13/).waitFor();
  await tab('Dead letters').click();
  const letters = region('Dead letters of the run');
  await page.getByRole('list', { name: 'Reasons of the dead letters' }).getByText('Volume unit').waitFor();
  await expect.poll(() => letters.locator('.grid-row').count()).toBe(13);
  await page.getByRole('button', { name: /^1 Price null/ }).click();
  await expect.poll(() => letters.locator('.grid-row').count()).toBe(1);
  await letters.locator('.grid-row').first().click();
  const details = page.getByRole('complementary', { name: 'Page 3, record 15' });
  await details.getByText('"price": null,').waitFor();
  await takeScreenshots(page, 'dead-letter-details');
  await details.getByRole('radio', { name: 'Exact' }).click();
  await details.getByText('"price":null').waitFor();
});

it('discards one with a reason, by key, and takes that back', async () => {
  const { page } = session;
  await page.getByRole('grid', { name: 'Dead letters' }).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await button('Discard 1 marked').waitFor();
  await page.keyboard.press('Control+Shift+d');
  const dialog = page.getByRole('dialog');
  await expect.poll(() => dialog.getByRole('button', { name: 'Discard' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Reason').fill('never priced');
  await takeScreenshots(page, 'dead-letter-discard');
  await dialog.getByRole('button', { name: 'Discard' }).click();
  await news('1 dead letter discarded');
  await page.getByText('never priced').waitFor();
  await page.getByRole('button', { name: /^1 Price null/ }).click();
  await chip('Discarded 1').click();
  await enabled(button('Reopen all'));
  await page.keyboard.press('Control+Shift+o');
  await page.getByRole('dialog').getByRole('button', { name: 'Reopen' }).click();
  await news('1 dead letter opened again');
  await chip('Open 13').click();
});

it('retries one with a profile from a file, of which every fault or every change is shown first', async () => {
  const { page, app, folder } = session;
  const profile = (name: string, volume: unknown): string => {
    const path = join(folder, `${name}.json`);
    const settlements = { path: '/api/v2/settlements', fields: { volume_uom: volume, colour: 'colour' } };
    if (name === 'good') Object.assign(settlements, { fields: { volume_uom: volume, market: null } });
    const document = { profile: 1, name: 'from-file', revision: 1, resources: { settlements } };
    writeFileSync(path, JSON.stringify(document, null, 2));
    return path;
  };
  await app.electron.answerDialog({ kind: 'open', filePaths: [profile('bad', 7)] });
  await expect
    .poll(() => page.getByRole('grid', { name: 'Dead letters' }).locator('.grid-row').count())
    .toBe(13);
  await page.getByRole('grid', { name: 'Dead letters' }).focus();
  await page.keyboard.press('Home');
  await page.getByText('Row 1 of 13 dead letters').waitFor();
  await page.keyboard.press('Space');
  await button('Retry 1 marked').waitFor();
  await enabled(button('Retry with a profile…'));
  await page.keyboard.press('Control+Shift+p');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('bad.json cannot be used').waitFor();
  await expect
    .poll(() => dialog.getByRole('row', { name: /resources\.settlements\.fields/ }).count())
    .toBe(2);
  await takeScreenshots(page, 'dead-letter-profile-faults');
  const values = { from: 'volume_uom', values: { MWHR: 'MWH' } };
  await app.electron.answerDialog({ kind: 'open', filePaths: [profile('good', values)] });
  await dialog.getByRole('button', { name: 'Choose another file…' }).click();
  await dialog.getByText('Retry 1 marked dead letter with good.json?').waitFor();
  await dialog.getByText('from-file', { exact: true }).waitFor();
  await dialog.getByText('units', { exact: true }).waitFor();
  await dialog.getByRole('row', { name: 'Market member of its name nothing' }).waitFor();
  await takeScreenshots(page, 'dead-letter-profile');
  await page.keyboard.press('Enter');
  await news('Retried 1 dead letter of 2024-03: 1 record committed');
  await chip('Retried 1').waitFor();
});

it('retries them with the connection’s new profile, after which they count as committed', async () => {
  const { page } = session;
  await button('Retry all').click();
  await news('Retried 12 dead letters of 2024-03: 11 records committed, 1 refused again.');
  await region('Activity').getByText('59 committed').waitFor();
  await button(/^Dead letters 1$/).waitFor();
  await chip('Retried 12').waitFor();
  await takeScreenshots(page, 'dead-letters-retried');
  await button('Verify hashes').focus();
  await page.keyboard.press('Enter');
  await news('every hash is as recorded');
  // It was disabled meanwhile, and has the focus still.
  await page.locator('button:focus', { hasText: 'Verify hashes' }).waitFor();
});

it('shows what the second run changed, old value beside new', async () => {
  const { page } = session;
  await tab('Changes').click();
  const changes = region('Changes between the runs');
  await chip('Changed 1').waitFor();
  await chip('Re-versioned 1').waitFor();
  await chip('Removed 1').waitFor();
  await expect.poll(() => changes.locator('.grid-row').count()).toBe(3);
  await chip('Changed 1').click();
  await expect.poll(() => changes.locator('.grid-row').count()).toBe(1);
  await changes.locator('.grid-row').first().click();
  const details = page.getByRole('complementary', { name: 'S-7' });
  const fields = details.getByRole('table', { name: 'Differing fields' });
  await expect.poll(() => fields.getByRole('row', { name: /Price 28\.348916 40\.164347/ }).count()).toBe(1);
  await takeScreenshots(page, 'month-changes');
});

it('shows the month as the earlier run knew it, read only, and comes back', async () => {
  const { page } = session;
  const hash = async (): Promise<string> =>
    (await page.getByTestId('run-sha256').locator('.hex').allTextContents()).join('').replace(/\s/g, '');
  expect(await hash()).toBe(hashes[1]);
  await button(/As of/).click();
  await page.getByRole('option').last().click();
  await page.getByText(/^As of the run of .*read only/).waitFor();
  await expect.poll(hash).toBe(hashes[0]);
  await button(/^Dead letters 0$/).waitFor();
  for (const name of ['Sync', 'Reconcile', 'Import ledger', 'Export report'])
    await expect.poll(() => page.getByRole('button', { name, exact: true }).isDisabled()).toBe(true);
  await tab('Pages').click();
  const pages = page.getByRole('grid', { name: 'Pages' }).locator('.grid-row');
  await expect.poll(() => pages.count()).toBe(3);
  await takeScreenshots(page, 'month-as-of');
  await button('Back to now').click();
  await expect.poll(hash).toBe(hashes[1]);
  expect(await pageProblems(page)).toEqual([]);
});
