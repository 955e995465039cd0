import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvRecord, csvRecords, delimiterOf } from '../../../electron/ledger/csv-extract.ts';
import { SEED } from '../shared/decimals.ts';

async function records(content: string | Uint8Array): Promise<readonly CsvRecord[]> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return Array.fromAsync(csvRecords(bytes, 'extract.csv'));
}

describe('the dialect of an extract', () => {
  it.each([
    ['amount,currency', ','],
    ['amount;currency;memo', ';'],
    ['amount\tcurrency', '\t'],
    ['amount|currency', '|'],
    ['"amount, net";currency;memo', ';'],
    ['"a;b;c;d",currency,memo', ','],
    ['amount', ','],
    ['', ','],
  ])('of the header %j is %j', (header, delimiter) => {
    expect(delimiterOf(header)).toBe(delimiter);
  });

  it.each([
    ['a semicolon', 'settlement_id;amount\nS-1;1.50\n'],
    ['a tab', 'settlement_id\tamount\nS-1\t1.50\n'],
    ['a bar', 'settlement_id|amount\nS-1|1.50\n'],
    ['a byte-order mark', '\ufeffsettlement_id,amount\nS-1,1.50\n'],
    ['Windows line ends', 'settlement_id,amount\r\nS-1,1.50\r\n'],
    ['old Macintosh line ends', 'settlement_id,amount\rS-1,1.50\r'],
    ['quotes around everything', '"settlement_id","amount"\n"S-1","1.50"\n'],
    ['no line end at the end', 'settlement_id,amount\nS-1,1.50'],
    ['blank lines at the end', 'settlement_id,amount\nS-1,1.50\n\n\n'],
  ])('may be one with %s', async (_, content) => {
    expect(await records(content)).toEqual([
      { line: 1, cells: ['settlement_id', 'amount'] },
      { line: 2, cells: ['S-1', '1.50'] },
    ]);
  });

  it('keeps commas, quotes, line breaks and letters of any script in quoted cells', async () => {
    const content = 'memo,amount\n"a ""b"", c\r\nd",1\n"Größe 電力 😀",2\n';
    expect((await records(content)).map(({ cells }) => cells)).toEqual([
      ['memo', 'amount'],
      ['a "b", c\r\nd', '1'],
      ['Größe 電力 😀', '2'],
    ]);
  });

  it('may change its line ends midway, as a file that was joined from two', async () => {
    const content = 'memo,amount\na,1\r\nb,2\n"c\r\nd",3\re,4\r\n';
    expect((await records(content)).map(({ line, cells }) => [line, ...cells])).toEqual([
      [1, 'memo', 'amount'],
      [2, 'a', '1'],
      [3, 'b', '2'],
      [4, 'c\r\nd', '3'],
      [6, 'e', '4'],
    ]);
  });

  it('is refused where it is not UTF-8', async () => {
    await expect(records(Buffer.from('memo,amount\nGr\u00f6\u00dfe,1\n', 'latin1'))).rejects.toMatchObject({
      code: 'ledger-encoding',
    });
    await expect(records(Buffer.from('\ufeffmemo,amount\n', 'utf16le'))).rejects.toMatchObject({
      code: 'ledger-encoding',
    });
  });

  it.each([
    ['a quote that is never closed', 'memo,amount\nx,1\n"y,2\nz,3\n'],
    ['a quote inside a bare cell', 'memo,amount\nx,1\ny"z,2\n'],
    ['text behind a closing quote', 'memo,amount\nx,1\n"y"z,2\n'],
  ])('is refused at its line where it has %s', async (_, content) => {
    await expect(records(content)).rejects.toMatchObject({
      code: 'ledger-rows',
      message: expect.stringMatching(/^extract\.csv cannot be read as CSV at line 3 \(/),
    });
  });
});

describe('line numbers', () => {
  it('are those of an editor: blank lines and quoted line breaks count', async () => {
    const content = [
      'memo,amount',
      '',
      '"one',
      'two',
      'three",1',
      '',
      '',
      'four,2',
      '"five',
      '",3',
      'six,4',
      '',
    ];
    expect((await records(content.join('\n'))).map(({ line, cells }) => [line, cells[1]])).toEqual([
      [1, 'amount'],
      [3, '1'],
      [8, '2'],
      [9, '3'],
      [11, '4'],
    ]);
  });

  it('start where the file starts, blank lines before the header included', async () => {
    expect((await records('\n\nmemo,amount\nx,1\n')).map(({ line }) => line)).toEqual([3, 4]);
  });

  it('are right for any cells, line ends and blank lines between', async () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'ä', ',', '"', '\n', '\r\n', ' ', '0', ';'),
      maxLength: 6,
    });
    const file = fc.record({
      rows: fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 12 }),
      blanks: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 13, maxLength: 13 }),
      eol: fc.constantFrom('\n', '\r\n'),
    });
    await fc.assert(
      fc.asyncProperty(file, async ({ rows, blanks, eol }) => {
        const header = ['first', 'second', 'third'];
        const expected: CsvRecord[] = [];
        let content = '';
        for (const [at, cells] of [header, ...rows].entries()) {
          expected.push({ line: content.split('\n').length, cells });
          content += `${cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')}${eol}`;
          content += eol.repeat(blanks[at] ?? 0);
        }
        expect(await records(content)).toEqual(expected);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it.each(['\n', '\r\n'])(
    'are right in a file that is read in many pieces, lines ended by %j',
    async (eol) => {
      const rows = Array.from(
        { length: 40_000 },
        (_, at) => `"row ${at}${at % 7 === 0 ? `${eol}more` : ''}",${at}`,
      );
      const content = `memo,amount${eol}${rows.join(eol)}${eol}`;
      let line = 1;
      for (const [at, record] of (await records(content)).entries()) {
        expect(record.line).toBe(line);
        line += at > 0 && (at - 1) % 7 === 0 ? 2 : 1;
      }
      expect(line).toBe(content.split(eol).length);
    },
  );

  it('names the row whose quote is never closed, not the end of the file', async () => {
    const rows = Array.from({ length: 30_000 }, (_, at) => (at === 12_345 ? `"open,${at}` : `"row",${at}`));
    await expect(records(`memo,amount\n${rows.join('\n')}\n`)).rejects.toMatchObject({
      code: 'ledger-rows',
      details: { line: 12_347 },
    });
  });
});
