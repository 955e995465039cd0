/** The engine clears settlements by the thousand; the judge looks at each. They must never disagree. */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { judgeCurve, type PointOfCurve, readCurve } from '../../../electron/findings/curve-judge.ts';
import { DEFAULT_TOLERANCE } from '../../../shared/curves.ts';
import { add, decimal, divide, normalise } from '../../../shared/decimal.ts';
import { temporaryApp } from '../../unit/workspace/temporary.ts';
import { check, storePoints, storeRun, storeSettlements } from './stored-records.ts';

const HALF_HOUR_US = 1_800_000_000n;
const FROM_US = BigInt(Date.UTC(2024, 2, 10)) * 1000n;

const price = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom('30', '30.00', '30.005', '30.0051', '29.995', '-30', '0', '31', '1.25'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('999999999', '1000000000', '123456789012345678901', '30.0000000000001'),
  },
);
const uom = fc.oneof(
  { weight: 20, arbitrary: fc.constant('USD/MWH') },
  { weight: 1, arbitrary: fc.constantFrom('usd/mwh', 'EUR/MWH') },
);
/** Half hours from the start of the day; mostly hours of a grid, so that spans often tile. */
const interval = fc.oneof(
  { weight: 6, arbitrary: fc.nat(11).map((at): [number, number] => [at * 2, at * 2 + 2]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(20), fc.integer({ min: 1, max: 6 }))
      .map(([at, long]): [number, number] => [at, at + long]),
  },
);

interface Point {
  interval: [number, number];
  price: string;
  uom: string;
  asOf: number;
}

const point = fc.record({ interval, price, uom, asOf: fc.constantFrom(1, 1, 1, 2, 3) });
const settlement = fc.record({
  interval: fc.oneof(
    interval,
    fc
      .tuple(fc.nat(6), fc.integer({ min: 1, max: 5 }))
      .map(([at, long]): [number, number] => [at * 2, at * 2 + long * 2]),
  ),
  price,
  /** Where the curve has a price: so far off it, about the default tolerance. */
  off: fc.constantFrom(null, null, '0', '0.004999', '-0.005', '0.0051', '-0.009', '0.011'),
  uom,
});
const grid: fc.Arbitrary<Point[]> = fc.boolean().chain((whole) =>
  whole
    ? fc.array(price, { minLength: 12, maxLength: 12 }).map((prices) =>
        prices.map((each, at) => ({
          interval: [at * 2, at * 2 + 2] as [number, number],
          price: each,
          uom: 'USD/MWH',
          asOf: 1,
        })),
      )
    : fc.constant([]),
);
const curve = fc.record({
  grid,
  points: fc.array(point, { maxLength: 6 }),
  settlements: fc.array(settlement, { minLength: 3, maxLength: 12 }),
});

const us = (half: number): bigint => FROM_US + BigInt(half) * HALF_HOUR_US;
const stamp = (half: number): string =>
  new Date(Number(us(half) / 1000n)).toISOString().slice(0, 19).replace('T', ' ');
const asOfText = (asOf: number): string => `2024-04-0${asOf}T00:00:00Z`;

/** What counts of a curve, plainly: each snapshot in turn takes the place of all earlier points that its span touches. */
function livePoints(points: readonly Point[]): readonly Point[] {
  let live: Point[] = [];
  for (const asOf of [1, 2, 3]) {
    const snapshot = points.filter((each) => each.asOf === asOf);
    if (snapshot.length === 0) continue;
    const from = Math.min(...snapshot.map((each) => each.interval[0]));
    const until = Math.max(...snapshot.map((each) => each.interval[1]));
    live = [...live.filter(({ interval: [start, end] }) => end <= from || start >= until), ...snapshot];
  }
  return live;
}

/** The points inside an interval, each once, as the judge takes them. */
function pointsInside(points: readonly Point[], [start, end]: [number, number]): readonly PointOfCurve[] {
  const once = new Map<string, PointOfCurve>();
  for (const each of points) {
    if (each.interval[0] < start || each.interval[1] > end) continue;
    const value = normalise(decimal(each.price));
    once.set(JSON.stringify([each.interval, value, each.uom, each.asOf]), {
      start: us(each.interval[0]),
      end: us(each.interval[1]),
      price: value,
      priceUom: each.uom,
      currency: 'USD',
      sourceId: '',
      asOf: asOfText(each.asOf),
    });
  }
  return [...once.values()].toSorted((a, b) =>
    a.start === b.start ? Number(a.end - b.end) : Number(a.start - b.start),
  );
}

/** The settled price: the given one, or one that is a little off what the curve says. */
function priceNear(
  points: readonly Point[],
  each: { readonly interval: [number, number]; readonly price: string; readonly off: string | null },
): string {
  const [start, end] = [us(each.interval[0]), us(each.interval[1])];
  const reading = readCurve(pointsInside(livePoints(points), each.interval), start, end, '');
  if (each.off === null || reading.kind === 'none') return each.price;
  return add(divide(reading.weighted, reading.weight, 12), decimal(each.off));
}

let app: App;
let runs = 0;
beforeAll(async () => {
  app = await temporaryApp();
});

it('find the same of any curve, whatever its points', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(curve, { minLength: 30, maxLength: 30 }), async (curves) => {
      runs += 1;
      const source = `source ${runs}`;
      await storeRun(app, { runId: `curves-${runs}`, resource: 'curves', source });
      await storeRun(app, { runId: `run-${runs}`, resource: 'settlements', source, done: false });
      const all = curves.map(({ grid: whole, points, settlements }, at) => ({
        // Of its own: a curve that this source lacks would be taken from another.
        id: `C-${runs}-${at}`,
        points: [...whole, ...points],
        settlements,
      }));
      await storePoints(
        app,
        `curves-${runs}`,
        all.flatMap(({ id, points }) =>
          points.map((each) => ({
            curve_id: id,
            as_of: `2024-04-0${each.asOf} 00:00:00`,
            delivery_start: stamp(each.interval[0]),
            delivery_end: stamp(each.interval[1]),
            price: each.price,
            price_uom: each.uom,
          })),
        ),
      );
      const given = all.flatMap(({ id, points, settlements }) =>
        settlements.map((each) => ({ id, points, ...each, price: priceNear(points, each) })),
      );
      await storeSettlements(
        app,
        `run-${runs}`,
        given.map((each) => ({
          curve_id: each.id,
          price: each.price,
          price_uom: each.uom,
          delivery_start: stamp(each.interval[0]),
          delivery_end: stamp(each.interval[1]),
        })),
      );
      const found = await check(app, `run-${runs}`, 1, source);
      const said = found.map(({ settlement: id, code, field, expected, found: seen, detail }) => [
        id,
        code,
        field,
        /^-?\d+(\.\d+)?$/.test(expected) ? normalise(decimal(expected)) : expected,
        seen,
        detail,
      ]);
      const anyPoint = all.some(({ points }) => points.length > 0);
      const expected = given.flatMap((each, at): (readonly unknown[])[] => {
        const [start, end] = [us(each.interval[0]), us(each.interval[1])];
        const id = `S-1-${at}`;
        if (!anyPoint) return [];
        if (each.points.length === 0)
          return [[id, 'CURVE_UNKNOWN', 'curve_id', each.id, 'no snapshot', { curve_id: each.id }]];
        const reading = readCurve(pointsInside(livePoints(each.points), each.interval), start, end, '');
        const judged = judgeCurve(
          { curveId: each.id, start, end, price: decimal(each.price), priceUom: each.uom, currency: 'USD' },
          reading,
          DEFAULT_TOLERANCE,
        );
        return judged
          .toSorted((a, b) => (a.code + a.field < b.code + b.field ? -1 : 1))
          .map((finding) => [
            id,
            finding.code,
            finding.field,
            finding.expected,
            finding.found,
            finding.detail,
          ]);
      });
      const byPlace = (a: readonly unknown[], b: readonly unknown[]) =>
        Number(String(a[0]).slice(4)) - Number(String(b[0]).slice(4));
      expect([...said].sort(byPlace)).toEqual([...expected].sort(byPlace));
    }),
    { numRuns: 10, seed: 20_240_301, endOnFailure: true },
  );
});
