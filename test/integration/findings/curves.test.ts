import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { decimal } from '../../../shared/decimal.ts';
import { temporaryApp } from '../../unit/workspace/temporary.ts';
import {
  check,
  type Fields,
  type Found,
  hours,
  storePoints,
  storeRun,
  storeSettlements,
  told,
} from './stored-records.ts';

let app: App;
let runs = 0;

beforeAll(async () => {
  app = await temporaryApp();
});

/** A run of settlements checked against a run of curves before it; every settlement names the curve `PJM-RT`. */
async function compared(
  points: readonly Fields[],
  settlements: readonly Fields[],
): Promise<readonly Found[]> {
  runs += 1;
  const source = `source ${runs}`;
  await storeRun(app, { runId: `curves-${runs}`, resource: 'curves', source });
  await storePoints(app, `curves-${runs}`, points);
  await storeRun(app, { runId: `run-${runs}`, resource: 'settlements', source, done: false });
  await storeSettlements(
    app,
    `run-${runs}`,
    settlements.map((settlement) => ({ curve_id: 'PJM-RT', ...settlement })),
  );
  return check(app, `run-${runs}`, 1, source);
}

/** From 05:00 to 09:00 UTC; the usual settlement delivers from 06:00 to 07:00. */
const FOUR_HOURS = hours('2024-03-10 05:00:00', ['28', '30', '31', '29.5']);
const SIX = '2024-03-10T06:00:00Z to 2024-03-10T07:00:00Z';

function tolerance(curveId: string, absolute: string, percent: string) {
  return app.setTolerance(curveId, { absolute: decimal(absolute), percent: decimal(percent) });
}

describe('a settled price and the price of exactly its delivery interval', () => {
  it('agree up to the default tolerance, which is what rounding to cents moves', async () => {
    const prices = ['30', '30.00', '30.005', '29.995', '3e1'.replace('3e1', '30.0')];
    expect(
      await compared(
        FOUR_HOURS,
        prices.map((price) => ({ price })),
      ),
    ).toEqual([]);
  });

  it('differ with both prices, the difference and the tolerance', async () => {
    expect(await compared(FOUR_HOURS, [{ price: '30.0051' }, { price: '-4.5' }])).toEqual([
      {
        settlement: 'S-1-0',
        code: 'CURVE_DEVIATION',
        field: 'price',
        expected: '30',
        found: '30.0051',
        source: `curves-${runs}`,
        detail: {
          curve_id: 'PJM-RT',
          as_of: '2024-04-01T00:00:00Z',
          points: 1,
          difference: '0.0051',
          absolute: '0.005',
          percent: '0',
        },
      },
      expect.objectContaining({
        settlement: 'S-1-1',
        found: '-4.5',
        detail: expect.objectContaining({ difference: '-34.5' }),
      }),
    ]);
  });

  it('are the digits as sent', async () => {
    const points = hours('2024-03-10 06:00:00', ['30.10']);
    const [found] = await compared(points, [{ price: '31.200' }]);
    expect(found).toMatchObject({ expected: '30.10', found: '31.200', detail: { difference: '1.1' } });
  });

  it.each([
    ['1234567890123456789012.5', '1234567890123456789012.5', null],
    ['1234567890123456789012.5', '1234567890123456789012.506', '0.006'],
    ['30.0000000000000000001', '30.0050000000000000001', null],
    ['30.0000000000000000001', '30.0050000000000000002', '0.0050000000000000001'],
    ['-1234567890123456789012', '0', '1234567890123456789012'],
    ['30', '1234567890123456789012', '1234567890123456788982'],
  ])('are compared exactly beyond what the engine holds: %s and %s', async (curve, price, difference) => {
    const found = await compared(hours('2024-03-10 06:00:00', [curve]), [{ price }]);
    expect(found.map((each) => each.detail)).toEqual(
      difference === null ? [] : [expect.objectContaining({ difference, points: 1 })],
    );
  });

  it('are not compared where the settlement is void or names no curve', async () => {
    expect(
      await compared(FOUR_HOURS, [
        { price: '99', status: 'VOID' },
        { price: '99', curve_id: null },
      ]),
    ).toEqual([]);
  });

  it('are not compared in other units or currencies: that itself is found', async () => {
    const settlements = [{ price_uom: 'usd/mwh' }, { price_uom: 'USD/MMBTU', currency: 'CAD', price: '99' }];
    expect((await compared(FOUR_HOURS, settlements)).map(told)).toEqual([
      'CURVE_UNIT currency: USD -> CAD',
      'CURVE_UNIT price_uom: USD/MWH -> USD/MMBTU',
    ]);
    const bare = hours('2024-03-10 06:00:00', ['30'], { price_uom: null, currency: null });
    expect(await compared(bare, [{ price_uom: 'EUR/MWH', currency: 'EUR' }])).toEqual([]);
  });
});

describe('the tolerance of a curve', () => {
  it('holds for runs that begin after it was set, the larger of its two parts', async () => {
    await tolerance('PJM-RT', '0.5', '2');
    const inside = [{ price: '30.6' }, { price: '29.4' }, { price: '30.5' }];
    expect(await compared(FOUR_HOURS, [...inside, { price: '30.61' }])).toEqual([
      expect.objectContaining({
        found: '30.61',
        detail: expect.objectContaining({ absolute: '0.5', percent: '2' }),
      }),
    ]);
    const cheap = hours('2024-03-10 06:00:00', ['1']);
    expect((await compared(cheap, [{ price: '1.5' }, { price: '1.51' }])).map(({ found }) => found)).toEqual([
      '1.51',
    ]);
    const negative = hours('2024-03-10 06:00:00', ['-100']);
    expect(
      (await compared(negative, [{ price: '-102' }, { price: '-97.9' }])).map(({ found }) => found),
    ).toEqual(['-97.9']);
    const nothing = hours('2024-03-10 06:00:00', ['0']);
    expect((await compared(nothing, [{ price: '0.5' }, { price: '0.6' }])).map(({ found }) => found)).toEqual(
      ['0.6'],
    );
  });

  it('goes back to the default', async () => {
    await app.setTolerance('PJM-RT', null);
    expect(await compared(FOUR_HOURS, [{ price: '30.1' }])).toHaveLength(1);
  });
});

describe('a delivery interval that spans several points', () => {
  const span = { delivery_start: '2024-03-10 05:00:00', delivery_end: '2024-03-10 09:00:00' };

  it('has their mean', async () => {
    expect(
      await compared(FOUR_HOURS, [
        { ...span, price: '29.625' },
        { ...span, price: '29.63' },
      ]),
    ).toEqual([]);
    expect(await compared(FOUR_HOURS, [{ ...span, price: '29.6301' }])).toEqual([
      expect.objectContaining({
        code: 'CURVE_DEVIATION',
        expected: '29.625',
        detail: expect.objectContaining({ points: 4, difference: '0.0051' }),
      }),
    ]);
  });

  it('has a mean that is weighted by how long each point delivers', async () => {
    const points = [
      ...hours('2024-03-10 05:00:00', ['10']),
      { delivery_start: '2024-03-10 06:00:00', delivery_end: '2024-03-10 06:15:00', price: '50' },
      { delivery_start: '2024-03-10 06:15:00', delivery_end: '2024-03-10 07:00:00', price: '-2' },
    ];
    const interval = { delivery_start: '2024-03-10 05:00:00', delivery_end: '2024-03-10 07:00:00' };
    // (10 x 60 + 50 x 15 - 2 x 45) / 120 = 10.5
    expect(await compared(points, [{ ...interval, price: '10.5' }])).toEqual([]);
    expect(await compared(points, [{ ...interval, price: '19.33' }])).toEqual([
      expect.objectContaining({ expected: '10.5' }),
    ]);
  });

  it('is shown to twelve decimals and compared without rounding', async () => {
    const third = hours('2024-03-10 05:00:00', ['1', '1', '0']);
    const interval = { delivery_start: '2024-03-10 05:00:00', delivery_end: '2024-03-10 08:00:00' };
    // 2/3 + 0.005 = 0.671666...
    expect(await compared(third, [{ ...interval, price: '0.671666666666666666666' }])).toEqual([]);
    expect(await compared(third, [{ ...interval, price: '0.671666666666' }])).toEqual([]);
    const outside = ['0.671666666667', '0.671666666666666666667'];
    expect(
      await compared(
        third,
        outside.map((price) => ({ ...interval, price })),
      ),
    ).toEqual(
      outside.map(() =>
        expect.objectContaining({
          expected: '0.666666666667',
          detail: expect.objectContaining({ difference: '0.005' }),
        }),
      ),
    );
  });

  it('has no price where a point is missing, and says how much is there', async () => {
    const gap = FOUR_HOURS.filter((_, at) => at !== 2);
    expect((await compared(gap, [{ ...span, price: '29.625' }])).map(told)).toEqual([
      'CURVE_MISSING price: 2024-03-10T05:00:00Z to 2024-03-10T09:00:00Z -> points for 10800 s of 14400 s',
    ]);
  });

  it('has no price where points overlap, unless one is exactly the interval', async () => {
    const block = { ...span, price: '40' };
    const points = [...FOUR_HOURS, block];
    const settlements = [
      { ...span, price: '40' },
      { price: '30' },
      { delivery_start: '2024-03-10 06:00:00', delivery_end: '2024-03-10 08:00:00', price: '30.5' },
      { delivery_start: '2024-03-10 05:00:00', delivery_end: '2024-03-10 07:00:00', price: '99' },
    ];
    expect((await compared(points, settlements)).map(told)).toEqual(['CURVE_DEVIATION price: 29 -> 99']);
    const halves = [
      ...FOUR_HOURS,
      { delivery_start: '2024-03-10 05:30:00', delivery_end: '2024-03-10 06:30:00', price: '40' },
    ];
    expect((await compared(halves, [{ ...span, price: '30' }])).map(({ found }) => found)).toEqual([
      'points that overlap',
    ]);
  });

  it('has no price where its points are in several units', async () => {
    const points = [
      ...hours('2024-03-10 05:00:00', ['1']),
      ...hours('2024-03-10 06:00:00', ['1'], { currency: 'CAD' }),
    ];
    const interval = {
      delivery_start: '2024-03-10 05:00:00',
      delivery_end: '2024-03-10 07:00:00',
      price: '1',
    };
    expect((await compared(points, [interval])).map(({ found }) => found)).toEqual([
      'points in several units',
    ]);
  });

  it('is compared in TypeScript where the engine cannot add it up', async () => {
    const wide = hours('2024-03-10 05:00:00', ['2000000000', '-1000000000', '0.0000000000001', '0']);
    const mean = '250000000.000000000000025';
    expect(await compared(wide, [{ ...span, price: mean }])).toEqual([]);
    expect(await compared(wide, [{ ...span, price: '250000001' }])).toEqual([
      expect.objectContaining({
        expected: '250000000',
        detail: expect.objectContaining({ points: 4, difference: '1' }),
      }),
    ]);
    expect(await compared(FOUR_HOURS, [{ ...span, price: '123456789012345678901' }])).toEqual([
      expect.objectContaining({ expected: '29.625', found: '123456789012345678901' }),
    ]);
  });

  it('may be of fractions of a second', async () => {
    const points = [
      { delivery_start: '2024-03-10 06:00:00', delivery_end: '2024-03-10 06:00:00.5', price: '10' },
      { delivery_start: '2024-03-10 06:00:00.5', delivery_end: '2024-03-10 06:00:01', price: '20' },
    ];
    const interval = { delivery_start: '2024-03-10 06:00:00', delivery_end: '2024-03-10 06:00:01' };
    expect(await compared(points, [{ ...interval, price: '15' }])).toEqual([]);
    expect(await compared(points, [{ ...interval, price: '16' }])).toHaveLength(1);
  });
});

describe('a curve that has no price', () => {
  it('for the interval is missing', async () => {
    const late = { delivery_start: '2024-03-11 06:00:00', delivery_end: '2024-03-11 07:00:00' };
    const half = { delivery_start: '2024-03-10 06:00:00', delivery_end: '2024-03-10 06:30:00' };
    expect((await compared(FOUR_HOURS, [late, half])).map(told)).toEqual([
      'CURVE_MISSING price: 2024-03-11T06:00:00Z to 2024-03-11T07:00:00Z -> no point',
      'CURVE_MISSING price: 2024-03-10T06:00:00Z to 2024-03-10T06:30:00Z -> no point',
    ]);
  });

  it('that can be told: two different ones of one interval; the same one twice is one', async () => {
    const twice = [...FOUR_HOURS, ...hours('2024-03-10 06:00:00', ['30.00'])];
    expect(await compared(twice, [{}])).toEqual([]);
    const two = [...FOUR_HOURS, ...hours('2024-03-10 06:00:00', ['30.01'])];
    expect((await compared(two, [{}])).map(told)).toEqual([
      `CURVE_MISSING price: ${SIX} -> 2 different points of one interval`,
    ]);
  });

  it('because it is not in the workspace is unknown', async () => {
    expect((await compared(FOUR_HOURS, [{ curve_id: 'ERCOT-RT' }])).map(told)).toEqual([
      'CURVE_UNKNOWN curve_id: ERCOT-RT -> no snapshot',
    ]);
  });
});

describe('a day on which the clock is changed', () => {
  const day = (from: string, to: string) => ({ delivery_start: from, delivery_end: to });

  it('has 23 hours in spring: the mean of a gas day is over 23', async () => {
    const prices = Array.from({ length: 23 }, (_, at) => String(at));
    const points = hours('2024-03-10 05:00:00', prices);
    const spring = day('2024-03-10 05:00:00', '2024-03-11 04:00:00');
    expect(await compared(points, [{ ...spring, price: '11' }])).toEqual([]);
    expect(await compared(points, [{ ...spring, price: '10.5' }])).toEqual([
      expect.objectContaining({ expected: '11', detail: expect.objectContaining({ points: 23 }) }),
    ]);
    const usual = day('2024-03-10 05:00:00', '2024-03-11 05:00:00');
    expect((await compared(points, [{ ...usual, price: '11' }])).map(({ found }) => found)).toEqual([
      'points for 82800 s of 86400 s',
    ]);
  });

  it('has 25 hours in autumn, of which the repeated hour is priced apart', async () => {
    const prices = Array.from({ length: 25 }, (_, at) => String(at));
    const points = hours('2024-11-03 04:00:00', prices);
    runs += 1;
    const source = `november ${runs}`;
    await storeRun(app, { runId: `curves-${runs}`, resource: 'curves', source });
    await storePoints(app, `curves-${runs}`, points);
    await storeRun(app, { runId: `run-${runs}`, resource: 'settlements', source, done: false });
    const first = { ...day('2024-11-03 05:00:00', '2024-11-03 06:00:00'), curve_id: 'PJM-RT' };
    const repeated = { ...day('2024-11-03 06:00:00', '2024-11-03 07:00:00'), curve_id: 'PJM-RT' };
    const whole = { ...day('2024-11-03 04:00:00', '2024-11-04 05:00:00'), curve_id: 'PJM-RT' };
    await storeSettlements(app, `run-${runs}`, [
      { ...first, price: '1' },
      { ...repeated, price: '2' },
      { ...repeated, price: '1' },
      { ...whole, price: '12' },
    ]);
    const found = await check(app, `run-${runs}`, 1, source);
    expect(found.map((each) => [each.settlement, told(each)])).toEqual([
      ['S-1-2', 'CURVE_DEVIATION price: 2 -> 1'],
    ]);
  });
});

describe('several snapshots of a curve', () => {
  it('of one span: the later as-of counts, wherever it was listed', async () => {
    const earlier = hours('2024-03-10 05:00:00', ['1', '2', '3'], { as_of: '2024-03-31 00:00:00' });
    const later = hours('2024-03-10 05:00:00', ['28', '30', '31'], { as_of: '2024-04-01 00:00:00' });
    expect(await compared([...later, ...earlier], [{ price: '30' }])).toEqual([]);
    const pins = await app.workspace.database.rows(
      'SELECT as_of::VARCHAR AS at FROM run_pin WHERE run_id = ?',
      [`run-${runs}`],
    );
    expect(pins.map((row) => row.text('at'))).toEqual(['2024-04-01 00:00:00']);
  });

  it('of one day each: every day has the price that was known of it last', async () => {
    const days = ['01', '02', '03'].flatMap((date) =>
      hours(`2024-03-${date} 05:00:00`, Array(24).fill(`${Number(date)}0`), {
        as_of: `2024-03-${date} 22:00:00`,
      }),
    );
    const restated = hours('2024-03-02 05:00:00', Array(24).fill('99'), { as_of: '2024-03-09 22:00:00' });
    const of = (date: string, price: string) => ({
      delivery_start: `2024-03-${date} 06:00:00`,
      delivery_end: `2024-03-${date} 07:00:00`,
      price,
    });
    expect(await compared([...days, ...restated], [of('01', '10'), of('02', '99'), of('03', '30')])).toEqual(
      [],
    );
    const pins = await app.workspace.database.row('SELECT count(*) AS n FROM run_pin WHERE run_id = ?', [
      `run-${runs}`,
    ]);
    expect(pins?.int('n')).toBe(3);
  });

  it('of another grain: inside its span the later one stands alone, gaps and all', async () => {
    const hourly = hours('2024-03-10 05:00:00', ['1', '2', '3', '4'], { as_of: '2024-03-31 00:00:00' });
    const quarter = (start: string, end: string, price: string) => ({
      delivery_start: `2024-03-10 ${start}:00`,
      delivery_end: `2024-03-10 ${end}:00`,
      price,
    });
    const later = [
      quarter('06:00', '06:15', '20'),
      quarter('06:15', '06:30', '30'),
      quarter('06:30', '06:45', '30'),
      quarter('06:45', '07:00', '40'),
      quarter('08:00', '08:15', '50'),
    ];
    const of = (from: string, to: string, price: string) => ({
      delivery_start: `2024-03-10 ${from}:00`,
      delivery_end: `2024-03-10 ${to}:00`,
      price,
    });
    const settlements = [
      of('05:00', '06:00', '1'),
      of('06:00', '07:00', '30'),
      of('07:00', '08:00', '3'),
      of('08:00', '09:00', '4'),
    ];
    expect(
      (await compared([...hourly, ...later], settlements)).map((each) => [each.settlement, each.found]),
    ).toEqual([
      ['S-1-2', 'no point'],
      ['S-1-3', 'points for 900 s of 3600 s'],
    ]);
  });

  it('of another source: used only for curves that the source itself does not have', async () => {
    await storeRun(app, {
      runId: 'market-data',
      resource: 'curves',
      source: 'market data',
      month: '2024-05',
    });
    await storePoints(app, 'market-data', [
      ...hours('2024-03-10 06:00:00', ['77'], { curve_id: 'ONLY-THERE', as_of: '2024-12-01 00:00:00' }),
      ...hours('2024-03-10 06:00:00', ['77'], { curve_id: 'PJM-RT', as_of: '2024-12-01 00:00:00' }),
    ]);
    await storeRun(app, { runId: 'own', resource: 'curves', source: 'desk', month: '2024-05' });
    await storePoints(app, 'own', hours('2024-03-10 06:00:00', ['30']));
    await storeRun(app, {
      runId: 'mixed',
      resource: 'settlements',
      source: 'desk',
      month: '2024-05',
      done: false,
    });
    await storeSettlements(app, 'mixed', [{ curve_id: 'PJM-RT' }, { curve_id: 'ONLY-THERE', price: '77' }]);
    const { prepare, found } = await import('./stored-records.ts');
    const checks = await prepare(app, 'mixed', 'desk', '2024-05');
    await app.workspace.database.transaction(async (tx) => {
      await checks?.record(tx, 1, 1);
      await checks?.close(tx);
    });
    expect(checks).not.toBeNull();
    expect(await found(app, 'mixed')).toEqual([]);
  });
});
