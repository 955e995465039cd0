/** Totals between the rows of an extract, as ledgers print them below each group. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { stagingFolder } from '../../../electron/ledger/import-ledger.ts';
import { DEFAULT_MAPPING, parseMapping } from '../../../electron/ledger/mapping.ts';
import { storedReading } from '../../../electron/ledger/stored-reading.ts';
import { type ExtractInput, typedExtract } from '../../../electron/ledger/typed-extract.ts';
import type { Month } from '../../../shared/month.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { syncRecords } from '../../unit/recon/stored-month.ts';
import { monthOf, temporaryApp, temporaryFolder, unwatched } from '../../unit/workspace/temporary.ts';
import { tieout } from '../cli/in-process.ts';

const MARCH = monthOf('2024-03');
const APRIL = monthOf('2024-04');
const folder = temporaryFolder();

/** Two counterparties, the first with two trades; each group with its total, as an ERP prints them. */
const GROUPED = [
  'settlement_id,trade_id,counterparty,amount,currency,volume,volume_uom',
  'S-1,T-1,ACME,10.00,USD,1,MWH',
  'S-2,T-1,ACME,20.00,USD,2,MWH',
  'Subtotal,,,30.00,USD,3,MWH',
  'S-3,T-2,ACME,5.50,USD,1,MWH',
  'Subtotal,,,5.50,USD,1,MWH',
  ',,Total ACME,35.50,,,',
  'S-4,T-3,Zeta,7,USD,1,MWH',
  ',Subtotal,,7.00,,,',
  ',,Total Zeta,7,,,',
  'Grand total,,,42.50,USD,5,MWH',
  '',
];

let app: App;
beforeAll(async () => {
  app = await temporaryApp(folder);
  await syncRecords(app, MARCH, [recordJson({ settlement_id: '"S-1"' })]);
});

function file(name: string, lines: readonly string[]): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, lines.join('\n'));
  return path;
}

function importing(name: string, lines: readonly string[], month: Month = MARCH) {
  return app.importLedger({ path: file(name, lines), month, ...unwatched });
}

describe('a total between the rows', () => {
  it('is held against the rows of its group and not imported, where it agrees', async () => {
    const imported = await importing('grouped.csv', GROUPED);
    expect(imported).toMatchObject({ rows: 4, totals: { USD: '42.5' }, volumes: { MWH: '5' } });
    const told = imported.checks.map(
      ({ line, field, said, summed, agrees }) => `${line} ${field} ${said} ${summed} ${agrees}`,
    );
    expect(told).toEqual([
      '4 amount 30 30 true',
      '4 volume 3 3 true',
      '6 amount 5.5 5.5 true',
      '6 volume 1 1 true',
      '7 amount 35.5 35.5 true',
      '9 amount 7 7 true',
      '10 amount 7 7 true',
      '11 amount 42.5 42.5 true',
      '11 volume 5 5 true',
    ]);
    const ids = await app.workspace.database.rows(
      'SELECT settlement_id FROM ledger_row WHERE import_id = ? ORDER BY line',
      [imported.import_id],
    );
    expect(ids.map((row) => row.text('settlement_id'))).toEqual(['S-1', 'S-2', 'S-3', 'S-4']);
  });

  it('is the same where the file must be read row by row', async () => {
    const quoted = GROUPED.map((line) => line.replace(',ACME,', ',"AC""ME\nEnergy",'));
    const imported = await importing('quoted.csv', quoted, APRIL);
    expect(imported).toMatchObject({ rows: 4, totals: { USD: '42.5' } });
    expect(imported.checks.filter(({ agrees }) => agrees)).toHaveLength(9);
  });

  it('is a fault with its line where it does not agree, beside every other fault', async () => {
    const wrong = [...GROUPED];
    wrong[3] = 'Subtotal,,,31.00,USD,3,MWH';
    wrong[8] = ',,Total Zeta,abc,,,';
    wrong.splice(9, 0, 'S-5,T-4,Zeta,1,USD,,');
    const refused = importing('wrong.csv', wrong);
    await expect(refused).rejects.toMatchObject({
      code: 'ledger-rows',
      faults: [
        {
          line: 4,
          column: 1,
          field: 'settlement_id',
          cell: 'Subtotal',
          message: expect.stringContaining(
            'of amount USD 31, but the rows since the last total sum to 30; put it right',
          ),
        },
        { line: 9, field: 'amount', cell: 'abc' },
        { line: 9, field: 'currency' },
        { line: 9, field: 'settlement_id' },
        { line: 9, cell: 'Total Zeta', message: expect.stringContaining('has no amount that could be held') },
      ].map((fault) => expect.objectContaining(fault)),
    });
  });

  it('does not agree by being nothing, nor with half a group, and a wrong one at the end warns of its group', async () => {
    const zero = [
      'settlement_id,amount,currency',
      'S-0,3,EUR',
      'S-1,5,USD',
      'Total USD,5,USD',
      'Total EUR,0,EUR',
      'S-2,1,EUR',
      '',
    ];
    await expect(importing('zero.csv', zero)).rejects.toMatchObject({ faults: [{ line: 5 }] });
    const half = [
      'settlement_id,amount,currency',
      'S-1,5,USD',
      'S-2,6,USD',
      'Subtotal,6,USD',
      'S-3,1,USD',
      '',
    ];
    await expect(importing('half.csv', half)).rejects.toMatchObject({ faults: [{ line: 4 }] });
    const end = [...half.slice(0, 3), 'Subtotal,11,USD', 'S-3,1,USD', 'Subtotal,2,USD', 'Total,12,USD', ''];
    const { checks, rows } = await importing('end.csv', end);
    expect(rows).toBe(3);
    expect(checks.map(({ line, said, summed, agrees }) => [line, said, summed, agrees])).toEqual([
      [4, '11', '11', true],
      [6, '2', '1', false],
      [7, '12', '12', true],
    ]);
  });

  it('is a posting where the mapping says that there are no totals, or where it names a trade', async () => {
    const mapping = parseMapping(
      JSON.stringify({ mapping: 1, name: 'all', revision: 1, totals: { rows: 'none' }, fields: {} }),
      'all.json',
    );
    const rows = [
      'settlement_id,trade_id,amount,currency',
      'S-1,,5,USD',
      'Total 4711,,9,USD',
      'S-2,,1,USD',
      '',
    ];
    const path = file('none.csv', rows);
    expect(await app.importLedger({ path, month: MARCH, mapping, ...unwatched })).toMatchObject({ rows: 3 });
    const named = rows.map((row) => row.replace('Total 4711,,', 'Total 4711,T-9,'));
    expect(await importing('named.csv', named)).toMatchObject({ rows: 3, checks: [] });
  });

  it('is read again as it was by a verification and a rebuild', async () => {
    expect((await app.verify({ month: null, ...unwatched })).differences).toEqual([]);
    await app.close();
    const rebuilt = await tieout(['rebuild', '--workspace', folder, '--json']);
    expect(rebuilt.code, rebuilt.stdout).toBe(0);
    app = await temporaryApp(folder);
    expect((await app.verify({ month: null, ...unwatched })).differences).toEqual([]);
  });
});

describe('a file that an earlier version imported', () => {
  it('is read as that version read it: totals at the end alone', async () => {
    const { database } = app.workspace;
    const input: ExtractInput = {
      ...{ file: 'grouped.csv', mapping: DEFAULT_MAPPING, database },
      bytes: Buffer.from(GROUPED.filter((line) => !line.startsWith(',')).join('\n')),
      staging: stagingFolder(app.workspace.folder),
      told: null,
    };
    const now = await typedExtract(input, 'x', unwatched);
    expect(now.totals).toMatchObject({ rows: 4, amounts: { USD: '42.5' } });
    const { totals: _, ...reading } = now.open.reading;
    const told = storedReading(JSON.stringify(reading));
    const earlier = [
      await typedExtract({ ...input, told }, 'x', unwatched),
      await typedExtract({ ...input, unrecorded: true }, 'x', unwatched),
    ];
    for (const { totals, checks, open } of earlier) {
      expect(totals).toMatchObject({ rows: 6, amounts: { USD: '78' } });
      expect(checks[0]).toMatchObject({ line: 8, said: '42.5', summed: '78', agrees: false });
      expect(JSON.stringify(open.reading)).not.toContain('totals');
    }
    expect(now.open.reading.totals).toBe('groups');
  });
});
