/** Rules as an analyst changes them: written with every fault shown, tried, saved, used, and their suggestions decided. */
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { tieout } from '../integration/cli/in-process.ts';
import { missingForSession, pageProblems, type Session, startSession, takeScreenshots } from './session.ts';

const missing = missingForSession({ keyring: false });
let session: Session;

beforeAll(async () => {
  if (missing !== null) return;
  session = await startSession({
    keyring: false,
    prepare: async (workspace) => {
      const folder = join(dirname(workspace), 'demo');
      const made = await tieout(['demo', '--quiet', '--records', '1500', '--out', folder]);
      expect(made).toMatchObject({ code: 0 });
      cpSync(join(folder, 'workspace'), workspace, { recursive: true });
    },
  });
});
beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});
afterAll(async () => {
  await session?.close();
});

const RULES = {
  format: 1,
  name: 'desk',
  revision: 1,
  rules: [
    { name: 'settlement', key: 'identity', tolerance: { absolute: '0.01' } },
    {
      ...{ name: 'near enough', key: 'identity', tolerance: { percent: '60' }, outcome: 'suggested' },
      ignore: ['price', 'volume'],
    },
  ],
};

it('shows every fault, tries the rules, keeps them, reconciles by them and takes a confirmed match', async () => {
  const { page } = session;
  await page.getByRole('button', { name: 'Rules', exact: true }).click();
  const text = page.getByLabel('Rule set, as JSON');
  await page.getByRole('list', { name: 'Saved rule sets' }).getByText('built in').waitFor();
  await text.fill(JSON.stringify({ ...RULES, revision: 0, name: 'De sk' }));
  const faults = page.getByRole('list', { name: 'Faults' }).getByRole('listitem');
  await faults.nth(1).waitFor();
  expect(await faults.count()).toBe(2);
  expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);

  await text.fill(JSON.stringify(RULES, null, 2));
  await page.getByRole('button', { name: 'Dry run', exact: true }).click();
  const trial = page.getByRole('region', { name: 'Dry run' });
  await trial.getByText('break PRICE').first().waitFor({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('list', { name: 'Saved rule sets' }).getByText('desk').waitFor();
  await page.getByRole('button', { name: 'Reconcile by it', exact: true }).click();

  const matches = page.getByRole('region', { name: 'Matches by rules' });
  await matches.getByText('suggested').first().waitFor({ timeout: 20_000 });
  await takeScreenshots(page, 'rules');
  await matches.getByLabel('Reason').fill('Agreed with the desk by telephone');
  await matches.getByRole('button', { name: 'Confirm' }).first().click();
  await matches.getByText(/confirm by .*telephone/).waitFor();
  await page.getByRole('button', { name: 'Reconcile by it', exact: true }).click();
  await matches.getByText('matched', { exact: true }).first().waitFor({ timeout: 20_000 });
  expect(await pageProblems(page)).toEqual([]);
}, 60_000);
