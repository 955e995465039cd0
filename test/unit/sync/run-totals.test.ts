import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runSha256 } from '../../../electron/sync/run-totals.ts';
import { recordJson } from '../ingest/sample-record.ts';
import { syncRecords } from '../recon/stored-month.ts';
import { monthOf, temporaryApp } from '../workspace/temporary.ts';

const MARCH = monthOf('2024-03');
const WIDE = '12345678901234567890.000000000000001';

type Change = Readonly<Record<string, string | undefined>>;

/** Record number `n`, with changes. */
function record(n: number, change: Change = {}): string {
  return recordJson({ settlement_id: `"S-${n}"`, ...change });
}

/** Added, changed and removed by a second sync. */
async function resynced(before: readonly string[], after: readonly string[]) {
  const app = await temporaryApp();
  await syncRecords(app, MARCH, before);
  const { added, changed, removed } = await syncRecords(app, MARCH, after);
  return { added, changed, removed };
}

describe('the hash of a run', () => {
  it('is that of its page hashes in order, each on a line', () => {
    const pages = ['a'.repeat(64), 'b'.repeat(64)];
    expect(runSha256(pages)).toBe(
      createHash('sha256')
        .update(`${pages.join('\n')}\n`)
        .digest('hex'),
    );
    expect(runSha256([...pages].reverse())).not.toBe(runSha256(pages));
    expect(runSha256([])).toBe(createHash('sha256').digest('hex'));
  });
});

describe('what a sync changed', () => {
  it('is all new at first, each settlement once', async () => {
    const app = await temporaryApp();
    const records = [
      record(1),
      record(2),
      record(2, { version: '2' }),
      record(2),
      record(3, { price: 'null' }),
    ];
    expect(await syncRecords(app, MARCH, records)).toMatchObject({
      pages: 1,
      records: 5,
      rejected: 1,
      added: 2,
      changed: 0,
      removed: 0,
    });
  });

  it('is what came, what went and what is another', async () => {
    const before = [record(1), record(2), record(3)];
    const after = [record(2, { amount: '-1417.4459' }), record(3), record(4), record(5)];
    expect(await resynced(before, after)).toEqual({ added: 2, changed: 1, removed: 1 });
  });

  it('is nothing where only the order, the digits, the version or the time of the change is another', async () => {
    const before = [record(1), record(2), record(3), record(4), record(5, { amount: WIDE })];
    const after = [
      record(5, { amount: `"${WIDE}"` }),
      record(4, { deal_leg: '2', counterparty: '"ACME Energy "' }),
      record(3, { price: '28.3489160', amount: '-1.4174458e3' }),
      record(2, { version: '2' }),
      record(1, { updated_at: '"2024-05-01T00:00:00Z"', delivery_start: '"2024-03-01T00:00:00-05:00"' }),
    ];
    expect(await resynced(before, after)).toEqual({ added: 0, changed: 0, removed: 0 });
  });

  it.each<[string, Change, Change]>([
    ['the last digit of an amount that no DECIMAL holds', { amount: WIDE }, { amount: `${WIDE}1` }],
    ['a status', {}, { status: '"DISPUTED"' }],
    ['an optional field that came', { agreement: undefined }, {}],
    ['an optional field that went', {}, { agreement: 'null' }],
    ['a counterparty', {}, { counterparty: '"ACME Gas"' }],
    ['a delivery window', {}, { delivery_end: '"2024-03-01T07:00:00Z"' }],
    ['a price under a higher version', {}, { version: '2', price: '40.164347' }],
  ])('is one where it is %s', async (_, before, after) => {
    expect(await resynced([record(1, before)], [record(1, after)])).toEqual({
      added: 0,
      changed: 1,
      removed: 0,
    });
  });

  it('goes by the highest version, wherever the vendor lists it', async () => {
    const first = [record(1), record(1, { version: '2', amount: '-5' })];
    const second = [record(1, { version: '2', amount: '-5' }), record(1, { amount: '-7' })];
    expect(await resynced(first, second)).toEqual({ added: 0, changed: 0, removed: 0 });
  });
});
