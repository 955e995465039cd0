import { describe, expect, it } from 'vitest';
import { recordJson } from '../ingest/sample-record.ts';
import { monthOf, temporaryApp } from '../workspace/temporary.ts';
import { importRows, reconciled, syncRecords } from './stored-month.ts';

const MARCH = monthOf('2024-03');

describe('a reconciliation that is cancelled', () => {
  it('keeps nothing, whatever it was at, and the next one is made', async () => {
    const app = await temporaryApp();
    await syncRecords(app, MARCH, [recordJson({ settlement_id: '"S-1"' })]);
    await importRows(app, MARCH, 'ledger.csv', [{ settlement_id: 'S-1', amount: '1', currency: 'USD' }]);
    for (const at of ['Matching', 'Adding up']) {
      const cancel = new AbortController();
      const onProgress = (step: string): void => {
        if (step === at) cancel.abort(new Error(`cancelled: ${step}`));
      };
      const work = app.reconcile({ month: MARCH, source: null, signal: cancel.signal, onProgress });
      await expect(work).rejects.toThrow(`cancelled: ${at}`);
    }
    const kept = await app.workspace.database.row('SELECT count(*) AS n FROM recon');
    expect(kept?.int('n')).toBe(0);
    expect((await reconciled(app, MARCH)).recon.breaks).toBe(1);
  });
});
