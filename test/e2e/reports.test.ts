/** The Reports screen: what a report would have is looked at, it is written, opened, and a changed file is found out. */
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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

/** Width by height of each page that would come out of the printer, in whole points. */
async function printedSizes(): Promise<readonly string[]> {
  const browser = await session.page.context().newCDPSession(session.page);
  const { data } = await browser.send('Page.printToPDF', { printBackground: true, preferCSSPageSize: true });
  const boxes = Buffer.from(data, 'base64')
    .toString('latin1')
    .matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g);
  return [...boxes].map(
    ([, width, height]) => `${Math.round(Number(width))} x ${Math.round(Number(height))}`,
  );
}

async function drawnSizes(pages: Locator): Promise<readonly string[]> {
  const drawn = await pages.getByRole('img').all();
  const boxes = await Promise.all(drawn.map((page) => page.getAttribute('viewBox')));
  return boxes.map((box) => {
    const [, , width, height] = (box ?? '').split(' ').map(Number);
    return `${Math.round(width ?? 0)} x ${Math.round(height ?? 0)}`;
  });
}

it('shows what a report would have, sheet by sheet', async () => {
  const { page } = session;
  await button('Reports').click();
  await page.getByRole('heading', { name: `Report of ${MONTH}` }).waitFor();
  await page.getByRole('table', { name: 'Totals' }).getByRole('row', { name: /^USD/ }).waitFor();
  const rows = page.getByRole('region', { name: 'First rows' });
  await rows.getByText('reconciled_at').waitFor();
  await page.getByRole('button', { name: /^Breaks \d/ }).press('Enter');
  await rows.getByRole('columnheader', { name: 'Difference (ledger less ETRM)' }).waitFor();
  await expect.poll(() => rows.getByRole('row').count()).toBeGreaterThan(2);
  await takeScreenshots(page, 'reports');
});

it('shows the pages of the PDF and prints them; writes it, and the system opens it', async () => {
  const { page, app } = session;
  await page.getByRole('radio', { name: /^PDF/ }).check();
  const pages = page.getByRole('region', { name: 'Pages', exact: true });
  await pages.getByRole('img', { name: /^Page 1: Reconciliation report, 2024-03/ }).waitFor();
  await pages.getByRole('img', { name: /Signatures/ }).waitFor();
  await takeScreenshots(page, 'reports-pages');
  await button('Print').click();
  await expect
    .poll(() => app.electron.desktopActs())
    .toContainEqual(expect.objectContaining({ act: 'print' }));
  expect(await printedSizes()).toEqual(await drawnSizes(pages));
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

it('writes the power sales of the month as an EQR, and says what it wrote', async () => {
  const { page, app } = session;
  const eqr = page.getByRole('region', { name: 'EQR' });
  await app.electron.answerDialog({ kind: 'save', filePath: out('eqr.csv') });
  await eqr.getByRole('button', { name: `Write ${MONTH} as EQR` }).press('Enter');
  await expect.poll(() => eqr.getByRole('listitem').count(), { timeout: 60_000 }).toBe(2);
  for (const item of await eqr.getByRole('listitem').allTextContents())
    expect(item).toMatch(/eqr\.csv\S* [0-9a-f]{64}$/);
  expect(readFileSync(out('eqr.csv'), 'utf8').split('\r\n').length).toBeGreaterThan(2);
  await takeScreenshots(page, 'reports-eqr');
});

it('had no fault in the page', async () => {
  expect(await pageProblems(session.page)).toEqual([]);
});
