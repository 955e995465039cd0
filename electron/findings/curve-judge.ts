/**
 * A settled price against the points of its curve, exactly and of any size. Several points that tile the delivery
 * interval are one price: their mean, each weighted by how long it delivers (docs/curves.md).
 */
import { isWithin, type Tolerance } from '../../shared/curves.ts';
import { add, type Decimal, decimal, divide, multiply, subtract, ZERO } from '../../shared/decimal.ts';
import { type Finding, instantOf } from './finding.ts';

export interface PointOfCurve {
  /** Microseconds UTC since 1970. */
  readonly start: bigint;
  readonly end: bigint;
  readonly price: Decimal;
  readonly priceUom: string | null;
  readonly currency: string | null;
  readonly sourceId: string;
  readonly asOf: string;
}

export interface PricedSettlement {
  readonly curveId: string;
  /** Of its delivery, microseconds UTC since 1970. */
  readonly start: bigint;
  readonly end: bigint;
  readonly price: Decimal;
  readonly priceUom: string;
  readonly currency: string;
}

/** What a curve says of an interval. */
export type CurveReading =
  | {
      readonly kind: 'price';
      /** The price times `weight`. */
      readonly weighted: Decimal;
      /** Above 0: how long the interval is, in whatever unit. */
      readonly weight: Decimal;
      readonly points: number;
      /** The digits as sent, where it is one point's price. */
      readonly asSent: Decimal | null;
      readonly priceUom: string | null;
      readonly currency: string | null;
      readonly sourceId: string;
      readonly asOf: string;
    }
  /** No price: why, as the screen says it. */
  | { readonly kind: 'none'; readonly why: string; readonly sourceId: string };

/** Decimals of a mean that is shown; the comparison itself is exact. */
const SHOWN_DECIMALS = 12;
const ONE = decimal('1');

/** The price of one point. */
export function pointReading(point: Omit<PointOfCurve, 'start' | 'end'>): CurveReading {
  const { price, priceUom, currency, sourceId, asOf } = point;
  return {
    kind: 'price',
    weighted: price,
    weight: ONE,
    points: 1,
    asSent: price,
    priceUom,
    currency,
    sourceId,
    asOf,
  };
}

/**
 * @param points inside the interval, each once, in the order of their start and end.
 * @param sourceId of the curve, for where it has no price.
 */
export function readCurve(
  points: readonly PointOfCurve[],
  start: bigint,
  end: bigint,
  sourceId: string,
): CurveReading {
  const none = (why: string): CurveReading => ({ kind: 'none', why, sourceId });
  const exact = points.filter((point) => point.start === start && point.end === end);
  if (exact.length > 1) return none(`${exact.length} different points of one interval`);
  const [only] = exact;
  if (only) return pointReading(only);
  const [first] = points;
  if (!first) return none('no point');
  let weighted = ZERO;
  let covered = 0n;
  let reached = start;
  let last = first;
  for (const point of points) {
    if (point.start < reached) return none('points that overlap');
    const length = point.end - point.start;
    weighted = add(weighted, multiply(point.price, decimal(String(length))));
    covered += length;
    reached = point.end;
    last = point;
  }
  if (points.some(({ priceUom, currency }) => priceUom !== first.priceUom || currency !== first.currency))
    return none('points in several units');
  const whole = end - start;
  if (covered !== whole) return none(`points for ${covered / 1_000_000n} s of ${whole / 1_000_000n} s`);
  return {
    kind: 'price',
    weighted,
    weight: decimal(String(whole)),
    points: points.length,
    asSent: null,
    priceUom: first.priceUom,
    currency: first.currency,
    sourceId: last.sourceId,
    asOf: last.asOf,
  };
}

/** Every finding of one settlement, none where its price is inside the tolerance. */
export function judgeCurve(
  settlement: PricedSettlement,
  reading: CurveReading,
  tolerance: Tolerance,
): readonly Finding[] {
  const { curveId, price } = settlement;
  const { sourceId } = reading;
  if (reading.kind === 'none') {
    const detail = { curve_id: curveId };
    return [
      {
        code: 'CURVE_MISSING',
        field: 'price',
        expected: `${instantOf(settlement.start)} to ${instantOf(settlement.end)}`,
        found: reading.why,
        sourceId,
        detail,
      },
    ];
  }
  const { weighted, weight, asOf, asSent, priceUom, currency } = reading;
  const detail = { curve_id: curveId, as_of: asOf };
  const units: Finding[] = [];
  const unit = (field: string, expected: string, found: string): void => {
    units.push({ code: 'CURVE_UNIT', field, expected, found, sourceId, detail });
  };
  if (priceUom !== null && priceUom.toUpperCase() !== settlement.priceUom.toUpperCase())
    unit('price_uom', priceUom, settlement.priceUom);
  if (currency !== null && currency !== settlement.currency) unit('currency', currency, settlement.currency);
  if (units.length > 0) return units;
  const off = subtract(multiply(price, weight), weighted);
  if (isWithin(off, weighted, tolerance, weight)) return [];
  return [
    {
      code: 'CURVE_DEVIATION',
      field: 'price',
      expected: asSent ?? divide(weighted, weight, SHOWN_DECIMALS),
      found: price,
      sourceId,
      detail: {
        ...detail,
        points: reading.points,
        difference: asSent === null ? divide(off, weight, SHOWN_DECIMALS) : off,
        absolute: tolerance.absolute,
        percent: tolerance.percent,
      },
    },
  ];
}
