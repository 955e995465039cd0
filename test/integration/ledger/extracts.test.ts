import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { importRows, reconciled, syncRecords } from '../../unit/recon/stored-month.ts';
import { monthOf, temporaryApp, temporaryFolder, unwatched } from '../../unit/workspace/temporary.ts';

const MARCH = monthOf('2024-03');
const APRIL = monthOf('2024-04');

let app: App;
beforeAll(async () => {
  app = await temporaryApp();
  await syncRecords(
    app,
    MARCH,
    [1, 2, 3].map((n) => recordJson({ settlement_id: `"S-${n}"`, amount: '-10.50' })),
  );
});

function posting(n: number, amount = '-10.50') {
  return { settlement_id: `S-${n}`, amount, currency: 'USD' };
}

describe('the extracts of a month', () => {
  it('add up over files of other names, with control totals of their own', async () => {
    const one = await importRows(app, MARCH, 'power.csv', [posting(1), posting(2)]);
    expect(one).toMatchObject({ type: 'import', rows: 2, totals: { USD: '-21' } });
    await importRows(app, MARCH, 'gas.csv', [posting(3)]);
    const { recon } = await reconciled(app, MARCH);
    expect(recon).toMatchObject({ matched: 3, breaks: 0, ledger_total: { USD: '-31.5' } });
  });

  it('are replaced by a file of the same name, and the other files stay', async () => {
    await importRows(app, MARCH, 'power.csv', [posting(1), posting(2, '-11')]);
    const { recon } = await reconciled(app, MARCH);
    expect(recon).toMatchObject({
      matched: 2,
      breaks: 1,
      by_category: { AMOUNT: 1 },
      ledger_total: { USD: '-32' },
    });
  });

  it('find a posting that two of them have as a duplicate', async () => {
    const { settlement_id, ...rest } = posting(3);
    await importRows(app, MARCH, 'late.csv', [{ ...rest, settlement_id }]);
    const { recon } = await reconciled(app, MARCH);
    expect(recon.by_category).toEqual({ AMOUNT: 1, DUPLICATE: 1 });
    await importRows(app, MARCH, 'late.csv', []);
    expect((await reconciled(app, MARCH)).recon.by_category).toEqual({ AMOUNT: 1 });
  });

  it('are not those of another month', async () => {
    await importRows(app, APRIL, 'power.csv', [posting(1, '-99')]);
    const { recon } = await reconciled(app, MARCH);
    expect(recon.ledger_total).toEqual({ USD: '-32' });
  });

  it('keep every digit of amounts that no DECIMAL holds, in rows and in totals', async () => {
    const wide = '-12345678901234567890.000000000000000001';
    const imported = await importRows(app, APRIL, 'wide.csv', [
      posting(1, wide),
      posting(2, '0.000000000000000001'),
    ]);
    expect(imported.totals).toEqual({ USD: '-12345678901234567890' });
    await syncRecords(app, APRIL, [
      recordJson({
        settlement_id: '"S-1"',
        amount: wide,
        delivery_start: '"2024-04-01T05:00:00Z"',
        delivery_end: '"2024-04-01T06:00:00Z"',
      }),
    ]);
    await importRows(app, APRIL, 'power.csv', []);
    const { recon, items } = await reconciled(app, APRIL);
    expect(recon).toMatchObject({ matched: 1, breaks: 1, etrm_total: { USD: wide } });
    expect(items.get('iS-1')?.text('difference')).toBe('0');
    expect(items.get('iS-2')?.text('difference')).toBe('0.000000000000000001');
  });

  it('leave nothing behind where one is cancelled while the engine reads it, and can be imported then', async () => {
    const path = join(temporaryFolder(), 'large.csv');
    const rows = Array.from({ length: 150_000 }, (_, n) => `L-${n},${n}.25,USD,2024-06-01T05:00:00Z\n`);
    writeFileSync(path, `settlement_id,amount,currency,delivery_start\n${rows.join('')}`);
    const month = monthOf('2024-06');
    const cancelling = new AbortController();
    const cancelled = new Error('cancelled');
    const onProgress = (step: string): void => {
      if (step === 'Typing the rows') setTimeout(() => cancelling.abort(cancelled), 20);
    };
    const importing = app.importLedger({ path, month, signal: cancelling.signal, onProgress });
    await expect(importing).rejects.toBe(cancelled);
    const { database } = app.workspace;
    const left = `SELECT (SELECT count(*) FROM ledger_row WHERE settlement_id LIKE 'L-%') AS postings, (SELECT count(*) FROM ledger_import WHERE month = '2024-06') AS imports`;
    const before = await database.row(left);
    expect([before?.int('postings'), before?.int('imports')]).toEqual([0, 0]);
    expect(await app.importLedger({ path, month, ...unwatched })).toMatchObject({ rows: 150_000 });
  });
});
