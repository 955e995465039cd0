import { type Decimal, decimal } from '../../shared/decimal.ts';
import type { Month } from '../../shared/month.ts';
import type { Direction } from '../../shared/settlement.ts';
import { type DeliveryWindow, gasDays, hourlyWindows, wholeMonth } from './delivery-windows.ts';
import { GAS_HUBS, type Hub, MONTHLY_HUBS, POWER_HUBS } from './hubs.ts';
import { noise, pick } from './noise.ts';
import { curvePrice, fixedPoint, quoted } from './prices.ts';

/** One trade's leg in the sample book; it settles once for each of its windows. */
export interface Position {
  /** From 0. */
  readonly ordinal: number;
  readonly tradeId: string;
  readonly dealLeg: number;
  readonly hub: Hub;
  readonly counterparty: string;
  readonly legalEntity: string;
  readonly agreement: string;
  readonly direction: Direction;
  readonly windows: readonly DeliveryWindow[];
  /** The first of its settlements among all of the book, from 0. */
  readonly first: number;
  /** True: priced at the hub's curve. */
  readonly indexed: boolean;
  volumeOf(window: number): Decimal;
  priceOf(window: number): Decimal;
}

const COUNTERPARTIES: readonly [string, ...string[]] = [
  'Blue Mesa Power Marketing LLC',
  'Énergie Québec Négoce inc.',
  'Cardinal Ridge Energy, LP',
  'Bärenkraft Handel GmbH',
  'Lakeshore Municipal Utilities',
  'Red River Gas Supply Co.',
  'Østfold Kraft AS',
  'Granite State Electric "Services" Corp.',
  '北海電力トレーディング株式会社',
  'Palo Duro Wind II, LLC',
  'Tidewater Gas & Power',
  'São Miguel Energia S.A.',
];

const LEGAL_ENTITIES = [
  'Northfork Energy Trading LLC',
  'Northfork Gas Inc.',
  'Northfork Canada ULC',
] as const;

/** A different name for each counterparty: what a ledger with the wrong account would say. */
export function otherCounterparty(name: string): string {
  const at = COUNTERPARTIES.indexOf(name);
  return COUNTERPARTIES[(at + 1) % COUNTERPARTIES.length] ?? COUNTERPARTIES[0];
}

const COUNTERPARTY = 200;
const SIDE = 201;
const SIZE = 202;
const LOAD = 203;

/** What the first positions settle at, one month each: among them decimals that no double can hold. */
const MONTHLY = [
  { hub: MONTHLY_HUBS.pjmCapacity, direction: 'BUY', volume: '410', price: '1493.75' },
  { hub: MONTHLY_HUBS.nyisoCapacity, direction: 'SELL', volume: '125.5', price: '6120' },
  { hub: MONTHLY_HUBS.gatsCertificates, direction: 'BUY', volume: '18250', price: '31.85' },
  {
    hub: MONTHLY_HUBS.indonesianCertificates,
    direction: 'BUY',
    volume: '1',
    price: '12345678901234.123456789',
  },
  {
    hub: MONTHLY_HUBS.indonesianCertificates,
    direction: 'SELL',
    volume: '1',
    price: '98765432109876.987654321',
  },
  { hub: MONTHLY_HUBS.pjmCapacity, direction: 'SELL', volume: '98765.432', price: '123.456789' },
] as const;

/** Gas positions that follow the monthly ones; later every eighth position is gas. */
const LEADING_GAS = 3;

/** Settlements at the start of the book that take no plant, apart from the repeated one. */
export const UNPLANTED_HEAD = MONTHLY.length + 18;

/** The book's positions, as many as make at least `settlements` settlements; the last may not be used up. */
export function samplePositions(month: Month, seed: number, settlements: number): readonly Position[] {
  const hours = new Map<string, readonly DeliveryWindow[]>();
  const days = gasDays(month);
  const windowsOf = (hub: Hub): readonly DeliveryWindow[] => {
    if (hub.commodity === 'NATURAL_GAS') return days;
    if (hub.commodity !== 'POWER') return wholeMonth(month, hub.timezone);
    const key = `${hub.timezone} ${hub.notation}`;
    const known = hours.get(key) ?? hourlyWindows(month, hub.timezone, hub.notation);
    hours.set(key, known);
    return known;
  };
  const positions: Position[] = [];
  let first = 0;
  while (first < settlements) {
    const ordinal = positions.length;
    const special = MONTHLY[ordinal];
    const hub = special?.hub ?? tradedHub(ordinal - MONTHLY.length);
    const windows = windowsOf(hub);
    const terms = special
      ? fixedTerms(special.direction, decimal(special.volume), decimal(special.price))
      : tradedTerms(seed, ordinal, hub, windows);
    positions.push({ ...parties(seed, ordinal, hub), ...terms, ordinal, hub, windows, first });
    first += windows.length;
  }
  return positions;
}

function tradedHub(after: number): Hub {
  if (after < LEADING_GAS) return pick(GAS_HUBS, after);
  const place = after - LEADING_GAS;
  const rounds = Math.floor(place / 8);
  return place % 8 === 7 ? pick(GAS_HUBS, LEADING_GAS + rounds) : pick(POWER_HUBS, place - rounds);
}

function parties(seed: number, ordinal: number, hub: Hub) {
  const counterparty = pick(COUNTERPARTIES, noise(seed, COUNTERPARTY, ordinal));
  const entity = hub.currency === 'CAD' ? 2 : hub.commodity === 'NATURAL_GAS' ? 1 : 0;
  return {
    tradeId: `T-${hub.market}-${String(1001 + ordinal)}`,
    dealLeg: ordinal % 7 === 6 ? 1 : 0,
    counterparty,
    legalEntity: LEGAL_ENTITIES[entity],
    agreement: `${hub.commodity === 'NATURAL_GAS' ? 'NAESB' : 'EEI'}-${1 + COUNTERPARTIES.indexOf(counterparty)}`,
  };
}

type Terms = Pick<Position, 'direction' | 'indexed' | 'volumeOf' | 'priceOf'>;

function fixedTerms(direction: Direction, volume: Decimal, price: Decimal): Terms {
  return { direction, indexed: false, volumeOf: () => volume, priceOf: () => price };
}

function tradedTerms(seed: number, ordinal: number, hub: Hub, windows: readonly DeliveryWindow[]): Terms {
  const draw = noise(seed, SIDE, ordinal);
  const indexed = ordinal % 3 !== 2;
  const size =
    hub.commodity === 'NATURAL_GAS'
      ? pick([2500, 5000, 7500, 10_000, 20_000], noise(seed, SIZE, ordinal))
      : pick([5, 10, 25, 50, 75, 100, 150, 200], noise(seed, SIZE, ordinal));
  const flat = decimal(String(size));
  const followsLoad = ordinal % 4 === 1;
  const fixedPrice = quoted(Math.trunc(hub.basePrice * (0.9 + (draw % 200) / 1000)), 2 + (draw % 3));
  return {
    direction: (draw >>> 4) % 2 === 0 ? 'BUY' : 'SELL',
    indexed,
    volumeOf: (window) =>
      followsLoad ? fixedPoint(size * (600 + (noise(seed, LOAD, ordinal, window) % 801)) + 1, 3) : flat,
    priceOf: (window) => (indexed ? curvePrice(seed, hub, window, windows[window]?.hour ?? 0) : fixedPrice),
  };
}
