import { expect, it } from 'vitest';
import { EVERY_BREAK } from '../../../shared/breaks.ts';
import { MARCH, reconcileMarch } from '../close/worked-month.ts';
import { recordJson } from '../ingest/sample-record.ts';
import { importRows, syncRecords } from '../recon/stored-month.ts';
import { temporaryApp } from '../workspace/temporary.ts';

it('shows gross and net of both sides by counterparty, agreement, currency and due date, and what is open first', async () => {
  const app = await temporaryApp();
  const record = (
    n: number,
    amount: string,
    change: Readonly<Record<string, string | undefined>> = {},
  ): string =>
    recordJson({
      ...{
        settlement_id: `"S-${n}"`,
        trade_id: `"T-${n}"`,
        amount,
        volume: '1',
        price: '1',
        due_date: undefined,
      },
      ...change,
    });
  await syncRecords(app, MARCH, [
    record(1, '100'),
    record(2, '-40'),
    record(3, '-0.5', { status: '"ESTIMATED"' }),
    record(4, '7', { status: '"VOID"' }),
    record(5, '11', { agreement: '"NAESB-2"', commodity: '"NATURAL_GAS"' }),
    record(6, '13', { due_date: '"2024-05-02"' }),
    record(7, '1000000000000000000000000000000.1', { counterparty: '"Zeta"', currency: '"EUR"' }),
  ]);
  const row = (id: string, amount: string, currency = 'USD') => ({ settlement_id: id, amount, currency });
  await importRows(app, MARCH, 'ledger.csv', [
    ...[row('S-1', '90'), row('S-1', '10'), row('S-2', '-45'), row('S-5', '11'), row('S-6', '13')],
    ...[row('S-7', '1000000000000000000000000000000.1', 'EUR'), row('S-9', '3')],
  ]);
  await expect(app.closing.netting(MARCH)).rejects.toMatchObject({ code: 'nothing-to-do' });
  await reconcileMarch(app);
  const rows = await app.closing.netting(MARCH);
  expect(
    rows.map(({ counterparty, agreement, currency, dueDate, dueBy }) => [
      counterparty,
      agreement,
      currency,
      dueDate,
      dueBy,
    ]),
  ).toEqual([
    ['(not named)', null, 'USD', '2024-04-22', 'EEI'],
    ['ACME Energy', 'EEI-7', 'USD', '2024-04-22', 'EEI'],
    ['ACME Energy', 'EEI-7', 'USD', '2024-05-02', 'record'],
    ['ACME Energy', 'NAESB-2', 'USD', '2024-04-25', 'NAESB'],
    ['Zeta', 'EEI-7', 'EUR', '2024-04-22', 'EEI'],
  ]);
  expect(rows[1]).toMatchObject({
    ...{ settlements: 3, postings: 3, pending: 1, openBreaks: 1, openDifference: '-5' },
    ...{ etrmReceivable: '100', etrmPayable: '-40.5', etrmNet: '59.5' },
    ...{ ledgerReceivable: '100', ledgerPayable: '-45', ledgerNet: '55', netDifference: '-4.5' },
  });
  expect(rows[4]).toMatchObject({
    etrmNet: '1000000000000000000000000000000.1',
    netDifference: '0',
    openBreaks: 0,
  });
  const filter = { ...EVERY_BREAK, month: MARCH };
  await app.breaks.act({ filter, ids: null }, { act: 'resolve', reason: 'TIMING', note: '' });
  expect((await app.closing.netting(MARCH)).map(({ openBreaks }) => openBreaks)).toEqual([0, 0, 0, 0, 0]);
});
