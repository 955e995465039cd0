/**
 * The same records, postings and rules give the same hash: whatever order they came in, however pages and files were cut,
 * on however many threads. And whatever the rules are, every row is in exactly one item and nothing of a total is lost.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { parseRules } from '../../../electron/recon/rule-file.ts';
import { DEFAULT_RULES, type RuleSet } from '../../../electron/recon/rules.ts';
import { monthWaterfall } from '../../../electron/recon/waterfall.ts';
import { breaksOf } from '../../../electron/views/breaks.ts';
import { add, type Decimal, sum, ZERO } from '../../../shared/decimal.ts';
import { ALL_BREAK_CATEGORIES, type ReconSummary } from '../../../shared/recon.ts';
import { randomBooks, recordOf } from '../../unit/recon/random-books.ts';
import { importRows, syncRecords } from '../../unit/recon/stored-month.ts';
import { SEED } from '../../unit/shared/decimals.ts';
import { monthOf, temporaryApp, unwatched } from '../../unit/workspace/temporary.ts';

const MARCH = monthOf('2024-03');
const BOOKS = randomBooks(80, SEED + 7);

function rulesOf(name: string, change: object, ...rules: readonly object[]): RuleSet {
  return parseRules(JSON.stringify({ format: 1, name, revision: 1, rules, ...change }), name);
}

const identity = { name: 'settlement', key: 'identity', tolerance: { absolute: '0.01' } };
const place = ['trade_id', { field: 'location', steps: ['lower'] }];

const RULE_SETS: readonly RuleSet[] = [
  DEFAULT_RULES,
  rulesOf(
    'converted',
    {
      categories: ALL_BREAK_CATEGORIES,
      units: [{ from: 'GJ', to: 'MWH', factor: '0.277778' }],
      fx: [{ from: 'GBP', to: 'USD', rate: '1.25', source: 'x', date: '2024-03-28' }],
    },
    { ...identity, tolerance: { derived: { stage: 'line', mode: 'half-up' } } },
    {
      name: 'place',
      key: place,
      kind: 'N:M',
      ignore: ['price', 'volume', 'delivery_start', 'counterparty'],
      tolerance: { percent: '40' },
    },
  ),
  rulesOf(
    'suggesting',
    { ledger: 'delta' },
    {
      name: 'by trade',
      key: ['trade_id', 'direction'],
      kind: '1:1',
      outcome: 'suggested',
      tolerance: { absolute: '120' },
      ignore: ['price', 'volume'],
    },
    {
      name: 'in parts',
      key: place,
      kind: '1:N',
      window: { field: 'posting_date', days_before: 3, days_after: 9 },
      ignore: ['price', 'volume'],
      tolerance: { absolute: '200' },
    },
    {
      name: 'for all',
      key: place,
      kind: 'N:1',
      window: { field: 'delivery_start', days_before: 0, days_after: 1 },
      ignore: ['price', 'volume', 'currency'],
      tolerance: { absolute: '200' },
    },
  ),
  rulesOf('cumulative', { ledger: 'cumulative' }, identity, {
    name: 'place',
    key: place,
    kind: 'N:M',
    ignore: ['version', 'price', 'volume'],
    tolerance: { percent: '90' },
  }),
];

/** Dates that the windows ask for, by what the row is and not by where it stands. */
const ROWS = BOOKS.flatMap(({ files }) => files.flat()).map((cells, at) => ({
  ...cells,
  posting_date: ['2024-02-28', '2024-03-03', '2024-03-20', ''][at % 4] ?? '',
}));
const RECORDS = BOOKS.flatMap((book) => book.records.map(recordOf));

function shuffled<T>(list: readonly T[], seed: number): readonly T[] {
  const places = fc.sample(fc.shuffledSubarray([...list.keys()], { minLength: list.length }), {
    seed,
    numRuns: 1,
  });
  return (places[0] ?? []).map((at) => list[at]).filter((item) => item !== undefined);
}

async function store(app: App, seed: number | null, pageSize: number, files: number): Promise<void> {
  const order = <T>(list: readonly T[]): readonly T[] => (seed === null ? list : shuffled(list, seed));
  await syncRecords(app, MARCH, order(RECORDS), pageSize);
  const rows = order(ROWS);
  const size = Math.ceil(rows.length / files);
  for (let file = 0; file < files; file += 1)
    await importRows(app, MARCH, `file ${file}.csv`, rows.slice(file * size, (file + 1) * size));
}

async function hashes(app: App): Promise<readonly string[]> {
  const found: string[] = [];
  for (const rules of RULE_SETS)
    found.push((await app.reconcile({ month: MARCH, source: null, rules, ...unwatched })).recon_sha256);
  return found;
}

describe('whatever the rules are', () => {
  let app: App;
  const recons: ReconSummary[] = [];
  beforeAll(async () => {
    app = await temporaryApp();
    await store(app, null, 101, 3);
    for (const rules of RULE_SETS)
      recons.push(await app.reconcile({ month: MARCH, source: null, rules, ...unwatched }));
  });

  it('every row is in one item, and the books are worth their name', async () => {
    const current = await app.workspace.database.row(
      `SELECT count(*) AS n FROM settlement s JOIN run_state r ON r.run_id = s.run_id WHERE s.version =
         (SELECT max(version) FROM settlement o WHERE o.run_id = s.run_id AND o.settlement_id = s.settlement_id)`,
    );
    const live = ROWS.filter((cells) => (cells as Record<string, string>).status !== 'VOID').length;
    for (const recon of recons) {
      const items = await app.workspace.database.row(
        'SELECT sum(etrm_rows) AS etrm, sum(ledger_rows) AS ledger, count(*) AS n FROM recon_item WHERE recon_id = ?',
        [recon.recon_id],
      );
      expect([recon.rules?.name, items?.int('etrm'), items?.int('ledger')]).toEqual([
        recon.rules?.name,
        current?.int('n'),
        live,
      ]);
      expect(items?.int('n')).toBe(recon.matched + recon.breaks + recon.pending + (recon.suggested ?? 0));
    }
    const [, converted, suggesting] = recons;
    expect(converted?.by_category.FX).toBeGreaterThan(0);
    expect(suggesting?.suggested).toBeGreaterThan(0);
    const ruled = await app.workspace.database.rows(
      `SELECT DISTINCT rule FROM recon_judged WHERE rule IS NOT NULL AND (etrm_rows > 1 OR ledger_rows > 1 OR state = 'suggested')`,
    );
    expect(ruled.map((row) => row.text('rule'))).toEqual(expect.arrayContaining(['by trade', 'place']));
  });

  it('the effects of every break sum to its difference, and every waterfall to its ledger total', async () => {
    for (const recon of recons) {
      for await (const found of breaksOf(app.workspace.database, recon.recon_id)) {
        const { volume, price, rounding, fx } = found.explained;
        expect(sum([volume, price, rounding, fx ?? ZERO])).toBe(found.difference);
      }
      const waterfall = (await monthWaterfall(app.workspace.database, recon.recon_id)) ?? {};
      for (const [currency, steps] of Object.entries(waterfall)) {
        const reached = steps.slice(0, -1).reduce<Decimal>((total, { amount }) => add(total, amount), ZERO);
        expect([currency, reached]).toEqual([currency, steps.at(-1)?.amount]);
        expect(steps[0]?.amount).toBe(recon.etrm_total[currency] ?? ZERO);
        expect(steps.at(-1)?.amount).toBe(recon.ledger_total[currency] ?? ZERO);
      }
    }
  });

  it.each([
    [1, 23, 1, 1],
    [2, 1000, 5, 2],
    [3, 57, 2, 4],
  ])(
    'shuffled by %s, on pages of %s, in %s files, on %s threads: the hashes are the same',
    async (seed, pageSize, files, threads) => {
      const other = await temporaryApp();
      await other.workspace.database.transaction((tx) => tx.run(`SET threads = ${threads}`));
      await store(other, seed, pageSize, files);
      expect(await hashes(other)).toEqual(recons.map(({ recon_sha256 }) => recon_sha256));
      await other.close();
    },
  );
});
