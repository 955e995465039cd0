/** The report as a PDF to be read, printed and signed: cover, summary, charts, breaks, signatures. */
import type { ReportPage } from '../../../shared/report.ts';
import type { ReportData } from '../report-data.ts';
import type { ReportHead } from '../report-document.ts';
import { reportFacts } from '../report-facts.ts';
import { breaks } from './break-table.ts';
import { cover } from './cover.ts';
import { pdfFonts } from './fonts.ts';
import { COLOURS, MARGIN, PdfPages } from './pdf-pages.ts';
import { judgedWith, rules } from './rule-tables.ts';
import { signatures } from './signatures.ts';
import { charts, summary } from './summary.ts';

/** From one line of the foot to the next. */
const LINE = 10;
const GLYPHS_MISSING =
  'A letter that this PDF has no glyph for is shown as \uFFFD; the other formats have the exact text.';

/** Head and foot of each page, when it is known how many there are. */
function frame(pages: PdfPages, head: ReportHead): void {
  const { replaced } = pages;
  pages.onEachPage((page, count) => {
    const bottom = pages.height - 28;
    const small = { size: 7.5, colour: COLOURS.muted, width: pages.width - 2 * MARGIN - 80 };
    pages.line(MARGIN, bottom - 6, pages.width - MARGIN, bottom - 6);
    pages.text(
      MARGIN,
      bottom,
      `Tieout ${head.app_version}, ${head.month}, recon ${head.recon_sha256.slice(0, 16)}`,
      small,
    );
    if (replaced) pages.text(MARGIN, bottom + LINE, GLYPHS_MISSING, small);
    pages.text(pages.width - MARGIN - 76, bottom, `Page ${page} of ${count}`, {
      size: 7.5,
      colour: COLOURS.muted,
      width: 76,
      align: 'right',
    });
  });
}

async function composed(data: ReportData, signal: AbortSignal): Promise<PdfPages> {
  const { head } = data;
  const pages = new PdfPages(await pdfFonts(), {
    title: `Tieout reconciliation ${head.month}`,
    author: head.preparer,
    createdAt: head.reconciled_at,
  });
  cover(pages, head);
  summary(pages, reportFacts(head));
  charts(pages, head);
  signal.throwIfAborted();
  await breaks(pages, data, signal);
  await judgedWith(pages, data, signal);
  rules(pages, head);
  signatures(pages, head);
  frame(pages, head);
  return pages;
}

/** The PDF's bytes: the same month gives the same. @throws the signal's reason. */
export async function* pdfReport(data: ReportData, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* (await composed(data, signal)).bytes();
}

/** The pages that the PDF has, as they are drawn. @throws the signal's reason. */
export async function pdfPages(data: ReportData, signal: AbortSignal): Promise<readonly ReportPage[]> {
  return (await composed(data, signal)).drawn;
}
