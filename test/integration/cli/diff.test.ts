/** Restatements by command: what a later run of a month changed. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { pageOf, type ScriptedVendor, scriptedVendor } from '../sync/scripted-vendor.ts';
import { type Ended, eventsOf, ofType, syncArgs, temporaryFolder } from './command.ts';
import { faultOf } from './event-fields.ts';
import { tieout } from './in-process.ts';
import { hasPrices, type PricedHour, readPrices, settlementId, vendorRecord } from './pjm-prices.ts';

const MONTH = '2024-03';

let vendor: ScriptedVendor;
beforeAll(async () => {
  vendor = await scriptedVendor(() => null);
});
afterAll(() => vendor.close());

function newRun(): (...args: readonly string[]) => Promise<Ended> {
  const workspace = join(temporaryFolder(), 'workspace');
  return (...args) => tieout([...args, '--workspace', workspace]);
}

function record(n: number, change: Readonly<Record<string, string>> = {}): string {
  return recordJson({ settlement_id: `"S-${n}"`, ...change });
}

describe('tieout diff', () => {
  const run = newRun();
  const ids: string[] = [];

  async function sync(records: readonly string[]): Promise<Readonly<Record<string, unknown>> | undefined> {
    vendor.answer(() => pageOf(records, false));
    const [done] = ofType(await run(...syncArgs(vendor, MONTH), '--json'), 'done');
    ids.push(String(done?.run_id));
    return done;
  }

  it('tells first what the runs differ by, as the sync told it, and then each change', async () => {
    await sync([record(1), record(2), record(3), record(4)]);
    const done = await sync([
      record(2, { price: '40.164347' }),
      record(3, { version: '2' }),
      record(4),
      record(4),
      record(5),
    ]);
    const diff = await run('diff', '--month', MONTH, '--runs', 'previous', 'latest', '--json');
    expect(diff).toMatchObject({ code: 0, stderr: '' });
    const [summary, ...changes] = eventsOf(diff.stdout);
    expect([summary, ...changes].map((event) => event && faultOf(event))).toEqual(Array(6).fill(null));
    expect(summary).toMatchObject({
      type: 'diff',
      month: MONTH,
      added: done?.added,
      changed: done?.changed,
      removed: done?.removed,
      reversioned: 1,
      repeated: 1,
      unchanged: 0,
      identical_rows: 1,
      from: { run_id: ids[0], rows: 4 },
      to: { run_id: ids[1], rows: 5 },
    });
    expect(summary).toMatchObject({ added: 1, changed: 1, removed: 1 });
    expect(
      changes.map(({ kind, settlement_id: id, fields, to_occurrences: to }) => [id, kind, fields, to]),
    ).toEqual([
      ['S-1', 'removed', [], 0],
      ['S-2', 'changed', [{ field: 'price', from: '28.348916', to: '40.164347' }], 1],
      ['S-3', 'reversioned', [{ field: 'version', from: '1', to: '2' }], 1],
      ['S-4', 'repeated', [], 2],
      ['S-5', 'added', [], 1],
    ]);
  });

  it('says the same in words, and no more changes than asked for', async () => {
    const named = ids.map((id) => id.slice(0, 8));
    const words = await run('diff', '--month', MONTH, '--runs', ...named);
    expect(words.stdout).toContain(
      '1 settlement added, 1 changed, 1 removed\n1 re-versioned, 1 repeated otherwise',
    );
    expect(words.stdout).toContain('~ S-2  2024-03-01T05:00:00Z  price 28.348916 -> 40.164347\n');
    const limited = await run('diff', '--month', MONTH, '--runs', ...named, '--limit', '2', '--json');
    expect(ofType(limited, 'change')).toHaveLength(2);
    expect((await run('diff', '--month', MONTH, '--runs', ...named, '--limit', '2')).stdout).toMatch(
      /\n3 more; raise --limit\n$/,
    );
  });

  it.each<[string, readonly string[], RegExp]>([
    ['one run', ['--runs', 'latest'], /two runs/],
    ['three runs', ['--runs', 'a', 'b', 'c'], /two runs/],
    ['an unknown run', ['--runs', 'nothing', 'latest'], /no run "nothing"/],
    ['another resource', ['--runs', 'previous', 'latest', '--resource', 'curves'], /settlements/],
    ['another month', ['--runs', 'previous', 'latest', '--month', '2024-04'], /no finished run of 2024-04/],
  ])('refuses %s', async (_, args, words) => {
    const ended = await run('diff', '--month', MONTH, ...args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(words);
  });

  it('refuses a run that has not finished, whose missing records would seem removed', async () => {
    vendor.answer((page) => (page === 1 ? pageOf([record(1)], true) : { status: 404, body: '' }));
    const failed = await run(...syncArgs(vendor, MONTH), '--json');
    expect(failed.code).toBe(3);
    const unfinished = String(ofType(failed, 'page')[0]?.run_id);
    const ended = await run('diff', '--month', MONTH, '--runs', ids[1] ?? '', unfinished);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/has not finished/);
  });
});

describe.skipIf(!hasPrices)('the restatement of 5 March 2024 in PJM’s prices', () => {
  it('is two changed hours, not 24, with the prices that PJM published before and after', async () => {
    const run = newRun();
    const march = readPrices().filter(({ day }) => day.startsWith(MONTH));
    const sync = async (hours: readonly PricedHour[]) => {
      vendor.answer(() => pageOf(hours.map(vendorRecord), false));
      return ofType(await run(...syncArgs(vendor, MONTH), '--json'), 'done')[0];
    };
    await sync(march.filter(({ version }) => version === '1'));
    const done = await sync(march.filter(({ current }) => current));
    const diff = await run('diff', '--month', MONTH, '--runs', 'previous', 'latest', '--json');
    const [summary] = ofType(diff, 'diff');
    expect(summary).toMatchObject({
      added: 0,
      removed: 0,
      changed: 2,
      reversioned: 22,
      unchanged: 743 - 24,
      identical_rows: 743 - 24,
    });
    expect(done).toMatchObject({ added: 0, changed: 2, removed: 0 });
    const changed = ofType(diff, 'change').filter(({ kind }) => kind === 'changed');
    expect(changed.map(({ settlement_id: id }) => id)).toEqual(
      ['2024-03-06T03:00:00Z', '2024-03-06T04:00:00Z'].map((start) =>
        settlementId({ start, day: '', price: '', version: '', current: true }),
      ),
    );
    const prices = changed.map(({ fields }) =>
      Array.isArray(fields) ? fields.find(({ field }) => field === 'price') : null,
    );
    expect(prices).toEqual([
      { field: 'price', from: '28.348916', to: '40.164347' },
      { field: 'price', from: '21.445721', to: '27.177043' },
    ]);
  });
});
