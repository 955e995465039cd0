/** Mappings through the command: checked, saved, previewed and imported with, and what is wrong told line by line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofType, temporaryFolder } from './command.ts';
import { tieout } from './in-process.ts';

const folder = temporaryFolder();
const WORKSPACE = ['--workspace', join(folder, 'workspace')];
const LEDGER = ['--as', 'ledger', '--month', '2024-03', ...WORKSPACE];

function file(name: string, content: string | object): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
}

const MAPPING = {
  mapping: 1,
  name: 'desk',
  revision: 1,
  fields: { settlement_id: 'Nr', amount: { column: 'Betrag', negate: true }, currency: { constant: 'EUR' } },
};

describe('a mapping', () => {
  const mapping = file('desk.json', MAPPING);
  const extract = file('desk.csv', 'Postings\n\nNr;Betrag\nS-1;1.234,50\nS-2;(0,50)\nSumme;1.234,00\n');

  it('is checked: every fault with its line and column, and exit code 2', async () => {
    const bad = file(
      'bad.json',
      '{\n  "mapping": 1,\n  "name": "x",\n  "revision": 0,\n  "fields": { "betrag": 1 }\n}',
    );
    const ended = await tieout(['mappings', 'check', bad]);
    expect([ended.code, ended.stdout]).toEqual([
      2,
      `${bad}:4:15 revision is below 1\n${bad}:5:15 fields.betrag is no field of a ledger extract\n`,
    ]);
    const good = await tieout(['mappings', 'check', mapping, '--json']);
    expect(ofType(good, 'mapping')).toMatchObject([{ name: 'desk', revision: 1 }]);
  });

  it('is previewed without a trace, then imported with and kept by its name', async () => {
    const preview = await tieout([
      'import',
      extract,
      '--mapping',
      mapping,
      '--preview',
      '--rows',
      '1',
      '--json',
      ...LEDGER,
    ]);
    expect([preview.code, preview.stderr]).toEqual([0, '']);
    expect(ofType(preview, 'import-preview')).toMatchObject([
      {
        reading: {
          encoding: 'utf-8',
          delimiter: ';',
          header_line: 3,
          numbers: { decimal: ',', thousands: '.' },
        },
        columns: [
          { header: 'Nr', field: 'settlement_id' },
          { header: 'Betrag', field: 'amount' },
        ],
        totals: { rows: 2, amounts: { EUR: '-1234' } },
        checks: [{ line: 6, said: '-1234', agrees: true }],
      },
    ]);
    expect(ofType(preview, 'preview-row')).toMatchObject([
      { line: 4, values: { settlement_id: 'S-1', amount: '-1234.50', currency: 'EUR' } },
    ]);
    expect((await tieout(['mappings', 'list', '--json', ...WORKSPACE])).stdout).toBe('');

    const imported = await tieout(['import', extract, '--mapping', mapping, '--json', ...LEDGER]);
    const [event] = ofType(imported, 'import');
    expect(event).toMatchObject({
      rows: 2,
      totals: { EUR: '-1234' },
      mapping: { name: 'desk', revision: 1 },
    });
    const again = await tieout(['import', extract, '--mapping', 'desk', ...LEDGER]);
    expect(again.stdout).toContain(
      'it replaces the extract of this name: 0 added, 0 removed, 0 changed, 2 unchanged',
    );
    const shown = await tieout(['mappings', 'show', 'desk', ...WORKSPACE]);
    expect(JSON.parse(shown.stdout)).toEqual(MAPPING);
    expect((await tieout(['mappings', 'list', ...WORKSPACE])).stdout).toMatch(
      /^[0-9a-f]{64} {2}desk {2}revision 1 {2}saved /,
    );
  });

  it('of one name and revision has one wording', async () => {
    const other = file('other.json', { ...MAPPING, description: 'changed' });
    const ended = await tieout(['mappings', 'save', other, ...WORKSPACE]);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('raise the revision')]);
    expect(
      (await tieout(['mappings', 'save', file('next.json', { ...MAPPING, revision: 2 }), ...WORKSPACE])).code,
    ).toBe(0);
    const unknown = await tieout(['import', extract, '--mapping', 'nobody', ...LEDGER]);
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('no mapping "nobody"; it has desk'),
    ]);
  });

  it('tells every fault of a file: all of them with --json, a hundred rows in words', async () => {
    const rows = Array.from({ length: 150 }, (_, at) => `S-${at};x${at}`);
    const bad = file('many.csv', `Nr;Betrag\n${rows.join('\n')}\n`);
    const ended = await tieout(['import', bad, '--mapping', 'desk', '--json', ...LEDGER]);
    expect(ended.code).toBe(2);
    const faults = ofType(ended, 'import-fault');
    expect(faults).toHaveLength(150);
    expect(faults[149]).toEqual({
      type: 'import-fault',
      line: 151,
      column: 2,
      header: 'Betrag',
      field: 'amount',
      cell: 'x149',
      message: 'amount is "x149", not a decimal',
    });
    expect(ended.stderr).toContain('150 rows of many.csv cannot be read');
    expect(ended.stderr).toContain('line 101 amount is "x99", not a decimal (column 2); and 50 more.');
  });

  it('stays away from curves', async () => {
    const ended = await tieout([
      'import',
      extract,
      '--as',
      'curves',
      '--month',
      '2024-03',
      '--mapping',
      'desk',
      ...WORKSPACE,
    ]);
    expect([ended.code, ended.stderr]).toEqual([
      2,
      expect.stringContaining('--mapping and --preview are of ledger extracts'),
    ]);
  });
});
