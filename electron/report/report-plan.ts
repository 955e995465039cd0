/** Which files a report is, and what is in each. */
import { statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { REPORT_SHEETS, type ReportFormat, type ReportSheetId } from '../../shared/report.ts';
import { csvSheets } from './csv-report.ts';
import { jsonReport } from './json-report.ts';
import type { ReportData } from './report-data.ts';
import type { Pieces } from './safe-file.ts';
import { xlsxReport } from './xlsx-report.ts';

export const EVERY_SHEET: ReadonlySet<ReportSheetId> = new Set(REPORT_SHEETS);

export interface PlannedFile {
  readonly path: string;
  readonly pieces: Pieces;
}

/** The main file's path: as it was wished for, or in the folder that was. */
export function mainPath(out: string, month: string, format: ReportFormat): string {
  const wished = resolve(out);
  const isFolder =
    extname(wished) === '' || (statSync(wished, { throwIfNoEntry: false })?.isDirectory() ?? false);
  return isFolder ? join(wished, `tieout-${month}.${format}`) : wished;
}

/** Loaded when one is asked for: what draws a PDF is a fifth of all that a command would load. */
async function* pdfPieces(data: ReportData, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { pdfReport } = await import('./pdf/pdf-report.ts');
  yield* pdfReport(data, signal);
}

/** @param sheets what a workbook or CSV files have; PDF and JSON are always whole. */
export function planReport(
  data: ReportData,
  format: ReportFormat,
  main: string,
  sheets: ReadonlySet<ReportSheetId>,
  signal: AbortSignal,
): readonly PlannedFile[] {
  switch (format) {
    case 'json':
      return [{ path: main, pieces: jsonReport(data) }];
    case 'pdf':
      return [{ path: main, pieces: pdfPieces(data, signal) }];
    case 'xlsx':
      return [{ path: main, pieces: xlsxReport(data, sheets, signal) }];
    case 'csv': {
      const extension = extname(main);
      const stem = basename(main, extension);
      return csvSheets(data, sheets).map(({ name, pieces }) => ({
        path: name === '' ? main : join(dirname(main), `${stem}.${name}${extension}`),
        pieces,
      }));
    }
  }
}
