import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, ofType, temporaryFolder } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';

const folder = temporaryFolder();
const workspace = join(folder, 'workspace');

const HEADER = 'Curve ID,As Of,Delivery Start,DELIVERY_END,Price,Price UOM,currency,desk';
const HOURS = [
  'PJM-RT,2024-04-01T00:00:00Z,2024-03-10T06:00:00Z,2024-03-10T07:00:00Z,30.50,USD/MWH,usd,East',
  'PJM-RT,2024-04-01T00:00:00Z,2024-03-10T03:00:00-04:00,2024-03-10T08:00:00Z,-4.5,USD/MWH,USD,East',
  'PJM-RT,2024-04-01T00:00:00Z,2024-03-10T05:00:00Z,2024-03-10T06:00:00Z,0.00,USD/MWH,USD,East',
  '"北\u000b ""Ost"",\t1",2024-04-01T00:00:00.25Z,2024-03-10T05:00:00Z,2024-03-11T05:00:00Z,12345678901234567890.10,,,East',
];

function file(name: string, lines: readonly string[], from: Buffer | null = null): string {
  const path = join(folder, name);
  writeFileSync(path, from ?? `${lines.join('\n')}\n`);
  return path;
}

async function run(...args: readonly string[]) {
  return tieout([...args, '--workspace', workspace, '--json']);
}

const importing = (path: string, month = '2024-03') =>
  run('import', path, '--as', 'curves', '--month', month);

describe('a file of curves', () => {
  let path: string;
  beforeAll(() => {
    path = file('march.csv', [HEADER, ...HOURS]);
  });

  it('is imported with a hash a snapshot, and lies in the evidence', async () => {
    const ended = await importing(path);
    expect(ended.code, ended.stderr).toBe(0);
    const fileSha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    expect(ofType(ended, 'curve-import')).toEqual([
      expect.objectContaining({
        file: 'march.csv',
        month: '2024-03',
        points: 4,
        snapshots: 2,
        file_sha256: fileSha256,
      }),
    ]);
    expect(ofType(ended, 'curve')).toEqual([
      expect.objectContaining({
        curve_id: 'PJM-RT',
        origin: 'import',
        source: 'march.csv',
        as_of: '2024-04-01T00:00:00Z',
        points: 3,
        delivery_start: '2024-03-10T05:00:00Z',
        delivery_end: '2024-03-10T08:00:00Z',
        chosen: true,
        pinned: false,
        absolute: '0.005',
        percent: '0',
      }),
      expect.objectContaining({ curve_id: '北\u000b "Ost",\t1', as_of: '2024-04-01T00:00:00.250000Z' }),
    ]);
    expect(existsSync(join(workspace, 'evidence', fileSha256.slice(0, 2), `${fileSha256}.zst`))).toBe(true);
  });

  it.each(['PJM-RT', '北\u000b "Ost",\t1'])(
    'has the hash that Python makes of what is shown: %s',
    async (curve) => {
      const shown = await run('curves', 'show', curve, '--month', '2024-03');
      const [snapshot] = ofType(shown, 'curve');
      const python = spawnSync('python3', [join(import.meta.dirname, 'curve_hash.py')], {
        input: shown.stdout,
        encoding: 'utf8',
      });
      expect(python.stderr).toBe('');
      expect(snapshot?.sha256).toBe(python.stdout.trim());
    },
  );

  it('shows its points in order, digits as sent', async () => {
    const shown = await run('curves', 'show', 'PJM-RT', '--month', '2024-03');
    expect(
      ofType(shown, 'curve-point').map((point) => [point.delivery_start, point.price, point.currency]),
    ).toEqual([
      ['2024-03-10T05:00:00Z', '0.00', 'USD'],
      ['2024-03-10T06:00:00Z', '30.50', 'USD'],
      ['2024-03-10T07:00:00Z', '-4.5', 'USD'],
    ]);
  });

  it('has the same hash written otherwise, and another with any price, unit or interval changed', async () => {
    const hashes = new Map<string, unknown>();
    const variants: Readonly<Record<string, readonly string[]>> = {
      same: [...HOURS.slice(0, 3)].reverse().map((row) => row.replace('30.50', '30.5').replace('0.00', '-0')),
      price: HOURS.slice(0, 3).map((row) => row.replace('30.50', '30.51')),
      unit: HOURS.slice(0, 3).map((row) => row.replace('30.50,USD/MWH', '30.50,EUR/MWH')),
      interval: HOURS.slice(0, 3).map((row) => row.replace('T05:00:00Z', 'T05:00:00.000001Z')),
      fewer: HOURS.slice(0, 2),
    };
    for (const [name, rows] of Object.entries(variants)) {
      const ended = await importing(file(`${name}.csv`, [HEADER, ...rows]));
      expect(ended.code, ended.stderr).toBe(0);
      hashes.set(name, ofType(ended, 'curve')[0]?.sha256);
    }
    const shown = ofType(await run('curves', 'list', '--month', '2024-03'), 'curve');
    const march = shown.find((row) => row.source === 'march.csv' && row.curve_id === 'PJM-RT');
    expect(hashes.get('same')).toBe(march?.sha256);
    expect(new Set(hashes.values()).size).toBe(5);
  });

  it('replaces an earlier file of its name for what is to come', async () => {
    await importing(file('again.csv', [HEADER, HOURS[0] ?? '']));
    await importing(file('again.csv', [HEADER, ...HOURS.slice(0, 3)]));
    const rows = ofType(await run('curves', 'list', '--month', '2024-03'), 'curve');
    const again = rows.filter((row) => row.source === 'again.csv');
    expect(again.map((row) => [row.points, row.chosen])).toEqual([
      [3, true],
      [1, false],
    ]);
  });

  it('is an act in the audit chain with its hashes', async () => {
    const events = eventsOf((await run('audit', 'list')).stdout).filter(
      (event) => event.type === 'curves.import',
    );
    expect(events[0]?.payload).toMatchObject({
      file: 'march.csv',
      points: 4,
      snapshots: 2,
      first: [
        expect.stringMatching(/^PJM-RT as of 2024-04-01T00:00:00Z, 3 points, [0-9a-f]{64}$/),
        expect.anything(),
      ],
    });
    expect((await run('audit', 'verify')).code).toBe(0);
  });
});

describe('a file of curves that cannot be read', () => {
  const refused = async (path: string, month?: string) => {
    const before = ofType(await run('curves', 'list', '--month', '2024-03'), 'curve').length;
    const ended = await importing(path, month);
    expect(ended.code).toBe(2);
    expect(ofType(await run('curves', 'list', '--month', '2024-03'), 'curve')).toHaveLength(before);
    return { message: ended.stderr, code: ofType(ended, 'error')[0]?.code };
  };

  it('says everything that is wrong at once, by line and column', async () => {
    const row = (cells: string) => `${cells},East`;
    const path = file('bad.csv', [
      HEADER,
      HOURS[0] ?? '',
      row('PJM-RT,2024-04-01,2024-03-10T06:00:00Z,2024-03-10T06:00:00Z,abc,USD/MWH,USX'),
      '',
      row(',2024-04-01T00:00:00Z,2024-03-10T06:00:00Z,2024-03-10T07:00:00Z,,USD/MWH,USD'),
      'PJM-RT,2024-04-01T00:00:00Z',
      HOURS[0] ?? '',
    ]);
    const { message, code } = await refused(path);
    expect(code).toBe('curve-rows');
    expect(message).toContain('4 rows of bad.csv cannot be read, so nothing was imported');
    expect(message).toContain('line 3 column 2 (as_of) is "2024-04-01", not an RFC 3339 time');
    expect(message).toContain('column 5 (price) is "abc", not a decimal');
    expect(message).toContain('column 7 (currency) is "USX", not an ISO 4217 currency');
    expect(message).toContain('column 4 (delivery_end) is not after its start');
    expect(message).toContain('line 5 column 1 (curve_id) is empty, column 5 (price) is empty');
    expect(message).toContain('line 6 has 2 cells where the header has 8');
    expect(message).toContain('line 7 has the interval of line 2 once more');
  });

  it('names every column that is missing or there twice', async () => {
    const { message, code } = await refused(
      file('columns.csv', ['curve_id,PRICE,Price,delivery start', 'X,1,1,1']),
    );
    expect(code).toBe('curve-columns');
    expect(message).toContain('as_of is missing; delivery_end is missing; price is there twice');
  });

  it.each<[string, string, readonly string[] | Buffer]>([
    ['curve-columns', 'empty.csv is empty', Buffer.from('')],
    ['curve-rows', 'has a header and no point', [HEADER]],
    ['curve-encoding', 'is not UTF-8', Buffer.from([0xff, 0xfe, 0x41])],
    ['curve-rows', 'cannot be read as CSV at line 2', [HEADER, '"PJM']],
  ])('%s: %s', async (code, message, content) => {
    const name = code === 'curve-columns' ? 'empty.csv' : 'other.csv';
    const path = Buffer.isBuffer(content) ? file(name, [], content) : file(name, content);
    expect(await refused(path)).toEqual({ code, message: expect.stringContaining(message) });
  });

  it('is refused where none of its points delivers in the month, which then is another', async () => {
    expect(await refused(file('wrong.csv', [HEADER, ...HOURS]), '2024-05')).toEqual({
      code: 'curve-rows',
      message: expect.stringContaining(
        'No point of wrong.csv delivers in 2024-05 (they start from 2024-03-10 to 2024-03-10)',
      ),
    });
  });

  it('is refused where there is none', async () => {
    expect((await refused(join(folder, 'none.csv'))).code).toBe('file-not-found');
  });
});

describe('the tolerance of a curve', () => {
  it('is shown, set, and set back', async () => {
    const tolerance = async (...options: readonly string[]) =>
      ofType(await run('curves', 'tolerance', 'PJM-RT', ...options), 'curve-tolerance')[0];
    expect(await tolerance()).toMatchObject({ absolute: '0.005', percent: '0', default: true, known: true });
    expect(await tolerance('--percent', '1.5')).toMatchObject({
      absolute: '0',
      percent: '1.5',
      default: false,
    });
    expect(await tolerance('--absolute', '0.25', '--percent', '2')).toMatchObject({
      absolute: '0.25',
      percent: '2',
    });
    const [row] = ofType(await run('curves', 'list', '--month', '2024-03'), 'curve');
    expect(row).toMatchObject({ absolute: '0.25', percent: '2' });
    expect(await tolerance('--default')).toMatchObject({ absolute: '0.005', percent: '0', default: true });
    const chain = eventsOf((await run('audit', 'list')).stdout).filter(
      ({ type }) => type === 'curves.tolerance',
    );
    expect(chain.map(({ payload }) => payload)).toEqual([
      { curve_id: 'PJM-RT', absolute: '0', percent: '1.5' },
      { curve_id: 'PJM-RT', absolute: '0.25', percent: '2' },
      { curve_id: 'PJM-RT', absolute: null, percent: null },
    ]);
  });

  it('may be set before the curve is known, which it says', async () => {
    const ended = await tieout([
      'curves',
      'tolerance',
      'PJM-TR',
      '--absolute',
      '1',
      '--workspace',
      workspace,
    ]);
    expect(ended.stdout).toContain('no snapshot of PJM-TR is in this workspace yet; check its name');
  });

  it.each([
    [['--absolute', '-1'], '--absolute is "-1", not a decimal from 0'],
    [['--absolute', '1e12'], '--absolute is "1e12"'],
    [['--absolute', '0.0000000000001'], 'with at most 12 decimals'],
    [['--percent', '101'], '--percent is "101", not a decimal from 0 to 100'],
    [['--percent', 'five'], '--percent is "five"'],
    [['--default', '--percent', '1'], '--default stands alone'],
  ])('is refused with %j', async (options, message) => {
    const ended = await run('curves', 'tolerance', 'PJM-RT', ...options);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(message);
  });
});

describe('a curve that is not there', () => {
  it('is named in the error', async () => {
    const ended = await run('curves', 'show', 'NO-SUCH', '--month', '2024-03');
    expect([ended.code, ofType(ended, 'error')[0]?.code]).toEqual([2, 'curve-unknown']);
    const asOf = await run(
      'curves',
      'show',
      'PJM-RT',
      '--month',
      '2024-03',
      '--as-of',
      '2020-01-01T00:00:00Z',
    );
    expect(asOf.stderr).toContain('PJM-RT as of 2020-01-01T00:00:00Z');
    expect(
      (await tieout(['curves', 'list', '--month', '2031-01', '--workspace', workspace])).stdout,
    ).toContain('no curve of 2031-01 is known');
  });
});
