import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, openWorkbook } from '../../../electron/workbook/reader.ts';
import { dateShape, numberText } from '../../../electron/workbook/reader-numbers.ts';
import { TieoutError } from '../../../shared/errors.ts';
import { type Parts, packedWorkbook, zipped } from './packed.ts';

async function cellsOf(parts: Parts): Promise<readonly (readonly Cell[])[]> {
  const workbook = await openWorkbook(await packedWorkbook(parts), 'ledger.xlsx');
  const sheet = workbook.sheet('Postings');
  const rows: (readonly Cell[])[] = [];
  for await (const { cells } of sheet?.rows() ?? []) rows.push(cells);
  return rows;
}

const told = (cells: readonly Cell[] = []): readonly string[] =>
  cells.map(({ kind, text }) => `${kind} ${text}`.trim());

async function refusal(source: string | Uint8Array): Promise<TieoutError> {
  const error: unknown = await openWorkbook(source, 'ledger.xlsx')
    .then(async (workbook) => {
      for await (const _ of workbook.sheets[0]?.rows() ?? []);
      return new Error('it was read');
    })
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof TieoutError)) throw error;
  return error;
}

const STYLES =
  '<numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/><numFmt numFmtId="165" formatCode="#,##0.00_);[Red]\\(#,##0.00\\)"/><numFmt numFmtId="166" formatCode="[h]:mm"/><numFmt numFmtId="167" formatCode="0.00&quot; MWh&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="20"/><xf numFmtId="167"/></cellXfs>';

describe('a workbook', () => {
  it('gives each cell its kind and place, with gaps filled and formulas marked', async () => {
    const rows = await cellsOf({
      strings:
        '<si><t xml:space="preserve"> Acme </t></si><si><r><t>Nor</t></r><r><t>d_x000A_Süd</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si>',
      rows: `<row r="2"><c r="B2" t="s"><v>0</v></c><c r="D2" t="s"><v>1</v></c></row>
        <row><c t="inlineStr"><is><t>in &amp; line</t></is></c><c><f>SUM(A1:A9)</f><v>12.50</v></c><c t="str"><f>A1</f><v>text</v></c><c><f>B9</f></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row>`,
    });
    expect(told(rows[0])).toEqual(['empty', 'text  Acme', 'empty', 'text Nord\nSüd']);
    expect(rows[0]?.[3]).toMatchObject({ row: 2, column: 4, formula: false });
    expect(told(rows[1])).toEqual([
      'text in & line',
      'number 12.50',
      'text text',
      'empty',
      'boolean TRUE',
      'error #N/A',
    ]);
    expect(rows[1]?.map(({ formula }) => formula)).toEqual([false, true, true, true, false, false]);
    expect(rows[1]?.[0]).toMatchObject({ row: 3, column: 1 });
  });

  it('takes dates by their number formats, in the systems of 1900 and 1904', async () => {
    const rows =
      '<row><c s="1"><v>45352</v></c><c s="2"><v>45352.208333333336</v></c><c s="3"><v>45352</v></c><c s="4"><v>45352</v></c><c s="5"><v>0.75</v></c><c s="6"><v>5</v></c><c s="1"><v>59</v></c><c s="1"><v>60</v></c><c s="1"><v>61</v></c><c t="d"><v>2024-03-01</v></c><c s="1"><v>-1</v></c></row>';
    expect(told((await cellsOf({ rows, styles: STYLES }))[0])).toEqual([
      'date 2024-03-01',
      'date 2024-03-01T05:00:00',
      'number 45352',
      'number 45352',
      'date 18:00:00',
      'number 5',
      'date 1900-02-28',
      'error 60',
      'date 1900-03-01',
      'date 2024-03-01',
      'error -1',
    ]);
    expect(told((await cellsOf({ rows, styles: STYLES, from1904: true }))[0]).slice(0, 2)).toEqual([
      'date 2028-03-02',
      'date 2028-03-02T05:00:00',
    ]);
  });

  it('lists its sheets and says which are hidden', async () => {
    const { sheets } = await openWorkbook(await packedWorkbook({ rows: '' }));
    expect(sheets.map(({ name, hidden }) => [name, hidden])).toEqual([
      ['Postings', false],
      ['Notes', true],
    ]);
  });

  it('is read from a path, and can be left early', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tieout-workbook-'));
    try {
      const path = join(folder, 'many.xlsx');
      const rows = Array.from({ length: 5000 }, (_, at) => `<row><c><v>${at}</v></c></row>`).join('');
      await writeFile(path, await packedWorkbook({ rows }));
      const workbook = await openWorkbook(path);
      let seen = 0;
      for await (const _ of workbook.sheets[0]?.rows() ?? []) {
        seen += 1;
        if (seen === 10) break;
      }
      workbook.close();
      expect(seen).toBe(10);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('what is no workbook that can be read', () => {
  it('is told apart in one sentence', async () => {
    const good = await packedWorkbook({ rows: '<row><c><v>1</v></c></row>' });
    const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
    const encrypted = Buffer.concat([ole, Buffer.from('EncryptedPackage', 'utf16le')]);
    const cases: readonly (readonly [Uint8Array, RegExp])[] = [
      [Buffer.from('settlement_id,amount\n'), /is no .xlsx workbook/],
      [Buffer.alloc(0), /is empty/],
      [ole, /old .xls form/],
      [encrypted, /protected with a password/],
      [good.subarray(0, good.length - 40), /cut short or damaged/],
      [await zipped({ 'xl/workbook.bin': 'x' }), /binary workbook/],
      [await zipped({ 'a.txt': 'x' }), /no .xlsx workbook/],
      [
        await packedWorkbook({ rows: '<row><c><v>1</row>' }),
        /damaged in its part xl\/worksheets\/sheet1.xml/,
      ],
      [await packedWorkbook({ rows: '<row><c t="s"><v>7</v></c></row>' }), /damaged in its part/],
      [await packedWorkbook({ rows: '<row r="9999999"/>' }), /damaged in its part/],
    ];
    for (const [bytes, words] of cases) {
      const error = await refusal(bytes);
      expect(error.code).toBe('workbook-invalid');
      expect(error.message).toMatch(words);
      expect(error.message).toMatch(/^ledger\.xlsx .*\.$/);
    }
    expect((await refusal('/nowhere/ledger.xlsx')).code).toBe('file-not-found');
  });

  it('does not unpack a part that says that it is far larger than its bytes could honestly be', async () => {
    const bomb = await packedWorkbook({
      rows: '',
      more: { 'xl/sharedStrings.xml': Buffer.alloc(70 * 1024 ** 2, 0x20) },
    });
    expect((await refusal(bomb)).message).toMatch(/no honest workbook/);
  });

  it('is refused where any of its bytes is missing', async () => {
    const good = await packedWorkbook({ rows: '<row><c><v>1</v></c></row>' });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: good.length - 1 }), async (length) => {
        expect((await refusal(good.subarray(0, length))).code).toBe('workbook-invalid');
      }),
      { numRuns: 60 },
    );
  });
});

describe('a number', () => {
  it('keeps its digits; those that a double adds go', () => {
    expect(numberText('0.10000000000000001')).toBe('0.1');
    expect(numberText('1234.5599999999999')).toBe('1234.56');
    expect(numberText('100.00')).toBe('100.00');
    expect(numberText('1.5E-3')).toBe('0.0015');
    expect(numberText('123456789012345678.12')).toBe('123456789012345678.12');
    expect(numberText('12345678901234.567')).toBe('12345678901234.567');
    expect(numberText('abc')).toBeNull();
  });

  it('of any double as Excel writes it is that double again', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (value) => {
        if (Math.abs(value) < 1e-300) return;
        expect(Number(numberText(value.toPrecision(17)))).toBe(Number(value.toPrecision(17)));
      }),
    );
  });

  it('is a date only by a format that shows one', () => {
    const date = ['m/d/yy', '[$-409]d-mmm;@', 'dd/mm/yyyy', 'yyyy"年"m"月"'];
    const none = ['General', '0.00E+00', '"day" 0', '#,##0 [$€-407]', '@', '[Red]0', '[hh]:mm:ss', '0.0\\d'];
    for (const code of date) expect([code, dateShape(170, code)?.day]).toEqual([code, true]);
    for (const code of none) expect([code, dateShape(170, code)]).toEqual([code, null]);
    expect(dateShape(170, 'h:mm AM/PM')).toEqual({ day: false, time: true });
  });
});
