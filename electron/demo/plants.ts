import type { BreakCategory } from '../../shared/recon.ts';
import type { SettlementStatus } from '../../shared/settlement.ts';
import { noise, shuffled } from './noise.ts';

/** How version 2 of a restated settlement differs from version 1. `TOUCH`: in `updated_at` only. */
type Restatement = 'PRICE' | 'VOLUME' | 'TOUCH';

/** What is planted on one settlement of the sample. */
export interface Plant {
  readonly name: string;
  /** The break that a reconciliation must find; null where it must find none. */
  readonly breaks: BreakCategory | null;
  /** How often at least in a complete sample. */
  readonly copies: number;
  /** The settlement comes in two versions. */
  readonly restated?: Restatement;
  /** The settlement's status; FINAL or ACTUAL where absent. */
  readonly status?: SettlementStatus;
}

/** Every plant that lies in settlements or ledger; the settlement that is served twice is apart (`book.ts`). */
export const PLANTS = {
  // Two ledger rows that agree in every field, each with the whole amount.
  duplicateWhole: { name: 'duplicateWhole', breaks: 'DUPLICATE', copies: 2 },
  // The same with half the volume and amount each, so that the sum is right.
  duplicateHalves: { name: 'duplicateHalves', breaks: 'DUPLICATE', copies: 1 },
  missingInLedger: { name: 'missingInLedger', breaks: 'MISSING_IN_LEDGER', copies: 3 },
  // The settlement itself ties out; beside it stands a row for a settlement that the vendor does not know.
  missingInEtrm: { name: 'missingInEtrm', breaks: 'MISSING_IN_ETRM', copies: 2 },
  // The same figure in another currency: the difference of the figures is 0.
  currency: { name: 'currency', breaks: 'CURRENCY', copies: 2 },
  unit: { name: 'unit', breaks: 'UNIT', copies: 2 },
  directionAndSign: { name: 'directionAndSign', breaks: 'DIRECTION', copies: 1 },
  directionOnly: { name: 'directionOnly', breaks: 'DIRECTION', copies: 1 },
  // An hour late, as after a clock change that was missed.
  windowShifted: { name: 'windowShifted', breaks: 'DELIVERY_WINDOW', copies: 2 },
  windowLonger: { name: 'windowLonger', breaks: 'DELIVERY_WINDOW', copies: 1 },
  counterparty: { name: 'counterparty', breaks: 'COUNTERPARTY', copies: 2 },
  // The ledger still holds version 1, with its price or volume.
  versionPrice: { name: 'versionPrice', breaks: 'VERSION', copies: 2, restated: 'PRICE' },
  versionVolume: { name: 'versionVolume', breaks: 'VERSION', copies: 1, restated: 'VOLUME' },
  volume: { name: 'volume', breaks: 'VOLUME', copies: 2 },
  price: { name: 'price', breaks: 'PRICE', copies: 2 },
  // The price is off in its last digit; the amount is inside the tolerance.
  priceInsideTolerance: { name: 'priceInsideTolerance', breaks: 'PRICE', copies: 1 },
  amount: { name: 'amount', breaks: 'AMOUNT', copies: 2 },
  // 0.010000001 off.
  amountJustOutside: { name: 'amountJustOutside', breaks: 'AMOUNT', copies: 1 },
  // Not yet final, but the ledger holds another amount for it.
  estimatedDiffers: { name: 'estimatedDiffers', breaks: 'AMOUNT', copies: 1, status: 'ESTIMATED' },

  amountInsideTolerance: { name: 'amountInsideTolerance', breaks: null, copies: 2 },
  // 0.01 off: exactly at the tolerance.
  amountAtTolerance: { name: 'amountAtTolerance', breaks: null, copies: 2 },
  // Two postings with journals of their own that sum to the settlement.
  splitPosting: { name: 'splitPosting', breaks: null, copies: 3 },
  // 1234.50 for 1234.5.
  trailingZeros: { name: 'trailingZeros', breaks: null, copies: 3 },
  // The same instants, written in UTC.
  otherOffset: { name: 'otherOffset', breaks: null, copies: 3 },
  // A voided posting with another amount stands beside the live one.
  voidedPosting: { name: 'voidedPosting', breaks: null, copies: 2 },
  estimatedUnposted: { name: 'estimatedUnposted', breaks: null, copies: 2, status: 'ESTIMATED' },
  disputedUnposted: { name: 'disputedUnposted', breaks: null, copies: 2, status: 'DISPUTED' },
  voidUnposted: { name: 'voidUnposted', breaks: null, copies: 2, status: 'VOID' },
  estimatedEqual: { name: 'estimatedEqual', breaks: null, copies: 1, status: 'ESTIMATED' },
  restatedPrice: { name: 'restatedPrice', breaks: null, copies: 2, restated: 'PRICE' },
  restatedVolume: { name: 'restatedVolume', breaks: null, copies: 2, restated: 'VOLUME' },
  restatedTouch: { name: 'restatedTouch', breaks: null, copies: 2, restated: 'TOUCH' },
} as const satisfies Record<string, Plant>;

export type PlantName = keyof typeof PLANTS;

/** From this many records on, every plant is there. */
export const COMPLETE_SAMPLE = 250;
/** Under this many records nothing is planted. */
const SMALLEST_PLANTED_SAMPLE = 60;
/** One more set of plants for each so many records, so that a large month has more than a few breaks. */
const RECORDS_PER_SET = 20_000;
/** And a further restatement, taken over by the ledger, for each so many records. */
const RECORDS_PER_RESTATEMENT = 200;

const ORDER = 300;
const PLACE = 301;

/** The plants of a sample of so many records, in an order that depends on the seed. */
export function plantsFor(records: number, seed: number): readonly PlantName[] {
  if (records < SMALLEST_PLANTED_SAMPLE) return [];
  const names = Object.values(PLANTS).flatMap(({ name, copies }) => Array<PlantName>(copies).fill(name));
  const list: PlantName[] = [];
  for (let set = 0; set <= records / RECORDS_PER_SET; set += 1) list.push(...names);
  const restatements: readonly PlantName[] = ['restatedPrice', 'restatedVolume', 'restatedTouch'];
  for (let extra = 1; extra <= records / RECORDS_PER_RESTATEMENT; extra += 1) {
    const name = restatements[extra % restatements.length];
    if (name) list.push(name);
  }
  const room = records < COMPLETE_SAMPLE ? Math.floor((records - SMALLEST_PLANTED_SAMPLE) / 3) : list.length;
  return shuffled(list, seed, ORDER).slice(0, room);
}

/** One settlement for each plant, spread evenly from `from` to `until`; no settlement takes two. */
export function placed(
  plants: readonly PlantName[],
  from: number,
  until: number,
  seed: number,
): ReadonlyMap<number, PlantName> {
  const stride = (until - from) / plants.length;
  const places = plants.map((name, at): [number, PlantName] => {
    const start = from + Math.floor(at * stride);
    return [start + (noise(seed, PLACE, at) % Math.max(1, Math.floor(stride))), name];
  });
  return new Map(places);
}
