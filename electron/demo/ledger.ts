import { open } from 'node:fs/promises';
import { csvLine } from '../../shared/csv.ts';
import { add, type Decimal, decimal, subtract, sum, ZERO } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { BreakCategory } from '../../shared/recon.ts';
import { monthAfter, type SampleBook, type SampleOptions, sampleBook } from './book.ts';
import { SAMPLE_LEDGER_COLUMNS, type SampleLedgerField } from './ledger-columns.ts';
import { noise } from './noise.ts';
import { UNPLANTED_HEAD } from './positions.ts';
import { type Posting, postingsOf } from './postings.ts';

/** The name under which the sample ledger is put into a folder. */
export const SAMPLE_LEDGER_FILE = 'ledger.csv';

/** A break that was planted. */
export interface PlantedBreak {
  readonly category: BreakCategory;
  readonly settlementId: string | null;
  /** ledger - ETRM, exact; of the bare figures where the currencies differ. */
  readonly difference: Decimal;
}

/**
 * What a reconciliation of the sample vendor with the sample ledger must find, added up from the plants while
 * they are planted. A settlement counts once, in its highest accepted version.
 */
export interface PlantedTruth {
  /** Records that the vendor serves: `accepted + rejected`. */
  readonly received: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Distinct settlements among the accepted. */
  readonly settlements: number;
  /** Settlements that are neither pending nor a break. */
  readonly matched: number;
  readonly pending: number;
  /** In the order of the ledger. */
  readonly breaks: readonly PlantedBreak[];
  readonly byCategory: Readonly<Partial<Record<BreakCategory, number>>>;
  /** Per currency: the current settlements that are not VOID, each once. */
  readonly etrmTotal: Readonly<Record<string, Decimal>>;
  /** Per currency: the rows that are not VOID. */
  readonly ledgerTotal: Readonly<Record<string, Decimal>>;
  /** Rows of the file without its header. */
  readonly ledgerRows: number;
}

const ROUNDED = 600;
const LOWER_CASE = 601;
const SETTLEMENTS_PER_WRITE = 2000;

/**
 * Writes the sample ledger of a month as CSV (UTF-8, comma, a header of Tieout's field names) and says what was
 * planted. It belongs to the vendor that is started with the same month, records and seed. An existing file is
 * replaced.
 * @throws TieoutError `month-invalid`, `usage` (bad option, or the file cannot be written)
 */
export async function writeSampleLedger(path: string, options: SampleOptions): Promise<PlantedTruth> {
  const book = sampleBook(options);
  const tally = new Tally(book);
  let file: Awaited<ReturnType<typeof open>> | null = null;
  try {
    file = await open(path, 'w');
    await file.write(csvLine(SAMPLE_LEDGER_COLUMNS.map(({ header }) => header)));
    for (let from = 0; from < book.settlements; from += SETTLEMENTS_PER_WRITE) {
      let rows = '';
      const to = Math.min(from + SETTLEMENTS_PER_WRITE, book.settlements);
      for (let settlement = from; settlement < to; settlement += 1) {
        for (const posting of post(book, tally, settlement))
          rows += csvLine(rowOf(book, settlement, posting));
      }
      await file.write(rows);
    }
  } catch (error) {
    if (error instanceof TieoutError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TieoutError(
      'usage',
      `The sample ledger cannot be written to ${path} (${reason}); choose another folder.`,
      { path },
      { cause: error },
    );
  } finally {
    await file?.close();
  }
  return tally.truth();
}

/** Posts one settlement, counts what must be found, and returns its ledger rows. */
function post(book: SampleBook, tally: Tally, settlement: number): readonly Posting[] {
  const history = book.history(settlement);
  const { current } = history;
  const { postings, outcome, stray } = postingsOf(history);
  const booked =
    history.plant === null && bookedInCents(book, settlement)
      ? postings.map((posting) => ({ ...posting, amount: toCents(posting.amount) }))
      : postings;
  if (current.status !== 'VOID') tally.etrm(current.currency, current.amount);
  for (const posting of booked) tally.ledger(posting);
  const live = booked.filter(({ status }) => status !== 'VOID');
  const difference = subtract(sum(live.map(({ amount }) => amount)), current.amount);
  // A record that is served twice is a break although its ledger row agrees.
  tally.settlement(settlement === book.repeated ? 'DUPLICATE' : outcome, current.settlement_id, difference);
  if (stray === null) return booked;
  tally.ledger(stray);
  tally.stray(stray);
  return [...booked, stray];
}

/** Every third settlement is booked in whole cents, as ledgers do: a difference inside the tolerance. */
function bookedInCents(book: SampleBook, settlement: number): boolean {
  return settlement >= UNPLANTED_HEAD && noise(book.seed, ROUNDED, settlement) % 3 === 0;
}

/** Rounded to two digits after the point, a half to the even digit. */
function toCents(amount: Decimal): Decimal {
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const cents = BigInt(whole + fraction.slice(0, 2).padEnd(2, '0'));
  const rest = fraction.slice(2).padEnd(1, '0');
  const half = `5${'0'.repeat(rest.length - 1)}`;
  const up = rest > half || (rest === half && cents % 2n === 1n);
  const digits = String(up ? cents + 1n : cents).padStart(3, '0');
  return decimal(`${amount.startsWith('-') ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`);
}

function rowOf(book: SampleBook, settlement: number, posting: Posting): string[] {
  const lowerCase = noise(book.seed, LOWER_CASE, settlement) % 40 === 0;
  const following = monthAfter(book.month);
  const row = {
    journal_id: `JE-${book.month}-${String(settlement + 1).padStart(8, '0')}-${posting.journal}`,
    posting_date: `${following}-05`,
    period: book.month,
    settlement_id: posting.settlement_id,
    version: String(posting.version),
    trade_id: posting.trade_id,
    deal_leg: String(posting.deal_leg),
    counterparty: posting.counterparty,
    legal_entity: posting.legal_entity ?? '',
    gl_account: posting.gl_account ?? '',
    commodity: posting.commodity,
    charge_type: posting.charge_type,
    direction: lowerCase ? posting.direction.toLowerCase() : posting.direction,
    delivery_start: posting.delivery_start,
    delivery_end: posting.delivery_end,
    timezone: posting.timezone,
    location: posting.location,
    volume: posting.volume,
    volume_uom: posting.volume_uom,
    price: posting.price,
    price_uom: posting.price_uom,
    amount: posting.amount,
    currency: posting.currency,
    status: posting.status,
    memo: posting.memo,
  } satisfies Record<SampleLedgerField, string>;
  return SAMPLE_LEDGER_COLUMNS.map(({ field }) => row[field]);
}

/** Adds up the truth while the ledger is written. */
class Tally {
  readonly #book: SampleBook;
  readonly #breaks: PlantedBreak[] = [];
  readonly #etrm: Record<string, Decimal> = {};
  readonly #ledger: Record<string, Decimal> = {};
  #matched = 0;
  #pending = 0;
  #rows = 0;

  constructor(book: SampleBook) {
    this.#book = book;
  }

  etrm(currency: string, amount: Decimal): void {
    this.#etrm[currency] = add(this.#etrm[currency] ?? ZERO, amount);
  }

  ledger({ currency, amount, status }: Posting): void {
    this.#rows += 1;
    if (status !== 'VOID') this.#ledger[currency] = add(this.#ledger[currency] ?? ZERO, amount);
  }

  settlement(
    outcome: BreakCategory | 'MATCHED' | 'PENDING',
    settlementId: string,
    difference: Decimal,
  ): void {
    if (outcome === 'MATCHED') this.#matched += 1;
    else if (outcome === 'PENDING') this.#pending += 1;
    else this.#breaks.push({ category: outcome, settlementId, difference });
  }

  stray({ settlement_id, amount }: Posting): void {
    this.#breaks.push({ category: 'MISSING_IN_ETRM', settlementId: settlement_id, difference: amount });
  }

  truth(): PlantedTruth {
    const byCategory: Partial<Record<BreakCategory, number>> = {};
    for (const { category } of this.#breaks) byCategory[category] = (byCategory[category] ?? 0) + 1;
    const { records, refused, settlements } = this.#book;
    return {
      received: records,
      accepted: records - refused,
      rejected: refused,
      settlements,
      matched: this.#matched,
      pending: this.#pending,
      breaks: this.#breaks,
      byCategory,
      etrmTotal: this.#etrm,
      ledgerTotal: this.#ledger,
      ledgerRows: this.#rows,
    };
  }
}
