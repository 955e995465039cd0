/**
 * Postings in the units and the currency of their settlement, by the factors and rates that the rule set names. The rows
 * themselves stay what they are: what is compared is a copy, and what was used goes with the judgement.
 */
import { type Decimal, decimal, divide, multiply } from '../../shared/decimal.ts';
import type { Evidence } from '../../shared/recon.ts';
import type { RuleSet } from '../../shared/rules.ts';
import type { EtrmSide, LedgerSide } from './sides.ts';

const ONE = decimal('1');

/** Of a price that was divided by a factor: more than any price has. */
const PRICE_DECIMALS = 12;

type Unit = NonNullable<Evidence['units']>[number];
type Rate = NonNullable<Evidence['fx']>[number];

export interface Converted {
  readonly ledger: readonly LedgerSide[];
  readonly units: readonly Unit[];
  readonly fx: readonly Rate[];
}

function unitOf(rules: RuleSet, from: string, to: string): Unit | undefined {
  return rules.units.find((unit) => unit.from === from && unit.to === to);
}

/** A price of so much money for a unit: `USD/MMBTU`. */
function perUnit(uom: string): readonly [money: string, unit: string] {
  const at = uom.indexOf('/');
  return at < 0 ? [uom, ''] : [uom.slice(0, at), uom.slice(at + 1).toUpperCase()];
}

function round(value: Decimal, decimals: number): Decimal {
  return divide(value, ONE, decimals);
}

function decimalsOf(value: Decimal): number {
  const point = value.indexOf('.');
  return point < 0 ? 0 : value.length - point - 1;
}

/** @param etrm each settlement once; where they differ among themselves in unit or currency, nothing is converted. */
export function converted(
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
  rules: RuleSet,
): Converted {
  const first = etrm[0];
  const units = new Set<Unit>();
  const fx = new Set<Rate>();
  const one = (field: 'currency' | 'volume_uom'): boolean =>
    etrm.every((row) => row[field] === first?.[field]);
  if (!first || (rules.units.length === 0 && rules.fx.length === 0)) return { ledger, units: [], fx: [] };
  const rows = ledger.map((row) => {
    let copy = row;
    const { volume_uom: to } = first;
    if (to !== null && row.volume_uom !== null && row.volume_uom !== to && one('volume_uom')) {
      const unit = unitOf(rules, row.volume_uom, to);
      if (unit) {
        units.add(unit);
        const volume =
          row.volume === null ? null : round(multiply(row.volume, unit.factor), decimalsOf(first.volume));
        copy = { ...copy, volume, volume_uom: to };
      }
    }
    if (copy.price_uom !== null && first.price_uom !== null && copy.price !== null) {
      const [money, from] = perUnit(copy.price_uom);
      const [ownMoney, own] = perUnit(first.price_uom);
      const unit = money.toUpperCase() === ownMoney.toUpperCase() ? unitOf(rules, from, own) : undefined;
      if (unit) {
        units.add(unit);
        const exact = divide(copy.price, unit.factor, PRICE_DECIMALS);
        copy = { ...copy, price: round(exact, decimalsOf(first.price)), price_uom: first.price_uom };
      }
    }
    if (row.currency !== first.currency && one('currency')) {
      const rate = rules.fx.find(({ from, to: into }) => from === row.currency && into === first.currency);
      if (rate) {
        fx.add(rate);
        copy = { ...copy, amount: multiply(row.amount, rate.rate), currency: first.currency };
      }
    }
    return copy;
  });
  return { ledger: rows, units: [...units], fx: [...fx] };
}
