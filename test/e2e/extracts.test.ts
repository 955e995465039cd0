/** The extracts screen: a file is dropped, mapped, looked at and imported; another replaces it; a bad one is refused. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { missingForSession, pageProblems, type Session, startSession, takeScreenshots } from './session.ts';

const missing = missingForSession({ keyring: false });

/** Each test goes on where the one before it ended. */
let session: Session;

beforeAll(async () => {
  if (missing === null) session = await startSession({ keyring: false });
});
beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});
afterAll(async () => {
  await session?.close();
});

const button = (name: string | RegExp): Locator =>
  session.page.getByRole('button', { name, exact: typeof name === 'string' });

function file(name: string, content: string | Buffer): string {
  const path = join(session.folder, name);
  writeFileSync(path, content);
  return path;
}

const SAP = [
  'Postings 03/2024;;;;;',
  '',
  'Beleg;Kennung;Betrag;Währ;Menge;Lieferung',
  'J-1;S-1;1.234,56;EUR;10,5;01.03.2024 00:00',
  'J-2;S-2;(2.000,00);EUR;20;01.03.2024 01:00',
  'Summe;;-765,44;EUR;30,5;',
  '',
].join('\r\n');

it('shows what a dropped file holds, and what is missing of a posting', async () => {
  const { page, app } = session;
  await button('Extracts').click();
  await page.getByText('No ledger extract of').waitFor();
  await page.getByRole('combobox', { name: 'Month', exact: true }).fill('2024-03');
  await page.getByText('No ledger extract of 2024-03 yet').waitFor();
  await app.electron.dropFiles([file('sap.csv', Buffer.from(SAP, 'latin1'))]);
  await page.getByRole('heading', { name: 'sap.csv' }).waitFor();
  await page.getByText(/The columns do not make postings yet: amount is missing/).waitFor();
  await page.getByText('iso-8859-1, as its bytes look').waitFor();
  await expect.poll(() => button('Import into 2024-03').isDisabled()).toBe(true);
});

it('takes a mapping that is made on the screen, and imports by it', async () => {
  const { page } = session;
  await button('Make a mapping').first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill('sap-fi');
  await page.getByLabel('Header line').fill('3');
  // The columns of the header line that was named.
  await page
    .getByRole('combobox', { name: 'amount comes from' })
    .locator('option', { hasText: 'Betrag' })
    .waitFor({ state: 'attached' });
  const from = (field: string) => page.getByRole('combobox', { name: `${field} comes from` });
  await from('settlement_id').selectOption({ label: '2: Kennung' });
  await from('journal_id').selectOption({ label: '1: Beleg' });
  await from('amount').selectOption({ label: '3: Betrag' });
  await from('currency').selectOption({ label: '4: Währ' });
  await from('volume').selectOption({ label: '5: Menge' });
  await from('volume_uom').selectOption('constant');
  await page.getByLabel('volume_uom is always').fill('MWH');
  await from('delivery_start').selectOption({ label: '6: Lieferung' });
  await page.getByLabel('Form of delivery_start').fill('dd.MM.yyyy HH:mm');
  await page.getByLabel('Zone of delivery_start').fill('Europe/Berlin');
  await page
    .getByRole('row', { name: /^amount/ })
    .getByRole('checkbox', { name: 'turn the sign' })
    .check();
  await page
    .getByRole('row', { name: /^delivery_start/ })
    .getByText('2024-02-29T23:00:00Z')
    .waitFor();
  await takeScreenshots(page, 'extracts-mapping');
  await page.getByRole('tab', { name: 'First rows' }).click();
  await page.getByText('→ -1234.56').waitFor();
  await takeScreenshots(page, 'extracts-preview');
  await button('Import into 2024-03').click();
  const card = page.getByRole('list', { name: 'Extracts' }).getByRole('listitem');
  await card.getByText('sap-fi, revision 1').waitFor();
  await card.getByText('1 row of totals (line 6) agrees with the rows above; none is imported').waitFor();
  await card.getByText('765.44').waitFor();
});

it('shows what another file of the same name changes, by a saved mapping', async () => {
  const { page, app } = session;
  const next = SAP.replace('1.234,56', '1.234,57')
    .replace('J-2;S-2', 'J-3;S-3')
    .replace('-765,44', '-765,43');
  await app.electron.answerDialog({
    kind: 'open',
    filePaths: [file('sap.csv', Buffer.from(next, 'latin1'))],
  });
  await button('Choose files…').click();
  await page.getByRole('combobox', { name: 'Mapping' }).selectOption({ label: 'sap-fi (revision 1)' });
  await button('Replace in 2024-03').click();
  await page.getByText('1 added, 1 removed, 1 changed, 0 postings unchanged').waitFor();
  await button('Show what changed').click();
  const changes = page.getByRole('grid', { name: 'Changed postings' });
  await changes.getByText('amount -1234.56 → -1234.57').waitFor();
  await expect.poll(() => changes.getByRole('row').count()).toBe(4);
  await takeScreenshots(page, 'extracts-changes');
  await button('Close what changed').click();
});

it('lists every fault of a file that cannot be read, and imports nothing of it', async () => {
  const { page, app } = session;
  const bad = file('bad.csv', 'settlement_id,amount,currency\nS-1,abc,USD\nS-2,1.50,XQX\nS-3,2.50,USD\n');
  await app.electron.dropFiles([bad]);
  await page.getByText('2 faults: nothing is imported').waitFor();
  await page.getByRole('tab', { name: 'Faults' }).click();
  const faults = page.getByRole('grid', { name: 'Faults' });
  await faults.getByText('currency is "XQX", not an ISO 4217 currency').waitFor();
  await faults.focus();
  await page.keyboard.press('ArrowDown');
  await page.getByText('Row 1 of 2 faults').waitFor();
  await takeScreenshots(page, 'extracts-faults');
  await expect.poll(() => button('Import into 2024-03').isDisabled()).toBe(true);
  await button('Leave it').click();
  await page.getByRole('list', { name: 'Extracts' }).getByText('sap.csv').waitFor();
  await takeScreenshots(page, 'extracts-list');
  expect(await pageProblems(page)).toEqual([]);
});
