/** Every field in which the postings of a key differ from its settlements, with the category of the difference. */
import { absolute, compare, subtract, sum } from '../../shared/decimal.ts';
import type { BreakCategory, FieldDifference } from '../../shared/recon.ts';
import type { ComparedField, Rule } from '../../shared/rules.ts';
import { type Balance, newestPostings } from './balance.ts';
import { postingDay, settlementDay, withinWindow } from './date-window.ts';
import type { RuleSet, TriedRules } from './rules.ts';
import type { EtrmSide, LedgerSide, SideFields } from './sides.ts';
import { agrees, derivedTolerance } from './tolerance.ts';

/** Fields compared as text, and the category of a difference in them. */
const COMPARED: readonly {
  readonly field: ComparedField & keyof SideFields;
  readonly category: BreakCategory;
}[] = [
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

/** Compared only where the rule set lists their category. */
const ON_REQUEST: readonly { readonly field: 'gl_account' | 'status'; readonly category: BreakCategory }[] = [
  { field: 'gl_account', category: 'ACCOUNT' },
  { field: 'status', category: 'STATUS' },
];

/** What the derived tolerance is taken with where the rule has none of its own. */
const ROUNDING = { stage: 'interval', mode: 'half-even', decimals: 2 } as const;

export interface Finding {
  readonly category: BreakCategory;
  readonly difference: FieldDifference;
}

function shownText(value: SideFields[keyof SideFields]): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** `usd/mwh` and `USD/MWh` are one unit. */
function sameText(field: keyof SideFields, a: string, b: string): boolean {
  return a === b || (field === 'price_uom' && a.toUpperCase() === b.toUpperCase());
}

function textFinding(
  settlements: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
  field: keyof SideFields,
  category: BreakCategory,
): Finding[] {
  const expected = new Set(settlements.map((row) => shownText(row[field])));
  // Settlements that disagree among themselves give nothing to compare with.
  const etrm = expected.size > 1 ? null : shownText(settlements[0]?.[field] ?? null);
  if (etrm === null) return [];
  for (const row of ledger) {
    const posted = shownText(row[field]);
    if (posted === null || sameText(field, etrm, posted)) continue;
    return [{ category, difference: { field, etrm, ledger: posted } }];
  }
  return [];
}

/** Settlements of several currencies: their sum says nothing. */
function areMixed(settlements: readonly EtrmSide[]): boolean {
  const first = settlements[0]?.currency;
  return settlements.some(({ currency }) => currency !== first);
}

/** Each currency of mixed settlements is held against the same one of the ledger, within what needs no one sum. */
function mixedFinding({ currencies, tolerance: { derived: _, ...plainly } }: Balance): Finding[] {
  if (currencies.every(({ etrm, ledger }) => agrees(plainly, etrm, ledger))) return [];
  const shown = (side: 'etrm' | 'ledger'): string =>
    currencies.map((each) => `${each[side]} ${each.currency}`).join(', ');
  return [
    { category: 'CURRENCY', difference: { field: 'currency', etrm: shown('etrm'), ledger: shown('ledger') } },
  ];
}

function volumeFinding({ settlements, ledgerVolume: posted, volumeTolerance }: Balance): Finding[] {
  const etrm = sum(settlements.map((row) => row.volume));
  if (posted === null || agrees(volumeTolerance, etrm, posted)) return [];
  const shown = settlements.length === 1 ? (settlements[0]?.volume ?? etrm) : etrm;
  return [{ category: 'VOLUME', difference: { field: 'volume', etrm: shown, ledger: posted } }];
}

function priceFinding(settlements: readonly EtrmSide[], ledger: readonly LedgerSide[]): Finding[] {
  const first = settlements[0];
  if (!first || settlements.some((row) => compare(row.price, first.price) !== 0)) return [];
  const other = ledger.find((row) => row.price !== null && compare(row.price, first.price) !== 0);
  return other
    ? [{ category: 'PRICE', difference: { field: 'price', etrm: first.price, ledger: other.price } }]
    : [];
}

function amountFinding(held: Balance, rule: Rule, rules: RuleSet, others: readonly Finding[]): Finding[] {
  const { etrmAmount: etrm, ledgerAmount: ledger, settlements, tolerance } = held;
  if (etrm === null || ledger === null || agrees(tolerance, etrm, ledger)) return [];
  const difference = { field: 'amount', etrm, ledger };
  if (held.fx.length > 0 && rules.categories.includes('FX')) return [{ category: 'FX', difference }];
  const alone = !others.some(({ category }) => category === 'VOLUME' || category === 'PRICE');
  if (!alone || !rules.categories.includes('ROUNDING')) return [{ category: 'AMOUNT', difference }];
  const off = absolute(subtract(ledger, etrm));
  const derived = derivedTolerance(rule.tolerance.derived ?? ROUNDING, settlements, held.ledger);
  return [{ category: compare(off, derived.value) <= 0 ? 'ROUNDING' : 'AMOUNT', difference }];
}

/** Where a posting has the date of its rule's window, it lies within: of a matched pair by selection, of another by this. */
function windowFinding(
  settlements: readonly EtrmSide[],
  ledger: readonly LedgerSide[],
  rule: Rule,
): Finding[] {
  const { window } = rule;
  if (!window) return [];
  for (const row of settlements) {
    const off = ledger.find((posting) => withinWindow(window, row, posting) === false);
    if (!off) continue;
    const difference = {
      field: window.field,
      etrm: settlementDay(window.field, row),
      ledger: postingDay(window.field, row, off),
    };
    return [{ category: window.field === 'delivery_start' ? 'DELIVERY_WINDOW' : 'PERIOD', difference }];
  }
  return [];
}

/** The last days of a period may lie in the next month in UTC: the posting's own period is held against the month. */
function periodFinding(ledger: readonly LedgerSide[], month: string | null): Finding[] {
  const other = month === null ? undefined : ledger.find(({ period }) => period && period !== month);
  return other
    ? [{ category: 'PERIOD', difference: { field: 'period', etrm: month, ledger: other.period ?? null } }]
    : [];
}

function requested(held: Balance, rules: RuleSet, month: string | null): Finding[] {
  const { settlements, ledger } = held;
  const lists = (category: BreakCategory): boolean => rules.categories.includes(category);
  const found: Finding[] = [];
  if (lists('PERIOD')) found.push(...periodFinding(ledger, month));
  for (const { field, category } of ON_REQUEST) {
    if (lists(category)) found.push(...textFinding(settlements, ledger, field, category));
  }
  const off = lists('CURVE_DEVIATION') ? settlements.find((row) => row.deviates === true) : undefined;
  if (off) {
    const difference = { field: 'curve', etrm: off.price, ledger: null };
    found.push({ category: 'CURVE_DEVIATION', difference });
  }
  return found;
}

/** In the order of the fields. @param month that of the reconciliation. */
export function findings(
  held: Balance,
  rule: Rule,
  rules: TriedRules,
  month: string | null,
): readonly Finding[] {
  const { settlements, ledger } = held;
  if (settlements.length === 0) return [];
  const looksAt = (field: ComparedField): boolean => !rule.ignore.includes(field);
  const mixed = looksAt('currency') && rules.currencies !== 'added' && areMixed(settlements);
  const windowed = rule.window?.field === 'delivery_start';
  // In a ledger of deltas the newest posting says what version and price are now.
  const current = rules.ledger === 'delta' ? newestPostings(ledger) : ledger;
  const found: Finding[] = [];
  if (mixed) found.push(...mixedFinding(held));
  for (const { field, category } of COMPARED) {
    if (!looksAt(field) || (windowed && category === 'DELIVERY_WINDOW')) continue;
    found.push(...textFinding(settlements, field === 'version' ? current : ledger, field, category));
  }
  if (looksAt('volume')) found.push(...volumeFinding(held));
  if (looksAt('price')) found.push(...priceFinding(settlements, current));
  if (!mixed) found.push(...amountFinding(held, rule, rules, found));
  found.push(...windowFinding(settlements, ledger, rule));
  found.push(...requested(held, rules, month));
  return found;
}
