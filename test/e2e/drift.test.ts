import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openApp } from '../../electron/app.ts';
import { systemClock } from '../../electron/clock.ts';
import { memoryKeychain } from '../../electron/credentials/keychain.ts';
import { Redactor, Secret } from '../../electron/credentials/secret.ts';
import { createLog } from '../../electron/log/log.ts';
import { type LaunchedApp, launchTieout } from '../electron-host/launch.ts';
import { type Address, eventsOf, SECRET } from '../integration/cli/command.ts';
import { tieout } from '../integration/cli/in-process.ts';
import { pageOf, scriptedVendor } from '../integration/sync/scripted-vendor.ts';
import { missingForSession, pageProblems, takeScreenshots } from './session.ts';

const MONTH = '2024-03';
const missing = missingForSession({ keyring: false });
const folder = mkdtempSync(join(tmpdir(), 'tieout-e2e-drift-'));
const workspace = join(folder, 'workspace');
let app: LaunchedApp | undefined;

function settlement(id: string, changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    settlement_id: id,
    version: 1,
    trade_id: 'T-1',
    counterparty: 'ACME Energy',
    commodity: 'POWER',
    direction: 'BUY',
    delivery_start: '2024-03-01T05:00:00Z',
    delivery_end: '2024-03-01T06:00:00Z',
    timezone: 'America/New_York',
    location: 'PJM-RTO',
    volume: 50,
    volume_uom: 'MWH',
    price: 28.35,
    price_uom: 'USD/MWH',
    amount: -1417.5,
    currency: 'USD',
    status: 'FINAL',
    due_date: '2024-04-20',
    ...changes,
  });
}

/** A connection in the workspace, its secret in the environment of each sync. */
async function store({ baseUrl, tokenUrl, clientId }: Address): Promise<void> {
  const redactor = new Redactor();
  const opened = await openApp({
    workspaceFolder: workspace,
    appVersion: '0.0.0',
    actor: 'analyst',
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    keychain: memoryKeychain(),
    redactor,
    log: createLog([], redactor),
  });
  await opened.connections.save(
    {
      name: 'acme',
      baseUrl,
      tokenUrl,
      clientId,
      scope: '',
      caFile: null,
      allowHttp: false,
      settings: {},
      profile: null,
    },
    new Secret(SECRET),
  );
  await opened.close();
}

function page() {
  if (!app) throw new Error('the app is not open');
  return app.page;
}

beforeAll(async () => {
  if (missing !== null) return;
  let records = [settlement('S-1'), settlement('S-2')];
  const vendor = await scriptedVendor(() => pageOf(records, false));
  await store(vendor);
  const sync = async (): Promise<void> => {
    const ended = await tieout(['sync', '--connection', 'acme', '--month', MONTH, '--workspace', workspace]);
    if (ended.code !== 0) throw new Error(ended.stderr);
  };
  await sync();
  records = [
    settlement('S-1', { status: 'PRELIM' }),
    settlement('S-2', { due_date: null }),
    settlement('S-3', { desk: 'East', access_token: 'hunter2-hunter2' }),
  ];
  await sync();
  await vendor.close();
  app = await launchTieout({
    env: {
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, '.config'),
      XDG_DATA_HOME: join(folder, '.local', 'share'),
      XDG_RUNTIME_DIR: folder,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'no-bus')}`,
      TIEOUT_WORKSPACE: workspace,
    },
  });
});
beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});
afterAll(async () => {
  await app?.close();
  rmSync(folder, { recursive: true, force: true });
});

const rows = () => page().getByRole('region', { name: 'Schema drift of the month' }).locator('.grid-row');
const button = (name: string) => page().getByRole('button', { name, exact: true });
const tab = () => page().getByRole('tab', { name: 'Schema' });

it('lists what the newest run left of the accepted schema, gravest first', async () => {
  await tab().click();
  await rows().first().waitFor();
  await tab().getByText('4', { exact: true }).waitFor();
  await expect.poll(() => rows().count()).toBe(4);
  const texts = await rows().allInnerTexts();
  expect(texts[0]).toMatch(/Breaking[\s\S]*status[\s\S]*Unseen code PRELIM[\s\S]*Open/);
  expect(texts[1]).toMatch(/Warning[\s\S]*due_date[\s\S]*Newly null/);
  expect(texts.join('\n')).not.toContain('hunter2');
  await takeScreenshots(page(), 'month-schema');
});

it('shows one in full, and accepts it with a note', async () => {
  await rows().filter({ hasText: 'desk' }).click();
  const details = page().getByRole('complementary', { name: 'desk' });
  await details.getByText('page 1, record 2').waitFor();
  await details.getByRole('button', { name: 'Accept…' }).click();
  const dialog = page().getByRole('dialog');
  await dialog.getByText('Accept “desk”?').waitFor();
  await expect
    .poll(() => dialog.getByRole('button', { name: 'Accept', exact: true }).isDisabled())
    .toBe(true);
  await dialog.getByRole('textbox', { name: 'Note' }).fill('new with release 7');
  await takeScreenshots(page(), 'month-schema-accept');
  await dialog.getByRole('button', { name: 'Accept', exact: true }).click();
  await page().getByText('1 finding accepted.').first().waitFor();
  await rows().filter({ hasText: 'desk' }).filter({ hasText: 'Accepted' }).waitFor();
  await details.getByText(/new with release 7/).waitFor();
});

it('decides all that is open at once', async () => {
  await button('Reject all…').click();
  const dialog = page().getByRole('dialog');
  await dialog.getByText('Reject all 3 that are open?').waitFor();
  await dialog.getByRole('textbox', { name: 'Note' }).fill('ticket 4711');
  await page().keyboard.press('Enter');
  await page().getByText('3 findings rejected.').first().waitFor();
  await expect.poll(() => rows().filter({ hasText: 'Rejected' }).count()).toBe(3);
  await expect.poll(() => button('Accept all…').isDisabled()).toBe(true);
  expect(await pageProblems(page())).toEqual([]);
});

it('has the decisions in the workspace, by the command too', async () => {
  await app?.close();
  app = undefined;
  const listed = await tieout(['drift', 'list', '--json', '--workspace', workspace]);
  expect(eventsOf(listed.stdout).map(({ field, state }) => `${field} ${state}`)).toEqual([
    'status rejected',
    'due_date rejected',
    'access_token rejected',
    'desk accepted',
  ]);
  expect(await tieout(['audit', 'verify', '--workspace', workspace])).toMatchObject({ code: 0 });
});
