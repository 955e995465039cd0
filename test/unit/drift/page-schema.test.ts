import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Redactor, Secret } from '../../../electron/credentials/secret.ts';
import { runObserved, storePageSchemas } from '../../../electron/drift/page-schema.ts';
import { emptyRun, mergePage, type PageObserved } from '../../../electron/ingest/schema-observed.ts';
import type { Workspace } from '../../../electron/workspace/workspace.ts';
import { driftWorkspace } from './drifting-runs.ts';
import { observedPage } from './observed-page.ts';

let workspace: Workspace;
beforeAll(async () => {
  ({ workspace } = await driftWorkspace());
});

async function stored(runId: string, pages: readonly PageObserved[], redactor = new Redactor()) {
  const { database } = workspace;
  await database.transaction(async (tx) => {
    await storePageSchemas(tx, runId, pages, redactor);
  });
  return runObserved(database, runId);
}

const value = fc.oneof(
  fc.constantFrom('null', 'true', '1e3', '-0.50', '{"a":1}', '[1,2]', '"12.5"', '"Größe \\ud83d\\ude00"'),
  fc.integer().map(String),
  fc
    .string({ maxLength: 8, unit: fc.constantFrom('a', 'Z', ' ', 'é', '😀') })
    .map((text) => JSON.stringify(text)),
);
const record = fc.dictionary(fc.constantFrom('a', 'b', 'status'), value).map(
  (members) =>
    `{${Object.entries(members)
      .map(([name, sent]) => `"${name}":${sent}`)
      .join(',')}}`,
);

describe('what a page looked like', () => {
  it('is the same after it was stored and read again, page for page', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(record, { maxLength: 5 }), { minLength: 1, maxLength: 4 }),
        async (given) => {
          runs += 1;
          const pages = given.map((records, at) => observedPage(at + 1, records, new Set(['status'])));
          const run = emptyRun();
          for (const page of pages) mergePage(run, page);
          expect(await stored(`law-${runs}`, pages)).toEqual(run);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is stored without what is secret', async () => {
    const redactor = new Redactor();
    redactor.know(new Secret('s3cret-of-ours'));
    const secrets = ['s3cret-of-ours', 'hunter2', 'eyJhbGciOiJIUzI1NiJ9', 's3cret-o'];
    const page = observedPage(
      1,
      [
        '{"note":"s3cret-of-ours","password":"hunter2","s3cret-of-ours":1}',
        '{"note":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx","code":"s3cret-of-ours","list":["hunter2"]}',
        JSON.stringify({ other: `${'x'.repeat(52)}s3cret-of-ours` }),
      ],
      new Set(['code']),
    );
    await stored('secret', [page], redactor);
    const row = await workspace.database.row(`SELECT document FROM page_schema WHERE run_id = 'secret'`);
    for (const secret of secrets) expect(row?.text('document')).not.toContain(secret);
    expect(row?.text('document')).toContain('password');
  });

  it('that cannot be read is a damaged workspace, by page', async () => {
    const { database } = workspace;
    await database.transaction((tx) => tx.run(`INSERT INTO page_schema VALUES ('torn', 3, '{"n":1}')`));
    await expect(runObserved(database, 'torn')).rejects.toMatchObject({
      code: 'workspace-damaged',
      message: expect.stringContaining('page 3'),
    });
  });
});
