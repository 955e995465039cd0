/**
 * Rows of totals between the rows of an extract, as ledgers print them below each group: a row is one where it names no
 * posting, says that it is a total, and agrees with the rows since an earlier row of totals or since the first.
 */
import { subtract } from '../../shared/decimal.ts';
import type { TotalsCheck } from '../../shared/extracts.ts';
import type { ColumnPlan } from './column-plan.ts';
import type { LedgerTyping, RowFault, SourceRow } from './ledger-typing.ts';
import { type ControlTotals, checkTotals, IDS, isLabel, type Summed } from './totals-rows.ts';

/** Places that a group may begin at, the newest: groups within groups are few, and so is what is looked through. */
const MOST_BEGINNINGS = 1000;

export class GroupTotals {
  readonly #typing: LedgerTyping;
  readonly #plan: ColumnPlan;
  readonly #sums: ControlTotals;
  /** What the rows summed to at each row of totals, the oldest first. */
  readonly #beginnings: ControlTotals[] = [];

  /** @param sums of the rows so far; they grow as rows are added. */
  constructor(typing: LedgerTyping, plan: ColumnPlan, sums: ControlTotals) {
    this.#typing = typing;
    this.#plan = plan;
    this.#sums = sums;
  }

  /** What a row says where all of it agrees with one group, which ends there; null where it does not. */
  agreeing(row: SourceRow): readonly TotalsCheck[] | null {
    const groups = [...this.#beginnings.slice(-MOST_BEGINNINGS).reverse(), null];
    for (const beginning of groups) {
      const checks = checkTotals(row, this.#typing, this.#plan, this.#since(beginning));
      if (checks.length === 0) return null;
      // Nothing is the sum of no rows: that would let any zero agree.
      const hasRows = checks.every(
        ({ of, field }) => beginning === null || this.#rowsOf(of, field, beginning) > 0,
      );
      if (!hasRows || !checks.every(({ agrees }) => agrees)) continue;
      this.#beginnings.push(this.#sums.copy());
      return checks;
    }
    return null;
  }

  /** What a row at the end says: of the group that agrees, else of the rows since the last total, else of all. */
  atEnd(row: SourceRow): readonly TotalsCheck[] {
    const agreed = this.agreeing(row);
    if (agreed !== null) return agreed;
    const last = this.#beginnings.at(-1) ?? null;
    const open = last !== null && this.#sums.count(null, null) > last.count(null, null) ? last : null;
    return checkTotals(row, this.#typing, this.#plan, this.#since(open));
  }

  /** Whether a label stands where the name of a posting would. */
  isNamed(row: SourceRow): boolean {
    return this.#labelPlace(row, true) !== null;
  }

  /** Why a row that says it is a total cannot be taken for one, nor for a posting. */
  doubt(row: SourceRow): RowFault {
    const place = this.#labelPlace(row, true) ?? this.#labelPlace(row, false);
    const [said] = checkTotals(row, this.#typing, this.#plan, this.#since(this.#beginnings.at(-1) ?? null));
    const [whole] = checkTotals(row, this.#typing, this.#plan, this.#since(null));
    // The next group begins here all the same: one wrong total makes no others wrong.
    this.#beginnings.push(this.#sums.copy());
    const of = said?.of ? ` ${said.of}` : '';
    const sums =
      said === undefined
        ? 'but has no amount that could be held against the rows above it'
        : `of ${said.field}${of} ${said.said}, but the rows since the last total sum to ${said.summed}${whole && whole.summed !== said.summed ? `, all rows to ${whole.summed}` : ''}`;
    return {
      column: place === null ? null : place + 1,
      header: place === null ? null : (this.#plan.headers[place] ?? null),
      field: place === null ? null : (this.#plan.columns[place] ?? null),
      cell: place === null ? null : (row.cells[place] ?? null),
      message: `says that it is a total ${sums}; put it right or take it out, or set totals.rows to "none" in the mapping where it is a posting`,
    };
  }

  #labelPlace({ cells }: SourceRow, named: boolean): number | null {
    const at = cells.findIndex((cell, place) => {
      const field = this.#plan.columns[place] ?? null;
      return isLabel(cell.trim()) && (!named || (field !== null && IDS.includes(field)));
    });
    return at < 0 ? null : at;
  }

  #since(beginning: ControlTotals | null): Summed {
    if (beginning === null) return this.#sums;
    return {
      sum: (field, money, unit) =>
        subtract(this.#sums.sum(field, money, unit), beginning.sum(field, money, unit)),
    };
  }

  #rowsOf(of: string | null, field: TotalsCheck['field'], beginning: ControlTotals): number {
    const [money, unit] = field === 'amount' ? [of, null] : [null, of];
    return this.#sums.count(money, unit) - beginning.count(money, unit);
  }
}
