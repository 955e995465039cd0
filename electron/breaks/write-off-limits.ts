/** How much may be written off: of one break, and of all breaks of a month together, by currency. */
import type { WorkedBreak } from '../../shared/breaks.ts';
import type { CloseSettings } from '../../shared/close.ts';
import {
  absolute,
  add,
  compare,
  type Decimal,
  decimal,
  grouped,
  multiply,
  parseDecimal,
  ZERO,
} from '../../shared/decimal.ts';
import type { Parameter, Reader } from '../workspace/transaction.ts';
import { breakTableSql } from './break-table.ts';
import { EVIDENCE_SHAPE, IS_MIXED } from './difference-by-currency.ts';

type Limits = Readonly<Record<string, string>>;

/** Null: nothing may be written off. */
function limitOf(limits: Limits, currency: string): Decimal | null {
  const limit = limits[currency] ?? limits['*'];
  return limit === undefined ? null : parseDecimal(limit);
}

/** Counts what is written off, so that many small ones do not get past the limit of a month. */
export class WriteOffLimits {
  readonly #settings: CloseSettings;
  /** Sizes, by month and currency. */
  readonly #taken: Map<string, Decimal>;

  constructor(settings: CloseSettings, taken: ReadonlyMap<string, Decimal>) {
    this.#settings = settings;
    this.#taken = new Map(taken);
  }

  /** The same limits, for what is looked at and not done. */
  aside(): WriteOffLimits {
    return new WriteOffLimits(this.#settings, this.#taken);
  }

  /** Why a break cannot be written off beside those before it, in words; null where it can, which counts it. */
  refusal({
    month,
    difference,
    currency,
  }: Pick<WorkedBreak, 'month' | 'difference' | 'currency'>): string | null {
    const one = limitOf(this.#settings.write_off_limits, currency);
    if (one === null) return `is in ${currency}, of which nothing may be written off`;
    const size = absolute(difference);
    if (compare(size, one) > 0)
      return `differs by ${grouped(difference)} ${currency}, above the write-off limit of ${grouped(one)} ${currency}`;
    const all = limitOf(this.#settings.write_off_month_limits, currency);
    const key = `${month} ${currency}`;
    const together = add(this.#taken.get(key) ?? ZERO, size);
    if (all === null || compare(together, all) > 0)
      return `would bring what is written off in ${month} to ${grouped(together)} ${currency}, above the limit of a month of ${grouped(all ?? ZERO)} ${currency}`;
    this.#taken.set(key, together);
    return null;
  }
}

/** With what stands written off in these months. */
export async function writeOffLimits(
  reader: Reader,
  settings: CloseSettings,
  months: Iterable<string>,
): Promise<WriteOffLimits> {
  const taken = new Map<string, Decimal>();
  for (const month of new Set(months)) {
    const rows = await reader.rows(
      `SELECT currency, difference, count(*) AS n FROM (${breakTableSql('run')}) WHERE state = 'written-off' GROUP BY ALL`,
      [month, '1970-01-01'],
    );
    for (const row of rows) {
      const key = `${month} ${row.text('currency')}`;
      const size = multiply(absolute(row.decimal('difference')), decimal(String(row.int('n'))));
      taken.set(key, add(taken.get(key) ?? ZERO, size));
    }
  }
  return new WriteOffLimits(settings, taken);
}

const SHAPE = JSON.stringify({ currency: 'VARCHAR', evidence: EVIDENCE_SHAPE });

/** Of some breaks, as shown by their reconciliations, those whose difference is one of figures in several currencies. */
export async function mixedCurrencies(
  reader: Reader,
  breaks: readonly { readonly reconId: string; readonly breakId: string }[],
): Promise<ReadonlySet<string>> {
  const asked: Parameter = JSON.stringify(breaks.map(({ reconId, breakId }) => ({ r: reconId, b: breakId })));
  const rows = await reader.rows(
    `SELECT DISTINCT break_id FROM (
       SELECT b.break_id, b.category, from_json(b.detail, '${SHAPE}') AS d FROM recon_break b
       JOIN (SELECT unnest(from_json(?::JSON, '[{"r":"VARCHAR","b":"VARCHAR"}]'), recursive := true)) a
         ON a.r = b.recon_id AND a.b = b.break_id
       -- Hardly any: the documents of the others are not read.
       WHERE b.category = 'CURRENCY' OR contains(b.detail::VARCHAR, '"currencies"'))
     WHERE category = 'CURRENCY' OR ${IS_MIXED}`,
    [asked],
  );
  return new Set(rows.map((row) => row.text('break_id')));
}
