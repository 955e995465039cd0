/** The first page: the month, who prepared it, counts, totals by currency, hashes. */
import { decimal, grouped, subtract } from '../../../shared/decimal.ts';
import type { ReportHead } from '../report-document.ts';
import { COLOURS, MARGIN, type PdfPages } from './pdf-pages.ts';
import { shownTime, signed } from './shown.ts';

export function cover(pages: PdfPages, head: ReportHead): void {
  pages.addPage();
  const width = pages.width - 2 * MARGIN;
  pages.box(0, 0, pages.width, 8, COLOURS.total);
  pages.text(MARGIN, 120, 'Reconciliation report', { size: 13, colour: COLOURS.muted });
  pages.text(MARGIN, 142, head.month, { size: 38, bold: true, width });
  let y = 214;
  const facts: readonly (readonly [string, string])[] = [
    ['Connection', head.source.connection ?? head.source.base_url],
    ['Ledger extracts', head.extracts.map(({ file }) => file).join(', ')],
    ['Prepared by', head.preparer],
    ['Reconciled', shownTime(head.reconciled_at)],
    ['Close of the month', head.sign_off.state],
  ];
  for (const [label, value] of facts) {
    pages.text(MARGIN, y, label, { size: 10, colour: COLOURS.muted });
    pages.text(MARGIN + 120, y, value, { size: 10, width: width - 120 });
    y += 20;
  }
  y += 22;
  const counts: readonly (readonly [string, number])[] = [
    ['Matched', head.matched],
    ['Breaks', head.breaks],
    ['Pending', head.pending],
    ['Dead letters', head.source.dead_letters],
  ];
  const room = width / counts.length;
  for (const [at, [label, count]] of counts.entries()) {
    const x = MARGIN + at * room;
    pages.frame(x, y, room - 10, 62);
    pages.text(x + 12, y + 10, grouped(String(count)), { size: 20, bold: true, width: room - 30 });
    pages.text(x + 12, y + 40, label, { size: 9, colour: COLOURS.muted });
  }
  y += 96;
  totalsTable(pages, head, y);
  const hashes: readonly (readonly [string, string])[] = [
    ['run_sha256', head.source.run_sha256],
    ['recon_sha256', head.recon_sha256],
    ['Rule set', head.rules_sha256],
    ['Audit head', head.audit_head.sha256],
  ];
  let bottom = pages.height - 70 - hashes.length * 15;
  pages.line(MARGIN, bottom - 10, MARGIN + width, bottom - 10);
  for (const [label, hash] of hashes) {
    pages.text(MARGIN, bottom, label, { size: 8.5, colour: COLOURS.muted });
    pages.text(MARGIN + 80, bottom, hash, { size: 8.5, width: width - 80 });
    bottom += 15;
  }
}

/** ETRM, ledger and difference by currency. */
function totalsTable(pages: PdfPages, head: ReportHead, from: number): void {
  const width = pages.width - 2 * MARGIN;
  const column = (width - 60) / 3;
  const places = [0, 1, 2].map((at) => MARGIN + 60 + at * column);
  let y = from;
  for (const [at, title] of ['ETRM', 'Ledger', 'Difference'].entries()) {
    pages.text(places[at] ?? MARGIN, y, title, { bold: true, width: column - 6, align: 'right' });
  }
  pages.line(MARGIN, y + 15, MARGIN + width, y + 15, COLOURS.muted);
  y += 20;
  const currencies = [
    ...new Set([...Object.keys(head.etrm_total), ...Object.keys(head.ledger_total)]),
  ].sort();
  if (currencies.length === 0) pages.text(MARGIN, y, 'There are no amounts.', { colour: COLOURS.muted });
  for (const currency of currencies.slice(0, 12)) {
    const cells = differenceOf(head, currency);
    pages.text(MARGIN, y, currency, { bold: true, width: 54 });
    for (const [at, amount] of cells.entries()) {
      pages.text(places[at] ?? MARGIN, y, amount, { width: column - 6, align: 'right', shrink: true });
    }
    y += 16;
  }
  if (currencies.length > 12)
    pages.text(MARGIN, y, `and ${currencies.length - 12} more currencies; see the summary`);
}

function differenceOf(head: ReportHead, currency: string): readonly string[] {
  const etrm = decimal(head.etrm_total[currency] ?? '0');
  const ledger = decimal(head.ledger_total[currency] ?? '0');
  return [signed(etrm), signed(ledger), signed(subtract(ledger, etrm))];
}
