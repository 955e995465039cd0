/** Packed rows are written as rows of cells are, byte for byte. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NOTHING, PARTED, unpackedCell } from '../../../electron/workbook/packed-row.ts';
import type { Column, SheetPlan } from '../../../electron/workbook/plan.ts';
import { workbook } from '../../../electron/workbook/writer.ts';
import { SEED } from '../shared/decimals.ts';

function packed(cells: readonly (string | null)[]): string {
  return cells
    .map((cell) =>
      cell === null ? NOTHING : cell.replaceAll(NOTHING, `${NOTHING}0`).replaceAll(PARTED, `${NOTHING}1`),
    )
    .join(PARTED);
}

async function bytes(columns: readonly Column[], rows: SheetPlan['rows']): Promise<string> {
  const pieces: Buffer[] = [];
  const plan = { title: 'A', author: 'analyst', createdAt: '2024-04-02T08:00:00.000Z' };
  for await (const piece of workbook({ ...plan, sheets: [{ name: 'S', columns, rows }] })) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
}

const COLUMNS: readonly Column[] = [
  { title: 'text', kind: 'text' },
  { title: 'hash', kind: 'text', style: 'mono' },
  { title: 'decimal', kind: 'decimal', decimals: 3 },
  { title: 'integer', kind: 'integer' },
  { title: 'date', kind: 'date' },
  { title: 'instant', kind: 'instant' },
  { title: 'boolean', kind: 'boolean' },
];

const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.stringMatching(/^-?\d{0,18}\.?\d{0,6}$/),
  fc.constantFrom(
    null,
    '',
    ' ',
    'a b',
    ' a',
    'a ',
    '_x0041_',
    '_',
    'x_',
    '<',
    '=1',
    '-',
    '-1',
    '1.',
    '.1',
    '1.2.3',
  ),
  fc.constantFrom(
    '2024-03-01',
    '2024-02-30',
    '2024-03-01T05:00:00Z',
    '2024-03-01T05:00:00.5Z',
    '2024-03-01T25:00:00Z',
  ),
  fc.constantFrom(
    NOTHING,
    PARTED,
    `${NOTHING}0`,
    `${NOTHING}1`,
    `a${PARTED}b`,
    'é',
    '東京',
    'x'.repeat(40_000),
  ),
);

it('says the same of a packed row as of its cells, whatever is in them', async () => {
  const row = fc.array(cell, { maxLength: COLUMNS.length + 2 });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 6 }), async (rows) => {
      // A row without a cell is one that has an empty one.
      const whole = rows.map((cells) => (cells.length === 0 ? [''] : cells));
      // Not by `toBe`, which would print the bytes.
      expect((await bytes(COLUMNS, whole.map(packed))) === (await bytes(COLUMNS, whole))).toBe(true);
    }),
    { seed: SEED, numRuns: 50 },
  );
});

it('gives a cell back as it was packed', () => {
  fc.assert(
    fc.property(cell, (value) => {
      expect(unpackedCell(packed([value]))).toBe(value);
    }),
    { seed: SEED, numRuns: 300 },
  );
});
