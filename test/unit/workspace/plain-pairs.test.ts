import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { rules } from '../../../electron/workspace/migrations/0009-rules.ts';
import { BENCH_MONTH, makeMonth, openBench } from '../../bench/recon-month.ts';
import { monthOf, temporaryFolder, unwatched } from './temporary.ts';

/** Makes of a closed workspace what Tieout made before plain pairs were kept by number. */
async function asBefore(folder: string): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, 'workspace.duckdb'));
  const connection = await instance.connect();
  const recon_item = rules.statements.find((statement) => statement.startsWith('CREATE VIEW recon_item'));
  for (const statement of [
    'INSERT INTO recon_match SELECT * FROM recon_plain',
    'DROP VIEW recon_item',
    'DROP VIEW recon_plain',
    'DROP TABLE recon_pair',
    recon_item ?? '',
    'DELETE FROM migration WHERE version >= 12',
  ])
    await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

const items = async (app: App, reconId: string): Promise<readonly string[]> =>
  (
    await app.workspace.database.rows(
      'SELECT to_json(i)::VARCHAR AS item FROM recon_item i WHERE recon_id = ? ORDER BY position',
      [reconId],
    )
  ).map((row) => row.text('item'));

it('keeps plain matches of earlier reconciliations readable, beside new ones', async () => {
  const folder = temporaryFolder();
  const month = monthOf(BENCH_MONTH);
  const made = await openBench(folder);
  await makeMonth(made, { rows: 3000, breaksPerMille: 20, sameKeyPerMille: 0 }, null);
  const first = await made.reconcile({ month, source: null, ...unwatched });
  const before = await items(made, first.recon_id);
  await made.close();
  await asBefore(folder);

  const app = await openBench(folder);
  try {
    expect(before).toHaveLength(3000);
    expect(await items(app, first.recon_id)).toEqual(before);
    const second = await app.reconcile({ month, source: null, ...unwatched });
    expect(second.recon_sha256).toBe(first.recon_sha256);
    expect((await items(app, second.recon_id)).map((item) => item.replace(second.recon_id, ''))).toEqual(
      before.map((item) => item.replace(first.recon_id, '')),
    );
    const kept = await app.workspace.database.row(
      'SELECT (SELECT count(*) FROM recon_match) AS named, (SELECT count(*) FROM recon_pair) AS numbered',
    );
    expect(kept?.int('named')).toBeGreaterThan(2900);
    expect(kept?.int('numbered')).toBe(kept?.int('named'));
  } finally {
    await app.close();
  }
});
