/** What was judged with a tolerance, factor or rate of the rules, and the rules themselves. */
import { grouped } from '../../../shared/decimal.ts';
import { evidenceInWords } from '../../../shared/evidence-words.ts';
import type { ReportData } from '../report-data.ts';
import type { ReportHead } from '../report-document.ts';
import { ruleRows } from '../rule-rows.ts';
import type { PdfPages } from './pdf-pages.ts';
import { PdfTable } from './pdf-table.ts';
import { amountOf } from './shown.ts';

const PRINTED_JUDGED = 500;
const LINE_CHARACTERS = 80;
const PRINTED_RULES = 60;

/** Lines of about the room that the table has for them: nothing of what an amount was held against may be cut. */
function inLines(words: string): readonly string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LINE_CHARACTERS)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Items that were judged with a tolerance that is worked out, a factor or a rate: a line for each of these. */
export async function judgedWith(pages: PdfPages, data: ReportData, signal: AbortSignal): Promise<void> {
  const { all, lines } = await data.judgedWith(PRINTED_JUDGED);
  if (all === 0) return;
  const table = new PdfTable(pages, 'Judged with', [
    { title: 'Settlement', share: 14 },
    { title: 'State', share: 11 },
    { title: 'ETRM', share: 11, numeric: true },
    { title: 'Ledger', share: 11, numeric: true },
    { title: 'Difference', share: 10, numeric: true },
    { title: 'Ccy', share: 4 },
    { title: 'Tolerance, factor or rate', share: 46 },
  ]);
  for (const line of lines) {
    signal.throwIfAborted();
    for (const [at, words] of evidenceInWords(line.evidence).flatMap(inLines).entries()) {
      table.row(
        at > 0
          ? [null, null, null, null, null, null, words]
          : [
              ...[line.settlement_id, line.category ?? line.state, amountOf(line.etrm_amount)],
              ...[amountOf(line.ledger_amount), amountOf(line.difference), line.currency, words],
            ],
      );
    }
  }
  if (all > lines.length) {
    table.note(
      `These are the first ${grouped(String(lines.length))} of ${grouped(String(all))} items, in the order of the comparison; the workbook, the CSV files and the JSON report have all.`,
    );
  }
}

export function rules(pages: PdfPages, head: ReportHead): void {
  const table = new PdfTable(pages, 'Rules in force', [
    { title: 'Setting', share: 3 },
    { title: 'Value', share: 7 },
  ]);
  const rows = ruleRows(head);
  for (const row of rows.slice(0, PRINTED_RULES)) table.row(row);
  if (rows.length > PRINTED_RULES)
    table.note(`and ${rows.length - PRINTED_RULES} more; the workbook and the JSON report have all.`);
}
