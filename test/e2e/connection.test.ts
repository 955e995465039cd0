/** A connection with all that it may set: typed, chosen, put right where it is wrong, stored, and synced by. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { seedProfileText } from '../../electron/profile/seed-profile.ts';
import { missingForSession, pageProblems, type Session, startSession, takeScreenshots } from './session.ts';

const MONTH = '2024-03';
const missing = missingForSession({ keyring: true });

/** Each test goes on where the one before it ended. */
let session: Session;

beforeAll(async () => {
  if (missing !== null) return;
  session = await startSession({ keyring: true, vendor: { month: MONTH, records: 300, seed: 3 } });
  const profile: object = { ...JSON.parse(seedProfileText()), name: 'north-vendor', revision: 4 };
  writeFileSync(join(session.folder, 'north.json'), JSON.stringify(profile));
  writeFileSync(join(session.folder, 'no.json'), '{"profile":1}');
  writeFileSync(join(session.folder, 'ca.pem'), 'no certificate');
});
beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});
afterAll(async () => {
  await session?.close();
});

const button = (name: string): Locator => session.page.getByRole('button', { name, exact: true });
const form = (): Locator => session.page.getByRole('form');
const field = (name: string): Locator => form().getByRole('textbox', { name, exact: true });
const advanced = (): Locator => form().getByRole('button', { name: /^Advanced/ });
const answer = (file: string): Promise<void> =>
  session.app.electron.answerDialog({ kind: 'open', filePaths: [join(session.folder, file)] });

it('keeps what is seldom set out of the way, a key away', async () => {
  const vendor = session.vendor();
  await button('Add a connection').click();
  await field('Name').fill('North desk');
  await field('Base URL').fill(vendor.baseUrl);
  await field('Token URL').fill(vendor.tokenUrl);
  await field('Client id').fill(vendor.clientId);
  await field('Client secret').fill(vendor.clientSecret);
  await expect.poll(() => field('Retries').isVisible()).toBe(false);
  await advanced().focus();
  await session.page.keyboard.press('Enter');
  await field('Retries').waitFor();
  await expect.poll(() => field('Retries').getAttribute('placeholder')).toBe('4');
  await takeScreenshots(session.page, 'connection-advanced');
});

it('says below a field what is wrong with it, and does not save until it is right', async () => {
  await field('Retries').fill('99');
  await field('Backoff factor (s)').focus();
  await form().getByText('Must be a whole number from 0 to 20').waitFor();
  await field('Client certificate').fill('/certs/client.pem');
  await advanced().click();
  await button('Save connection').click();
  await form().getByText('Must be set too: a client certificate needs its key').waitFor();
  await expect.poll(() => session.page.locator(':focus').getAttribute('name')).toBe('retries');
  await takeScreenshots(session.page, 'connection-advanced-errors');
  await field('Retries').fill('2');
  await field('Client certificate').fill('');
  await expect
    .poll(() =>
      form()
        .getByText(/^Must be/)
        .count(),
    )
    .toBe(0);
});

it('names a file that cannot be used, whether typed or chosen', async () => {
  await answer('ca.pem');
  await button('Choose CA file').click();
  await expect.poll(() => field('CA file').inputValue()).toBe(join(session.folder, 'ca.pem'));
  await button('Save connection').click();
  await form()
    .getByText(/The CA file .* holds no PEM certificate/)
    .waitFor();
  await field('CA file').fill('');
});

it('reads a profile when it is chosen, and shows which it is', async () => {
  await answer('no.json');
  await button('Choose a vendor profile').click();
  await form().getByText('profile-invalid').waitFor();
  await button('Dismiss').click();
  await answer('north.json');
  await button('Choose a vendor profile').click();
  await form().getByText('north-vendor').waitFor();
  await form().getByText('revision 4').waitFor();
});

it('stores it all, and has it again', async () => {
  await form()
    .getByRole('button', { name: /Client authentication/ })
    .click();
  await session.page.getByRole('option', { name: 'In the header (basic)' }).click();
  await form()
    .getByRole('button', { name: /^(From the environment )?Proxy/ })
    .click();
  await session.page.getByRole('option', { name: 'None' }).click();
  await takeScreenshots(session.page, 'connection-advanced-filled');
  await button('Save connection').click();
  const card = session.page.getByRole('listitem').filter({ hasText: 'North desk' });
  await card.getByText('Profile north-vendor revision 4').waitFor();
  await card.getByText('3 settings').waitFor();
  await takeScreenshots(session.page, 'connection-stored');
  await button('Edit North desk').click();
  await advanced().click();
  await expect.poll(() => field('Retries').inputValue()).toBe('2');
  await form().getByRole('button', { name: 'In the header (basic) Client authentication' }).waitFor();
  await form().getByText('north-vendor').waitFor();
  expect(await session.page.content()).not.toContain(session.vendor().clientSecret);
  await button('Discard').click();
  expect(await pageProblems(session.page)).toEqual([]);
});

it('is synced by', async () => {
  await button('Month').click();
  const month = session.page.getByRole('combobox', { name: 'Month' });
  await month.fill(MONTH);
  await month.press('Enter');
  await button('Sync').click();
  await session.page
    .getByRole('status', { name: 'News' })
    .filter({ hasText: `Sync of ${MONTH} done` })
    .waitFor();
});
