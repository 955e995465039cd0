/** Rows of totals at the end of an extract: recognised, held against the rows above, never imported. */
import { add, compare, type Decimal, normalise, ZERO } from '../../shared/decimal.ts';
import type { ExtractTotals, TotalsCheck } from '../../shared/extracts.ts';
import { VOLUME_UNITS } from '../../shared/settlement.ts';
import { currency, oneOf } from '../ingest/field-types.ts';
import type { ColumnPlan } from './column-plan.ts';
import type { LedgerField } from './ledger-fields.ts';
import type { LedgerTyping, SourceRow } from './ledger-typing.ts';

/** What the line of a total begins with, in the languages of the markets that we know. */
const LABEL =
  /^(?:grand|sub|over|zwischen|end|gesamt|report)?[\s-]*(?:total(?:s|e|en|es|i)?|sum(?:s|me|ma|a)?|somme|insgesamt|gesamt(?:summe|betrag)?|totaal|kontrollsumme|control total)s?(?:[\s:(].*)?$/i;

const NUMBERS: ReadonlySet<LedgerField> = new Set(['amount', 'volume', 'price']);
const UNITS: ReadonlySet<LedgerField> = new Set(['currency', 'volume_uom', 'price_uom']);
/** Fields that name a posting. */
export const IDS: readonly LedgerField[] = ['settlement_id', 'trade_id'];

/** For the engine: every text that is a label, and few others. Case and white space are the engine's own. */
export function mayBeLabelSql(column: string): string {
  const other = '[^a-z0-9]';
  const before = `${other}*(grand|sub|over|zwischen|end|gesamt|report)?${other}*`;
  const words =
    'total(s|e|en|es|i)?|sum(s|me|ma|a)?|somme|insgesamt|gesamt(summe|betrag)?|totaal|kontrollsumme|control total';
  return `coalesce(regexp_matches(${column}, '(?is)^${before}(${words})s?(${other}.*)?$'), false)`;
}

export function isLabel(text: string): boolean {
  return LABEL.test(text.trim());
}

/** What rows of totals are held against. */
export interface Summed {
  /** @param of a currency or a unit; null: all. */
  sum(field: 'amount' | 'volume', money: string | null, unit: string | null): Decimal;
}

/** Sums by currency and unit, added up exactly. */
export class ControlTotals implements Summed {
  #rows = 0;
  readonly #sums = new Map<
    string,
    { currency: string; unit: string; amount: Decimal; volume: Decimal; rows: number }
  >();

  add(money: string, unit: string | null, amount: Decimal, volume: Decimal | null, rows = 1): void {
    const key = `${money} ${unit ?? ''}`;
    const known = this.#sums.get(key) ?? {
      ...{ currency: money, unit: unit ?? '' },
      ...{ amount: ZERO, volume: ZERO, rows: 0 },
    };
    known.amount = add(known.amount, amount);
    if (volume !== null) known.volume = add(known.volume, volume);
    known.rows += rows;
    this.#sums.set(key, known);
    this.#rows += rows;
  }

  /** @param of a currency or a unit; null: all. */
  sum(field: 'amount' | 'volume', money: string | null, unit: string | null): Decimal {
    let total = ZERO;
    for (const each of this.#sums.values()) {
      if ((money === null || each.currency === money) && (unit === null || each.unit === unit))
        total = add(total, each[field]);
    }
    return total;
  }

  /** Rows of a currency and a unit; null: all. */
  count(money: string | null, unit: string | null): number {
    let rows = 0;
    for (const each of this.#sums.values())
      if ((money === null || each.currency === money) && (unit === null || each.unit === unit))
        rows += each.rows;
    return rows;
  }

  /** As they are now. */
  copy(): ControlTotals {
    const copy = new ControlTotals();
    for (const { currency: money, unit, amount, volume, rows } of this.#sums.values())
      copy.add(money, unit, amount, volume, rows);
    return copy;
  }

  get totals(): ExtractTotals {
    const by = (of: 'currency' | 'unit', what: 'amount' | 'volume'): Record<string, Decimal> => {
      const sums = new Map<string, Decimal>();
      for (const each of this.#sums.values()) {
        const name = each[of] === '' ? '-' : each[of];
        sums.set(name, add(sums.get(name) ?? ZERO, each[what]));
      }
      return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
    };
    const volumes = by('unit', 'volume');
    // Rows without a volume and a unit are no total of theirs.
    if (volumes['-'] === ZERO) delete volumes['-'];
    return { rows: this.#rows, amounts: by('currency', 'amount'), volumes };
  }
}

/** Whether a row may be one of totals: it names no posting, and it says that it is one, or has nothing but numbers. */
export function mayBeTotals(row: SourceRow, plan: ColumnPlan): 'labelled' | 'bare' | null {
  const texts = row.cells.map((cell) => cell.trim());
  const labelled = texts.some(isLabel);
  if (row.cells.length !== plan.headers.length) {
    const firstText = texts.find((text) => text !== '');
    return firstText !== undefined && isLabel(firstText) ? 'labelled' : null;
  }
  for (const field of IDS) {
    const place = plan.fields.find((planned) => planned.field === field)?.place ?? null;
    const text = place === null ? '' : (texts[place] ?? '');
    if (text !== '' && !isLabel(text)) return null;
  }
  if (labelled) return 'labelled';
  let numbers = 0;
  for (const [place, text] of texts.entries()) {
    if (text === '') continue;
    const field = plan.columns[place] ?? null;
    if (field !== null && NUMBERS.has(field)) numbers += 1;
    else if (field === null || !UNITS.has(field)) return null;
  }
  return numbers > 0 ? 'bare' : null;
}

function named(
  texts: readonly string[],
  typing: LedgerTyping,
  field: 'currency' | 'volume_uom',
): string | null {
  const place = typing.reader(field)?.place ?? null;
  const own = place === null ? '' : (texts[place] ?? '').trim();
  const reader = field === 'currency' ? currency : oneOf(VOLUME_UNITS);
  const label = texts.find(isLabel) ?? '';
  for (const text of [own, ...label.split(/[\s:()]+/)]) {
    if (!/^[A-Za-z]{2,6}$/.test(text) || isLabel(text)) continue;
    // A word of a label is a currency only where it is written as one.
    if (text !== own && text !== text.toUpperCase()) continue;
    const read = reader({ kind: 'string', value: text });
    if (read.ok) return read.value;
  }
  return null;
}

/** What a row of totals says against what the rows sum to; empty where it says nothing that can be held against them. */
export function checkTotals(
  row: SourceRow,
  typing: LedgerTyping,
  plan: ColumnPlan,
  sums: Summed,
): readonly TotalsCheck[] {
  const money = named(row.cells, typing, 'currency');
  const unit = named(row.cells, typing, 'volume_uom');
  const check = (field: 'amount' | 'volume', said: Decimal): TotalsCheck => {
    const scope = field === 'amount' ? money : unit;
    const summed = sums.sum(field, money, field === 'volume' ? unit : null);
    return {
      line: row.line,
      field,
      of: scope,
      said: normalise(said),
      summed: normalise(summed),
      agrees: compare(said, summed) === 0,
    };
  };
  const numberAt = (field: 'amount' | 'volume', place: number): Decimal | null => {
    const text = (row.cells[place] ?? '').trim();
    const read = text === '' ? undefined : typing.reader(field)?.read(text, row.kinds?.[place] ?? 'text');
    return read?.ok && typeof read.value === 'string' ? (read.value as Decimal) : null;
  };
  if (row.cells.length !== plan.headers.length) {
    // Its numbers stand under no header: one of them is the amount, if any agrees it is that one.
    const checks = row.cells.flatMap((_, place) => {
      const said = numberAt('amount', place);
      return said === null ? [] : [check('amount', said)];
    });
    return checks.some(({ agrees }) => agrees)
      ? checks.filter(({ agrees }) => agrees).slice(0, 1)
      : checks.slice(0, 1);
  }
  return (['amount', 'volume'] as const).flatMap((field) => {
    const place = typing.reader(field)?.place ?? null;
    const said = place === null ? null : numberAt(field, place);
    return said === null ? [] : [check(field, said)];
  });
}
