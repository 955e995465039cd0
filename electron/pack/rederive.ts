/**
 * A month worked again from its records and postings by the default rules, as docs and `verify.py` have them, with none
 * of the code that reconciles: counts and control totals, and nothing more.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIGINT, BOOLEAN, VARCHAR } from '@duckdb/node-api';
import {
  absolute,
  add,
  compare,
  type Decimal,
  decimal,
  normalise,
  parseDecimal,
  subtract,
  sum,
} from '../../shared/decimal.ts';
import { Database } from '../workspace/database.ts';
import { DECIMAL_FIELDS, type FormedRow, inOneForm, POSTING_FORM, SETTLEMENT_FORM } from './one-form.ts';

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

function distinct(rows: readonly FormedRow[], field: string): readonly (string | number)[] {
  const all = rows.map((row) => row[field] ?? null);
  return [...new Set(all)].filter((each) => each !== null);
}

/** Fields in which a posting says something else than all settlements of its key. */
function differing(etrm: readonly FormedRow[], ledger: readonly FormedRow[]): readonly string[] {
  const found: string[] = [];
  for (const [field, category] of COMPARED) {
    const said = distinct(etrm, field);
    const [only] = said;
    if (only === undefined || said.length > 1 || etrm.some((row) => row[field] === null)) continue;
    const form = (each: string | number): string =>
      field === 'price_uom' ? String(each).toUpperCase() : String(each);
    if (distinct(ledger, field).some((posted) => form(posted) !== form(only))) found.push(category);
  }
  const volumes = values(ledger, 'volume');
  if (volumes.length === ledger.length && compare(sum(volumes), sum(values(etrm, 'volume'))) !== 0)
    found.push('VOLUME');
  const prices = new Set(values(etrm, 'price').map(normalise));
  const others = values(ledger, 'price').map(normalise);
  if (prices.size === 1 && others.some((price) => !prices.has(price))) found.push('PRICE');
  const difference = subtract(sum(values(ledger, 'amount')), sum(values(etrm, 'amount')));
  if (compare(absolute(difference), TOLERANCE) > 0) found.push('AMOUNT');
  return found;
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
      return DECIMAL_FIELDS.has(field) && each !== null ? normalise(value(row, field) ?? decimal('0')) : each;
    }),
  );
}

interface Verdict {
  /** matched, pending, or the category of a break. */
  readonly is: string;
  /** Each settlement once. */
  readonly once: readonly FormedRow[];
}

function judged(etrm: readonly FormedRow[], ledger: readonly FormedRow[]): Verdict {
  const first = new Map<unknown, FormedRow>();
  const placed = etrm.map((row) => ({ row, at: place(row) })).sort((a, b) => (a.at < b.at ? -1 : 1));
  for (const { row } of placed) if (!first.has(row.settlement_id)) first.set(row.settlement_id, row);
  const once = [...first.values()];
  const found = once.length > 0 && ledger.length > 0 ? differing(once, ledger) : [];
  const waits = once.length > 0 && once.every((row) => PENDING.includes(row.status));
  const doubled = once.length < etrm.length || new Set(ledger.map(print)).size < ledger.length;
  const moved = found.includes('AMOUNT') || found.includes('CURRENCY');
  if (waits && (ledger.length === 0 || (!doubled && !moved))) return { is: 'pending', once };
  if (doubled) return { is: 'DUPLICATE', once };
  if (ledger.length === 0) return { is: 'MISSING_IN_LEDGER', once };
  if (once.length === 0) return { is: 'MISSING_IN_ETRM', once };
  return { is: found[0] ?? 'matched', once };
}

/** Settlements at their highest version, and postings, by the key under which they meet. */
const PAIRED = `
  WITH posted AS (SELECT DISTINCT own FROM kept WHERE ledger),
  newest AS (SELECT own, max(version) AS version FROM kept WHERE NOT ledger GROUP BY own)
  SELECT CASE WHEN NOT k.ledger AND o.own IS NOT NULL AND p.own IS NULL THEN k.other ELSE k.own END AS key, k.ledger, k.line
  FROM kept k
  LEFT JOIN newest n ON NOT k.ledger AND n.own = k.own AND n.version = k.version
  LEFT JOIN posted p ON p.own = k.own
  LEFT JOIN posted o ON o.own = k.other
  WHERE k.ledger OR n.own IS NOT NULL
  ORDER BY key`;

const BATCH = 2048;

class Totals {
  readonly #sums = new Map<string, Decimal>();

  add(row: FormedRow): void {
    const currency = String(row.currency);
    this.#sums.set(
      currency,
      add(this.#sums.get(currency) ?? decimal('0'), value(row, 'amount') ?? decimal('0')),
    );
  }

  get byCurrency(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#sums].map(([currency, total]) => [currency, normalise(total)]));
  }
}

/** Rows put aside in a database of its own, so that memory does not grow with the month. */
export class Rederivation {
  readonly #folder: string;
  readonly #database: Database;
  #waiting: (readonly [ledger: boolean, version: bigint, own: string, other: string, line: string])[] = [];

  private constructor(folder: string, database: Database) {
    this.#folder = folder;
    this.#database = database;
  }

  static async open(): Promise<Rederivation> {
    const folder = await mkdtemp(join(tmpdir(), 'tieout-pack-'));
    const database = await Database.open(join(folder, 'rows.duckdb'));
    await database.transaction((tx) =>
      tx.run('CREATE TABLE kept (ledger BOOLEAN, version BIGINT, own VARCHAR, other VARCHAR, line VARCHAR)'),
    );
    return new Rederivation(folder, database);
  }

  /** @throws RangeError where a time is none. */
  async settlement(sent: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#keep(false, inOneForm(sent, SETTLEMENT_FORM, { deal_leg: 0, charge_type: 'ENERGY' }));
  }

  /** A void posting counts for nothing. @throws RangeError where a time is none. */
  async posting(sent: Readonly<Record<string, unknown>>): Promise<void> {
    const row = inOneForm(sent, POSTING_FORM);
    if (row.status !== 'VOID') await this.#keep(true, row);
  }

  async #keep(ledger: boolean, row: FormedRow): Promise<void> {
    const { trade_id, deal_leg, delivery_start, location, charge_type, settlement_id } = row;
    const other = `c${JSON.stringify([trade_id, deal_leg ?? 0, delivery_start, location, charge_type ?? 'ENERGY'])}`;
    const own = settlement_id === null ? other : `i${settlement_id}`;
    this.#waiting.push([ledger, BigInt(row.version ?? 0), own, other, JSON.stringify(row)]);
    if (this.#waiting.length >= BATCH * 8) await this.#flush();
  }

  async #flush(): Promise<void> {
    const rows = this.#waiting;
    this.#waiting = [];
    await this.#database.transaction((tx) =>
      tx.append(
        'kept',
        [BOOLEAN, BIGINT, VARCHAR, VARCHAR, VARCHAR],
        [
          rows.map((row) => row[0]),
          rows.map((row) => row[1]),
          rows.map((row) => row[2]),
          rows.map((row) => row[3]),
          rows.map((row) => row[4]),
        ],
      ),
    );
  }

  async derive(signal: AbortSignal): Promise<Derived> {
    await this.#flush();
    const counts = new Map<string, number>();
    const totals = { etrm: new Totals(), ledger: new Totals() };
    let key: string | null = null;
    let etrm: FormedRow[] = [];
    let ledger: FormedRow[] = [];
    const close = (): void => {
      if (key === null) return;
      const { is, once } = judged(etrm, ledger);
      counts.set(is, (counts.get(is) ?? 0) + 1);
      for (const row of once) if (row.status !== 'VOID') totals.etrm.add(row);
      for (const row of ledger) totals.ledger.add(row);
      [etrm, ledger] = [[], []];
    };
    for await (const rows of this.#database.stream(PAIRED)) {
      signal.throwIfAborted();
      for (const row of rows) {
        const next = row.text('key');
        if (next !== key) close();
        key = next;
        (row.bool('ledger') ? ledger : etrm).push(JSON.parse(row.text('line')));
      }
    }
    close();
    const count = (of: string): number => counts.get(of) ?? 0;
    const broken = [...counts].filter(([is]) => is !== 'matched' && is !== 'pending');
    return {
      matched: count('matched'),
      pending: count('pending'),
      breaks: broken.reduce((all, [, n]) => all + n, 0),
      by_category: Object.fromEntries(broken),
      etrm_total: totals.etrm.byCurrency,
      ledger_total: totals.ledger.byCurrency,
    };
  }

  async close(): Promise<void> {
    await this.#database.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
