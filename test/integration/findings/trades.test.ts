import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { countFindings } from '../../../electron/findings/list.ts';
import { temporaryApp } from '../../unit/workspace/temporary.ts';
import {
  check,
  type Fields,
  prepare,
  storeRun,
  storeSettlements,
  storeTrades,
  told,
} from './stored-records.ts';

/** What the usual settlement of `stored-records.ts` settles. */
const TRADE: Fields = {
  counterparty: 'Blue Mesa',
  direction: 'BUY',
  commodity: 'POWER',
  delivery_start: '2024-03-01 05:00:00',
  delivery_end: '2024-04-01 04:00:00',
  price_type: 'INDEX',
  curve_id: 'PJM-RT',
  volume_uom: 'MWH',
  price_uom: 'USD/MWH',
  currency: 'USD',
};

let app: App;
let runs = 0;

/** A run of settlements checked against trades that were synced before it. */
async function checked(
  trades: readonly Fields[],
  settlements: readonly Fields[],
): Promise<readonly string[]> {
  runs += 1;
  await storeRun(app, { runId: `trades-${runs}`, resource: 'trades', source: `source ${runs}` });
  await storeTrades(app, `trades-${runs}`, trades);
  await storeRun(app, {
    runId: `run-${runs}`,
    resource: 'settlements',
    source: `source ${runs}`,
    done: false,
  });
  await storeSettlements(app, `run-${runs}`, settlements);
  return (await check(app, `run-${runs}`, 1, `source ${runs}`)).map(told);
}

beforeAll(async () => {
  app = await temporaryApp();
});

describe('a settlement whose trade is known', () => {
  it('has no finding where they agree', async () => {
    expect(await checked([TRADE], [{ price_type: 'INDEX', curve_id: 'PJM-RT' }])).toEqual([]);
  });

  it.each<[string, Fields, Fields, string]>([
    [
      'counterparty',
      { counterparty: 'Red River' },
      {},
      'TRADE_COUNTERPARTY counterparty: Red River -> Blue Mesa',
    ],
    ['direction', { direction: 'SELL' }, {}, 'TRADE_DIRECTION direction: SELL -> BUY'],
    ['commodity', { commodity: 'NATURAL_GAS' }, {}, 'TRADE_COMMODITY commodity: NATURAL_GAS -> POWER'],
    [
      'term, where delivery begins before it',
      { delivery_start: '2024-03-10 06:30:00' },
      {},
      'TRADE_TERM delivery: 2024-03-10T06:30:00Z to 2024-04-01T04:00:00Z -> 2024-03-10T06:00:00Z to 2024-03-10T07:00:00Z',
    ],
    [
      'term, where delivery ends after it',
      { delivery_end: '2024-03-10 06:59:59.999999' },
      {},
      'TRADE_TERM delivery: 2024-03-01T05:00:00Z to 2024-03-10T06:59:59.999999Z -> 2024-03-10T06:00:00Z to 2024-03-10T07:00:00Z',
    ],
    [
      'term that has no end',
      { delivery_start: '2024-03-11 00:00:00', delivery_end: null },
      {},
      'TRADE_TERM delivery: 2024-03-11T00:00:00Z to open -> 2024-03-10T06:00:00Z to 2024-03-10T07:00:00Z',
    ],
    ['price type', {}, { price_type: 'FIXED' }, 'TRADE_PRICE_TYPE price_type: INDEX -> FIXED'],
    ['curve', {}, { curve_id: 'ERCOT-RT' }, 'TRADE_CURVE curve_id: PJM-RT -> ERCOT-RT'],
    ['currency', { currency: 'CAD' }, {}, 'TRADE_CURRENCY currency: CAD -> USD'],
    ['unit of volume', { volume_uom: 'MMBTU' }, {}, 'TRADE_UNIT volume_uom: MMBTU -> MWH'],
    ['unit of price', { price_uom: 'USD/MMBTU' }, {}, 'TRADE_UNIT price_uom: USD/MMBTU -> USD/MWH'],
  ])('is found with another %s', async (_what, trade, settlement, expected) => {
    expect(await checked([{ ...TRADE, ...trade }], [settlement])).toEqual([expected]);
  });

  it('is found with everything that differs, each by itself', async () => {
    const other = { counterparty: 'Red River', direction: 'SELL', currency: 'CAD' };
    expect(await checked([{ ...TRADE, ...other }], [{}, { trade_id: 'T-2' }, {}])).toEqual([
      'TRADE_COUNTERPARTY counterparty: Red River -> Blue Mesa',
      'TRADE_CURRENCY currency: CAD -> USD',
      'TRADE_DIRECTION direction: SELL -> BUY',
      'TRADE_COUNTERPARTY counterparty: Red River -> Blue Mesa',
      'TRADE_CURRENCY currency: CAD -> USD',
      'TRADE_DIRECTION direction: SELL -> BUY',
    ]);
  });

  it('is not checked on what the trade does not say', async () => {
    expect(await checked([{}], [{ price_type: 'FIXED', curve_id: 'X' }])).toEqual([]);
  });

  it('is not checked on what it does not say itself', async () => {
    expect(await checked([TRADE], [{}])).toEqual([]);
  });

  it('may deliver up to the very ends of the term', async () => {
    const term = { delivery_start: '2024-03-10 06:00:00', delivery_end: '2024-03-10 07:00:00' };
    expect(await checked([{ ...TRADE, ...term }], [{}])).toEqual([]);
  });

  it('may be in the MWh of a deal in MW, and writes its price unit in any case', async () => {
    expect(await checked([{ ...TRADE, volume_uom: 'MW', price_uom: 'usd/MWh' }], [{}])).toEqual([]);
  });

  it('is not checked where it is void', async () => {
    expect(await checked([{ ...TRADE, currency: 'CAD' }], [{ status: 'VOID' }])).toEqual([]);
  });
});

describe('the trade that is meant', () => {
  it('is that of the leg', async () => {
    const legs = [TRADE, { ...TRADE, deal_leg: 1, currency: 'CAD' }];
    expect(await checked(legs, [{ deal_leg: 0 }, { deal_leg: 1 }, { deal_leg: 2 }])).toEqual([
      'TRADE_CURRENCY currency: CAD -> USD',
    ]);
  });

  it('is its highest version, wherever it was listed', async () => {
    const versions = [
      { ...TRADE, version: 2, currency: 'EUR' },
      { ...TRADE, version: 3 },
      { ...TRADE, version: 1, currency: 'CAD' },
    ];
    expect(await checked(versions, [{}])).toEqual([]);
  });

  it('is of the newest finished run of the month; one that this lacks, of another month; never of another source', async () => {
    const source = 'several runs';
    const trades = async (runId: string, rows: readonly Fields[], run: Fields = {}) => {
      await storeRun(app, {
        runId,
        resource: 'trades',
        source: String(run.source ?? source),
        month: String(run.month ?? '2024-03'),
        done: run.done !== false,
      });
      await storeTrades(app, runId, rows);
    };
    await trades('march', [{ trade_id: 'T-1', currency: 'CAD', version: 9 }]);
    await trades('march again', [{ trade_id: 'T-1', currency: 'USD' }]);
    await trades('february', [{ trade_id: 'T-2', currency: 'MXN' }], { month: '2024-02' });
    await trades('january', [{ trade_id: 'T-2', currency: 'EUR' }], { month: '2024-01' });
    await trades('march elsewhere', [{ trade_id: 'T-3', currency: 'EUR' }], { source: 'elsewhere' });
    await trades('march unfinished', [{ trade_id: 'T-1', currency: 'EUR' }], { done: false });
    await storeRun(app, { runId: 'chosen', resource: 'settlements', source, done: false });
    await storeSettlements(app, 'chosen', [{ trade_id: 'T-1' }, { trade_id: 'T-2' }, { trade_id: 'T-3' }]);
    const found = await check(app, 'chosen', 1, source);
    // The later run of January goes before that of February: it is what the vendor said last.
    expect(found.map((each) => [each.settlement, told(each), each.source])).toEqual([
      ['S-1-1', 'TRADE_CURRENCY currency: EUR -> USD', 'january'],
    ]);
    const pins = await app.workspace.database.rows(
      "SELECT source_id FROM run_pin WHERE run_id = 'chosen' ORDER BY position DESC",
    );
    expect(pins.map((row) => row.text('source_id'))).toEqual(['march again', 'january']);
  });
});

describe('a version that was superseded in the same run', () => {
  it('is counted no more', async () => {
    await storeRun(app, { runId: 'v-trades', resource: 'trades', source: 'v' });
    await storeTrades(app, 'v-trades', [{ currency: 'USD' }]);
    await storeRun(app, { runId: 'v', resource: 'settlements', source: 'v' });
    await storeSettlements(app, 'v', [
      { settlement_id: 'A', version: 1, currency: 'CAD' },
      { settlement_id: 'B', version: 1, currency: 'CAD' },
    ]);
    await storeSettlements(app, 'v', [{ settlement_id: 'A', version: 2, currency: 'USD' }], 2);
    expect(await check(app, 'v', 2, 'v')).toHaveLength(2);
    expect(await countFindings(app.workspace.database, 'v')).toEqual({
      total: 1,
      by_code: { TRADE_CURRENCY: 1 },
    });
  });
});

describe('where no trade and no curve is known', () => {
  it('nothing is prepared, pinned or said', async () => {
    await storeRun(app, {
      runId: 'alone',
      resource: 'settlements',
      source: 'nobody',
      month: '1999-01',
      done: false,
    });
    const events = async () =>
      (await app.workspace.database.row('SELECT count(*) AS n FROM audit_event'))?.int('n');
    const before = await events();
    expect(await prepare(app, 'alone', 'nobody', '1999-01')).toBeNull();
    expect(await events()).toBe(before);
  });
});
