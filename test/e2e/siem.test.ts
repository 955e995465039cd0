/** The SIEM screen: a target is added, receives the audit chain while the window is open, and says how it is. */
import { existsSync, readFileSync } from 'node:fs';
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

const button = (name: string): Locator => session.page.getByRole('button', { name, exact: true });
const card = (name: string): Locator =>
  session.page.getByRole('list', { name: 'Targets' }).getByRole('listitem').filter({ hasText: name });
const file = (): string => join(session.folder, 'siem', 'audit.ndjson');

async function choose(label: string, option: string): Promise<void> {
  await session.page.getByRole('button', { name: new RegExp(`${label}$`) }).click();
  await session.page.getByRole('option', { name: option }).click();
}

/** Types of the events in the file. */
function sent(): readonly string[] {
  if (!existsSync(file())) return [];
  const lines = readFileSync(file(), 'utf8').split('\n').slice(0, -1);
  return lines.map((line): string => JSON.parse(line).type);
}

it('adds a file, chosen in the system’s dialog, and the events are in it', async () => {
  const { page } = session;
  await button('SIEM').click();
  await page.getByText('No target yet').waitFor();
  await button('Add a target').click();
  const form = page.getByRole('form', { name: 'Add a target' });
  await choose('Kind', 'File of JSON lines');
  await form.getByLabel('Name').fill('agent');
  await session.app.electron.answerDialog({ kind: 'save', filePath: file() });
  await button('Choose…').click();
  await expect.poll(() => form.getByRole('textbox', { name: 'File', exact: true }).inputValue()).toBe(file());
  await button('Save target').click();
  await card('agent').getByText('Up to date').waitFor();
  expect(sent()).toEqual(['siem.save']);
});

it('shows what is wrong with a collector that is not there, while the file goes on', async () => {
  const { page } = session;
  await button('Add a target').click();
  const form = page.getByRole('form', { name: 'Add a target' });
  await form.getByLabel('Name').fill('desk');
  await form.getByLabel('Address').fill('http://127.0.0.1:9');
  await takeScreenshots(page, 'siem-add');
  await button('Save target').click();
  await card('desk').getByText('could not be reached (ECONNREFUSED)').waitFor();
  await card('desk').getByText('2 events to go').waitFor();
  await card('agent').getByText('Event 2 sent').waitFor();
  expect(sent()).toEqual(['siem.save', 'siem.save']);
  await button('Edit agent').click();
  await takeScreenshots(page, 'siem');
  await button('Discard').click();
  await button('Test desk').click();
  await page.getByRole('status', { name: 'News' }).filter({ hasText: 'could not be reached' }).waitFor();
});

it('removes a target, which is an event for the others', async () => {
  await button('Remove desk').click();
  await button('Remove').click();
  await card('desk').waitFor({ state: 'detached' });
  await expect.poll(sent).toEqual(['siem.save', 'siem.save', 'siem.remove']);
  expect(await pageProblems(session.page)).toEqual([]);
});
