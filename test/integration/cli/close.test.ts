/** Breaks worked, a month closed and restated by the command, and all of it made anew by a rebuild. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { saveEdited } from '../../unit/breaks/edited-sheet.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { pageOf, scriptedVendor } from '../sync/scripted-vendor.ts';
import { type Ended, type JsonEvent, ofType, temporaryFolder } from './command.ts';
import { tieout } from './in-process.ts';

const MONTH = '2024-03';
const folder = temporaryFolder();
const workspace = join(folder, 'workspace');
let vendor: Awaited<ReturnType<typeof scriptedVendor>>;
let records: readonly string[] = [];

async function as(actor: string, ...args: readonly string[]): Promise<Ended> {
  return tieout([...args, '--workspace', workspace, '--json'], { env: { TIEOUT_ACTOR: actor } });
}
const ann = (...args: readonly string[]): Promise<Ended> => as('ann', ...args);

async function done(ended: Promise<Ended>): Promise<Ended> {
  const { code, stderr, ...rest } = await ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return { code, stderr, ...rest };
}
async function listed(...args: readonly string[]): Promise<readonly JsonEvent[]> {
  return ofType(await done(ann('breaks', 'list', '--month', MONTH, ...args)), 'break');
}
async function sync(): Promise<void> {
  const { baseUrl, tokenUrl, clientId } = vendor;
  await done(
    ann('sync', '--base-url', baseUrl, '--token-url', tokenUrl, '--client-id', clientId, '--month', MONTH),
  );
}
const record = (n: number, amount: string): string =>
  recordJson({
    settlement_id: `"S-${n}"`,
    trade_id: `"T-${n}"`,
    amount,
    volume: '1',
    price: amount,
    direction: '"SELL"',
  });

beforeAll(async () => {
  records = [record(1, '10'), record(2, '20'), record(3, '30'), record(4, '40')];
  vendor = await scriptedVendor(() => pageOf(records, false));
  await sync();
  const ledger = join(folder, 'ledger.csv');
  writeFileSync(ledger, 'settlement_id,amount,currency\nS-1,10,USD\nS-2,21,USD\nS-3,33,USD\nS-4,4000,USD\n');
  await done(ann('import', ledger, '--as', 'ledger', '--month', MONTH));
  await done(ann('reconcile', '--month', MONTH));
  return () => vendor.close();
});

it('works breaks one by one, by filter and through a workbook', async () => {
  const [two, three, four] = await listed();
  expect([two, three, four]).toMatchObject([
    { settlement_id: 'S-2', state: 'open', difference: '1', age_days: 0, assignee: null },
    { settlement_id: 'S-3', difference: '3' },
    { settlement_id: 'S-4', difference: '3960' },
  ]);
  const id = String(two?.break_id);
  await done(ann('breaks', 'resolve', id, '--reason', 'ROUNDING', '--note', 'a dollar'));
  await done(ann('breaks', 'assign', '--month', MONTH, '--to', 'zoe'));
  const path = join(folder, 'invoice.txt');
  writeFileSync(path, 'billed');
  await done(ann('breaks', 'attach', path, id, '--note', 'as billed'));
  const shown = ofType(await done(ann('breaks', 'show', id)), 'break')[0];
  expect(shown).toMatchObject({
    ...{ state: 'resolved', reason: 'ROUNDING', decided_by: 'ann', explained: { volume: '0' } },
    history: [
      { act: 'opened' },
      { act: 'resolved' },
      { act: 'assigned' },
      { act: 'attached', file: 'invoice.txt' },
    ],
  });
  const out = join(folder, 'out.txt');
  await done(ann('breaks', 'evidence', id, '--out', out));
  const refused = await ann('breaks', 'write-off', '--month', MONTH, '--reason', 'IMMATERIAL');
  expect(refused.code).toBe(2);
  expect(ofType(refused, 'break-refusal')).toMatchObject([{ break_id: four?.break_id }]);
  expect(refused.stderr).toContain('above the write-off limit of 10 USD');
  const sheet = join(folder, 'breaks.xlsx');
  await done(ann('breaks', 'export', '--month', MONTH, '--state', 'open', '--out', sheet));
  const edited = await saveEdited(sheet, join(folder, 'edited.xlsx'), {
    'S-3': { decision: 'written-off', reason: 'IMMATERIAL' },
    'S-4': { decision: 'suppressed', note: 'paid outside' },
  });
  const preview = await done(ann('breaks', 'import', edited, '--dry-run'));
  expect(ofType(preview, 'sheet-change')).toHaveLength(2);
  expect(ofType(preview, 'break-import')).toMatchObject([{ applied: 0, dry_run: true }]);
  await done(ann('breaks', 'import', edited));
  const again = await ann('breaks', 'import', edited);
  // What it asks for is there already.
  expect(ofType(again, 'error')).toMatchObject([{ code: 'nothing-to-do' }]);
  expect((await listed()).map(({ state }) => state)).toEqual(['resolved', 'written-off', 'suppressed']);
  await done(ann('breaks', 'reasons', '--add', 'netted', '--text', 'Netted with another'));
  expect(ofType(await done(ann('breaks', 'reasons')), 'reason').at(-1)).toMatchObject({ code: 'NETTED' });
});

it('closes the month between two, locks it, and queues what comes too late', async () => {
  await done(ann('close', 'sign', '--month', MONTH));
  expect((await ann('close', 'approve', '--month', MONTH)).code).toBe(2);
  await done(as('rita', 'close', 'approve', '--month', MONTH, '--reason', 'agreed'));
  const locked = await ann('reconcile', '--month', MONTH);
  expect(locked.code).toBe(2);
  expect(ofType(locked, 'error')).toMatchObject([{ code: 'month-locked', details: { locked_by: 'rita' } }]);
  records = [record(1, '10'), record(2, '20'), record(3, '30.25'), record(4, '40')];
  await sync();
  const status = ofType(await done(ann('close', 'status', '--month', MONTH)), 'close')[0];
  expect(status).toMatchObject({
    ...{
      state: 'approved',
      locked: true,
      moved: [],
      waiting: [{ currency: 'USD', settlements: 1, amount: '0.25' }],
    },
    history: [
      { act: 'signed', actor: 'ann' },
      { act: 'approved', actor: 'rita', reason: 'agreed' },
    ],
  });
  await done(ann('close', 'adjustments', '--month', MONTH, '--assign-to', '2024-04'));
  const april = ofType(await done(ann('close', 'status', '--month', '2024-04')), 'close')[0];
  expect(april).toMatchObject({ state: 'open', taken: [{ month: MONTH, amount: '0.25' }] });
  const netted = ofType(await done(ann('netting', '--month', MONTH)), 'netting');
  expect(netted).toMatchObject([
    {
      counterparty: 'ACME Energy',
      due_date: '2024-04-20',
      due_by: 'record',
      etrm_net: '100',
      open_breaks: 0,
    },
  ]);
  const days = ofType(await done(ann('netting', '--calendars', '--year', '2024')), 'calendar');
  expect(days.map(({ id }) => id)).toEqual(['FED', 'NERC']);
  await done(ann('verify'));
  await done(as('rita', 'close', 'reopen', '--month', MONTH, '--reason', 'restated'));
  await done(ann('reconcile', '--month', MONTH));
});

it('comes back whole from a rebuild without the old database', async () => {
  const before = [await listed(), await done(ann('close', 'status', '--month', MONTH))];
  rmSync(join(workspace, 'workspace.duckdb'));
  rmSync(join(workspace, 'workspace.duckdb.wal'), { force: true });
  const rebuilt = await done(ann('rebuild'));
  expect(ofType(rebuilt, 'difference')).toEqual([]);
  expect([await listed(), await done(ann('close', 'status', '--month', MONTH))]).toEqual(before);
  await done(ann('verify'));
});
