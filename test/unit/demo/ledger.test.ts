import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleBook } from '../../../electron/demo/book.ts';
import { slotJson } from '../../../electron/demo/generated-records.ts';
import { writeSampleLedger } from '../../../electron/demo/ledger.ts';
import { SAMPLE_LEDGER_COLUMNS } from '../../../electron/demo/ledger-columns.ts';
import { BREAK_CATEGORIES } from '../../../shared/recon.ts';
import { type LedgerCells, reconcileNaively, units } from './naive-reconciliation.ts';
import { readVendorRecord } from './vendor-record.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tieout-ledger-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function sample(records: number, seed: number, month = '2024-03') {
  const path = join(folder, `${records}-${seed}.csv`);
  const truth = await writeSampleLedger(path, { month, records, seed });
  const csv = await readFile(path, 'utf8');
  const book = sampleBook({ month, records, seed });
  const accepted = Array.from({ length: records }, (_, slot) => slot)
    .filter((slot) => book.served(slot).kind === 'settlement')
    .map((slot) => readVendorRecord(slotJson(book, slot)));
  return { truth, csv, accepted, rows: rowsOf(csv) };
}

function rowsOf(csv: string): LedgerCells[] {
  const [header = [], ...lines]: string[][] = parse(csv);
  const fields = header.map((name) => name.toLowerCase().replaceAll(' ', '_'));
  return lines.map((cells) => Object.fromEntries(fields.map((field, at) => [field, cells[at] ?? ''])));
}

const bySettlement = <T extends { settlementId: string | null }>(list: readonly T[]) =>
  [...list].sort((a, b) => ((a.settlementId ?? '') < (b.settlementId ?? '') ? -1 : 1));

const inUnits = (totals: Readonly<Record<string, string>>) =>
  new Map(Object.entries(totals).map(([currency, total]) => [currency, units(total)]));

describe('the sample ledger', () => {
  it.each([
    [250, 1, '2024-03'],
    [500, 2, '2024-11'],
    [8784, 1, '2024-03'],
    [8784, 99, '2023-12'],
    [21_000, 3, '2024-03'],
    [60, 1, '2024-03'],
    [120, 4, '2024-03'],
    [1, 1, '2024-03'],
  ])(
    'of %i records with seed %i holds exactly the breaks that it says, to the last digit',
    async (records, seed, month) => {
      const { truth, accepted, rows } = await sample(records, seed, month);
      const found = reconcileNaively(accepted, rows);
      expect(bySettlement(found.breaks)).toEqual(
        bySettlement(truth.breaks).map((planted) => ({ ...planted, difference: units(planted.difference) })),
      );
      expect({ matched: found.matched, pending: found.pending }).toEqual({
        matched: truth.matched,
        pending: truth.pending,
      });
      expect(found.etrmTotal).toEqual(inUnits(truth.etrmTotal));
      expect(found.ledgerTotal).toEqual(inUnits(truth.ledgerTotal));
      expect(truth.received).toBe(records);
      expect(truth.accepted).toBe(accepted.length);
      expect(truth.rejected).toBe(records - accepted.length);
      expect(truth.ledgerRows).toBe(rows.length);
      const etrmBreaks = truth.breaks.filter(({ category }) => category !== 'MISSING_IN_ETRM').length;
      expect(truth.settlements).toBe(truth.matched + truth.pending + etrmBreaks);
    },
  );

  it('has at least two breaks of every category', async () => {
    const { truth } = await sample(250, 6);
    for (const category of BREAK_CATEGORIES) {
      expect(truth.byCategory[category] ?? 0, category).toBeGreaterThanOrEqual(2);
    }
  });

  it('is the same for the same seed and another for another', async () => {
    const [a, again, other] = [await sample(400, 1), await sample(400, 1), await sample(400, 2)];
    expect(again.csv).toBe(a.csv);
    expect(again.truth).toEqual(a.truth);
    expect(other.csv).not.toBe(a.csv);
  });

  it('holds what must not be a break: cents, split and voided postings, other zeros, other offsets', async () => {
    const { rows } = await sample(8784, 1);
    const memos = rows.map(({ memo }) => memo);
    expect(memos).toContain('part 2 of 2');
    expect(rows.filter(({ status }) => status === 'VOID').length).toBeGreaterThanOrEqual(2);
    expect(rows.filter(({ delivery_start }) => delivery_start?.endsWith('+05:30')).length).toBe(3);
    expect(rows.filter(({ volume }) => volume?.endsWith('.00')).length).toBeGreaterThanOrEqual(1);
    expect(rows.some(({ direction }) => direction === 'buy' || direction === 'sell')).toBe(true);
  });

  it("has headers that are Tieout's field names in other case and spaces", () => {
    for (const { field, header } of SAMPLE_LEDGER_COLUMNS) {
      expect(header.toLowerCase().replaceAll(' ', '_')).toBe(field);
    }
    expect(SAMPLE_LEDGER_COLUMNS.some(({ field, header }) => String(field) !== header)).toBe(true);
  });

  it('that cannot be written is said so', async () => {
    await expect(
      writeSampleLedger(join(folder, 'no', 'such', 'ledger.csv'), { month: '2024-03', records: 10, seed: 1 }),
    ).rejects.toMatchObject({ code: 'usage' });
  });
});
