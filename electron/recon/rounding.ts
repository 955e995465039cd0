/**
 * What the ETRM side comes to once it is rounded as a counterparty rounds it: at a stage, in a mode. Between this and the
 * ledger lies the residual that a derived tolerance is held against (docs/rules.md).
 */
import {
  absolute,
  add,
  compare,
  type Decimal,
  decimal,
  decimalPlaces,
  multiply,
  negate,
  normalise,
  round,
  subtract,
  sum,
  ZERO,
} from '../../shared/decimal.ts';
import type { Derived } from '../../shared/rules.ts';
import type { EtrmSide, LedgerSide } from './sides.ts';

/** Half of 10^-places. */
export function halfUnit(places: number): Decimal {
  return decimal(`0.${'0'.repeat(places)}5`);
}

/** What we buy we pay for: its cash is negative. */
function cash(row: EtrmSide, volume: Decimal): Decimal {
  const product = multiply(volume, row.price);
  return row.direction === 'BUY' ? negate(product) : product;
}

/** What was stated is volume x price, rounded already. */
function isProduct(row: EtrmSide, places: number): boolean {
  const off = absolute(subtract(cash(row, row.volume), row.amount));
  return compare(off, halfUnit(places)) <= 0;
}

/** An amount before it was rounded: as stated where it has more digits than rounding leaves, else what it is the product of. */
function unrounded(row: EtrmSide, places: number): Decimal {
  if (decimalPlaces(normalise(row.amount)) > places) return row.amount;
  return isProduct(row, places) ? cash(row, row.volume) : row.amount;
}

/** The volumes of postings at the one price of their settlements; null where there is no saying which part is whose. */
function postedParts(
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
  places: number,
): readonly Decimal[] | null {
  const first = etrm[0];
  if (!first || !etrm.every((row) => isProduct(row, places))) return null;
  if (etrm.some((row) => compare(row.price, first.price) !== 0 || row.direction !== first.direction))
    return null;
  const volumes = ledger.map((row) => row.volume).filter((volume) => volume !== null);
  if (volumes.length < ledger.length) return null;
  if (compare(sum(volumes), sum(etrm.map((row) => row.volume))) !== 0) return null;
  return volumes.map((volume) => cash(first, volume));
}

function byCharge(etrm: readonly EtrmSide[], figureOf: (row: EtrmSide) => Decimal): readonly Decimal[] {
  const sums = new Map<string | null, Decimal>();
  for (const row of etrm) sums.set(row.charge_type, add(sums.get(row.charge_type) ?? ZERO, figureOf(row)));
  return [...sums.values()];
}

/** The figures that are rounded one by one. `line`: the whole, where postings cannot be told apart. */
function figures(
  stage: Derived['stage'],
  etrm: readonly EtrmSide[],
  parts: readonly Decimal[] | null,
  figureOf: (row: EtrmSide) => Decimal,
): readonly Decimal[] {
  switch (stage) {
    case 'interval':
      return etrm.map(figureOf);
    case 'charge':
      return byCharge(etrm, figureOf);
    case 'line':
      return parts ?? [sum(etrm.map(figureOf))];
    case 'invoice':
      return [sum(etrm.map(figureOf))];
  }
}

/** The amount that is expected of the ledger. Unrounded where several postings cannot be told apart. */
export function expectedAmount(
  { stage, mode, decimals }: Derived,
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
): Decimal {
  const figureOf = (row: EtrmSide): Decimal => unrounded(row, decimals);
  const parts = stage === 'line' && ledger.length > 1 ? postedParts(etrm, ledger, decimals) : null;
  if (stage === 'line' && ledger.length > 1 && parts === null) return sum(etrm.map(figureOf));
  return sum(figures(stage, etrm, parts, figureOf).map((value) => round(value, decimals, mode)));
}

/** The same of volumes, which are no product of anything. */
export function expectedVolume(
  { stage, mode, decimals }: Derived,
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
): Decimal {
  const figureOf = (row: EtrmSide): Decimal => row.volume;
  if (stage === 'line' && ledger.length > 1) return sum(etrm.map(figureOf));
  return sum(figures(stage, etrm, null, figureOf).map((value) => round(value, decimals, mode)));
}
