/**
 * How far two sums may lie apart. What rounding can explain is derived from how often amounts were rounded and from how
 * many digits the price has (docs/rules.md): roundings x half a unit, plus volume x half the last digit of the price.
 */
import {
  absolute,
  add,
  compare,
  type Decimal,
  decimal,
  decimalPlaces,
  multiply,
  subtract,
  sum,
  ZERO,
} from '../../shared/decimal.ts';
import type { UsedTolerance } from '../../shared/recon.ts';
import type { Derived, Tolerance } from '../../shared/rules.ts';
import { expectedAmount, expectedVolume, halfUnit } from './rounding.ts';
import type { EtrmSide, LedgerSide } from './sides.ts';

const HUNDREDTH = decimal('0.01');

type UsedDerived = NonNullable<UsedTolerance['derived']>;
type DerivedOf = (derived: Derived, etrm: readonly EtrmSide[], ledger: readonly LedgerSide[]) => UsedDerived;

function roundings(
  stage: Derived['stage'],
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
): number {
  switch (stage) {
    case 'interval':
      return etrm.length;
    case 'line':
      return ledger.length;
    case 'charge':
      return new Set(etrm.map((row) => row.charge_type)).size;
    case 'invoice':
      return 1;
  }
}

/** The roundings alone, without a price. */
function ofRoundings(
  { stage, mode, decimals }: Derived,
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
): UsedDerived {
  const half = halfUnit(decimals);
  const times = roundings(stage, etrm, ledger);
  return {
    stage,
    mode,
    roundings: times,
    half_unit: half,
    half_price_unit: ZERO,
    volume: sum(etrm.map((row) => row.volume)),
    value: multiply(decimal(String(times)), half),
  };
}

/** What rounding of amounts at this stage can come to at most, whatever becomes of a half. */
export const derivedTolerance: DerivedOf = (derived, etrm, ledger) => {
  const bare = ofRoundings(derived, etrm, ledger);
  const ofPrices = etrm.map((row) => multiply(row.volume, halfUnit(decimalPlaces(row.price))));
  const finest = etrm.reduce((most, row) => Math.max(most, decimalPlaces(row.price)), 0);
  return {
    ...bare,
    half_price_unit: halfUnit(finest),
    value: add(bare.value, sum(ofPrices)),
    expected: expectedAmount(derived, etrm, ledger),
  };
};

/** The same of volumes, in which there is no price. */
const derivedVolumeTolerance: DerivedOf = (derived, etrm, ledger) => ({
  ...ofRoundings(derived, etrm, ledger),
  expected: expectedVolume(derived, etrm, ledger),
});

/** @param total of the ETRM side, of which a percentage is taken. */
function allowed(
  { absolute: fixed, percent }: Tolerance,
  total: Decimal,
  derived: UsedDerived | undefined,
): UsedTolerance {
  const share = percent === undefined ? undefined : multiply(multiply(absolute(total), percent), HUNDREDTH);
  let value = ZERO;
  for (const each of [fixed, share, derived?.value]) {
    if (each !== undefined && compare(each, value) > 0) value = each;
  }
  return {
    value,
    ...(fixed === undefined ? {} : { absolute: fixed }),
    ...(percent === undefined ? {} : { percent }),
    ...(derived === undefined ? {} : { derived }),
  };
}

/** What a rule allows of amounts; 0 where it gives nothing. */
export function allowedAmount(
  tolerance: Tolerance,
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
  total: Decimal,
): UsedTolerance {
  const { derived } = tolerance;
  return allowed(tolerance, total, derived && derivedTolerance(derived, etrm, ledger));
}

/** What a rule allows of volumes; 0 where it gives nothing. */
export function allowedVolume(
  tolerance: Tolerance,
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
  total: Decimal,
): UsedTolerance {
  const { derived } = tolerance;
  return allowed(tolerance, total, derived && derivedVolumeTolerance(derived, etrm, ledger));
}

/**
 * Whether two sums agree: what lies between them is within the absolute or the percentage, or what lies between the
 * ledger and the rounded ETRM side is within what rounding explains.
 */
export function agrees(
  { absolute: fixed, percent, derived }: UsedTolerance,
  etrm: Decimal,
  ledger: Decimal,
): boolean {
  const off = absolute(subtract(ledger, etrm));
  const share = percent === undefined ? ZERO : multiply(multiply(absolute(etrm), percent), HUNDREDTH);
  if (compare(off, share) <= 0 || (fixed !== undefined && compare(off, fixed) <= 0)) return true;
  return (
    derived?.expected !== undefined &&
    compare(absolute(subtract(ledger, derived.expected)), derived.value) <= 0
  );
}
