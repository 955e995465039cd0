import { type Decimal, decimal } from '../../shared/decimal.ts';
import type { Hub } from './hubs.ts';
import { noise } from './noise.ts';

const MICROS = 1_000_000;
const CURVE = 100;

/** Price of an hour relative to the day's mean, in thousandths, from midnight. */
const DAY_SHAPE = [
  720, 690, 670, 665, 690, 780, 960, 1120, 1080, 1010, 960, 930, 920, 930, 960, 1010, 1120, 1290, 1420, 1380,
  1230, 1060, 900, 790,
] as const;

/** A whole number of units of `10^-scale` as a decimal with exactly that many digits after the point. */
export function fixedPoint(units: number, scale: number): Decimal {
  const digits = String(Math.abs(units)).padStart(scale + 1, '0');
  const sign = units < 0 ? '-' : '';
  const point = digits.length - scale;
  return decimal(
    scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`,
  );
}

/** Millionths rounded to the digits of the hub; never zero, so that each settlement moves cash. */
export function quoted(micros: number, priceDecimals: number): Decimal {
  const step = 10 ** (6 - priceDecimals);
  const steps = Math.round(micros / step);
  return fixedPoint(steps === 0 ? 1 : steps, priceDecimals);
}

/**
 * The hub's price for one interval of the month: a daily shape with noise, some hours below zero, some spikes.
 * @param interval which interval of the month, from 0
 * @param hour of the market's clock, 0 to 23
 */
export function curvePrice(seed: number, hub: Hub, interval: number, hour: number): Decimal {
  const draw = noise(seed, CURVE, hashOf(hub.curveId), interval);
  const shape = hub.commodity === 'POWER' ? (DAY_SHAPE[hour] ?? 1000) : 1000;
  const wobble = 850_000 + (draw % 300_001);
  const usual = Math.trunc((hub.basePrice / 1000) * shape * (wobble / MICROS));
  const event = (draw >>> 8) % 1000;
  if (event < 25) return quoted(-Math.trunc(usual * 0.4), hub.priceDecimals);
  if (event < 32) return quoted(usual * (4 + (draw % 9)), hub.priceDecimals);
  return quoted(usual, hub.priceDecimals);
}

function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}
