import { add, type Decimal, multiply, negate } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import { type Month, parseMonth } from '../../shared/month.ts';
import type { Settlement, SettlementStatus } from '../../shared/settlement.ts';
import { noise, pick } from './noise.ts';
import { PLANTS, type Plant, type PlantName, placed, plantsFor } from './plants.ts';
import { type Position, samplePositions, UNPLANTED_HEAD } from './positions.ts';
import { fixedPoint } from './prices.ts';
import { REFUSALS } from './refused.ts';

/** What a sample is made from: the same three, the same sample. */
export interface SampleOptions {
  /** `YYYY-MM`. */
  readonly month: string;
  /** Records that the vendor serves, at least 1. */
  readonly records: number;
  readonly seed: number;
}

/** A settlement as the vendor means it, with its instants as the vendor writes them (RFC 3339). */
export interface SampleSettlement extends Omit<Settlement, 'delivery_start' | 'delivery_end' | 'updated_at'> {
  readonly delivery_start: string;
  readonly delivery_end: string;
  readonly updated_at: string | null;
}

/** A settlement of the sample in its versions. */
export interface SampleHistory {
  readonly current: SampleSettlement;
  /** Version 1 of a restated settlement, whose version 2 is current. */
  readonly superseded: SampleSettlement | null;
  readonly plant: PlantName | null;
}

/** A record that is served apart from the settlements' own order, after the settlement `after`. */
type Insertion =
  | { readonly kind: 'restated'; readonly after: number; readonly settlement: number }
  | { readonly kind: 'repeated'; readonly after: number; readonly settlement: number }
  | {
      readonly kind: 'refused';
      readonly after: number;
      readonly settlement: number;
      readonly refusal: number;
    };

/** What a slot of the vendor's `settlements` holds. */
type Served =
  | { readonly kind: 'settlement'; readonly settlement: number; readonly version: 'first' | 'current' }
  | { readonly kind: 'refused'; readonly settlement: number; readonly refusal: number };

export interface SampleBook {
  readonly month: Month;
  readonly seed: number;
  /** Records that the vendor serves. */
  readonly records: number;
  readonly positions: readonly Position[];
  /** Distinct settlements; each has a number from 0. */
  readonly settlements: number;
  /** Records that a client must refuse. */
  readonly refused: number;
  /** The settlement whose only record is served twice, byte for byte; null in a sample under 60 records. */
  readonly repeated: number | null;
  history(settlement: number): SampleHistory;
  positionOf(settlement: number): Position;
  served(slot: number): Served;
}

/** The settlement served twice: a gas day near the start, so that both fall on one page of any usual size. */
const REPEATED = 20;
const SMALLEST_WITH_REPEAT = 60;

const STATUS = 400;
const OPTIONAL = 401;
const RESTATED_AFTER = 402;
const CHANGE = 403;

/**
 * The sample book of a month: positions, settlements, what is planted and in which order the vendor serves it.
 * Settlements are made when they are asked for; the book itself stays small.
 * @throws TieoutError `month-invalid`; `usage` where `records` or `seed` is no whole number in range
 */
export function sampleBook(options: SampleOptions): SampleBook {
  const { records, seed } = options;
  const month = parseMonth(options.month);
  if (month === null) {
    throw new TieoutError(
      'month-invalid',
      `"${options.month}" is no month; write it as YYYY-MM, such as 2024-03.`,
    );
  }
  if (!Number.isSafeInteger(records) || records < 1 || records > 50_000_000) {
    throw new TieoutError('usage', `--records must be a whole number from 1 to 50000000, not ${records}.`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new TieoutError('usage', `--seed must be a whole number of at least 0, not ${seed}.`);
  }
  const plants = plantsFor(records, seed);
  const refused = Math.min(REFUSALS.length, Math.floor(records / 15));
  const repeated = records >= SMALLEST_WITH_REPEAT ? REPEATED : null;
  const restated = plants.filter((name) => restatementOf(name) !== null).length;
  const settlements = records - refused - restated - (repeated === null ? 0 : 1);
  const plantAt = placed(plants, UNPLANTED_HEAD, settlements, seed);
  const positions = samplePositions(month, seed, settlements);
  const insertions = insertionsOf(plantAt, settlements, refused, repeated, seed);
  const insertedAt = Uint32Array.from(insertions, ({ after }, place) => after + 1 + place);
  const origin = { month, seed, following: monthAfter(month) };
  const positionOf = (settlement: number) => lastNotAfter(positions, settlement);
  return {
    month,
    seed,
    records,
    positions,
    settlements,
    refused,
    repeated,
    positionOf,
    history: (settlement) =>
      historyOf(origin, positionOf(settlement), settlement, plantAt.get(settlement) ?? null),
    served(slot) {
      const before = countBelow(insertedAt, slot);
      const insertion = insertedAt[before] === slot ? insertions[before] : undefined;
      if (insertion?.kind === 'refused') return insertion;
      if (insertion) return { kind: 'settlement', settlement: insertion.settlement, version: 'current' };
      return { kind: 'settlement', settlement: slot - before, version: 'first' };
    },
  };
}

function restatementOf(name: PlantName): Plant['restated'] | null {
  const plant: Plant = PLANTS[name];
  return plant.restated ?? null;
}

/** Version 2 comes some way after version 1, mostly on a later page; one in five comes shortly before it. */
function insertionsOf(
  plantAt: ReadonlyMap<number, PlantName>,
  settlements: number,
  refused: number,
  repeated: number | null,
  seed: number,
): readonly Insertion[] {
  const list: Insertion[] = [];
  if (repeated !== null) list.push({ kind: 'repeated', after: repeated, settlement: repeated });
  for (const [settlement, name] of plantAt) {
    if (restatementOf(name) === null) continue;
    const draw = noise(seed, RESTATED_AFTER, settlement);
    const moved = draw % 5 === 0 ? settlement - 1 - (draw % 20) : settlement + (draw % 1500);
    const after = Math.min(Math.max(moved, UNPLANTED_HEAD), settlements - 1);
    list.push({ kind: 'restated', after, settlement });
  }
  for (let refusal = 0; refusal < refused; refusal += 1) {
    const after = Math.floor(((refusal + 0.5) * settlements) / refused);
    list.push({ kind: 'refused', after, settlement: after, refusal });
  }
  return list.sort((x, y) => x.after - y.after);
}

function countBelow(sorted: Uint32Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lastNotAfter(positions: readonly Position[], settlement: number): Position {
  let low = 0;
  let high = positions.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((positions[middle]?.first ?? 0) <= settlement) low = middle;
    else high = middle - 1;
  }
  const position = positions[low];
  if (!position) throw new TieoutError('internal', 'The sample book has no positions; this is a defect.');
  return position;
}

/** What is the same for every settlement of a sample. */
interface Origin {
  readonly month: Month;
  readonly seed: number;
  /** The month after, in which invoices fall due. */
  readonly following: string;
}

function historyOf(
  origin: Origin,
  position: Position,
  settlement: number,
  name: PlantName | null,
): SampleHistory {
  const { seed } = origin;
  const window = settlement - position.first;
  const volume = position.volumeOf(window);
  const price = position.priceOf(window);
  const plant: Plant | null = name === null ? null : PLANTS[name];
  const current = settlementOf(origin, position, settlement, {
    version: plant?.restated ? 2 : 1,
    volume,
    price,
    status: plant?.restated ? 'FINAL' : (plant?.status ?? usualStatus(seed, settlement, name !== null)),
  });
  if (!plant?.restated) return { current, superseded: null, plant: name };
  const change = noise(seed, CHANGE, settlement);
  const superseded = settlementOf(origin, position, settlement, {
    version: 1,
    volume: plant.restated === 'VOLUME' ? add(volume, fixedPoint(125 + (change % 400), 2)) : volume,
    price: plant.restated === 'PRICE' ? add(price, fixedPoint(25 + (change % 900), 2)) : price,
    status: plant.restated === 'TOUCH' ? 'FINAL' : 'ACTUAL',
  });
  return { current, superseded, plant: name };
}

/** Mostly FINAL and ACTUAL; where nothing is planted, some are pending. */
function usualStatus(seed: number, settlement: number, planted: boolean): SettlementStatus {
  const draw = noise(seed, STATUS, settlement) % 1000;
  if (!planted && settlement >= UNPLANTED_HEAD && draw < 6) {
    return pick(['ESTIMATED', 'ESTIMATED', 'DISPUTED', 'VOID'], draw);
  }
  return draw < 250 ? 'ACTUAL' : 'FINAL';
}

interface Figures {
  readonly version: number;
  readonly volume: Decimal;
  readonly price: Decimal;
  readonly status: SettlementStatus;
}

function settlementOf(
  { month, seed, following }: Origin,
  position: Position,
  settlement: number,
  { version, volume, price, status }: Figures,
): SampleSettlement {
  const { hub, direction } = position;
  const window = position.windows[settlement - position.first];
  if (!window) throw new TieoutError('internal', 'A sample settlement has no window; this is a defect.');
  const worth = multiply(volume, price);
  const optional = noise(seed, OPTIONAL, settlement);
  return {
    settlement_id: settlementId(month, settlement),
    version,
    trade_id: position.tradeId,
    deal_leg: position.dealLeg,
    counterparty: position.counterparty,
    legal_entity: optional % 20 === 0 ? null : position.legalEntity,
    agreement: optional % 11 === 0 ? null : position.agreement,
    invoice_no: status === 'ESTIMATED' ? null : `INV-${month}-${position.agreement}`,
    gl_account: direction === 'BUY' ? '500100' : '400100',
    commodity: hub.commodity,
    charge_type: hub.chargeType,
    direction,
    delivery_start: window.start,
    delivery_end: window.end,
    timezone: hub.timezone,
    location: hub.location,
    volume,
    volume_uom: hub.volumeUnit,
    price,
    price_uom: hub.priceUnit,
    amount: direction === 'BUY' ? negate(worth) : worth,
    currency: hub.currency,
    status,
    curve_id: position.indexed ? hub.curveId : null,
    due_date: optional % 13 === 0 ? null : `${following}-${hub.commodity === 'NATURAL_GAS' ? '25' : '20'}`,
    updated_at: `${following}-${version === 1 ? '03' : '14'}T06:${10 + (optional % 50)}:00Z`,
  };
}

/** e.g. `STL-202403-00000001` for settlement 0. */
export function settlementId(month: Month, settlement: number): string {
  return `STL-${month.replace('-', '')}-${String(settlement + 1).padStart(8, '0')}`;
}

/** The month that follows, `YYYY-MM`. */
export function monthAfter(month: Month): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}
