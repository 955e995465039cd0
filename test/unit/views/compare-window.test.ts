import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { type CompareAsked, compareWindow } from '../../../electron/views/compare-window.ts';
import type { ComparedRow } from '../../../shared/views.ts';
import { BENCH_MONTH, makeMonth } from '../../bench/recon-month.ts';
import { monthOf, temporaryApp, unwatched } from '../workspace/temporary.ts';

const ROWS = 1500;

describe('windows of the Compare tab', () => {
  let app: App;
  let reconId: string;
  const asked = (more: Partial<CompareAsked>): CompareAsked => ({
    ...{ reconId, runId: null, state: null, search: '', offset: 0, limit: 10_000 },
    ...more,
  });
  const rows = async (more: Partial<CompareAsked> = {}): Promise<readonly ComparedRow[]> =>
    (await compareWindow(app.workspace.database, asked(more))).rows;
  const places = (of: readonly ComparedRow[]): readonly number[] => of.map(({ position }) => position);

  beforeAll(async () => {
    app = await temporaryApp();
    await makeMonth(app, { rows: ROWS, breaksPerMille: 100, sameKeyPerMille: 0 }, null);
    const recon = await app.reconcile({ month: monthOf(BENCH_MONTH), source: null, ...unwatched });
    reconId = recon.recon_id;
  });

  it('say of each item what the kept items say', async () => {
    const kept = await app.workspace.database.rows(
      'SELECT * FROM recon_item WHERE recon_id = ? ORDER BY position',
      [reconId],
    );
    const shown = await rows();
    expect(shown).toHaveLength(ROWS);
    expect(
      shown.map((row) => [
        ...[row.position, row.state, row.category, row.breakId, row.settlementId, row.difference],
        ...[row.etrm?.amount ?? null, row.ledger?.amount ?? null, row.etrm?.volume ?? null],
      ]),
    ).toEqual(
      kept.map((row) => [
        ...[row.int('position'), row.text('state'), row.textOrNull('category'), row.textOrNull('break_id')],
        ...[row.textOrNull('settlement_id'), row.textOrNull('difference'), row.textOrNull('etrm_amount')],
        ...[row.textOrNull('ledger_amount'), row.textOrNull('etrm_volume')],
      ]),
    );
    expect(shown.filter(({ state }) => state === 'matched').every(({ ledger }) => ledger !== null)).toBe(
      true,
    );
  });

  it('lie side by side without a gap', async () => {
    const whole = await rows();
    const pieces: ComparedRow[] = [];
    for (let offset = 0; offset < ROWS; offset += 400) pieces.push(...(await rows({ offset, limit: 400 })));
    expect(pieces).toEqual(whole);
  });

  it.each([
    ['a state', { state: 'break' as const }],
    ['the matched ones', { state: 'matched' as const }],
    ['a trade', { search: 't-000001' }],
    ['a counterparty among the breaks', { state: 'break' as const, search: 'Party 1' }],
    ['a settlement', { search: 'S-000000017' }],
    ['what nothing is called', { search: '%' }],
  ])('show of %s what the whole has of it', async (_, filter) => {
    const { state = null, search = '' }: Partial<CompareAsked> = filter;
    const sought = search.toLowerCase();
    const meets = (row: ComparedRow): boolean =>
      (state === null || row.state === state) &&
      [row.settlementId, row.breakId, row.tradeId, row.location]
        .concat([row.etrm?.counterparty ?? null, row.ledger?.counterparty ?? null])
        .some((text) => text?.toLowerCase().includes(sought) === true);
    const expected = (await rows()).filter(meets);
    const first = await compareWindow(app.workspace.database, asked(filter));
    expect(first.total).toBe(expected.length);
    expect(first.rows).toEqual(expected);
    const later = await rows({ ...filter, offset: 3, limit: 5 });
    expect(places(later)).toEqual(places(expected.slice(3, 8)));
  });

  it('answer many filters asked at once, more than are kept', async () => {
    const searches = Array.from({ length: 9 }, (_, at) => `T-00000${at}`);
    const windows = await Promise.all(
      searches.map((search) => compareWindow(app.workspace.database, asked({ search, limit: 3 }))),
    );
    expect(windows.map(({ total }) => total)).toEqual(
      searches.map((_, at) => Math.max(0, Math.min(744, ROWS - at * 744))),
    );
  });
});
