/** Reports as the command and the window ask for them. */

export const REPORT_FORMATS = ['xlsx', 'csv', 'pdf', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** In the order in which a workbook has them. */
export const REPORT_SHEETS = [
  'summary',
  'waterfall',
  'breaks',
  'suggested',
  'pending',
  'matched',
  'dead-letters',
  'findings',
  'pages',
  'rules',
  'extracts',
  'sign-off',
] as const;
export type ReportSheetId = (typeof REPORT_SHEETS)[number];

export function isReportSheet(name: string): name is ReportSheetId {
  return REPORT_SHEETS.some((id) => id === name);
}

/** What a report of a month would have, before it is written. */
export interface ReportPreview {
  readonly month: string;
  readonly reconciledAt: string;
  readonly preparer: string;
  readonly reconSha256: string;
  readonly sheets: readonly {
    readonly id: ReportSheetId;
    readonly title: string;
    /** Rows; null where only reading tells. */
    readonly rows: number | null;
  }[];
  readonly totals: readonly {
    readonly currency: string;
    readonly etrm: string;
    readonly ledger: string;
    readonly difference: string;
  }[];
}

/** What is drawn on a page of a PDF, in points from its top left corner; later marks lie over earlier ones. */
export type PageMark =
  | {
      readonly kind: 'text';
      readonly x: number;
      /** Of the baseline. */
      readonly y: number;
      readonly text: string;
      /** As wide as the PDF's own font draws it. */
      readonly width: number;
      readonly size: number;
      readonly bold: boolean;
      readonly colour: string;
    }
  | {
      readonly kind: 'line';
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
      readonly width: number;
      readonly colour: string;
    }
  | {
      readonly kind: 'box' | 'frame';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly colour: string;
    };

/** A page of a PDF as it is drawn. Points. */
export interface ReportPage {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly PageMark[];
}

/** The first rows of a sheet, as they would be written. */
export interface ReportRows {
  readonly columns: readonly { readonly title: string; readonly numeric: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

/** A file of an export, and what lies under its name now. */
export interface ExportedFile {
  readonly path: string;
  readonly sha256: string;
  readonly state: 'same' | 'changed' | 'gone';
}

export interface PastExport {
  /** Of its audit event. */
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly format: string;
  readonly files: readonly ExportedFile[];
}
