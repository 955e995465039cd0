import { add, type Decimal, decimal, multiply, negate, subtract } from '../../shared/decimal.ts';
import type { BreakCategory } from '../../shared/recon.ts';
import type { VolumeUnit } from '../../shared/settlement.ts';
import type { SampleHistory, SampleSettlement } from './book.ts';
import { atOffset, shiftedHours } from './delivery-windows.ts';
import { PLANTS, type PlantName } from './plants.ts';
import { otherCounterparty } from './positions.ts';

/** One row of the sample ledger before it becomes text: a settlement's figures as the ledger holds them. */
export interface Posting extends SampleSettlement {
  /** Tells the postings of one settlement apart; equal for a posting made twice. */
  readonly journal: number;
  readonly memo: string;
}

/** What the ledger holds for one settlement, and what a reconciliation must say of it. */
export interface Posted {
  readonly postings: readonly Posting[];
  /** How the settlement itself ends: a break's category, or tied out, or pending. */
  readonly outcome: BreakCategory | 'MATCHED' | 'PENDING';
  /** A posting for a settlement that the vendor does not know: a break of its own. */
  readonly stray: Posting | null;
}

/** What a ledger that mistook the unit would say, with the volume left as it was. */
const MISTAKEN_UNIT = {
  MWH: 'MW',
  MW: 'MWH',
  MMBTU: 'GJ',
  DTH: 'GJ',
  THERM: 'GJ',
  GJ: 'MMBTU',
} as const satisfies Record<VolumeUnit, VolumeUnit>;

const HALF = decimal('0.5');

function posting(settlement: SampleSettlement, journal = 1, memo = ''): Posting {
  return { ...settlement, journal, memo };
}

/** The posting with another volume or price, and the cash that follows from them. */
function repriced(from: Posting, volume: Decimal, price: Decimal): Posting {
  const worth = multiply(volume, price);
  return { ...from, volume, price, amount: from.direction === 'BUY' ? negate(worth) : worth };
}

function withTrailingZeros(value: Decimal): Decimal {
  return decimal(value.includes('.') ? `${value}00` : `${value}.00`);
}

/** Two parts of a posting, each at its price, that sum to it. */
function split(whole: Posting): readonly Posting[] {
  const third = decimal(String(BigInt(whole.volume.split('.')[0] ?? '0') / 3n));
  const rest = subtract(whole.volume, third);
  return [
    { ...repriced(whole, third, whole.price), memo: 'part 1 of 2' },
    { ...repriced(whole, rest, whole.price), journal: 2, memo: 'part 2 of 2' },
  ];
}

/**
 * The ledger's postings for a settlement, by what is planted on it (the comments stand at `PLANTS`). Where
 * nothing is planted, the ledger holds the current version, and nothing for a pending settlement.
 */
export function postingsOf({ current, superseded, plant }: SampleHistory): Posted {
  if (plant === null) {
    const pending = current.status !== 'FINAL' && current.status !== 'ACTUAL';
    return {
      postings: pending ? [] : [posting(current)],
      outcome: pending ? 'PENDING' : 'MATCHED',
      stray: null,
    };
  }
  const { breaks } = PLANTS[plant];
  const outcome = breaks ?? (isPendingPlant(plant) ? 'PENDING' : 'MATCHED');
  const whole = posting(current);
  const stray: Posting | null =
    plant === 'missingInEtrm'
      ? {
          ...whole,
          settlement_id: current.settlement_id.replace('STL', 'MAN'),
          journal: 9,
          memo: 'Manual accrual, "see e-mail"',
        }
      : null;
  return {
    postings: plantedPostings(plant, whole, superseded),
    outcome: stray === null ? outcome : 'MATCHED',
    stray,
  };
}

function isPendingPlant(plant: PlantName): boolean {
  return 'status' in PLANTS[plant];
}

function plantedPostings(
  plant: PlantName,
  whole: Posting,
  superseded: SampleSettlement | null,
): readonly Posting[] {
  const off = (by: string): readonly Posting[] => [{ ...whole, amount: add(whole.amount, decimal(by)) }];
  switch (plant) {
    case 'duplicateWhole':
      return [whole, whole];
    case 'duplicateHalves': {
      const half = repriced(whole, multiply(whole.volume, HALF), whole.price);
      return [half, half];
    }
    case 'missingInLedger':
    case 'estimatedUnposted':
    case 'disputedUnposted':
    case 'voidUnposted':
      return [];
    case 'missingInEtrm':
    case 'estimatedEqual':
    case 'restatedPrice':
    case 'restatedVolume':
    case 'restatedTouch':
      return [whole];
    case 'currency':
      return [{ ...whole, currency: whole.currency === 'USD' ? 'CAD' : 'USD' }];
    case 'unit':
      return [{ ...whole, volume_uom: MISTAKEN_UNIT[whole.volume_uom] }];
    case 'directionAndSign':
      return [{ ...whole, direction: opposite(whole), amount: negate(whole.amount) }];
    case 'directionOnly':
      return [{ ...whole, direction: opposite(whole) }];
    case 'windowShifted':
      return [
        {
          ...whole,
          delivery_start: shiftedHours(whole.delivery_start, 1),
          delivery_end: shiftedHours(whole.delivery_end, 1),
        },
      ];
    case 'windowLonger':
      return [{ ...whole, delivery_end: shiftedHours(whole.delivery_end, 1) }];
    case 'counterparty':
      return [{ ...whole, counterparty: otherCounterparty(whole.counterparty) }];
    case 'versionPrice':
    case 'versionVolume':
      return superseded === null ? [] : [posting(superseded)];
    case 'volume':
      return [repriced(whole, add(whole.volume, decimal('12.5')), whole.price)];
    case 'price':
      return [repriced(whole, whole.volume, add(whole.price, decimal('1.25')))];
    case 'priceInsideTolerance':
      return [repriced(whole, whole.volume, add(whole.price, decimal('0.0000001')))];
    case 'amount':
      return off('125');
    case 'amountJustOutside':
      return off('0.010000001');
    case 'estimatedDiffers':
      return off('-250.75');
    case 'amountInsideTolerance':
      return off('0.004');
    case 'amountAtTolerance':
      return off(whole.direction === 'BUY' ? '-0.01' : '0.01');
    case 'splitPosting':
      return split(whole);
    case 'trailingZeros':
      return [
        {
          ...whole,
          volume: withTrailingZeros(whole.volume),
          price: withTrailingZeros(whole.price),
          amount: withTrailingZeros(whole.amount),
        },
      ];
    case 'otherOffset':
      return [
        {
          ...whole,
          delivery_start: atOffset(whole.delivery_start, '+05:30'),
          delivery_end: atOffset(whole.delivery_end, '+05:30'),
        },
      ];
    case 'voidedPosting': {
      const voided = { ...whole, amount: add(whole.amount, decimal('999.99')) };
      return [whole, { ...voided, status: 'VOID', journal: 2, memo: 'reversed, posted in error' }];
    }
  }
}

function opposite({ direction }: SampleSettlement): 'BUY' | 'SELL' {
  return direction === 'BUY' ? 'SELL' : 'BUY';
}
