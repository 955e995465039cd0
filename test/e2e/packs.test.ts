/** The Evidence screen: a pack is written and checked, a changed one is found out, and months are kept and held. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { writeSampleLedger } from '../../electron/demo/ledger.ts';
import { startVendor } from '../../electron/demo/vendor.ts';
import { SECRET, syncArgs } from '../integration/cli/command.ts';
import { tieout } from '../integration/cli/in-process.ts';
import { missingForSession, pageProblems, type Session, startSession, takeScreenshots } from './session.ts';

const MONTH = '2024-03';
const missing = missingForSession({ keyring: false });

/** Each test goes on where the one before it ended. */
let session: Session;

/** A month in the workspace, by command: what is shown here begins with its reconciliation. */
async function prepare(workspace: string): Promise<void> {
  const here = ['--workspace', workspace];
  const run = async (...args: readonly string[]): Promise<void> => {
    const ended = await tieout([...args, ...here]);
    if (ended.code !== 0) throw new Error(ended.stderr);
  };
  const folder = mkdtempSync(join(tmpdir(), 'tieout-e2e-ledger-'));
  const ledger = join(folder, 'ledger.csv');
  await writeSampleLedger(ledger, { month: MONTH, records: 120, seed: 7 });
  const vendor = await startVendor({ month: MONTH, records: 120, seed: 7, clientSecret: SECRET });
  try {
    await run(...syncArgs(vendor, MONTH, '--page-size', '25'));
    await run('import', ledger, '--as', 'ledger', '--month', MONTH);
    await run('reconcile', '--month', MONTH);
  } finally {
    await vendor.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

beforeAll(async () => {
  if (missing === null) session = await startSession({ keyring: false, prepare });
});
beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});
afterAll(async () => {
  await session?.close();
});

const button = (name: string): Locator => session.page.getByRole('button', { name, exact: true });
const pack = (): string => join(session.folder, 'pack.zip');

/** The last thing that the app announced, as a screen reader hears it. */
const news = (text: string | RegExp): Promise<void> =>
  session.page.getByRole('status', { name: 'News' }).filter({ hasText: text }).waitFor({ timeout: 90_000 });

it('writes the pack of a month', async () => {
  const { page, app } = session;
  await button('Evidence').click();
  await page.getByText('No pack was checked yet').waitFor();
  await app.electron.answerDialog({ kind: 'save', filePath: pack() });
  await button(`Write the pack of ${MONTH}`).click();
  await news(`Report of ${MONTH} written: 1 file`);
});

it('checks it: everything agrees', async () => {
  const { page, app } = session;
  await app.electron.answerDialog({ kind: 'open', filePaths: [pack()] });
  await button('Check a pack').click();
  await page.getByText('Everything agrees', { exact: true }).waitFor({ timeout: 30_000 });
  await takeScreenshots(page, 'evidence-pack');
});

it('names what was changed', async () => {
  const { page, app } = session;
  const bytes = readFileSync(pack());
  const at = bytes.indexOf('EVIDENCE PACK');
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(pack(), bytes);
  await app.electron.answerDialog({ kind: 'open', filePaths: [pack()] });
  await button('Check a pack').click();
  await page.getByRole('table', { name: 'Differences' }).getByText('README.txt').waitFor({ timeout: 30_000 });
  await takeScreenshots(page, 'evidence-pack-changed');
});

it('keeps months for as long as is set, and holds one', async () => {
  const { page } = session;
  const table = page.getByRole('table', { name: 'Months and how long they are kept' });
  await page.getByLabel('Keep for years').fill('4');
  await page.getByLabel('Reason', { exact: true }).fill('space');
  await button('Change').click();
  await page.getByText('Records cannot be kept for 4 years').waitFor();
  await page.getByLabel('Keep for years').fill('10');
  await page.getByLabel('Keep for years').press('Enter');
  await page.getByText('10 years', { exact: true }).waitFor();
  await button('Hold 2024-03').click();
  await page.getByLabel('Put 2024-03 under a legal hold, because').fill('Docket 7');
  await page.keyboard.press('Enter');
  await table.getByText('legal hold: Docket 7').waitFor();
  await takeScreenshots(page, 'evidence-retention');
  expect(await pageProblems(page)).toEqual([]);
});
