/** Charts of a PDF, drawn as vectors. Where a bar ends is worked out in floating point; what is printed is exact. */
import { add, type Decimal, decimal, grouped, ZERO } from '../../../shared/decimal.ts';
import type { ReportHead } from '../report-document.ts';
import { COLOURS, type PdfPages } from './pdf-pages.ts';
import { signed } from './shown.ts';

type Step = ReportHead['waterfall'][number];

interface Bar {
  readonly label: string;
  readonly amount: Decimal;
  readonly from: number;
  readonly to: number;
  readonly colour: string;
}

const ROW = 17;

/** Whole digits that a double holds, with room for what is worked out of it. */
const MOST_WHOLE = 300;

/** How many whole digits are left out of every amount, so that the longest is still a number. */
function leftOut(amounts: readonly Decimal[]): number {
  const digits = amounts.map((amount) => amount.replace('-', '').replace(/\..*$/, '').length);
  return Math.max(0, Math.max(...digits) - MOST_WHOLE);
}

/** As a number, in units of 10 to the power of `left`. */
function drawable(amount: Decimal, left: number): number {
  if (left === 0) return Number(amount);
  const [whole = ''] = amount.split('.');
  return Number(whole.slice(0, -left)) || 0;
}

/** The bars of one currency: the ETRM total, each step from where the one before ended, the ledger total. */
function bars(steps: readonly Step[]): readonly Bar[] {
  let reached: Decimal = ZERO;
  const drawn: Bar[] = [];
  const amounts = steps.map(({ amount }) => decimal(amount));
  const left = leftOut([...amounts, amounts.reduce(add, ZERO)]);
  for (const [at, { step, label }] of steps.entries()) {
    const amount = amounts[at] ?? ZERO;
    const from = step === 'ETRM' ? 0 : drawable(reached, left);
    reached = add(reached, amount);
    const up = !amount.startsWith('-');
    const colour = step === 'ETRM' ? COLOURS.total : up ? COLOURS.up : COLOURS.down;
    drawn.push({ label, amount, from, to: drawable(reached, left), colour });
  }
  drawn.push({
    label: 'Ledger total',
    amount: reached,
    from: 0,
    to: drawable(reached, left),
    colour: COLOURS.total,
  });
  return drawn;
}

/** How high the waterfall of one currency is. */
export function waterfallHeight(steps: readonly Step[]): number {
  return 30 + (steps.length + 1) * ROW;
}

/**
 * The way from one total to the other, a bar a step. Bars are drawn between the smallest and the largest of them, so that
 * a difference is seen beside totals that are a thousand times as large.
 */
export function waterfallChart(
  pages: PdfPages,
  currency: string,
  steps: readonly Step[],
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
): void {
  const drawn = bars(steps);
  const moving = drawn.slice(1, -1).flatMap(({ from, to }) => [from, to]);
  const ends = [drawn[0]?.to ?? 0, drawn.at(-1)?.to ?? 0, ...moving];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const room = most - least || Math.abs(most) || 1;
  const [low, high] = [least - room * 0.12, most + room * 0.06];
  const left = x + 150;
  const right = x + width - 152;
  const place = (value: number): number => left + ((value - low) / (high - low)) * (right - left);
  pages.text(x, y, `${currency}: from ETRM to ledger`, { size: 11, bold: true });
  pages.text(x, y + 3, 'the bars of the totals are cut at the left', {
    size: 7,
    colour: COLOURS.muted,
    width,
    align: 'right',
  });
  let top = y + 22;
  for (const [at, { label, amount, from, to, colour }] of drawn.entries()) {
    const whole = at === 0 || at === drawn.length - 1;
    const start = whole ? left : Math.min(place(from), place(to));
    const end = whole ? place(to) : Math.max(place(from), place(to));
    pages.text(x, top + 2, label, { width: 144, bold: whole, size: 8.5 });
    pages.box(start, top + 2, Math.max(0.8, end - start), ROW - 6, colour);
    pages.text(right + 8, top + 2, whole ? signed(amount) : change(amount), {
      width: 144,
      align: 'right',
      bold: whole,
      size: 8.5,
      shrink: true,
    });
    if (at < drawn.length - 1)
      pages.line(place(to), top + ROW - 4, place(to), top + ROW + 2, COLOURS.muted, 0.5);
    top += ROW;
  }
  pages.line(left, y + 20, left, top, COLOURS.line);
}

/** A step bears its sign. */
function change(amount: Decimal): string {
  return amount.startsWith('-') ? signed(amount) : `+${signed(amount)}`;
}

export function categoryHeight(categories: number): number {
  return 26 + Math.max(1, categories) * ROW;
}

/** How many breaks each category has. */
export function categoryChart(
  pages: PdfPages,
  byCategory: Readonly<Record<string, number>>,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
): void {
  pages.text(x, y, 'Breaks by category', { size: 11, bold: true });
  const entries = Object.entries(byCategory);
  if (entries.length === 0) {
    pages.text(x, y + 24, 'There are no breaks.', { size: 9, colour: COLOURS.muted });
    return;
  }
  const most = Math.max(...entries.map(([, n]) => n));
  const left = x + 150;
  const right = x + width - 60;
  for (const [at, [category, n]] of entries.entries()) {
    const top = y + 22 + at * ROW;
    pages.text(x, top + 2, category, { width: 144, size: 8.5 });
    pages.box(left, top + 2, Math.max(1, ((right - left) * n) / most), ROW - 6, COLOURS.total);
    pages.text(right + 8, top + 2, grouped(String(n)), { width: 52, align: 'right', size: 8.5 });
  }
}
