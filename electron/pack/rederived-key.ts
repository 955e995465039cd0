/** One key judged again by the default rules, as docs and `verify.py` have them, with none of the code that reconciles. */
import {
  absolute,
  add,
  compare,
  type Decimal,
  decimal,
  normalise,
  parseDecimal,
  subtract,
  ZERO,
} from '../../shared/decimal.ts';
import { DECIMAL_FIELDS, type FormedRow, POSTING_FORM, SETTLEMENT_FORM } from './one-form.ts';

const PENDING: readonly unknown[] = ['ESTIMATED', 'DISPUTED', 'VOID'];

const COMPARED: readonly (readonly [field: string, category: string])[] = [
  ['currency', 'CURRENCY'],
  ['volume_uom', 'UNIT'],
  ['price_uom', 'UNIT'],
  ['direction', 'DIRECTION'],
  ['delivery_start', 'DELIVERY_WINDOW'],
  ['delivery_end', 'DELIVERY_WINDOW'],
  ['counterparty', 'COUNTERPARTY'],
  ['legal_entity', 'COUNTERPARTY'],
  ['agreement', 'COUNTERPARTY'],
  ['version', 'VERSION'],
];

const TOLERANCE = decimal('0.01');

export function value(row: FormedRow, field: string): Decimal | null {
  const text = row[field];
  if (text === null || text === undefined) return null;
  const read = parseDecimal(String(text));
  if (read === null) throw new RangeError(`${field} is ${text}, not a decimal`);
  return read;
}

function values(rows: readonly FormedRow[], field: string): readonly Decimal[] {
  return rows.map((row) => value(row, field)).filter((each) => each !== null);
}

function total(rows: readonly FormedRow[], field: string): Decimal {
  return rows.reduce((reached, row) => add(reached, value(row, field) ?? ZERO), ZERO);
}

/** What all rows say of a field; null where one says nothing, or two say different things. */
function agreed(rows: readonly FormedRow[], field: string): string | number | null {
  const said = rows[0]?.[field] ?? null;
  return rows.every((row) => row[field] === said) ? said : null;
}

function form(field: string, said: string | number): string | number {
  return field === 'price_uom' ? String(said).toUpperCase() : said;
}

/** Whether a posting says something else. */
function contradicted(said: string | number, ledger: readonly FormedRow[], field: string): boolean {
  return ledger.some((row) => {
    const posted = row[field] ?? null;
    return posted !== null && posted !== said && form(field, posted) !== form(field, said);
  });
}

/** Whether the currencies of a key are held apart or were added up: what the reconciliation's event tells. */
export type Currencies = 'apart' | 'added';

/** Whether each currency that either side has comes to the same on both. */
function sameByCurrency(etrm: readonly FormedRow[], ledger: readonly FormedRow[]): boolean {
  const currencies = new Set([...etrm, ...ledger].map(({ currency }) => currency));
  return [...currencies].every((currency) => {
    const [one, other] = [etrm, ledger].map((rows) => rows.filter((row) => row.currency === currency));
    return sameTotal(one ?? [], other ?? [], 'amount', TOLERANCE);
  });
}

/** Categories in which a posting says something else than all settlements of its key, in their order. */
function differing(
  etrm: readonly FormedRow[],
  ledger: readonly FormedRow[],
  currencies: Currencies,
): readonly string[] {
  const found: string[] = [];
  const mixed = currencies === 'apart' && new Set(etrm.map(({ currency }) => currency)).size > 1;
  if (mixed && !sameByCurrency(etrm, ledger)) found.push('CURRENCY');
  for (const [field, category] of COMPARED) {
    const said = agreed(etrm, field);
    if (said !== null && contradicted(said, ledger, field)) found.push(category);
  }
  const volumes = ledger.every((row) => row.volume !== null);
  if (volumes && !sameTotal(etrm, ledger, 'volume')) found.push('VOLUME');
  const prices = new Set(values(etrm, 'price').map(normalise));
  if (prices.size === 1 && values(ledger, 'price').some((price) => !prices.has(normalise(price))))
    found.push('PRICE');
  if (!mixed && !sameTotal(etrm, ledger, 'amount', TOLERANCE)) found.push('AMOUNT');
  return found;
}

function sameTotal(
  etrm: readonly FormedRow[],
  ledger: readonly FormedRow[],
  field: string,
  tolerance: Decimal = ZERO,
): boolean {
  const [one, other] = [etrm[0], ledger[0]];
  if (etrm.length === 1 && ledger.length === 1 && one?.[field] === other?.[field]) return true;
  return compare(absolute(subtract(total(ledger, field), total(etrm, field))), tolerance) <= 0;
}

type Said = FormedRow[string] | undefined;

/** As the engine orders: numbers by size, texts by their bytes, what is not there last. */
function bySaid(a: Said, b: Said): number {
  if (a === b) return 0;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return (a ?? null) === null ? 1 : -1;
}

function byContent(a: FormedRow, b: FormedRow): number {
  for (const field of SETTLEMENT_FORM) {
    const order = bySaid(a[field], b[field]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Two postings of one print are one that was made twice. */
function print(row: FormedRow): string {
  return JSON.stringify(
    POSTING_FORM.map((field) => {
      const each = row[field] ?? null;
      return DECIMAL_FIELDS.has(field) && each !== null ? normalise(value(row, field) ?? ZERO) : each;
    }),
  );
}

/** Of records of one settlement the first in order of their fields. */
export function eachOnce(etrm: readonly FormedRow[]): readonly FormedRow[] {
  const first = new Map<unknown, FormedRow>();
  for (const row of etrm.toSorted(byContent))
    if (!first.has(row.settlement_id)) first.set(row.settlement_id, row);
  return [...first.values()];
}

/** @returns matched, pending, or the category of a break. */
export function judged(
  etrm: readonly FormedRow[],
  ledger: readonly FormedRow[],
  currencies: Currencies,
): string {
  const once = etrm.length < 2 ? etrm : eachOnce(etrm);
  const found = once.length > 0 && ledger.length > 0 ? differing(once, ledger, currencies) : [];
  const waits = once.length > 0 && once.every((row) => PENDING.includes(row.status));
  const printed = ledger.length < 2 ? ledger.length : new Set(ledger.map(print)).size;
  const doubled = once.length < etrm.length || printed < ledger.length;
  const moved = found.includes('AMOUNT') || found.includes('CURRENCY');
  if (waits && (ledger.length === 0 || (!doubled && !moved))) return 'pending';
  if (doubled) return 'DUPLICATE';
  if (ledger.length === 0) return 'MISSING_IN_LEDGER';
  if (once.length === 0) return 'MISSING_IN_ETRM';
  return found[0] ?? 'matched';
}
