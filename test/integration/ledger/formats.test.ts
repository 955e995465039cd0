/** Extracts of every format through the command: mapped, imported, verified and rebuilt from their evidence. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import iconv from 'iconv-lite';
import { beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../../electron/app.ts';
import { systemClock } from '../../../electron/clock.ts';
import { memoryKeychain } from '../../../electron/credentials/keychain.ts';
import { Redactor } from '../../../electron/credentials/secret.ts';
import { parseMapping } from '../../../electron/ledger/mapping.ts';
import { createLog } from '../../../electron/log/log.ts';
import { rebuildWorkspace } from '../../../electron/rebuild/rebuild.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { syncRecords } from '../../unit/recon/stored-month.ts';
import { packedWorkbook } from '../../unit/workbook/packed.ts';
import { monthOf, temporaryFolder, unwatched } from '../../unit/workspace/temporary.ts';

const MARCH = monthOf('2024-03');
const folder = temporaryFolder();
const workspace = join(folder, 'workspace');

const redactor = new Redactor();
const config = {
  workspaceFolder: workspace,
  appVersion: '0.0.0',
  actor: 'analyst',
  clock: systemClock,
  random: () => 0.5,
  newId: randomUUID,
  keychain: memoryKeychain(),
  redactor,
  log: createLog([], redactor),
};

/** Closed by the last test, which rebuilds what the others left. */
let app: App;
beforeAll(async () => {
  app = await openApp(config);
  await syncRecords(app, MARCH, [recordJson({ settlement_id: '"S-1"' })]);
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function mapping(fields: object, more: object = {}) {
  return parseMapping(
    JSON.stringify({ mapping: 1, name: 'desk', revision: 1, fields, ...more }),
    'desk.json',
  );
}

async function rowsOf(importId: string): Promise<readonly (readonly (string | null)[])[]> {
  const rows = await app.workspace.database.rows(
    `SELECT line::VARCHAR AS line, settlement_id, amount_text, volume_text, volume_uom, strftime(delivery_start, '%Y-%m-%dT%H:%M:%SZ') AS delivery_start, posting_date
     FROM ledger_row WHERE import_id = ? ORDER BY ledger_row.line`,
    [importId],
  );
  return rows.map((row) =>
    [
      'line',
      'settlement_id',
      'amount_text',
      'volume_text',
      'volume_uom',
      'delivery_start',
      'posting_date',
    ].map((name) => row.textOrNull(name)),
  );
}

async function refusal(work: Promise<unknown>): Promise<Error> {
  const error: unknown = await work.then(
    () => new Error('it was taken'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw error;
  return error;
}

describe('an extract', () => {
  it('may be a workbook: below a title, dates as dates, with its totals', async () => {
    const styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs>';
    const text = (value: string): string => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
    const rows = `<row r="1">${text('Postings')}</row>
      <row r="3">${['Settlement ID', 'Amount', 'Currency', 'Volume', 'Delivery Start', 'Posting Date'].map(text).join('')}</row>
      <row r="4">${text('S-1')}<c><v>0.10000000000000001</v></c>${text('EUR')}<c><v>10.5</v></c><c s="2"><v>45352.041666666664</v></c><c s="1"><v>45385</v></c></row>
      <row r="6">${text('S-2')}<c><f>A1*2</f><v>-2</v></c>${text('eur')}<c><v>1</v></c><c s="2"><v>45352.083333333336</v></c><c s="1"><v>45386</v></c></row>
      <row r="7">${text('Total')}<c><v>-1.8999999999999999</v></c><c/><c><v>11.5</v></c></row>`;
    const path = file('desk.xlsx', await packedWorkbook({ rows, styles }));
    const zoned = mapping({ delivery_start: { zone: 'Europe/Berlin' }, volume: { unit: 'MWH' } });
    const event = await app.importLedger({ path, month: MARCH, mapping: zoned, ...unwatched });
    expect(event).toMatchObject({
      format: 'xlsx',
      sheet: 'Postings',
      header_line: 3,
      rows: 2,
      totals: { EUR: '-1.9' },
      volumes: { MWH: '11.5' },
      mapping: { name: 'desk', revision: 1 },
      checks: [
        { line: 7, field: 'amount', said: '-1.9', agrees: true },
        { field: 'volume', agrees: true },
      ],
    });
    expect(await rowsOf(event.import_id)).toEqual([
      ['4', 'S-1', '0.1', '10.5', 'MWH', '2024-03-01T00:00:00Z', '2024-04-03'],
      ['6', 'S-2', '-2', '1', 'MWH', '2024-03-01T01:00:00Z', '2024-04-04'],
    ]);
    const error = await refusal(app.importLedger({ path, month: MARCH, ...unwatched }));
    expect(error.message).toContain(
      'line 4 delivery_start is 2024-03-01T01:00:00, a time without a zone; name the zone in the mapping',
    );
  });

  it('may be Parquet, with exact decimals and times', async () => {
    const path = join(folder, 'desk.parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT 'S-' || n AS settlement_id, (n * 1.005)::DECIMAL(38,3) AS amount, 'USD' AS currency, n::BIGINT AS volume, 'MWH' AS volume_uom,
         TIMESTAMPTZ '2024-03-01 05:00:00+00' + n * INTERVAL 1 HOUR AS delivery_start, DATE '2024-04-05' AS posting_date
       FROM range(1, 4) t(n)) TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    const event = await app.importLedger({ path, month: MARCH, ...unwatched });
    expect(event).toMatchObject({
      format: 'parquet',
      encoding: null,
      rows: 3,
      totals: { USD: '6.03' },
      volumes: { MWH: '6' },
    });
    expect((await rowsOf(event.import_id))[2]).toEqual([
      '3',
      'S-3',
      '3.015',
      '3',
      'MWH',
      '2024-03-01T08:00:00Z',
      '2024-04-05',
    ]);
    const damaged = file('cut.parquet', Buffer.from('PAR1 and nothing more'));
    expect(await refusal(app.importLedger({ path: damaged, month: MARCH, ...unwatched }))).toMatchObject({
      code: 'file-unreadable',
    });
  });

  it('may be in an encoding and numbers of the West, and what it changes is told', async () => {
    const text = (amount: string): Buffer =>
      iconv.encode(
        `settlement_id;amount;currency;memo\nS-1;${amount};EUR;Größe – 5 €\nS-2;(1.234,50);EUR;\nSumme;-1.234,00;;\n`,
        'windows-1252',
      );
    const first = await app.importLedger({
      path: file('west.csv', text('0,50')),
      month: MARCH,
      ...unwatched,
    });
    expect(first).toMatchObject({
      encoding: 'windows-1252',
      encoding_found: true,
      delimiter: ';',
      numbers: { decimal: ',' },
      totals: { EUR: '-1234' },
      changes: null,
    });
    const next = await app.importLedger({ path: file('west.csv', text('0,75')), month: MARCH, ...unwatched });
    expect(next.changes).toMatchObject({
      replaces: first.import_id,
      added: 0,
      removed: 0,
      changed: 1,
      unchanged: 1,
    });
    expect(next.checks).toMatchObject([{ line: 4, said: '-1234', summed: '-1233.75', agrees: false }]);
    const strict = mapping({}, { name: 'strict', totals: { mismatch: 'refuse' } });
    const error = await refusal(
      app.importLedger({
        path: file('strict.csv', text('0,75')),
        month: MARCH,
        mapping: strict,
        ...unwatched,
      }),
    );
    expect(error).toMatchObject({
      code: 'ledger-totals',
      message: expect.stringContaining('-1234, but its rows sum to -1233.75'),
    });
  });

  it('is previewed as it would be imported, and nothing is kept', async () => {
    const before = await app.workspace.database.row('SELECT count(*) AS n FROM ledger_row');
    const path = file('bad.csv', 'settlement_id,amount,currency\nS-1,1.50,USD\nS-2,x,USD\n,1,EUR\nS-4,1,\n');
    const preview = await app.previewExtract({ path, first: 2, faults: 10, ...unwatched });
    expect(preview).toMatchObject({
      totals: { rows: 1 },
      fault_count: 3,
      first: [
        { line: 2, values: { amount: '1.50' } },
        { line: 3, values: { amount: null }, faults: [{ column: 2, cell: 'x' }] },
      ],
      faults: [
        {
          line: 3,
          column: 2,
          header: 'amount',
          field: 'amount',
          cell: 'x',
          message: 'amount is "x", not a decimal',
        },
        { line: 4, column: 1, field: 'settlement_id' },
        { line: 5, column: 3, field: 'currency', message: 'currency is empty' },
      ],
    });
    const after = await app.workspace.database.row('SELECT count(*) AS n FROM ledger_row');
    expect(after?.int('n')).toBe(before?.int('n'));
  });

  it('is verified from its evidence by its mapping and reading, and rebuilt by them', {
    timeout: 60_000,
  }, async () => {
    const verified = await app.verify({ month: MARCH, ...unwatched });
    expect(verified.differences.filter(({ subject }) => subject === 'extract')).toEqual([]);
    await app.workspace.database.transaction((tx) =>
      tx.run(`UPDATE ledger_row SET amount_text = '9' WHERE settlement_id = 'S-2' AND line = 6`),
    );
    const tampered = await app.verify({ month: MARCH, ...unwatched });
    expect(tampered.differences).toContainEqual(
      expect.objectContaining({ subject: 'extract', name: 'desk.xlsx line 6' }),
    );
    await app.workspace.database.transaction((tx) =>
      tx.run(`UPDATE ledger_row SET amount_text = '-2' WHERE settlement_id = 'S-2' AND line = 6`),
    );
    await app.close();
    const rebuilt = await rebuildWorkspace(config, unwatched);
    expect(rebuilt.differences).toEqual([]);
  });
});
