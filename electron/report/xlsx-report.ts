/** The report as a workbook: a summary page, then a table a sheet. */
import type { ReportSheetId } from '../../shared/report.ts';
import type { SheetPlan } from '../workbook/plan.ts';
import { workbook } from '../workbook/writer.ts';
import type { Cell } from '../workbook/writer-cells.ts';
import type { ReportData } from './report-data.ts';
import { type Fact, reportFacts } from './report-facts.ts';
import { SHEETS } from './report-sheets.ts';

function valueCell({ kind, value }: Fact): Cell {
  if (kind === 'hash') return { value, kind: 'text', style: 'mono' };
  return { value, kind, decimals: 2 };
}

/** The facts under the heads of their sections. */
function* summaryRows(data: ReportData): Generator<readonly Cell[]> {
  const { head } = data;
  yield [{ value: `Reconciliation ${head.month}`, style: 'title' }];
  yield [
    {
      value: 'All times are UTC. A number in italics is text: it has more digits than a spreadsheet keeps.',
      kind: 'text',
    },
  ];
  let section = '';
  for (const fact of reportFacts(head)) {
    if (fact.section !== section) {
      yield [];
      yield [{ value: fact.section, style: 'strong' }];
      section = fact.section;
    }
    yield [fact.label, valueCell(fact), fact.sha256 ?? null, fact.rows ?? null];
  }
}

function plan(data: ReportData, chosen: ReadonlySet<ReportSheetId>): readonly SheetPlan[] {
  return SHEETS.filter(({ id }) => chosen.has(id)).map((sheet) =>
    sheet.id === 'summary'
      ? {
          name: sheet.title,
          form: 'page',
          columns: [
            { title: '', kind: 'text', width: 38 },
            { title: '', kind: 'text', width: 68 },
            { title: '', kind: 'text', width: 66, style: 'mono' },
            { title: '', kind: 'integer' },
          ],
          rows: summaryRows(data),
        }
      : {
          name: sheet.title,
          columns: sheet.columns,
          rows: sheet.packedRows?.(data) ?? sheet.rows(data),
        },
  );
}

/** The workbook's bytes: the same month gives the same. @throws the signal's reason on abort. */
export function xlsxReport(
  data: ReportData,
  chosen: ReadonlySet<ReportSheetId>,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const { month, preparer, reconciled_at } = data.head;
  return workbook(
    {
      title: `Tieout reconciliation ${month}`,
      author: preparer,
      createdAt: reconciled_at,
      sheets: plan(data, chosen),
    },
    signal,
  );
}
