/** Dead letters retried from the window with a profile from a file. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { letterHandlers } from '../../../electron/handlers/letter-handlers.ts';
import { Jobs } from '../../../electron/jobs/jobs.ts';
import type { JobSnapshot } from '../../../shared/jobs.ts';
import { countsOf, MARCH, refusedMonth } from '../dead-letters/refused-month.ts';
import { temporaryApp, temporaryFolder } from '../workspace/temporary.ts';

const folder = temporaryFolder();
const ALL = { state: null, code: null, field: null, search: '', places: null } as const;

let app: App;
let runId: string;
let handlers: ReturnType<typeof letterHandlers>;
/** What the dialog of the system answers. */
let file: string | null = null;
let ended = Promise.withResolvers<JobSnapshot>();

beforeAll(async () => {
  app = await temporaryApp();
  runId = (await refusedMonth(app)).run_id;
  const jobs = new Jobs({
    clock: app.compliance.clock,
    newId: () => 'job',
    onSnapshot: (snapshot) => {
      if (snapshot.state !== 'running') ended.resolve(snapshot);
    },
  });
  const dialogs = { openProfile: async () => file };
  handlers = letterHandlers({ workbench: { app: async () => app }, jobs, dialogs, changed: () => {} });
});

function profileFile(name: string, settlements: object): string {
  const path = join(folder, `${name}.json`);
  const paths = { path: '/api/v2/settlements' };
  const document = {
    profile: 1,
    name,
    revision: 1,
    resources: { settlements: { ...paths, ...settlements } },
  };
  writeFileSync(path, JSON.stringify(document, null, 2));
  return path;
}

it('says which profile it is and what it makes of the fields otherwise, and nothing where none was chosen', async () => {
  file = null;
  expect(await handlers['deadLetters.pickProfile']({ runId })).toBeNull();
  file = profileFile('units', {
    fields: { volume_uom: { from: 'volume_uom', values: { MWHR: 'MWH' } }, due_date: null },
    parameters: { page_size: 'limit' },
  });
  expect(await handlers['deadLetters.pickProfile']({ runId })).toEqual({
    file: 'units.json',
    profile: { name: 'units', revision: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    instead: { name: 'default', revision: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    differences: [
      { what: 'due_date', before: null, after: 'nothing' },
      { what: 'volume_uom', before: null, after: '{"from":"volume_uom","values":{"MWHR":"MWH"}}' },
    ],
  });
  expect(await app.workspace.database.rows('SELECT 1 FROM profile')).toEqual([]);
});

it('tells every fault of a profile at once', async () => {
  file = profileFile('wrong', { path: 'settlements', fields: { volume_uom: 7, colour: 'colour' } });
  await expect(handlers['deadLetters.pickProfile']({ runId })).rejects.toMatchObject({
    code: 'profile-invalid',
    details: {
      faults: [
        expect.stringContaining('resources.settlements.path'),
        expect.stringContaining('resources.settlements.fields.volume_uom'),
        expect.stringContaining('resources.settlements.fields.colour'),
      ],
    },
  });
});

it('retries with the profile that was chosen, and with no other', async () => {
  const asked = { ...ALL, runId, month: MARCH };
  await expect(handlers['deadLetters.retry']({ ...asked, profile: 'a'.repeat(64) })).rejects.toMatchObject({
    code: 'usage',
  });
  file = join(folder, 'units.json');
  const picked = await handlers['deadLetters.pickProfile']({ runId });
  ended = Promise.withResolvers();
  await handlers['deadLetters.retry']({ ...asked, profile: picked?.profile.sha256 ?? null });
  expect(await ended.promise).toMatchObject({ state: 'done', result: { retry: { passed: 2, refused: 1 } } });
  expect(await countsOf(app, runId)).toEqual([6, 5, 1, 2, 0]);
  // The connection and its next retry stay as they were.
  ended = Promise.withResolvers();
  await handlers['deadLetters.retry']({ ...asked, profile: null });
  expect(await ended.promise).toMatchObject({ result: { retry: { passed: 0, refused: 1 } } });
});

it('refuses a name and revision that the workspace has in another wording before anything is asked', async () => {
  file = profileFile('units', { fields: { volume_uom: 'unit' } });
  await expect(handlers['deadLetters.pickProfile']({ runId })).rejects.toMatchObject({
    code: 'profile-invalid',
    message: expect.stringContaining('raise the revision'),
  });
});
