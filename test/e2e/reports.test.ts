/** The Reports screen: what a report would have is looked at, it is written, opened, and a changed file is found out. */
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
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

/** A reconciled month in the workspace, by command. */
async function prepare(workspace: string): Promise<void> {
  const run = async (...args: readonly string[]): Promise<void> => {
    const ended = await tieout([...args, '--workspace', workspace]);
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
const out = (name: string): string => join(session.folder, 'reports', name);
const written = (): Locator => session.page.getByRole('region', { name: 'Written reports' });

/** The last thing that the app announced, as a screen reader hears it. */
const news = (text: string | RegExp): Promise<void> =>
  session.page.getByRole('status', { name: 'News' }).filter({ hasText: text }).waitFor({ timeout: 60_000 });

it('shows what a report would have, sheet by sheet', async () => {
  const { page } = session;
  await button('Reports').click();
  await page.getByRole('heading', { name: `Report of ${MONTH}` }).waitFor();
  await page.getByRole('table', { name: 'Totals' }).getByRole('row', { name: /^USD/ }).waitFor();
  const rows = page.getByRole('region', { name: 'First rows' });
  await rows.getByText('reconciled_at').waitFor();
  await page.getByRole('button', { name: /^Breaks \d/ }).press('Enter');
  await rows.getByRole('columnheader', { name: 'Difference (ledger less ETRM)' }).waitFor();
  expect(await rows.getByRole('row').count()).toBeGreaterThan(2);
  await takeScreenshots(page, 'reports');
});

it('writes a PDF, which the system opens to be printed', async () => {
  const { page, app } = session;
  await page.getByRole('radio', { name: /^PDF/ }).check();
  await app.electron.answerDialog({ kind: 'save', filePath: out('march.pdf') });
  await button('Write the report').click();
  await news(`Report of ${MONTH} written: 2 files`);
  await written().getByText('As written').first().waitFor();
  await button('Open march.pdf').click();
  await expect
    .poll(() => app.electron.desktopActs())
    .toContainEqual({ act: 'open-path', detail: out('march.pdf') });
});

it('writes the sheets that were chosen, and finds out a file that was changed', async () => {
  const { page, app } = session;
  await page.getByRole('radio', { name: /^CSV/ }).check();
  for (const name of ['Findings', 'Rules', 'Extracts', 'Sign-off', 'Waterfall', 'Dead letters'])
    await page.getByRole('checkbox', { name: `Write ${name}` }).uncheck();
  await app.electron.answerDialog({ kind: 'save', filePath: out('march.csv') });
  await button('Write the report').click();
  await news(`Report of ${MONTH} written: 5 files`);
  expect(
    readdirSync(out(''))
      .filter((name) => name.endsWith('.csv'))
      .sort(),
  ).toEqual(['march.breaks.csv', 'march.csv', 'march.pages.csv', 'march.summary.csv']);
  appendFileSync(out('march.breaks.csv'), 'and one more\r\n');
  await button('Month').click();
  await button('Reports').click();
  await written()
    .getByRole('row', { name: /march\.breaks\.csv/ })
    .getByText('Changed')
    .waitFor();
  await takeScreenshots(page, 'reports-written');
  expect(existsSync(out('march.csv.manifest.json'))).toBe(true);
});

it('had no fault in the page', async () => {
  expect(await pageProblems(session.page)).toEqual([]);
});
