/** Rules as an analyst changes them: in a form and as JSON, with every fault shown, tried, saved, used, and their suggestions decided. */
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

const button = (name: string | RegExp) =>
  session.page.getByRole('button', { name, exact: typeof name === 'string' });

/** The second rule, put together in the form. */
async function addSuggestingRule(): Promise<void> {
  const { page } = session;
  await button('Add a rule').click();
  await page.getByLabel('Name of the rule').fill('near enough');
  await page.getByLabel('Outcome').selectOption('suggested');
  const tolerance = page.getByRole('group', { name: 'Tolerance of the amount' });
  await tolerance.getByLabel('Absolute').fill('a little');
  await tolerance.getByLabel('Per cent').fill('60');
  const differing = page.getByRole('group', { name: 'May differ' });
  for (const field of ['price', 'volume']) await differing.getByLabel(field, { exact: true }).check();
}

it('is changed in a form that is the JSON, with every fault beside its field and all at once', async () => {
  const { page } = session;
  await button('Rules').click();
  await page.getByRole('region', { name: 'Rules in order' }).waitFor();
  await addSuggestingRule();
  await button('Add a rate').click();
  const faults = page.getByRole('list', { name: 'Faults' });
  await faults.getByText('fx[0].date').waitFor();
  await expect.poll(() => faults.getByRole('listitem').count()).toBe(6);
  await expect.poll(() => button('Save as desk 1').isDisabled()).toBe(true);
  await expect.poll(() => button('Dry run').isDisabled()).toBe(true);
  await faults.getByText('rules[1].tolerance.absolute').click();
  const tolerance = page.getByRole('group', { name: 'Tolerance of the amount' });
  await tolerance.locator('input:focus').waitFor();
  await page
    .getByText('Absolute is no decimal of 0 or more in plain notation, such as "0.01"', { exact: true })
    .waitFor();
  await takeScreenshots(page, 'rules-faults');
  await tolerance.getByLabel('Absolute').fill('');
  await page.getByRole('button', { name: /^Remove the rate/ }).click();
  await faults.waitFor({ state: 'detached' });

  await page.getByRole('tab', { name: 'JSON', exact: true }).click();
  const text = page.getByLabel('Rule set, as JSON');
  expect(JSON.parse(await text.inputValue())).toMatchObject({
    ...{ name: 'desk', revision: 1, fx: [] },
    rules: [
      { name: 'settlement' },
      {
        name: 'near enough',
        outcome: 'suggested',
        tolerance: { percent: '60' },
        ignore: ['volume', 'price'],
      },
    ],
  });
  await text.fill((await text.inputValue()).replace('"near enough"', '"near"'));
  await page.getByRole('tab', { name: 'Form', exact: true }).click();
  const second = page.getByRole('button', { name: /^2 near by identity/ });
  await second.focus();
  await page.keyboard.press('Alt+ArrowUp');
  await page.getByRole('button', { name: /^1 near by identity/ }).waitFor();
  await page.keyboard.press('Alt+ArrowDown');
  await second.waitFor();
});

it('shows what moves before it is saved, and keeps each save with what it changed', async () => {
  const { page } = session;
  await button('Dry run').click();
  const trial = page.getByRole('region', { name: 'Dry run' });
  await trial.getByText('break: Price').first().waitFor({ timeout: 20_000 });
  const states = trial.getByRole('table', { name: 'Items by state and category' });
  await expect.poll(() => states.getByRole('row', { name: /^suggested 0 [1-9]/ }).count()).toBe(1);
  await expect.poll(() => states.getByRole('row', { name: /^Price 3 0/ }).count()).toBe(1);
  await takeScreenshots(page, 'rules-dry-run');
  await button('Save as desk 1').click();
  await button('Save').waitFor();
  await page.getByLabel('Description').fill('Near prices are looked at');
  await button('Save as desk 2').click();
  await page.getByRole('tab', { name: 'History', exact: true }).click();
  await page.getByRole('list', { name: 'Saved rule sets' }).getByText('desk 2').waitFor();
  const between = page.getByRole('table', { name: 'Between the two' });
  await between
    .getByRole('row', { name: 'description — Near prices' })
    .or(between.getByText('Near prices'))
    .first()
    .waitFor();
  await expect.poll(() => between.getByRole('row').count()).toBe(2);
  await page.getByLabel('Compared with').selectOption({ label: 'default 1' });
  await between.getByText('rule "near"').waitFor();
});

it('leaves suggestions that are confirmed and rejected from the keyboard', async () => {
  const { page } = session;
  await button('Reconcile by it').click();
  await page.getByRole('tab', { name: 'Matches', exact: true }).click();
  const matches = page.getByRole('region', { name: 'Matches by rules' });
  const table = matches.getByRole('grid', { name: 'Matches' });
  await table.getByText('near').first().waitFor({ timeout: 20_000 });
  const suggested = Number(await table.getAttribute('aria-rowcount')) - 1;
  await table.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('c');
  await matches.getByText('Say why first').waitFor();
  await page.keyboard.type('Agreed with the desk by telephone');
  await table.focus();
  await page.keyboard.press('c');
  await expect.poll(() => table.getAttribute('aria-rowcount')).toBe(String(suggested));
  await page.keyboard.press('Home');
  await page.keyboard.press('r');
  await matches.getByRole('radio', { name: 'Decided 2' }).click();
  await table.getByText(/^confirm by .*telephone/).waitFor();
  await table.getByText(/^reject by /).waitFor();
  await takeScreenshots(page, 'rules');
  await button('Reconcile by it').click();
  await expect
    .poll(() => matches.getByRole('radio', { name: /^Suggested/ }).textContent(), { timeout: 20_000 })
    .toBe(`Suggested${suggested - 2}`);
  expect(await pageProblems(page)).toEqual([]);
});
