/** Packs of random months: what the engine counts and adds up is what both checks of a pack do from the raw files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { randomBooks, recordOf } from '../../unit/recon/random-books.ts';
import { importRows, reconciled, syncRecords } from '../../unit/recon/stored-month.ts';
import { monthOf, temporaryApp, temporaryFolder } from '../../unit/workspace/temporary.ts';
import { tieout } from '../cli/in-process.ts';
import { reconciledEarlier } from '../recon/earlier-recon.ts';
import { byPython, byTieout, contentOf } from './sample-pack.ts';

const MARCH = monthOf('2024-03');

const money = fc.constantFrom('205', '205.00', '205.01', '204.99', '205.02', '410', '-205', '0');
const line = fc.record({ currency: fc.constantFrom('USD', 'EUR', 'USD', 'EUR', 'GBP'), amount: money });
/** Settlements of several currencies under one key, and postings that describe them. */
const mixedKeys = fc.record({
  settled: fc.array(line, { minLength: 2, maxLength: 3 }),
  posted: fc.array(line, { minLength: 1, maxLength: 3 }),
  status: fc.constantFrom('FINAL', 'FINAL', 'FINAL', 'ESTIMATED', 'VOID'),
});

function mixedMonth(count: number, seed: number) {
  const keys = fc.sample(mixedKeys, { seed, numRuns: count });
  const trade = (at: number): string => `mixed ${at}`;
  const records = keys.flatMap(({ settled, status }, at) =>
    settled.map(({ currency, amount }, place) =>
      recordJson({
        ...{ settlement_id: `"M ${at}/${place}"`, trade_id: `"${trade(at)}"`, deal_leg: '0' },
        ...{ currency: `"${currency}"`, amount, status: `"${status}"`, price_uom: `"${currency}/MWH"` },
      }),
    ),
  );
  const rows = keys.flatMap(({ posted }, at) =>
    posted.map(({ currency, amount }, place) => ({
      ...{ trade_id: trade(at), delivery_start: '2024-03-01T05:00:00Z', location: 'PJM-RTO' },
      ...{ journal_id: `J ${at}/${place}`, currency, amount },
    })),
  );
  return { records, rows };
}

/** Ends the services; checks the month's pack by Tieout and by Python, and the workspace. */
async function checked(app: App, folder: string): Promise<void> {
  await app.close();

  const of = ['--workspace', folder, '--json'];
  const path = join(folder, 'pack.zip');
  const written = await tieout(['report', '--month', MARCH, '--format', 'pack', '--out', path, ...of]);
  expect(written.code, written.stderr).toBe(0);
  expect(await byTieout(path)).toMatchObject({ named: [], code: 0 });
  const verifier = join(folder, 'verify.py');
  writeFileSync(verifier, await contentOf(path, 'verify.py'));
  expect(byPython(verifier, path)).toMatchObject({ named: [], code: 0 });
  const verified = await tieout(['verify', ...of]);
  expect(verified.code, verified.stdout).toBe(0);
}

it.each([
  [5, 'apart'],
  [6, 'added'],
])('agree with it, seed %i, currencies %s', async (seed, currencies) => {
  const folder = temporaryFolder();
  const app = await temporaryApp(folder);
  const books = randomBooks(150, seed);
  const mixed = mixedMonth(300, seed);
  const records = [...books.flatMap((book) => book.records.map(recordOf)), ...mixed.records];
  await syncRecords(app, MARCH, records, 700);
  for (const file of [0, 1, 2]) {
    const rows = books.flatMap(({ files }) => files[file] ?? []);
    await importRows(app, MARCH, `ledger ${file}.csv`, rows);
  }
  await importRows(app, MARCH, 'mixed.csv', mixed.rows);
  const recon =
    currencies === 'apart'
      ? (await reconciled(app, MARCH)).recon
      : await reconciledEarlier(app, MARCH, '2024-04-02T08:00:00.000Z');
  const kept = await app.workspace.database.row(
    `SELECT count(*) FILTER (state = 'matched') AS matched, count(*) FILTER (category = 'CURRENCY') AS broken
     FROM recon_judged WHERE json_array_length(evidence, '$.currencies') > 1 AND etrm_rows > 1`,
  );
  // Months in which nothing of it comes to pass would show nothing.
  expect(recon.matched).toBeGreaterThan(0);
  expect(kept?.int('matched')).toBeGreaterThan(0);
  expect(kept?.int('broken')).toBeGreaterThan(0);
  await checked(app, folder);
});

it('agree with it where a settlement came twice: under two keys, and with names of which one begins the other', async () => {
  const folder = temporaryFolder();
  const app = await temporaryApp(folder);
  const twice = { settlement_id: '"S-1"', deal_leg: '0', charge_type: '"ENERGY"' };
  const again = { settlement_id: '"S-2"', trade_id: '"T-9"' };
  await syncRecords(app, MARCH, [
    recordJson({ ...twice, trade_id: '"T-1"', amount: '-10' }),
    recordJson({ ...twice, trade_id: '"T-2"', amount: '-20' }),
    recordJson({ ...again, counterparty: '"ACME Gas"', amount: '-7' }),
    recordJson({ ...again, counterparty: '"ACME"', amount: '-5' }),
  ]);
  const where = { delivery_start: '2024-03-01T05:00:00Z', location: 'PJM-RTO', currency: 'USD' };
  await importRows(app, MARCH, 'ledger.csv', [
    { trade_id: 'T-1', ...where, amount: '-10' },
    { trade_id: 'T-2', ...where, amount: '-20' },
  ]);
  expect((await reconciled(app, MARCH)).recon.etrm_total).toEqual({ USD: '-15' });
  await checked(app, folder);
});
