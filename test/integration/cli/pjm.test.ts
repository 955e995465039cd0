import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Home, ofType, SECRET, syncArgs, vendorProcess } from './command.ts';
import {
  cost,
  hasPrices,
  ledgerCsv,
  type PricedHour,
  readPrices,
  settlementId,
  vendorRecord,
} from './pjm-prices.ts';
import { readCsv } from './python-csv.ts';

if (!hasPrices)
  process.stdout.write('PJM prices are not beside the repository: the tests on real input are skipped.\n');

const side = z.object({
  volume: z.string(),
  price: z.string(),
  amount: z.string(),
  delivery_start: z.string(),
});
const report = z.object({
  items: z.array(
    z.object({
      settlement_id: z.string(),
      state: z.string(),
      difference: z.string(),
      etrm: side,
      ledger: side,
    }),
  ),
});

const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });

function file(name: string, text: string): string {
  const path = join(home.folder, name);
  writeFileSync(path, text);
  return path;
}

function lines(hours: readonly PricedHour[]): string {
  return hours.map((hour) => `${vendorRecord(hour)}\n`).join('');
}

/** `a - b` of decimals with at most 12 places, without trailing zeros. */
function minus(a: string, b: string): string {
  const units = (text: string): bigint => {
    const [whole = '', fraction = ''] = text.split('.');
    return BigInt(whole + fraction.padEnd(12, '0'));
  };
  const difference = units(a) - units(b);
  const digits = (difference < 0n ? -difference : difference).toString().padStart(13, '0');
  const text = `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, '');
  return difference < 0n && text !== '0' ? `-${text}` : text;
}

describe.skipIf(!hasPrices)('a year of PJM prices', () => {
  let hours: readonly PricedHour[] = [];
  let current: readonly PricedHour[] = [];
  /** What the ledger holds: posted before 5 March was restated. */
  let posted: readonly PricedHour[] = [];

  beforeAll(async () => {
    hours = readPrices();
    current = hours.filter((hour) => hour.current);
    posted = hours.filter((hour) => hour.version === '1');
    const vendor = await vendorProcess(home, '--records-file', file('records.jsonl', lines(current)));
    for (const month of ['2024-03', '2024-11']) {
      await home.json(syncArgs(vendor, month));
      const extract = file(
        `ledger ${month}.csv`,
        ledgerCsv(posted.filter((hour) => hour.day.startsWith(month))),
      );
      await home.json(['import', extract, '--as', 'ledger', '--month', month]);
    }
    vendor.child.kill('SIGTERM');
    expect((await vendor.ended).code).toBe(0);
  });

  it.each([
    ['2024-03', 743, 2],
    ['2024-11', 721, 0],
  ])('%s is %i records and %i price breaks', async (month, records, breaks) => {
    const done = await home.json(['reconcile', '--month', month]);
    expect(ofType(done, 'recon')).toEqual([
      expect.objectContaining({
        month,
        matched: records - breaks,
        breaks,
        pending: 0,
        by_category: breaks === 0 ? {} : { PRICE: breaks },
      }),
    ]);
    const verified = await home.json(['verify', '--month', month]);
    expect(ofType(verified, 'verify')).toEqual([
      expect.objectContaining({ records, pages: 1, differences: 0 }),
    ]);
  });

  it('breaks in March where the two hours of 5 March were restated, by what the price moved', async () => {
    const found = ofType(await home.json(['reconcile', '--month', '2024-03']), 'break');
    expect(found).toEqual([
      expect.objectContaining({
        category: 'PRICE',
        delivery_start: '2024-03-06T03:00:00Z',
        currency: 'USD',
        etrm_amount: '-2008.21735',
        ledger_amount: '-1417.4458',
        difference: '590.77155',
        explained: { volume: '0', price: '590.77155', rounding: '0' },
      }),
      expect.objectContaining({
        category: 'PRICE',
        delivery_start: '2024-03-06T04:00:00Z',
        etrm_amount: '-1358.85215',
        ledger_amount: '-1072.28605',
        difference: '286.5661',
        explained: { volume: '0', price: '286.5661', rounding: '0' },
      }),
    ]);
  });

  it.each(['2024-03', '2024-11'])(
    'has every decimal of %s in its reports to the last digit',
    async (month) => {
      await home.json(['reconcile', '--month', month]);
      const out = join(home.folder, `report ${month}`);
      for (const format of ['json', 'csv'])
        await home.json(['report', '--month', month, '--format', format, '--out', out]);
      const inMonth = (list: readonly PricedHour[]) => list.filter((hour) => hour.day.startsWith(month));
      const postedOf = new Map(inMonth(posted).map((hour) => [hour.start, hour]));
      const expected = inMonth(current).map((hour) => {
        const ledger = postedOf.get(hour.start) ?? hour;
        return [
          settlementId(hour),
          hour.start,
          hour.price,
          cost(hour.price),
          ledger.price,
          cost(ledger.price),
          minus(cost(ledger.price), cost(hour.price)),
        ];
      });

      const { items } = report.parse(JSON.parse(readFileSync(join(out, `tieout-${month}.json`), 'utf8')));
      expect(
        items.map(({ settlement_id: id, etrm, ledger, difference }) => {
          expect([etrm.volume, ledger.volume, ledger.delivery_start]).toEqual([
            '50',
            '50',
            etrm.delivery_start,
          ]);
          return [id, etrm.delivery_start, etrm.price, etrm.amount, ledger.price, ledger.amount, difference];
        }),
      ).toEqual(expected);

      const rows = readCsv(join(out, `tieout-${month}.csv`));
      expect(
        rows.map((row) =>
          [
            'settlement_id',
            'etrm_delivery_start',
            'etrm_price',
            'etrm_amount',
            'ledger_price',
            'ledger_amount',
            'difference',
          ].map((column) => row[column]),
        ),
      ).toEqual(expected);
    },
  );

  it('has both hours of 1 AM on 3 November, apart', async () => {
    const out = join(home.folder, 'november.json');
    await home.json(['reconcile', '--month', '2024-11']);
    await home.json(['report', '--month', '2024-11', '--format', 'json', '--out', out]);
    const { items } = report.parse(JSON.parse(readFileSync(out, 'utf8')));
    const both = items.filter(({ etrm }) => /^2024-11-03T0[56]:/.test(etrm.delivery_start));
    expect(both.map(({ etrm, state }) => [etrm.delivery_start, etrm.amount, state])).toEqual([
      ['2024-11-03T05:00:00Z', cost('10.283743'), 'matched'],
      ['2024-11-03T06:00:00Z', cost('12.441453'), 'matched'],
    ]);
  });

  it('counts two changes, not 24, where March is synced before and after its restatement', async () => {
    const again = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    const before = await vendorProcess(again, '--records-file', file('before.jsonl', lines(posted)));
    const first = await again.json(syncArgs(before, '2024-03'));
    expect(ofType(first, 'done')).toEqual([
      expect.objectContaining({ records: 743, added: 743, changed: 0 }),
    ]);
    before.child.kill('SIGTERM');
    await before.ended;
    const port = new URL(before.baseUrl).port;
    const after = await vendorProcess(
      again,
      '--records-file',
      join(home.folder, 'records.jsonl'),
      '--port',
      port,
    );
    const second = await again.json(syncArgs(after, '2024-03'));
    expect(ofType(second, 'done')).toEqual([
      expect.objectContaining({ records: 743, added: 0, changed: 2, removed: 0 }),
    ]);
    after.child.kill('SIGINT');
    expect((await after.ended).code).toBe(0);
  });
});
