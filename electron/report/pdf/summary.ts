/** Every fact about the reconciliation, by sections; then its charts. */
import { decimal, grouped } from '../../../shared/decimal.ts';
import type { ReportHead } from '../report-document.ts';
import type { Fact } from '../report-facts.ts';
import { categoryChart, categoryHeight, waterfallChart, waterfallHeight } from './charts.ts';
import { COLOURS, FOOT, MARGIN, type PdfPages } from './pdf-pages.ts';
import { shownTime, signed } from './shown.ts';

function shownValue({ kind, value }: Fact): string {
  if (value === null) return '—';
  if (kind === 'integer') return grouped(String(value));
  if (kind === 'decimal') return signed(decimal(String(value)));
  return kind === 'instant' ? shownTime(String(value)) : String(value);
}

/** Which is never cut: what is left of it proves nothing. */
function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

export function summary(pages: PdfPages, facts: readonly Fact[]): void {
  let y = Number.POSITIVE_INFINITY;
  let section = '';
  const width = (): number => pages.width - 2 * MARGIN;
  const room = (needed: number, title: string): void => {
    if (y + needed <= pages.height - FOOT) return;
    pages.addPage();
    pages.text(MARGIN, MARGIN, title, { size: 15, bold: true });
    y = MARGIN + 30;
  };
  for (const fact of facts) {
    const title = section === '' ? 'Summary' : 'Summary, continued';
    if (fact.section !== section) {
      room(44, title);
      y += 8;
      pages.text(MARGIN, y, fact.section, { size: 10, bold: true });
      pages.line(MARGIN, y + 15, MARGIN + width(), y + 15);
      y += 20;
      section = fact.section;
    }
    room(fact.sha256 === undefined ? 15 : 28, title);
    pages.text(MARGIN, y, fact.label, { colour: COLOURS.muted, width: 176 });
    const value = shownValue(fact);
    pages.text(MARGIN + 180, y, value, { width: width() - 180, shrink: isHash(value) });
    y += 14;
    if (fact.sha256 === undefined) continue;
    pages.text(MARGIN + 180, y - 1, `${grouped(String(fact.rows ?? 0))} rows, SHA-256 ${fact.sha256}`, {
      size: 7.5,
      width: width() - 180,
      shrink: true,
    });
    y += 13;
  }
}

/** The waterfall of each currency, and the breaks by category. */
export function charts(pages: PdfPages, head: ReportHead): void {
  let y = Number.POSITIVE_INFINITY;
  const room = (needed: number): void => {
    if (y + needed <= pages.height - FOOT) return;
    pages.addPage();
    pages.text(MARGIN, MARGIN, 'Charts', { size: 15, bold: true });
    y = MARGIN + 34;
  };
  const width = (): number => pages.width - 2 * MARGIN;
  for (const currency of new Set(head.waterfall.map((step) => step.currency))) {
    const steps = head.waterfall.filter((step) => step.currency === currency);
    room(waterfallHeight(steps));
    waterfallChart(pages, currency, steps, { x: MARGIN, y, width: width() });
    y += waterfallHeight(steps) + 18;
  }
  const categories = Object.keys(head.by_category).length;
  room(categoryHeight(categories));
  categoryChart(pages, head.by_category, { x: MARGIN, y, width: width() });
}
