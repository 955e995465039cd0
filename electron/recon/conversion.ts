/**
 * Postings in the units and the currency of their settlement, by the factors and rates that the rule set names. The rows
 * themselves stay what they are: what is compared is a copy, and what was used goes with the judgement.
 *
 * A factor, and what was posted, have so many digits and no more. Within half their last digits, and half the last one of
 * the settlement's figure, a converted figure is the settlement's.
 */
import {
  absolute,
  add,
  compare,
  type Decimal,
  decimal,
  decimalPlaces,
  divide,
  multiply,
  subtract,
  sum,
  ZERO,
} from '../../shared/decimal.ts';
import type { Evidence } from '../../shared/recon.ts';
import { halfUnit } from './rounding.ts';
import type { RuleSet } from './rules.ts';
import type { EtrmSide, LedgerSide } from './sides.ts';

const ONE = decimal('1');

/** Of a quotient: more than any price has. */
const QUOTIENT_PLACES = 18;

type Unit = NonNullable<Evidence['units']>[number];
type Rate = NonNullable<Evidence['fx']>[number];

export interface Converted {
  readonly ledger: readonly LedgerSide[];
  readonly units: readonly Unit[];
  readonly fx: readonly Rate[];
}

function half(value: Decimal): Decimal {
  return halfUnit(decimalPlaces(value));
}

/** Zeros behind are often not sent: a price is at least to the cent, a volume to the thousandth. */
const PRICE_PLACES = 2;
const VOLUME_PLACES = 3;

function halfOfOwn(value: Decimal, least: number): Decimal {
  return halfUnit(Math.max(least, decimalPlaces(value)));
}

/** What the last digits of a posted volume and of a factor leave open in their product. */
function openIn(volume: Decimal, factor: Decimal): Decimal {
  return add(multiply(absolute(volume), half(factor)), multiply(factor, halfOfOwn(volume, VOLUME_PLACES)));
}

/** A price of so much money for a unit: `USD/MMBTU`. */
function perUnit(uom: string): readonly [money: string, unit: string] {
  const at = uom.indexOf('/');
  const [money, unit] = at < 0 ? [uom, ''] : [uom.slice(0, at), uom.slice(at + 1)];
  return [money.toUpperCase(), unit.toUpperCase()];
}

/** What the settlements of a key have in common; null where they differ. */
function common<Field extends 'currency' | 'volume_uom' | 'price_uom'>(
  etrm: readonly EtrmSide[],
  field: Field,
): EtrmSide[Field] | null {
  const value = etrm[0]?.[field] ?? null;
  return etrm.every((row) => row[field] === value) ? value : null;
}

class Conversion {
  readonly units = new Set<Unit>();
  readonly fx = new Set<Rate>();
  readonly #rules: RuleSet;
  readonly #etrm: readonly EtrmSide[];
  /** What the last digits leave open in the sum of the volumes. */
  #openVolume: Decimal | null = null;

  constructor(rules: RuleSet, etrm: readonly EtrmSide[]) {
    this.#rules = rules;
    this.#etrm = etrm;
  }

  #unit(from: string, to: string): Unit | null {
    return this.#rules.units.find((unit) => unit.from === from && unit.to === to) ?? null;
  }

  #rate(from: string, to: string): Rate | null {
    return this.#rules.fx.find((rate) => rate.from === from && rate.to === to) ?? null;
  }

  row(row: LedgerSide): LedgerSide {
    return { ...row, ...this.#volume(row), ...this.#price(row), ...this.#amount(row) };
  }

  #volume(row: LedgerSide): Partial<LedgerSide> {
    const to = common(this.#etrm, 'volume_uom');
    const unit = to === null || row.volume_uom === null ? null : this.#unit(row.volume_uom, to);
    if (unit === null) return {};
    this.units.add(unit);
    if (row.volume === null) return { volume_uom: to };
    this.#openVolume = add(this.#openVolume ?? ZERO, openIn(row.volume, unit.factor));
    return { volume: multiply(row.volume, unit.factor), volume_uom: to };
  }

  /**
   * A posting that does not say what its price is in has it in what the settlement's is in, where its money and its unit
   * are the settlement's; else in its own.
   */
  #price(row: LedgerSide): Partial<LedgerSide> {
    const uom = common(this.#etrm, 'price_uom');
    if (uom === null || row.price === null) return {};
    const [ownMoney, own] = perUnit(uom);
    const [money, per] = row.price_uom === null ? this.#implied(row, uom) : perUnit(row.price_uom);
    const unit = per === own ? null : this.#unit(per, own);
    const rate = money === ownMoney ? null : this.#rate(money, ownMoney);
    if ((per !== own && unit === null) || (money !== ownMoney && rate === null)) return {};
    if (unit === null && rate === null) return {};
    const times = rate?.rate ?? ONE;
    const by = unit?.factor ?? ONE;
    const price = divide(multiply(row.price, times), by, QUOTIENT_PLACES);
    let open = divide(multiply(halfOfOwn(row.price, PRICE_PLACES), times), by, QUOTIENT_PLACES);
    if (unit) {
      this.units.add(unit);
      open = add(open, divide(multiply(absolute(price), half(by)), by, QUOTIENT_PLACES));
    }
    if (rate) {
      this.fx.add(rate);
      open = add(open, divide(multiply(absolute(row.price), half(times)), by, QUOTIENT_PLACES));
    }
    return { price: this.#orOwnPrice(price, open), price_uom: uom };
  }

  #implied(row: LedgerSide, uom: string): readonly [money: string, unit: string] {
    const [ownMoney, own] = perUnit(uom);
    const isTheirs = row.volume_uom === null || row.volume_uom === common(this.#etrm, 'volume_uom');
    return [
      row.currency === common(this.#etrm, 'currency') ? ownMoney : row.currency,
      isTheirs ? own : (row.volume_uom ?? own),
    ];
  }

  /** The settlements' one price where the converted one is it to the digits there are. */
  #orOwnPrice(price: Decimal, open: Decimal): Decimal {
    const own = this.#etrm[0]?.price;
    if (own === undefined || this.#etrm.some((row) => compare(row.price, own) !== 0)) return price;
    return compare(absolute(subtract(price, own)), add(open, halfOfOwn(own, PRICE_PLACES))) <= 0
      ? own
      : price;
  }

  #amount(row: LedgerSide): Partial<LedgerSide> {
    const to = common(this.#etrm, 'currency');
    const rate = to === null ? null : this.#rate(row.currency, to);
    if (to === null || rate === null) return {};
    this.fx.add(rate);
    return { amount: multiply(row.amount, rate.rate), currency: to };
  }

  /** The settlements' volume where the converted sum is it to the digits there are: the last posting takes what lies between. */
  settled(ledger: readonly LedgerSide[]): readonly LedgerSide[] {
    const last = ledger.at(-1);
    const volumes = ledger.map((row) => row.volume).filter((volume) => volume !== null);
    if (this.#openVolume === null || !last || last.volume === null || volumes.length < ledger.length)
      return ledger;
    const own = sum(this.#etrm.map((row) => row.volume));
    const off = subtract(own, sum(volumes));
    const open = this.#etrm.reduce(
      (open, row) => add(open, halfOfOwn(row.volume, VOLUME_PLACES)),
      this.#openVolume,
    );
    if (compare(absolute(off), open) > 0) return ledger;
    return [...ledger.slice(0, -1), { ...last, volume: add(last.volume, off) }];
  }
}

/** @param etrm each settlement once; where they differ among themselves in unit or currency, nothing is converted. */
export function converted(
  etrm: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
  rules: RuleSet,
): Converted {
  if (etrm.length === 0 || (rules.units.length === 0 && rules.fx.length === 0))
    return { ledger, units: [], fx: [] };
  const conversion = new Conversion(rules, etrm);
  const rows = conversion.settled(ledger.map((row) => conversion.row(row)));
  return { ledger: rows, units: [...conversion.units], fx: [...conversion.fx] };
}
