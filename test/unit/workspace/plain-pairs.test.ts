import { expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { BENCH_MONTH, makeMonth, openBench } from '../../bench/recon-month.ts';
import { asBefore } from './before-plain-pairs.ts';
import { monthOf, temporaryFolder, unwatched } from './temporary.ts';

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
