/**
 * How far two sums may lie apart. What rounding can explain is derived from how often amounts were rounded and from how
 * many digits the price has (docs/rules.md): roundings x half a unit, plus volume x half the last digit of the price.
 */
import { absolute, add, compare, type Decimal, decimal, multiply, ZERO } from '../../shared/decimal.ts';
import type { Evidence } from '../../shared/recon.ts';
import type { Derived, Tolerance } from '../../shared/rules.ts';
import type { EtrmSide, LedgerSide } from './sides.ts';

const HUNDREDTH = decimal('0.01');

/** Half of 10^-decimals. */
function halfUnit(decimals: number): Decimal {
  return decimal(`0.${'0'.repeat(decimals)}5`);
}

function decimalsOf(value: Decimal): number {
  const point = value.indexOf('.');
  return point < 0 ? 0 : value.length - point - 1;
}

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

type Used = NonNullable<Evidence['tolerance']>;

/** What rounding at this stage can come to at most, whatever becomes of a half. */
export function derivedTolerance(
  { stage, mode, decimals }: Derived,
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
): NonNullable<Used['derived']> {
  const half = halfUnit(decimals);
  const times = roundings(stage, etrm, ledger);
  let volume = ZERO;
  let price = ZERO;
  let finest = 0;
  for (const row of etrm) {
    volume = add(volume, row.volume);
    finest = Math.max(finest, decimalsOf(row.price));
    price = add(price, multiply(row.volume, halfUnit(decimalsOf(row.price))));
  }
  return {
    stage,
    mode,
    roundings: times,
    half_unit: half,
    half_price_unit: halfUnit(finest),
    volume,
    value: add(multiply(decimal(String(times)), half), price),
  };
}

/**
 * The largest of what a rule gives; 0 where it gives nothing.
 * @param total of the ETRM side, of which a percentage is taken.
 */
export function allowed(
  { absolute: fixed, percent, derived }: Tolerance,
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
  total: Decimal,
): Used {
  const share = percent === undefined ? undefined : multiply(multiply(absolute(total), percent), HUNDREDTH);
  const rounding = derived === undefined ? undefined : derivedTolerance(derived, etrm, ledger);
  let value = ZERO;
  for (const each of [fixed, share, rounding?.value]) {
    if (each !== undefined && compare(each, value) > 0) value = each;
  }
  return {
    value,
    ...(fixed === undefined ? {} : { absolute: fixed }),
    ...(percent === undefined ? {} : { percent }),
    ...(rounding === undefined ? {} : { derived: rounding }),
  };
}
