/** Findings and curves by command: a sample month whose vendor errs, and a year of PJM prices as a curve. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleBook } from '../../../electron/demo/book.ts';
import { plantedFindings } from '../../../electron/demo/finding-plants.ts';
import { startVendor, type Vendor } from '../../../electron/demo/vendor.ts';
import {
  type Ended,
  eventsOf,
  type JsonEvent,
  ofType,
  SECRET,
  syncArgs,
  temporaryFolder,
} from './command.ts';
import { tieout } from './in-process.ts';
import { hasPrices, type PricedHour, readPrices, settlementId, vendorRecord } from './pjm-prices.ts';

if (!hasPrices)
  process.stdout.write('PJM prices are not beside the repository: the curve of real prices is skipped.\n');

async function good(workspace: string, args: readonly string[]): Promise<Ended> {
  const ended = await tieout([...args, '--workspace', workspace, '--json']);
  if (ended.code !== 0) throw new Error(`${args.join(' ')}: ${ended.stderr}`);
  return ended;
}

describe('findings and curves of a month', () => {
  const month = '2024-03';
  const sample = { month, records: 1500, seed: 9 };
  const planted = plantedFindings(sampleBook(sample));
  const workspace = join(temporaryFolder(), 'workspace');
  let vendor: Vendor;
  let synced: Ended;

  beforeAll(async () => {
    vendor = await startVendor({ ...sample, faults: true, clientSecret: SECRET });
    for (const resource of ['trades', 'curves', 'settlements'])
      synced = await good(
        workspace,
        syncArgs(vendor, month, '--resource', resource, '--backoff-factor', '0.01'),
      );
  });
  afterAll(() => vendor.close());

  it('are counted in the end of the sync', () => {
    expect(ofType(synced, 'done')).toEqual([expect.objectContaining({ findings: planted.length })]);
  });

  it('are listed, all or of one kind', async () => {
    const all = ofType(await good(workspace, ['findings', 'list', '--month', month]), 'finding');
    expect(all.map(({ code, settlement_id: id }) => `${code} ${id}`).sort()).toEqual(
      planted.map(({ code, settlementId: id }) => `${code} ${id}`).sort(),
    );
    const ofKind = await good(workspace, ['findings', 'list', '--month', month, '--code', 'curve_deviation']);
    const deviations = ofType(ofKind, 'finding');
    expect(deviations).toHaveLength(planted.filter(({ code }) => code === 'CURVE_DEVIATION').length);
    expect(deviations[0]).toMatchObject({
      field: 'price',
      expected: expect.stringMatching(/^-?\d+(\.\d+)?$/),
      found: expect.stringMatching(/^-?\d+(\.\d+)?$/),
      delivery_start: expect.stringMatching(/^2024-03-\d\dT\d\d:00:00Z$/),
      detail: {
        curve_id: expect.any(String),
        as_of: '2024-04-01T00:00:00Z',
        points: 1,
        difference: expect.stringMatching(/^-?\d+(\.\d+)?$/),
        absolute: '0.005',
        percent: '0',
      },
    });
  });

  it('are told to a person in words', async () => {
    const said = await tieout(['findings', 'list', '--month', month, '--workspace', workspace]);
    expect(said.stdout).toMatch(
      /^TRADE_COUNTERPARTY {2}STL-202403-00000001 {2}counterparty: expected .+, found .+$/m,
    );
    expect(said.stdout).toMatch(/, off by -?[\d.]+ \(tolerance 0\.005 or 0 %\)$/m);
    expect(said.stdout).toContain(`\n${planted.length} findings\n`);
    const curves = await tieout(['curves', 'list', '--month', month, '--workspace', workspace]);
    expect(curves.stdout).toMatch(
      /^PJM-RT-PJM_RTO {2}as of 2024-04-01T00:00:00Z {2}742 points {2}sync .+ {2}pinned {2}[0-9a-f]{64}$/m,
    );
  });

  it.each([
    [['findings', 'list', '--month', '2031-01'], 'nothing-to-do'],
    [['findings', 'list', '--month', month, '--code', 'NONE'], 'usage'],
    [['curves', 'compare', '--month', '2031-01'], 'nothing-to-do'],
    [['findings', 'list', '--month', 'March'], 'month-invalid'],
    [['curves', 'list', '--month', '2024-13'], 'month-invalid'],
    [['import', 'x.csv', '--as', 'curves', '--month', '2024-0'], 'month-invalid'],
    [['import', 'x.csv', '--as', 'prices', '--month', month], 'usage'],
  ])('%j is refused as %s', async (args, code) => {
    const ended = await tieout([...args, '--workspace', workspace, '--json']);
    expect([ended.code, ofType(ended, 'error')[0]?.code]).toEqual([2, code]);
  });

  it('verify', async () => {
    expect(ofType(await good(workspace, ['verify']), 'verify')).toEqual([
      expect.objectContaining({ differences: 0 }),
    ]);
  });
});

describe.skipIf(!hasPrices)('a year of PJM prices as a curve', () => {
  const folder = temporaryFolder();
  const workspace = join(folder, 'workspace');
  const CURVE = 'PJM-RT-PJM_RTO';
  let posted: readonly PricedHour[] = [];
  let current: readonly PricedHour[] = [];
  let vendor: Vendor | null = null;

  function file(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** The hours of a month as a file of curves. */
  function curveFile(name: string, month: string, asOf: string, hours: readonly PricedHour[]): string {
    const rows = hours
      .filter((hour) => hour.day.startsWith(month))
      .map(({ start, price }) => {
        const end = new Date(Date.parse(start) + 3_600_000).toISOString();
        return `${CURVE},${asOf},${start},${end},${price},USD/MWH,USD\n`;
      });
    return file(
      name,
      `curve_id,as_of,delivery_start,delivery_end,price,price_uom,currency\n${rows.join('')}`,
    );
  }

  const settlement = (hour: PricedHour): string =>
    `${vendorRecord(hour).slice(0, -1)},"curve_id":"${CURVE}"}\n`;

  async function sync(month: string, hours: readonly PricedHour[]): Promise<JsonEvent | undefined> {
    const recordsFile = file('records.jsonl', hours.map(settlement).join(''));
    const port = vendor ? Number(new URL(vendor.baseUrl).port) : 0;
    await vendor?.close();
    vendor = await startVendor({ month, records: 1, seed: 1, recordsFile, port, clientSecret: SECRET });
    return ofType(await good(workspace, syncArgs(vendor, month)), 'done')[0];
  }

  const findings = async (month: string) =>
    ofType(await good(workspace, ['findings', 'list', '--month', month]), 'finding');
  const importing = (path: string, month: string) =>
    good(workspace, ['import', path, '--as', 'curves', '--month', month]);

  beforeAll(() => {
    const hours = readPrices();
    current = hours.filter((hour) => hour.current);
    posted = hours.filter((hour) => hour.version === '1');
  });
  afterAll(() => vendor?.close());

  it.each([
    ['2024-03', 743],
    ['2024-11', 721],
  ])('agrees with every settlement of %s, a month with a change of the clock', async (month, points) => {
    const imported = await importing(
      curveFile(`${month}.csv`, month, '2024-12-01T00:00:00Z', current),
      month,
    );
    expect(ofType(imported, 'curve-import')).toEqual([expect.objectContaining({ points, snapshots: 1 })]);
    expect(await sync(month, current)).toMatchObject({ records: points, findings: 0 });
  });

  it('tells the two hours of 1 AM on 3 November apart', async () => {
    const swapped = current.map((hour) => {
      const other = { '2024-11-03T05:00:00Z': '12.441453', '2024-11-03T06:00:00Z': '10.283743' }[hour.start];
      return other === undefined ? hour : { ...hour, price: other };
    });
    expect(await sync('2024-11', swapped)).toMatchObject({ findings: 2 });
    const found = await findings('2024-11');
    expect(found.map(({ delivery_start: start, expected, found: seen }) => [start, expected, seen])).toEqual([
      ['2024-11-03T05:00:00Z', '10.283743', '12.441453'],
      ['2024-11-03T06:00:00Z', '12.441453', '10.283743'],
    ]);
  });

  it('shows that the restatement of 5 March would change two hours of a month that was finished, and changes none', async () => {
    const month = '2024-03';
    await importing(curveFile(`${month}.csv`, month, '2024-04-01T00:00:00Z', posted), month);
    expect(await sync(month, posted)).toMatchObject({ findings: 0 });
    await importing(curveFile('restated.csv', month, '2024-05-01T00:00:00Z', current), month);
    const compared = await good(workspace, ['curves', 'compare', '--month', month]);
    expect(ofType(compared, 'curve-comparison')).toEqual([
      expect.objectContaining({ curves: 1, appears: 2, goes: 0, moves: 0, checked: true }),
    ]);
    expect(ofType(compared, 'curve-change')).toEqual([
      expect.objectContaining({
        curve_id: CURVE,
        before: expect.objectContaining({ as_of: '2024-04-01T00:00:00Z' }),
        after: expect.objectContaining({ as_of: '2024-05-01T00:00:00Z' }),
      }),
    ]);
    const changes = ofType(compared, 'finding-change');
    expect(changes.map(({ settlement_id: id, found, before, after }) => [id, found, before, after])).toEqual(
      ['2024-03-06T03:00:00Z', '2024-03-06T04:00:00Z'].map((start) => {
        const [was, now] = [posted, current].map((list) => list.find((hour) => hour.start === start));
        return [was && settlementId(was), was?.price, null, now?.price];
      }),
    );
    expect(await findings(month)).toEqual([]);
    // The same month synced again is checked with the restated curve.
    expect(await sync(month, posted)).toMatchObject({ changed: 0, findings: 2 });
    const deviations = await findings(month);
    expect(deviations.map(({ expected, found, detail }) => [expected, found, detail])).toEqual([
      ['40.164347', '28.348916', expect.objectContaining({ difference: '-11.815431' })],
      ['27.177043', '21.445721', expect.objectContaining({ difference: '-5.731322' })],
    ]);
    expect(eventsOf((await good(workspace, ['verify'])).stdout).at(-1)).toMatchObject({ differences: 0 });
  });
});
