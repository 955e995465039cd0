/**
 * A month worked again from its records and postings by the default rules, as docs and `verify.py` have them, with none
 * of the code that reconciles: counts and control totals, and nothing more.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { DECIMAL_FIELDS, type FormedRow, inOneForm, POSTING_FORM, SETTLEMENT_FORM } from './one-form.ts';
import { RowBuckets } from './row-buckets.ts';

export interface Derived {
  readonly matched: number;
  readonly pending: number;
  readonly breaks: number;
  readonly by_category: Readonly<Record<string, number>>;
  readonly etrm_total: Readonly<Record<string, string>>;
  readonly ledger_total: Readonly<Record<string, string>>;
}

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

function value(row: FormedRow, field: string): Decimal | null {
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

/** Categories in which a posting says something else than all settlements of its key, in their order. */
function differing(etrm: readonly FormedRow[], ledger: readonly FormedRow[]): readonly string[] {
  const found: string[] = [];
  for (const [field, category] of COMPARED) {
    const said = agreed(etrm, field);
    if (said !== null && contradicted(said, ledger, field)) found.push(category);
  }
  const volumes = ledger.every((row) => row.volume !== null);
  if (volumes && !sameTotal(etrm, ledger, 'volume')) found.push('VOLUME');
  const prices = new Set(values(etrm, 'price').map(normalise));
  if (prices.size === 1 && values(ledger, 'price').some((price) => !prices.has(normalise(price))))
    found.push('PRICE');
  if (!sameTotal(etrm, ledger, 'amount', TOLERANCE)) found.push('AMOUNT');
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

function place(row: FormedRow): string {
  return JSON.stringify(
    SETTLEMENT_FORM.map((field) => {
      const each = row[field] ?? null;
      return typeof each === 'number' ? String(each).padStart(16, '0') : each === null ? '\uffff' : each;
    }),
  );
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
function eachOnce(etrm: readonly FormedRow[]): readonly FormedRow[] {
  const first = new Map<unknown, FormedRow>();
  const placed = etrm.map((row) => ({ row, at: place(row) })).sort((a, b) => (a.at < b.at ? -1 : 1));
  for (const { row } of placed) if (!first.has(row.settlement_id)) first.set(row.settlement_id, row);
  return [...first.values()];
}

interface DeriveRequest {
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

interface Verdict {
  /** matched, pending, or the category of a break. */
  readonly is: string;
  /** Each settlement once. */
  readonly once: readonly FormedRow[];
}

function judged(etrm: readonly FormedRow[], ledger: readonly FormedRow[]): Verdict {
  const once = etrm.length < 2 ? etrm : eachOnce(etrm);
  const found = once.length > 0 && ledger.length > 0 ? differing(once, ledger) : [];
  const waits = once.length > 0 && once.every((row) => PENDING.includes(row.status));
  const printed = ledger.length < 2 ? ledger.length : new Set(ledger.map(print)).size;
  const doubled = once.length < etrm.length || printed < ledger.length;
  const moved = found.includes('AMOUNT') || found.includes('CURRENCY');
  if (waits && (ledger.length === 0 || (!doubled && !moved))) return { is: 'pending', once };
  if (doubled) return { is: 'DUPLICATE', once };
  if (ledger.length === 0) return { is: 'MISSING_IN_LEDGER', once };
  if (once.length === 0) return { is: 'MISSING_IN_ETRM', once };
  return { is: found[0] ?? 'matched', once };
}

class Totals {
  readonly #sums = new Map<string, Decimal>();

  add(row: FormedRow): void {
    const currency = String(row.currency);
    this.#sums.set(currency, add(this.#sums.get(currency) ?? ZERO, value(row, 'amount') ?? ZERO));
  }

  get byCurrency(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#sums].map(([currency, total]) => [currency, normalise(total)]));
  }
}

/** What is kept of a record or a posting: the key of its settlement and, of a record, the one of its parts. */
interface Kept {
  readonly ledger: boolean;
  readonly own: string;
  readonly other: string;
  readonly row: FormedRow;
}

/** The rows of one key. */
class Key {
  readonly etrm: Kept[] = [];
  readonly ledger: Kept[] = [];
}

function byKey(lines: readonly string[], keyOf: (kept: Kept) => string): ReadonlyMap<string, Key> {
  const keys = new Map<string, Key>();
  for (const line of lines) {
    const kept: Kept = JSON.parse(line);
    const name = keyOf(kept);
    let key = keys.get(name);
    if (!key) {
      key = new Key();
      keys.set(name, key);
    }
    (kept.ledger ? key.ledger : key.etrm).push(kept);
  }
  return keys;
}

function version({ row }: Kept): number {
  return Number(row.version ?? 0);
}

/** Rows put aside in files of its own, so that memory does not grow with the month. */
export class Rederivation {
  readonly #folder: string;
  /** By the key of the settlement itself. */
  readonly #rows: RowBuckets;
  /** By their parts: postings that name no settlement, and the settlements that they are of. */
  readonly #parts: RowBuckets;
  /** Parts of which there is a posting that names no settlement. */
  readonly #posted = new Set<string>();
  readonly #counts = new Map<string, number>();
  readonly #totals = { etrm: new Totals(), ledger: new Totals() };
  #kept = 0;

  private constructor(folder: string, rows: RowBuckets, parts: RowBuckets) {
    this.#folder = folder;
    this.#rows = rows;
    this.#parts = parts;
  }

  static async open(): Promise<Rederivation> {
    const folder = await mkdtemp(join(tmpdir(), 'tieout-pack-'));
    try {
      return new Rederivation(
        folder,
        await RowBuckets.open(folder, 'own'),
        await RowBuckets.open(folder, 'parts'),
      );
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** @throws RangeError where a time is none. */
  settlement(sent: Readonly<Record<string, unknown>>): void {
    this.#keep(false, inOneForm(sent, SETTLEMENT_FORM, { deal_leg: 0, charge_type: 'ENERGY' }));
  }

  /** A void posting counts for nothing. @throws RangeError where a time is none. */
  posting(sent: Readonly<Record<string, unknown>>): void {
    const row = inOneForm(sent, POSTING_FORM);
    if (row.status !== 'VOID') this.#keep(true, row);
  }

  #keep(ledger: boolean, row: FormedRow): void {
    const { trade_id, deal_leg, delivery_start, location, charge_type, settlement_id } = row;
    const other = `c${JSON.stringify([trade_id, deal_leg ?? 0, delivery_start, location, charge_type ?? 'ENERGY'])}`;
    const own = settlement_id === null ? other : `i${settlement_id}`;
    if (ledger && own === other) this.#posted.add(own);
    const kept: Kept = { ledger, own, other, row };
    this.#rows.put(own, JSON.stringify(kept));
    this.#kept += 1;
  }

  /** To be called now and then: rows that wait lie in memory. */
  async putAside(): Promise<void> {
    await this.#rows.putAside();
  }

  /** To be called when every record and posting was told. */
  async derive({ signal, onProgress }: DeriveRequest): Promise<Derived> {
    let done = 0;
    for await (const lines of this.#rows.read()) {
      signal.throwIfAborted();
      onProgress('Working the month again', done, this.#kept);
      done += lines.length;
      for (const [own, key] of byKey(lines, (kept) => kept.own)) this.#settle(own, key);
      await this.#parts.putAside();
    }
    for await (const lines of this.#parts.read()) {
      signal.throwIfAborted();
      for (const { etrm, ledger } of byKey(lines, (kept) => kept.other).values()) this.#judge(etrm, ledger);
    }
    const count = (of: string): number => this.#counts.get(of) ?? 0;
    const broken = [...this.#counts].filter(([is]) => is !== 'matched' && is !== 'pending');
    return {
      matched: count('matched'),
      pending: count('pending'),
      breaks: broken.reduce((all, [, n]) => all + n, 0),
      by_category: Object.fromEntries(broken),
      etrm_total: this.#totals.etrm.byCurrency,
      ledger_total: this.#totals.ledger.byCurrency,
    };
  }

  /**
   * A settlement at its highest version meets the postings that name it; where none does, those of its parts that name no
   * settlement.
   */
  #settle(own: string, { etrm, ledger }: Key): void {
    const newest = etrm.reduce((most, kept) => Math.max(most, version(kept)), 0);
    const current = etrm.filter((kept) => version(kept) === newest);
    const elsewhere = (kept: Kept): boolean => this.#posted.has(kept.other);
    if (this.#posted.has(own)) {
      for (const kept of [...current, ...ledger]) this.#parts.put(kept.other, JSON.stringify(kept));
      return;
    }
    const here = ledger.length > 0 ? current : current.filter((kept) => !elsewhere(kept));
    if (ledger.length === 0)
      for (const kept of current.filter(elsewhere)) this.#parts.put(kept.other, JSON.stringify(kept));
    if (here.length + ledger.length > 0) this.#judge(here, ledger);
  }

  #judge(etrm: readonly Kept[], ledger: readonly Kept[]): void {
    const posted = ledger.map(({ row }) => row);
    const { is, once } = judged(
      etrm.map(({ row }) => row),
      posted,
    );
    this.#counts.set(is, (this.#counts.get(is) ?? 0) + 1);
    for (const row of once) if (row.status !== 'VOID') this.#totals.etrm.add(row);
    for (const row of posted) this.#totals.ledger.add(row);
  }

  async close(): Promise<void> {
    await this.#rows.close();
    await this.#parts.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
