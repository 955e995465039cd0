/** What is typed, against what then lies in the table: every text and every digit. */

import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEED_NAMES } from '../../../electron/etrm/canonical/page.ts';
import { calendarFiles } from '../../../electron/ingest/calendars/calendars.ts';
import { sameNames } from '../../../electron/ingest/mapping.ts';
import { PageReader } from '../../../electron/ingest/page-reading.ts';
import { RECORD_SCHEMAS, SETTLEMENT_RECORD } from '../../../electron/ingest/record-schema.ts';
import { storedColumns } from '../../../electron/ingest/row-layout.ts';
import { insertRows } from '../../../electron/workspace/staged-rows.ts';
import { openWorkspace, type Workspace } from '../../../electron/workspace/workspace.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { temporaryFolder } from '../../unit/workspace/temporary.ts';

let workspace: Workspace;
beforeAll(async () => {
  // A name that a glob would read as a pattern.
  const folder = join(temporaryFolder(), "it's [a-z] * {x}");
  mkdirSync(folder, { recursive: true });
  workspace = await openWorkspace(folder, {
    at: '2024-04-01T00:00:00Z',
    appVersion: 'test',
    newId: randomUUID,
  });
});
afterAll(() => workspace.close());

/** Stores one page of records. @returns its run. */
async function stored(records: readonly string[]): Promise<string> {
  const mapping = sameNames(SETTLEMENT_RECORD);
  const reader = new PageReader(
    { resource: 'settlements', mapping, names: SEED_NAMES, exact: false },
    calendarFiles(),
  );
  const read = reader.read(1, new Uint8Array(Buffer.from(`{"results":[${records.join(',')}]}`)), null);
  if (read.kind !== 'records') throw new Error(read.kind);
  expect(read.content.deadLetters).toEqual([]);
  const runId = randomUUID();
  await workspace.database.transaction((tx) => insertRows(tx, SETTLEMENT_RECORD, runId, [read.content.rows]));
  return runId;
}

async function column(runId: string, sql: string): Promise<readonly (string | null)[]> {
  const rows = await workspace.database.rows(
    `SELECT ${sql} AS value FROM settlement WHERE run_id = ? ORDER BY page, idx`,
    [runId],
  );
  return rows.map((row) => row.textOrNull('value'));
}

describe('a stored record', () => {
  it('has the texts that were sent, whatever is in them', async () => {
    const texts = [
      'plain',
      'tab\there',
      'line\nbreak\r\nand return\r.',
      '"quoted"',
      'one " quote',
      '\\N',
      'back\\slash\\',
      ',;|',
      'Müller & Søn 東京 😀',
      'nul \u0000 inside',
      '\u0001\u001f\u007f\u0085\u2028.',
      "it's",
      'NULL',
      '{"a": [1]}',
      'x'.repeat(10_000),
    ];
    const runId = await stored(texts.map((text) => recordJson({ counterparty: JSON.stringify(text) })));
    expect(await column(runId, 'counterparty')).toEqual(texts);
  });

  it('has NULL where nothing was sent, and not where "null" was', async () => {
    const runId = await stored([recordJson({ agreement: undefined }), recordJson({ agreement: '"null"' })]);
    expect(await column(runId, 'agreement')).toEqual([null, 'null']);
    expect(await column(runId, 'market')).toEqual([null, null]);
  });

  it('has every digit of a decimal, and its value where the engine holds it', async () => {
    const cases: readonly (readonly [sent: string, text: string, value: string | null])[] = [
      ['0', '0', '0.000000000000'],
      ['-0.00', '0.00', '0.000000000000'],
      ['1.10', '1.10', '1.100000000000'],
      ['-1417.445800', '-1417.445800', '-1417.445800000000'],
      ['999999999.999999999', '999999999.999999999', '999999999.999999999000'],
      ['-1000000000.0000000001', '-1000000000.0000000001', '-1000000000.000000000100'],
      ['0.000000000001', '0.000000000001', '0.000000000001'],
      ['"0.0000000000010"', '0.0000000000010', '0.000000000001'],
      ['0.0000000000001', '0.0000000000001', null],
      [
        '999999999999999999.999999999999',
        '999999999999999999.999999999999',
        '999999999999999999.999999999999',
      ],
      ['1000000000000000000', '1000000000000000000', null],
      ['1.5e3', '1500', '1500.000000000000'],
      ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678', null],
    ];
    const runId = await stored(cases.map(([sent]) => recordJson({ amount: sent, price: sent })));
    for (const field of ['amount', 'price']) {
      expect(await column(runId, `${field}_text`)).toEqual(cases.map(([, text]) => text));
      expect(await column(runId, `${field}::VARCHAR`)).toEqual(cases.map(([, , value]) => value));
    }
  });

  it('has its instants to the microsecond, from year 100 to 9999', async () => {
    const instants = [
      ['2024-03-01T05:00:00Z', '2024-03-01 05:00:00'],
      ['2024-11-03T01:30:00.123456-05:00', '2024-11-03 06:30:00.123456'],
      ['1969-12-31T23:59:59.5Z', '1969-12-31 23:59:59.5'],
      ['0100-01-01T00:00:00Z', '0100-01-01 00:00:00'],
      ['9999-12-31T23:59:59.999999Z', '9999-12-31 23:59:59.999999'],
    ] as const;
    const runId = await stored(instants.map(([sent]) => recordJson({ updated_at: JSON.stringify(sent) })));
    expect(await column(runId, 'updated_at::VARCHAR')).toEqual(instants.map(([, kept]) => kept));
  });

  it('has every row of pages of any size, in whichever chunk it lies', async () => {
    const ids = Array.from({ length: 5000 }, (_, at) =>
      at % 3 === 0 ? `S-${at}` : `SETTLEMENT-2024-03-${at}`,
    );
    const runId = await stored(
      ids.map((id, at) =>
        recordJson({
          settlement_id: JSON.stringify(id),
          agreement: at % 7 === 0 ? 'null' : JSON.stringify(`Master agreement no. ${at % 11}`),
          amount: `${at - 2500}.5`,
        }),
      ),
    );
    expect(await column(runId, 'settlement_id')).toEqual(ids);
    expect(await column(runId, 'idx::VARCHAR')).toEqual(ids.map((_, at) => String(at)));
    expect(await column(runId, 'agreement')).toEqual(
      ids.map((_, at) => (at % 7 === 0 ? null : `Master agreement no. ${at % 11}`)),
    );
    expect(await column(runId, 'amount_text')).toEqual(ids.map((_, at) => `${at - 2500}.5`));
    expect(await column(runId, `CASE WHEN amount = amount_text::DECIMAL(38,12) THEN 'same' END`)).toEqual(
      ids.map(() => 'same'),
    );
  });

  it.each(Object.values(RECORD_SCHEMAS))(
    'of $resource has its columns in the order of its table',
    async (schema) => {
      const rows = await workspace.database.rows(
        `SELECT column_name AS name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index`,
        [schema.table],
      );
      expect(rows.map((row) => row.text('name'))).toEqual([
        'run_id',
        ...storedColumns(schema).map(({ name }) => name),
      ]);
    },
  );

  it('knows the second of two equal hours', async () => {
    const hours = ['04:00', '05:00', '06:00', '07:00'].map((time) =>
      recordJson({
        delivery_start: `"2024-11-03T${time}:00Z"`,
        delivery_end: `"2024-11-03T${time.replace(':00', ':30')}:00Z"`,
      }),
    );
    expect(await column(await stored(hours), 'repeated_hour::VARCHAR')).toEqual([
      'false',
      'false',
      'true',
      'false',
    ]);
  });
});
