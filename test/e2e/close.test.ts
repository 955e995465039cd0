/** A month's breaks worked by keyboard, in bulk and through a workbook; then signed, approved by another, and locked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type LaunchedApp, launchTieout } from '../electron-host/launch.ts';
import { SECRET } from '../integration/cli/command.ts';
import { tieout } from '../integration/cli/in-process.ts';
import { pageOf, scriptedVendor } from '../integration/sync/scripted-vendor.ts';
import { saveEdited } from '../unit/breaks/edited-sheet.ts';
import { recordJson } from '../unit/ingest/sample-record.ts';
import { choose, missingForSession, pageProblems, takeScreenshots } from './session.ts';

const MONTH = '2024-03';
const missing = missingForSession({ keyring: false });
const folder = mkdtempSync(join(tmpdir(), 'tieout-e2e-close-'));
const workspace = join(folder, 'workspace');
let app: LaunchedApp | undefined;

async function run(...args: readonly string[]): Promise<void> {
  const ended = await tieout([...args, '--workspace', workspace], { env: { TIEOUT_CLIENT_SECRET: SECRET } });
  if (ended.code !== 0) throw new Error(ended.stderr);
}

/** S-1 to S-12, of which 3 to 8 differ from the ledger. */
async function monthWithBreaks(): Promise<void> {
  const numbers = Array.from({ length: 12 }, (_, at) => at + 1);
  const records = numbers.map((n) =>
    recordJson({
      settlement_id: `"S-${n}"`,
      trade_id: `"T-${n}"`,
      volume: '50',
      price: String(n),
      amount: String(50 * n),
      direction: '"SELL"',
      counterparty: n % 2 ? '"ACME Energy"' : '"Zeta Gas"',
      delivery_start: `"2024-03-${10 + n}T05:00:00Z"`,
      delivery_end: `"2024-03-${10 + n}T06:00:00Z"`,
      due_date: undefined,
    }),
  );
  const vendor = await scriptedVendor(() => pageOf(records, false));
  const address = [
    '--base-url',
    vendor.baseUrl,
    '--token-url',
    vendor.tokenUrl,
    '--client-id',
    vendor.clientId,
  ];
  await run('sync', ...address, '--month', MONTH);
  await vendor.close();
  const path = join(folder, 'ledger.csv');
  const rows = numbers.map((n) => `S-${n},${50 * n + (n > 2 && n < 9 ? n - 0.5 : 0)},USD`);
  writeFileSync(path, ['settlement_id,amount,currency', ...rows, ''].join('\n'));
  await run('import', path, '--as', 'ledger', '--month', MONTH);
  await run('reconcile', '--month', MONTH);
}

async function open(actor: string): Promise<void> {
  await app?.close();
  app = await launchTieout({
    env: {
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, '.config'),
      XDG_DATA_HOME: join(folder, '.local', 'share'),
      XDG_RUNTIME_DIR: folder,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'no-bus')}`,
      TIEOUT_WORKSPACE: workspace,
      TIEOUT_ACTOR: actor,
    },
  });
}

function page() {
  if (!app) throw new Error('the app is not open');
  return app.page;
}

beforeAll(async () => {
  if (missing !== null) return;
  await monthWithBreaks();
  await open('ann');
});
beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});
afterAll(async () => {
  await app?.close();
  rmSync(folder, { recursive: true, force: true });
});

const grid = (): Locator => page().getByRole('grid', { name: 'Breaks' });
const rows = (): Locator => grid().locator('.grid-row');
const button = (name: string | RegExp): Locator => page().getByRole('button', { name });
const dialog = (): Locator => page().getByRole('dialog');
const state = (name: RegExp): Locator => page().getByRole('radio', { name });
/** The name of what has the focus; "nothing" where it is nowhere. */
async function focused(): Promise<string> {
  const held = page().locator(':focus');
  const [name, text] = await Promise.all([
    held.getAttribute('aria-label', { timeout: 1000 }).catch(() => null),
    held.textContent({ timeout: 1000 }).catch(() => null),
  ]);
  return name ?? text ?? 'nothing';
}
const news = (text: string | RegExp): Promise<void> =>
  page().getByRole('status', { name: 'News' }).filter({ hasText: text }).waitFor();

it('resolves a break and assigns marked ones from the keyboard', async () => {
  await button('Breaks').first().click();
  await expect.poll(() => rows().count()).toBe(6);
  await rows().first().click();
  await page().getByRole('complementary', { name: 'S-3' }).getByText('Found by a reconciliation').waitFor();
  await grid().focus();
  await page().keyboard.press('r');
  await dialog().getByText('Resolve S-3?').waitFor();
  await choose(dialog().getByRole('button', { name: /Reason/ }), 'ROUNDING');
  await dialog().getByRole('textbox', { name: 'Note' }).fill('half a dollar');
  await takeScreenshots(page(), 'breaks-resolve');
  await dialog().getByRole('button', { name: 'Resolve', exact: true }).click();
  await news('1 break resolved.');
  await expect.poll(() => rows().count()).toBe(5);
  await grid().focus();
  await page().keyboard.press('Home');
  for (const key of ['Space', 'ArrowDown', 'Space', 'a']) await page().keyboard.press(key);
  await dialog().getByText('Assign 2 marked breaks?').waitFor();
  await dialog().getByRole('textbox', { name: 'Assignee' }).fill('zoe');
  await page().keyboard.press('Enter');
  await news('2 breaks assigned.');
  await expect.poll(() => rows().filter({ hasText: 'zoe' }).count()).toBe(2);
  await grid().focus();
  await page().keyboard.press('?');
  await dialog().getByText('Keys in the table of breaks').waitFor();
  await page().keyboard.press('Escape');
  await takeScreenshots(page(), 'breaks');
});

it('suppresses in every month and lifts that again, by key, whatever the state of the break', async () => {
  const panel = page().getByRole('complementary');
  await state(/^All 6/).click();
  await rows().filter({ hasText: 'Resolved' }).first().click();
  await panel.getByRole('button', { name: 'Suppress in every month…' }).waitFor();
  await grid().focus();
  await page().keyboard.press('Shift+S');
  await dialog().getByText('Suppress in every month S-3?').waitFor();
  await dialog().getByRole('textbox', { name: 'Note' }).fill('paid outside');
  await dialog().getByRole('button', { name: 'Suppress', exact: true }).click();
  await news('1 break suppressed, now and in the months to come.');
  await panel.getByText('Suppressed, until that is lifted').waitFor();
  await panel.getByRole('button', { name: 'Lift in every month…' }).waitFor();
  expect(await panel.getByRole('button', { name: 'Suppress in every month…' }).count()).toBe(0);
  await takeScreenshots(page(), 'breaks-every-month');
  await grid().focus();
  await page().keyboard.press('Shift+L');
  await dialog().getByText('Lift in every month S-3?').waitFor();
  await page().keyboard.press('Tab');
  await dialog().getByRole('button', { name: 'Lift', exact: true }).click();
  await news('1 break lifted, now and in the months to come.');
  await panel.getByRole('button', { name: 'Suppress in every month…' }).waitFor();
  await button('More acts').click();
  await page().getByRole('menuitem', { name: 'Write off…' }).waitFor();
  await takeScreenshots(page(), 'breaks-more');
  await page().keyboard.press('Enter');
  await dialog()
    .getByText(/^Write off all breaks/)
    .waitFor();
  expect(await focused()).toContain('Choose a reason');
  await page().keyboard.press('Escape');
  // Not nowhere, though the menu that opened the dialog is gone.
  await expect.poll(focused).toBe('More acts');
  await page().keyboard.press('F6');
  await expect.poll(focused).toBe('Breaks');
  await page().keyboard.press('F6');
  await page().locator('[role=grid]:focus').waitFor();
  await state(/^Open 5/).click();
});

it('sends breaks through a workbook, and shows what it changes before it is applied', async () => {
  const path = join(folder, 'breaks.xlsx');
  await app?.electron.answerDialog({ kind: 'save', filePath: path });
  await button('Export to Excel…').click();
  await news(/Wrote 5 breaks/);
  const edits = {
    'S-4': { decision: 'written-off', reason: 'IMMATERIAL' },
    'S-5': { decision: 'resolved', reason: 'WHIM' },
  };
  const edited = await saveEdited(path, join(folder, 'edited.xlsx'), edits);
  await app?.electron.answerDialog({ kind: 'open', filePaths: [edited] });
  await button('Import edited…').click();
  await dialog().getByText('5 rows, 1 change, 1 fault.').waitFor();
  await expect
    .poll(() => dialog().getByRole('button', { name: 'Apply', exact: true }).isDisabled())
    .toBe(true);
  await takeScreenshots(page(), 'breaks-import');
  await dialog().getByRole('button', { name: 'Apply the good rows' }).click();
  await news('Changed 1 break; 1 fault left out.');
  await state(/^Written off 1/).waitFor();
});

it('is signed when every break has a decision, approved by another, and locked', async () => {
  await button('Close').first().click();
  await page()
    .getByText(/4 breaks have no decision/)
    .waitFor();
  const figures = page().getByRole('region', { name: 'What the month comes to' });
  await figures.getByRole('row', { name: /^USD / }).waitFor();
  await figures.getByText('6 matched, 6 breaks, 0 pending').waitFor();
  await takeScreenshots(page(), 'close-open');
  await button('Breaks').first().click();
  await button(/^Resolve all/).click();
  await choose(dialog().getByRole('button', { name: /Reason/ }), 'TIMING');
  await dialog().getByRole('button', { name: 'Resolve', exact: true }).click();
  await news('4 breaks resolved.');
  await button('Close').first().click();
  await button('Sign…').click();
  await dialog().getByRole('button', { name: 'Sign', exact: true }).click();
  await news(`${MONTH} signed by ann.`);
  await button('Approve…').click();
  await dialog().getByRole('button', { name: 'Approve', exact: true }).click();
  await dialog()
    .getByText(/was signed by ann, who cannot approve it/)
    .waitFor();
  await open('rita');
  await button('Close').first().click();
  await page().getByText('rita', { exact: true }).waitFor();
  await button('Approve…').click();
  await dialog().getByRole('textbox', { name: 'Reason' }).fill('agreed');
  await dialog().getByRole('button', { name: 'Approve', exact: true }).click();
  await page().getByText('Approved and locked').waitFor();
  await takeScreenshots(page(), 'close-approved');
});

it('shows gross and net of what is locked, and refuses to change it', async () => {
  await page().getByRole('tab', { name: 'Netting' }).click();
  const table = page().getByRole('table').filter({ hasText: 'Net difference' });
  await table.getByText('Zeta Gas').waitFor();
  await table.getByText('2024-04-22').first().waitFor();
  await takeScreenshots(page(), 'close-netting');
  await page().getByRole('tab', { name: 'Adjustments' }).click();
  await page().getByText('No adjustment waits').waitFor();
  await page().getByRole('tab', { name: 'Settings' }).click();
  await page().getByRole('textbox', { name: 'Settings, as JSON' }).fill('{"age_by": "mood"}');
  await button('Save').click();
  await page()
    .getByText(/has \d+ faults/)
    .waitFor();
  await takeScreenshots(page(), 'close-settings');
  await button('Breaks').first().click();
  await state(/^All 6/).click();
  await rows().first().click();
  await page().getByRole('complementary').getByRole('button', { name: 'Comment…' }).click();
  await dialog().getByRole('textbox', { name: 'Note' }).fill('too late');
  await dialog().getByRole('button', { name: 'Comment', exact: true }).click();
  await dialog()
    .getByText(/is locked: rita approved its close/)
    .waitFor();
  expect(await pageProblems(page())).toEqual([]);
});
