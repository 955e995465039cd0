/**
 * One key judged by the default rules: matched, pending, or a break with the first category that applies, every
 * differing field with both values, and the difference explained. Pure and exact.
 */
import { absolute, compare, type Decimal, normalise, subtract, sum } from '../../shared/decimal.ts';
import type { BreakCategory, Explained, FieldDifference } from '../../shared/recon.ts';
import { explain } from './explain.ts';
import type { RuleSet } from './rules.ts';
import type { EtrmSide, LedgerSide, SideFields } from './sides.ts';

export interface KeySides {
  readonly key: string;
  /** Rows at the highest version of each settlement of the key, in an order that does not depend on the pages. */
  readonly etrm: readonly EtrmSide[];
  /** Live postings of the key, in an order that does not depend on the files. */
  readonly ledger: readonly LedgerSide[];
}

export interface Judgement {
  readonly state: 'matched' | 'pending' | 'break';
  readonly category: BreakCategory | null;
  /** Each settlement once. */
  readonly settlements: readonly EtrmSide[];
  readonly etrmAmount: Decimal | null;
  readonly ledgerAmount: Decimal | null;
  readonly etrmVolume: Decimal | null;
  readonly ledgerVolume: Decimal | null;
  /** ledger - ETRM, signed. */
  readonly difference: Decimal;
  readonly differences: readonly FieldDifference[];
  readonly explained: Explained;
}

/** Fields compared as text, and the category of a difference in them. */
const COMPARED: readonly { readonly field: keyof SideFields; readonly category: BreakCategory }[] = [
  { field: 'currency', category: 'CURRENCY' },
  { field: 'volume_uom', category: 'UNIT' },
  { field: 'price_uom', category: 'UNIT' },
  { field: 'direction', category: 'DIRECTION' },
  { field: 'delivery_start', category: 'DELIVERY_WINDOW' },
  { field: 'delivery_end', category: 'DELIVERY_WINDOW' },
  { field: 'counterparty', category: 'COUNTERPARTY' },
  { field: 'legal_entity', category: 'COUNTERPARTY' },
  { field: 'agreement', category: 'COUNTERPARTY' },
  { field: 'version', category: 'VERSION' },
];

function shownText(value: SideFields[keyof SideFields]): string | null {
  return value === null ? null : String(value);
}

/** `usd/mwh` and `USD/MWh` are one unit. */
function sameText(field: keyof SideFields, a: string, b: string): boolean {
  return a === b || (field === 'price_uom' && a.toUpperCase() === b.toUpperCase());
}

/** One value as it was sent, several summed. */
function total(values: readonly Decimal[]): Decimal | null {
  const first = values[0];
  if (first === undefined) return null;
  return values.length === 1 ? first : sum(values);
}

function ledgerVolume(ledger: readonly LedgerSide[]): Decimal | null {
  const volumes = ledger.map((row) => row.volume).filter((volume) => volume !== null);
  return volumes.length === ledger.length ? total(volumes) : null;
}

/** Each settlement once: the first placed of rows that came twice. */
function settlementsOf(etrm: readonly EtrmSide[]): readonly EtrmSide[] {
  const seen = new Set<string>();
  return etrm.filter((row) => {
    if (seen.has(row.settlement_id)) return false;
    seen.add(row.settlement_id);
    return true;
  });
}

interface Finding {
  readonly category: BreakCategory;
  readonly difference: FieldDifference;
}

/** Every compared field in which a posting differs from the settlement, in the rules' order. */
function findings(
  settlements: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
  amounts: { readonly etrm: Decimal; readonly ledger: Decimal },
  rules: RuleSet,
): Finding[] {
  const found: Finding[] = [];
  const first = settlements[0];
  if (!first) return found;
  for (const { field, category } of COMPARED) {
    const expected = new Set(settlements.map((row) => shownText(row[field])));
    // Settlements that disagree among themselves give nothing to compare with.
    if (expected.size > 1) continue;
    const etrm = shownText(first[field]);
    if (etrm === null) continue;
    for (const row of ledger) {
      const posted = shownText(row[field]);
      if (posted === null || sameText(field, etrm, posted)) continue;
      found.push({ category, difference: { field, etrm, ledger: posted } });
      break;
    }
  }
  const etrmVolume = sum(settlements.map((row) => row.volume));
  const posted = ledgerVolume(ledger);
  if (posted !== null && compare(etrmVolume, posted) !== 0) {
    const etrm = settlements.length === 1 ? first.volume : etrmVolume;
    found.push({ category: 'VOLUME', difference: { field: 'volume', etrm, ledger: posted } });
  }
  if (settlements.every((row) => compare(row.price, first.price) === 0)) {
    const other = ledger.find((row) => row.price !== null && compare(row.price, first.price) !== 0);
    if (other) {
      found.push({
        category: 'PRICE',
        difference: { field: 'price', etrm: first.price, ledger: other.price },
      });
    }
  }
  if (compare(absolute(subtract(amounts.ledger, amounts.etrm)), rules.amount_tolerance) > 0) {
    found.push({
      category: 'AMOUNT',
      difference: { field: 'amount', etrm: amounts.etrm, ledger: amounts.ledger },
    });
  }
  return found;
}

/** Rows of one side that agree in every field are one posting made twice; so is a business key that came twice. */
function isDoubled(sides: KeySides, settlements: readonly EtrmSide[]): boolean {
  return (
    settlements.length < sides.etrm.length ||
    new Set(sides.ledger.map((row) => row.print)).size < sides.ledger.length
  );
}

export function judge(sides: KeySides, rules: RuleSet): Judgement {
  const { etrm, ledger } = sides;
  const settlements = settlementsOf(etrm);
  const etrmAmount = total(settlements.map((row) => row.amount));
  const ledgerAmount = total(ledger.map((row) => row.amount));
  const zero = sum([]);
  const difference = subtract(ledgerAmount ?? zero, etrmAmount ?? zero);
  const doubled = isDoubled(sides, settlements);
  const pending =
    settlements.length > 0 &&
    settlements.every((row) => rules.pending.some((status) => status === row.status));

  const verdict = (
    state: Judgement['state'],
    category: BreakCategory | null,
    differences: readonly FieldDifference[],
  ): Judgement => ({
    state,
    category,
    settlements,
    etrmAmount,
    ledgerAmount,
    etrmVolume: total(settlements.map((row) => row.volume)),
    ledgerVolume: ledgerVolume(ledger),
    difference: normalise(difference),
    differences,
    explained: explain(settlements, ledger, difference),
  });

  if (pending && ledger.length === 0) return verdict('pending', null, []);
  const found =
    etrmAmount === null || ledgerAmount === null
      ? []
      : findings(settlements, ledger, { etrm: etrmAmount, ledger: ledgerAmount }, rules);
  const differences = found.map((finding) => finding.difference);
  const moved = found.some(({ category }) => category === 'AMOUNT' || category === 'CURRENCY');
  if (pending && !doubled && !moved) return verdict('pending', null, differences);

  if (doubled) {
    const rows = { field: 'rows', etrm: String(etrm.length), ledger: String(ledger.length) };
    return verdict('break', 'DUPLICATE', [rows, ...differences]);
  }
  if (ledger.length === 0) return verdict('break', 'MISSING_IN_LEDGER', []);
  if (settlements.length === 0) return verdict('break', 'MISSING_IN_ETRM', []);
  const first = rules.categories.find((category) => found.some((finding) => finding.category === category));
  return first === undefined ? verdict('matched', null, []) : verdict('break', first, differences);
}
