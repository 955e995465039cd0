import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SheetPlan } from '../../../electron/workbook/plan.ts';
import { openWorkbook } from '../../../electron/workbook/reader.ts';
import { workbook } from '../../../electron/workbook/writer.ts';
import type { Cell } from '../../../electron/workbook/writer-cells.ts';
import { SEED } from '../shared/decimals.ts';

async function bytes(sheets: readonly SheetPlan[], signal?: AbortSignal, mostRows?: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const limit = mostRows === undefined ? {} : { mostRows };
  const plan = { title: 'A & B', author: 'analyst', createdAt: '2024-04-02T08:00:00.000Z', sheets, ...limit };
  for await (const piece of workbook(plan, signal)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Texts and kinds of the sheet of that name, row by row. */
async function readBack(file: Buffer, name: string): Promise<(readonly [string, string])[][]> {
  const book = await openWorkbook(file, 'test.xlsx');
  const rows: (readonly [string, string])[][] = [];
  try {
    for await (const { cells } of book.sheet(name)?.rows() ?? []) {
      rows.push(cells.map(({ kind, text }) => [kind, text] as const));
    }
  } finally {
    book.close();
  }
  return rows;
}

function column(cells: readonly Cell[], kind: SheetPlan['columns'][number]['kind'] = 'text'): SheetPlan {
  return { name: 'Cells', columns: [{ title: 'Cell', kind }], rows: cells.map((cell) => [cell]) };
}

describe('a workbook', () => {
  it('has numbers, dates and times as such, and digits that would be lost as text', async () => {
    const cells = ['-12.50', '123456789012.345', '1234567890123456.78', 'none'];
    const [, ...numbers] = await readBack(await bytes([column(cells, 'decimal')]), 'Cells');
    expect(numbers.flat()).toEqual([
      ['number', '-12.50'],
      ['number', '123456789012.345'],
      ['text', '1234567890123456.78'],
      ['text', 'none'],
    ]);
    const [, ...dates] = await readBack(await bytes([column(['2024-02-29', '2023-02-29'], 'date')]), 'Cells');
    expect(dates.flat()).toEqual([
      ['date', '2024-02-29'],
      ['text', '2023-02-29'],
    ]);
    const instants = column(['2024-03-10T06:59:59Z', '2024-03-10T06:59:59.123456Z'], 'instant');
    const [, ...times] = await readBack(await bytes([instants]), 'Cells');
    expect(times.flat().map(([kind]) => kind)).toEqual(['date', 'text']);
    expect(times[0]?.[0]?.[1]).toMatch(/^2024-03-10[ T]06:59:59/);
  });

  it('gives every text back, and none of them as a formula', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('=1+1', '+1', '-x', '@A', '\t=1', '_x0041_', '<&>"', ' a ', '\r\n', '\u0000', '\uD800'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 8 }), async (texts) => {
        const book = await openWorkbook(await bytes([column(texts)]), 'test.xlsx');
        const seen: string[] = [];
        for await (const { row, cells } of book.sheet('Cells')?.rows() ?? []) {
          for (const { formula, text: shown } of cells) {
            expect(formula).toBe(false);
            if (row > 1) seen.push(shown);
          }
        }
        book.close();
        expect(seen).toEqual(texts.filter((one) => one !== ''));
      }),
      { seed: SEED, numRuns: 25 },
    );
  });

  it('names its sheets as Excel takes them, and goes on in another where one is full', async () => {
    const page = { columns: [{ title: 'a', kind: 'text' }], rows: [['x']] } as const;
    const file = await bytes([
      { name: "'[a]:*?/\\b'", ...page },
      { name: 'history', ...page },
      { name: 'y'.repeat(40), ...page },
      { name: 'Y'.repeat(40), ...page },
    ]);
    const book = await openWorkbook(file, 'test.xlsx');
    expect(book.sheets.map(({ name }) => name)).toEqual([
      '_a______b',
      'history_',
      'y'.repeat(31),
      `${'Y'.repeat(27)} (2)`,
    ]);
    book.close();
  });

  it('goes on in another sheet where one is full, and makes none that would be empty', async () => {
    const rows = ['1', '2', '3', '4'].map((cell) => [cell]);
    const sheets = [{ name: 'Rows', columns: [{ title: 'a', kind: 'text' as const }], rows }];
    const names = async (mostRows: number): Promise<readonly string[]> => {
      const book = await openWorkbook(await bytes(sheets, undefined, mostRows), 'test.xlsx');
      book.close();
      return book.sheets.map(({ name }) => name);
    };
    expect(await names(3)).toEqual(['Rows', 'Rows (2)']);
    expect(await names(4)).toEqual(['Rows', 'Rows (2)']);
    expect(await names(5)).toEqual(['Rows']);
    const second = await readBack(await bytes(sheets, undefined, 4), 'Rows (2)');
    expect(second).toEqual([[['text', 'a']], [['text', '4']]]);
  });

  it('is the same to the last byte in another time zone', async () => {
    const script = `
      import { workbook } from './electron/workbook/writer.ts';
      import { createHash } from 'node:crypto';
      const hash = createHash('sha256');
      const sheets = [{ name: 'a', columns: [{ title: 'n', kind: 'instant' }], rows: [['2024-03-10T07:00:00Z']] }];
      for await (const piece of workbook({ title: 't', author: 'a', createdAt: '2024-04-02T08:00:00Z', sheets })) hash.update(piece);
      process.stdout.write(hash.digest('hex'));`;
    const inZone = (TZ: string): string =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
        env: { ...process.env, TZ },
      });
    expect(inZone('Asia/Tokyo')).toBe(inZone('America/New_York'));
  });

  it('fails with what its rows fail with, and stops when it is told to', async () => {
    function* failing(): Generator<readonly Cell[]> {
      yield ['one'];
      throw new Error('the disk is gone');
    }
    await expect(
      bytes([{ name: 'a', columns: [{ title: 'a', kind: 'text' }], rows: failing() }]),
    ).rejects.toThrow('the disk is gone');
    let closed = false;
    function* endless(): Generator<readonly Cell[]> {
      try {
        for (;;) yield ['x'.repeat(1000)];
      } finally {
        closed = true;
      }
    }
    const stop = new AbortController();
    const writing = bytes(
      [{ name: 'a', columns: [{ title: 'a', kind: 'text' }], rows: endless() }],
      stop.signal,
    );
    setTimeout(() => stop.abort(new Error('stopped')), 20);
    await expect(writing).rejects.toThrow('stopped');
    expect(closed).toBe(true);
  });
});
