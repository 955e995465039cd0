/** A locked month whose settlements another connection states too: the same vendor by another name, most often. */
import { describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { giveAdjustments } from '../../../electron/close/adjustments.ts';
import { approveMonth, reopenMonth, signMonth } from '../../../electron/close/sign-off.ts';
import { recordJson } from '../ingest/sample-record.ts';
import { syncRecords } from '../recon/stored-month.ts';
import { temporaryApp, unwatched } from '../workspace/temporary.ts';
import { APRIL, as, lastAudit, ledgerSays, MARCH } from './worked-month.ts';

let app: App;

const statement = (id: string, amount: string, version = '1'): string =>
  recordJson({
    settlement_id: `"${id}"`,
    direction: '"SELL"',
    volume: '1',
    price: amount,
    amount,
    version,
  });

describe('a locked month that another source restates', () => {
  const restated = async (): Promise<readonly string[]> =>
    (await app.closing.adjustments(MARCH)).map(
      ({ settlementId, signedAmount, newestAmount, amount, source }) =>
        `${settlementId} ${signedAmount} ${newestAmount} ${amount} ${source}`,
    );
  const from = (source: string, ...records: readonly string[]) =>
    syncRecords(app, MARCH, records, 1000, source);

  it('has what it says otherwise of settlements of the month as adjustments, and nothing else of it', async () => {
    app = await temporaryApp();
    await from('other', statement('S-1', '99', '3'));
    await from('vendor', statement('S-1', '10'), statement('S-2', '20', '2'), statement('S-3', '30'));
    await ledgerSays(app, ['10', '20', '30']);
    await signMonth(as(app, 'ann'), MARCH, '');
    await approveMonth(as(app, 'rita'), MARCH, '');
    // What it said before the signature is no restatement of what was signed.
    expect(await restated()).toEqual([]);
    await from('other', statement('S-1', '11', '2'), statement('S-2', '7', '1'), statement('X-1', '5'));
    expect(await restated()).toEqual(['S-1 10 11 1 other']);
    expect((await app.closing.status(MARCH)).waiting).toEqual([
      { currency: 'USD', settlements: 1, amount: '1' },
    ]);
  });

  it('goes by the highest version, and of one version by the newest run, whoever says it', async () => {
    await from('vendor', statement('S-1', '12', '2'), statement('S-2', '20', '2'), statement('S-3', '33'));
    expect(await restated()).toEqual(['S-1 10 12 2 vendor', 'S-3 30 33 3 vendor']);
    await from('other', statement('S-1', '9', '1'), statement('S-3', '35'), statement('S-2', '21', '3'));
    expect(await restated()).toEqual(['S-1 10 12 2 vendor', 'S-2 20 21 1 other', 'S-3 30 35 5 other']);
    await giveAdjustments(as(app, 'ann'), MARCH, APRIL, null);
    expect(await restated()).toEqual([]);
    expect(await lastAudit(app)).toMatchObject(['close.adjust', { sources: ['other', 'vendor'] }]);
    const verified = await app.verify({ month: null, ...unwatched });
    expect(verified.differences).toEqual([]);
  });

  it('is not told again by another source what its own took away since', async () => {
    await from('vendor', statement('S-1', '12', '2'), statement('S-3', '33'));
    expect(await restated()).toEqual(['S-2 20 null -21 vendor', 'S-3 30 33 -2 vendor']);
    await from('other', statement('S-2', '20', '3'));
    expect(await restated()).toEqual(['S-2 20 20 -1 other', 'S-3 30 33 -2 vendor']);
    await giveAdjustments(as(app, 'ann'), MARCH, APRIL, null);
    expect(await restated()).toEqual([]);
  });

  it('takes back what was given away of a settlement that is gone again', async () => {
    const three = [statement('S-1', '12', '2'), statement('S-2', '20', '3'), statement('S-3', '33')];
    await from('vendor', ...three, statement('S-9', '4'));
    expect(await restated()).toEqual(['S-9 null 4 4 vendor']);
    await giveAdjustments(as(app, 'ann'), MARCH, APRIL, null);
    await from('vendor', ...three);
    expect(await restated()).toEqual(['S-9 null null -4 vendor']);
  });
});

describe('a month that is opened again because another source restated it', () => {
  it('is not signed before a reconciliation came after that, of whichever source', async () => {
    const own = await temporaryApp();
    const from = (source: string, ...records: readonly string[]) =>
      syncRecords(own, MARCH, records, 1000, source);
    await from('vendor', statement('S-1', '10'), statement('S-2', '20'));
    await ledgerSays(own, ['10', '20']);
    await from('other', statement('S-1', '10.0'), statement('X-1', '5'));
    await signMonth(as(own, 'ann'), MARCH, '');
    await approveMonth(as(own, 'rita'), MARCH, '');
    await from('other', statement('S-1', '11', '2'));
    await reopenMonth(as(own, 'rita'), MARCH, 'restated');
    const obstacle = 'a later sync of other restates settlements of the month: reconcile again';
    expect((await own.closing.status(MARCH)).obstacles).toEqual([obstacle]);
    await expect(signMonth(as(own, 'ann'), MARCH, '')).rejects.toMatchObject({
      details: { obstacles: [obstacle] },
    });
    // Seen, and not taken.
    await own.reconcile({ month: MARCH, source: 'vendor', ...unwatched });
    await signMonth(as(own, 'ann'), MARCH, '');
    await from('other', statement('S-2', '21', '2'));
    await expect(approveMonth(as(own, 'rita'), MARCH, '')).rejects.toMatchObject({
      message: expect.stringContaining(obstacle),
    });
  });
});
