import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import type { Row } from '../../../electron/workspace/row.ts';
import { add, type Decimal, decimal, ZERO } from '../../../shared/decimal.ts';
import { BREAK_CATEGORIES } from '../../../shared/recon.ts';
import { SEED } from '../shared/decimals.ts';
import { monthOf, temporaryApp } from '../workspace/temporary.ts';
import { byContent, naively, type RandomBook, randomBooks, recordOf } from './random-books.ts';
import { importRows, reconciled, syncRecords } from './stored-month.ts';

const BOOKS = randomBooks(200, SEED);
/** The same without rows that are found by their composite key. */
const ALL_NAMED = BOOKS.map(({ records, files }) => ({
  records,
  files: files.map((rows) => rows.filter((cells) => cells.settlement_id !== '')),
}));
const MARCH = monthOf('2024-03');

let app: App;
beforeAll(async () => {
  app = await temporaryApp();
});

type Order = <T>(list: readonly T[]) => readonly T[];
const asMade: Order = (list) => list;

/** The books as one month: records on pages of so many, rows in three files, both in that order. */
async function store(books: readonly RandomBook[], pageSize: number, order: Order): Promise<void> {
  const records = order(books.flatMap((book) => book.records.map(recordOf)));
  await syncRecords(app, MARCH, records, pageSize);
  const rows = order(books.flatMap((book) => book.files.flat()));
  const third = Math.ceil(rows.length / 3);
  for (const file of [0, 1, 2])
    await importRows(app, MARCH, `file ${file}.csv`, rows.slice(file * third, (file + 1) * third));
}

describe('a reconciliation through the database', () => {
  it.each([
    ['all postings name their settlement', ALL_NAMED],
    ['some only describe it', BOOKS],
  ])('says of every key of 200 random books what the judge says of it, where %s', async (_, books) => {
    await store(books, 101, asMade);
    const { recon, items } = await reconciled(app, MARCH);
    const expected = new Map(books.flatMap((book) => [...naively(book)]));
    expect([...items.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [key, judged] of expected) {
      const item = items.get(key);
      const detail: unknown = item?.textOrNull('detail') ? item.json('detail') : null;
      expect({
        key,
        state: item?.text('state'),
        category: item?.textOrNull('category'),
        rows: [item?.int('etrm_rows'), item?.int('ledger_rows')],
        difference: item?.text('difference'),
        etrmAmount: item?.textOrNull('etrm_amount'),
        etrmVolume: item?.textOrNull('etrm_volume'),
        differing: item?.json('differing'),
      }).toEqual({
        key,
        state: judged.state,
        category: judged.category,
        rows: judged.rows,
        difference: judged.difference,
        etrmAmount: judged.etrmAmount,
        etrmVolume: judged.etrmVolume,
        differing: judged.differences.map(({ field }) => field),
      });
      if (judged.state === 'break') expect(detail).toMatchObject({ explained: judged.explained });
    }
    const states = [...expected.values()].map(({ state }) => state);
    expect(recon).toMatchObject({
      matched: states.filter((state) => state === 'matched').length,
      pending: states.filter((state) => state === 'pending').length,
      breaks: states.filter((state) => state === 'break').length,
    });
    // The books are worth their name only where all that can happen does.
    expect(recon.matched).toBeGreaterThan(50);
    expect(recon.pending).toBeGreaterThan(50);
    expect(Object.keys(recon.by_category).sort()).toEqual([...BREAK_CATEGORIES].sort());
  });

  it('has totals by currency: settlements once and not void, postings that are live', async () => {
    const { recon } = await reconciled(app, MARCH);
    const etrm: Record<string, Decimal> = {};
    const ledger: Record<string, Decimal> = {};
    for (const { records, files } of BOOKS) {
      for (const id of new Set(records.map((record) => record.settlement_id))) {
        const own = records.filter((record) => record.settlement_id === id);
        const newest = Math.max(...own.map(({ version }) => version));
        const current = own.filter(({ version }) => version === newest).sort(byContent)[0];
        if (!current || current.status === 'VOID') continue;
        etrm[current.currency] = add(etrm[current.currency] ?? ZERO, current.amount);
      }
      for (const { currency = '', amount = '', status } of files.flat()) {
        if (status !== 'VOID') ledger[currency] = add(ledger[currency] ?? ZERO, decimal(amount));
      }
    }
    expect(recon.etrm_total).toEqual(etrm);
    expect(recon.ledger_total).toEqual(ledger);
  });

  it('says the same of the same month again, under the same hash', async () => {
    const first = await reconciled(app, MARCH);
    const second = await reconciled(app, MARCH);
    expect(second.recon).toEqual({ ...first.recon, recon_id: second.recon.recon_id, at: second.recon.at });
  });

  it('does not depend on how pages were cut, nor on the order of records, rows and files', async () => {
    const before = await reconciled(app, MARCH);
    for (const [seed, pageSize] of [
      [1, 23],
      [2, 1000],
    ] as const) {
      await store(BOOKS, pageSize, (list) => shuffled(list, seed));
      const after = await reconciled(app, MARCH);
      expect(changed(before.items, after.items)).toEqual([]);
      expect(after.recon.recon_sha256).toBe(before.recon.recon_sha256);
    }
  });

  it('has another hash where one digit of one amount is another', async () => {
    const before = await reconciled(app, MARCH);
    const [first, ...rest] = BOOKS;
    const [record, ...records] = first?.records ?? [];
    if (!first || !record) throw new Error('no record');
    const amount = add(record.amount, decimal('0.0000000000000000000000000000000000001'));
    await store([{ ...first, records: [{ ...record, amount }, ...records] }, ...rest], 101, asMade);
    const after = await reconciled(app, MARCH);
    expect(after.recon.recon_sha256).not.toBe(before.recon.recon_sha256);
  });
});

function shuffled<T>(list: readonly T[], seed: number): readonly T[] {
  const places = fc.sample(fc.shuffledSubarray([...list.keys()], { minLength: list.length }), {
    seed,
    numRuns: 1,
  });
  return (places[0] ?? []).map((place) => list[place]).filter((item) => item !== undefined);
}

const SEEN = [
  'state',
  'category',
  'break_id',
  'settlement_id',
  'etrm_volume',
  'etrm_amount',
  'ledger_volume',
];

/** Keys of which the two say different things. */
function changed(one: ReadonlyMap<string, Row>, other: ReadonlyMap<string, Row>): readonly unknown[] {
  const said = (row: Row | undefined): string =>
    JSON.stringify([...SEEN, 'ledger_amount', 'difference', 'detail'].map((name) => row?.textOrNull(name)));
  return [...one]
    .filter(([key, row]) => said(row) !== said(other.get(key)))
    .map(([key, row]) => [key, said(row), said(other.get(key))]);
}
