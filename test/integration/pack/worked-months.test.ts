/** Packs of months in which everything was done that leaves a trace: letters retried, matches taken apart, a close. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { packedWorkbook } from '../../unit/workbook/packed.ts';
import { ofType } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { type WholeMonth, wholeMonth } from '../crash/whole-month.ts';
import { layoutOf } from './pack-bytes.ts';
import { byPython, contentOf } from './sample-pack.ts';

let month: WholeMonth;
beforeAll(async () => {
  month = await wholeMonth();
});

/** Writes a pack and checks it both ways. */
async function checkedPack(name: string, path = join(month.folder, `${name}.zip`)) {
  const args = ['report', '--month', name, '--format', 'pack', '--out', path, '--workspace', month.workspace];
  const written = await tieout(args);
  expect(written.code, written.stderr).toBe(0);
  const verifier = join(month.folder, 'verify.py');
  writeFileSync(verifier, await contentOf(path, 'verify.py'));
  const python = byPython(verifier, path);
  expect(python.code, python.output).toBe(0);
  expect(python.output).toContain('no differences');
  const ended = await tieout(['verify', path, '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ofType(ended, 'verify-pack')[0]).toMatchObject({ month: name, differences: 0 });
  return { path, python, ended };
}

describe('the pack of a worked month', () => {
  it('agrees with itself where faults were retried, records restated and a match was taken apart', async () => {
    const { path } = await checkedPack('2024-03');
    expect(await contentOf(path, 'audit/audit.ndjson')).toContain('"match.unmatch"');
  });

  it('agrees with itself where letters were retried by another profile and the month was closed and opened again', async () => {
    const { path } = await checkedPack('2024-04');
    const letters = (await contentOf(path, 'records/dead-letters.jsonl')).trimEnd().split('\n');
    expect(letters.some((line) => JSON.parse(line).record !== null)).toBe(true);
  });

  it('agrees with itself where extracts were a mapped workbook and Parquet, and says that their rows are on trust', async () => {
    const good = async (...args: readonly string[]): Promise<void> => {
      const ended = await tieout([...args, '--month', '2024-03', '--workspace', month.workspace]);
      expect(ended.code, ended.stderr).toBe(0);
    };
    const text = (value: string): string => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
    const book = join(month.folder, 'desk.xlsx');
    const rows = `<row r="1">${['Ref', 'Amt', 'Currency'].map(text).join('')}</row>
      <row r="2">${text('X-1')}<c><v>-12.345</v></c>${text('USD')}</row>`;
    writeFileSync(book, await packedWorkbook({ rows, styles: '' }));
    const mapping = join(month.folder, 'desk.json');
    const fields = { settlement_id: { column: 'Ref' }, amount: { column: 'Amt' } };
    writeFileSync(mapping, JSON.stringify({ mapping: 1, name: 'desk', revision: 1, fields }));
    await good('import', book, '--as', 'ledger', '--mapping', mapping);
    const parquet = join(month.folder, 'late.parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT 'X-2' AS settlement_id, 1.005::DECIMAL(38,3) AS amount, 'USD' AS currency) TO '${parquet}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    await good('import', parquet, '--as', 'ledger');
    await good('reconcile');
    const path = join(month.folder, 'mixed.zip');
    const { python, ended } = await checkedPack('2024-03', path);
    // A third thing: the match that was taken apart, so that counts are not worked out either.
    for (const read of ['desk.xlsx', 'late.parquet'])
      expect(python.output).toContain(`what Tieout read of ${read}, which has a mapping or is no plain CSV`);
    expect(ofType(ended, 'verify-pack')[0]?.on_trust).toHaveLength(3);
    const { members } = layoutOf(readFileSync(path));
    const mappings = members.filter(({ name }) => name.startsWith('mappings/'));
    expect(mappings).toHaveLength(1);
    expect(await contentOf(path, mappings[0]?.name ?? '')).toContain('"Ref"');
  });
});
