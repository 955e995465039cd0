/**
 * A month worked again from its records and postings by the default rules, as docs and `verify.py` have them, with none
 * of the code that reconciles: counts and control totals, and nothing more.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { add, type Decimal, normalise, ZERO } from '../../shared/decimal.ts';
import { type FormedRow, inOneForm, POSTING_FORM, SETTLEMENT_FORM } from './one-form.ts';
import { type Currencies, eachOnce, judged, value } from './rederived-key.ts';
import { RowBuckets } from './row-buckets.ts';

export interface Derived {
  readonly matched: number;
  readonly pending: number;
  readonly breaks: number;
  readonly by_category: Readonly<Record<string, number>>;
  readonly etrm_total: Readonly<Record<string, string>>;
  readonly ledger_total: Readonly<Record<string, string>>;
}

interface DeriveRequest {
  readonly currencies: Currencies;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
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
  async derive({ currencies, signal, onProgress }: DeriveRequest): Promise<Derived> {
    let done = 0;
    for await (const lines of this.#rows.read()) {
      signal.throwIfAborted();
      onProgress('Working the month again', done, this.#kept);
      done += lines.length;
      for (const [own, key] of byKey(lines, (kept) => kept.own)) this.#settle(own, key, currencies);
      await this.#parts.putAside();
    }
    for await (const lines of this.#parts.read()) {
      signal.throwIfAborted();
      for (const { etrm, ledger } of byKey(lines, (kept) => kept.other).values())
        this.#judge(etrm, ledger, currencies);
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
  #settle(own: string, { etrm, ledger }: Key, currencies: Currencies): void {
    const newest = etrm.reduce((most, kept) => Math.max(most, version(kept)), 0);
    const current = etrm.filter((kept) => version(kept) === newest);
    // One that came twice may be of two keys, and is in the total once.
    for (const row of eachOnce(current.map((kept) => kept.row)))
      if (row.status !== 'VOID') this.#totals.etrm.add(row);
    const elsewhere = (kept: Kept): boolean => this.#posted.has(kept.other);
    if (this.#posted.has(own)) {
      for (const kept of [...current, ...ledger]) this.#parts.put(kept.other, JSON.stringify(kept));
      return;
    }
    const here = ledger.length > 0 ? current : current.filter((kept) => !elsewhere(kept));
    if (ledger.length === 0)
      for (const kept of current.filter(elsewhere)) this.#parts.put(kept.other, JSON.stringify(kept));
    if (here.length + ledger.length > 0) this.#judge(here, ledger, currencies);
  }

  #judge(etrm: readonly Kept[], ledger: readonly Kept[], currencies: Currencies): void {
    const posted = ledger.map(({ row }) => row);
    const settled = etrm.map(({ row }) => row);
    const is = judged(settled, posted, currencies);
    this.#counts.set(is, (this.#counts.get(is) ?? 0) + 1);
    for (const row of posted) this.#totals.ledger.add(row);
  }

  async close(): Promise<void> {
    await this.#rows.close();
    await this.#parts.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
