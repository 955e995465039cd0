/** Whom a posting and a break belong to, and what counts of a ledger, where the extract says it otherwise than the ETRM. */
import { beforeAll, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { parseRules } from '../../../electron/recon/rule-file.ts';
import type { NettingRow } from '../../../shared/close.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { importRows, syncRecords } from '../../unit/recon/stored-month.ts';
import { monthOf, temporaryApp, unwatched } from '../../unit/workspace/temporary.ts';

const MARCH = monthOf('2024-03');

let app: App;
beforeAll(async () => {
  app = await temporaryApp();
});

function record(n: number, change: Readonly<Record<string, string | undefined>> = {}): string {
  const own = { settlement_id: `"S-${n}"`, trade_id: `"T-${n}"`, deal_leg: '0', volume: '1', price: '10' };
  return recordJson({ ...own, amount: '10', direction: '"SELL"', due_date: undefined, ...change });
}

function posted(change: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const none = { settlement_id: '', trade_id: '', delivery_start: '', location: '', counterparty: '' };
  return { ...none, agreement: '', due_date: '', version: '', amount: '10', currency: 'USD', ...change };
}

async function netted(records: readonly string[], rows: Parameters<typeof importRows>[3], kind = 'postings') {
  await syncRecords(app, MARCH, records);
  await importRows(app, MARCH, 'ledger.csv', rows);
  const first = { name: 'settlement', key: 'identity', tolerance: { absolute: '0.01' } };
  const set = { format: 1, name: 'test', revision: 1, rules: [first], ledger: kind };
  const rules = parseRules(JSON.stringify(set), 'test');
  const recon = await app.reconcile({ month: MARCH, source: null, rules, ...unwatched });
  return { recon, rows: await app.closing.netting(MARCH) };
}

function told(rows: readonly NettingRow[]): readonly unknown[] {
  return rows.map((row) => [
    ...[row.counterparty, row.agreement, row.dueDate, row.etrmNet, row.ledgerNet, row.openBreaks],
  ]);
}

it('a settlement without an agreement has its posting with it, whatever that one says', async () => {
  const { rows } = await netted(
    [record(1, { agreement: undefined })],
    [posted({ settlement_id: 'S-1', agreement: 'EEI-9', counterparty: 'ACME' })],
  );
  expect(told(rows)).toEqual([['ACME Energy', null, '2024-04-22', '10', '10', 1]]);
});

it('a posting that describes its settlement is due with it, and not with another of the trade', async () => {
  const where = { trade_id: 'T-1', delivery_start: '2024-03-02T05:00:00Z', location: 'PJM-RTO' };
  const later = { delivery_start: '"2024-03-02T05:00:00Z"', delivery_end: '"2024-03-02T06:00:00Z"' };
  const { rows } = await netted(
    [
      record(1, { due_date: '"2024-04-10"' }),
      record(2, { trade_id: '"T-1"', due_date: '"2024-04-17"', ...later }),
    ],
    [posted({ settlement_id: 'S-1' }), posted(where)],
  );
  expect(told(rows)).toEqual([
    ['ACME Energy', 'EEI-7', '2024-04-10', '10', '10', 0],
    ['ACME Energy', 'EEI-7', '2024-04-17', '10', '10', 0],
  ]);
});

it('a break of a posting that the ETRM has not stands beside this posting', async () => {
  const { rows } = await netted(
    [record(1)],
    [
      posted({ settlement_id: 'S-1' }),
      posted({ settlement_id: 'S-9', counterparty: 'Zeta', agreement: 'Z-1', due_date: '2024-05-02' }),
    ],
  );
  expect(told(rows)).toEqual([
    ['ACME Energy', 'EEI-7', '2024-04-22', '10', '10', 0],
    ['Zeta', 'Z-1', '2024-05-02', '0', '10', 1],
  ]);
});

it('what newer postings replace in a cumulative ledger is in no net', async () => {
  const { recon, rows } = await netted(
    [record(1, { version: '2' })],
    [
      posted({ settlement_id: 'S-1', version: '1', amount: '7' }),
      posted({ settlement_id: 'S-1', version: '2' }),
    ],
    'cumulative',
  );
  expect(recon).toMatchObject({ matched: 1, ledger_total: { USD: '10' } });
  expect(told(rows)).toEqual([['ACME Energy', 'EEI-7', '2024-04-22', '10', '10', 0]]);
});

it('of a settlement that came twice the row counts that the reconciliation counts, wherever it stood', async () => {
  const twice = [record(1, { amount: '12' }), record(1)];
  for (const records of [twice, twice.toReversed()]) {
    const { recon, rows } = await netted(records, [posted({ settlement_id: 'S-1' })]);
    expect(recon.etrm_total).toEqual({ USD: '10' });
    expect(told(rows)).toEqual([['ACME Energy', 'EEI-7', '2024-04-22', '10', '10', 1]]);
  }
});
