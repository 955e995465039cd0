/** What a workbook is to hold: its sheets, their columns and rows. */
import type { Cell, CellKind, CellStyle } from './writer-cells.ts';

export interface Column {
  readonly title: string;
  readonly kind: CellKind;
  /** Characters; by the kind where it is not given. */
  readonly width?: number;
  /** Decimals shown at least (2). */
  readonly decimals?: number;
  readonly style?: CellStyle;
  /** What a cell may be set to in a spreadsheet: it offers them as a list. They must fit in 255 characters. */
  readonly choices?: readonly string[];
}

/** A table. Where it has more rows than a sheet holds (1,048,576 with its header), it goes on in `Name (2)`. */
export interface SheetPlan {
  /** Made into a name that Excel takes: at most 31 characters, none of `[]:*?/\`, no other sheet's. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** Cells in the order of the columns, or such packed into a text (`packed-row.ts`); a row may be shorter. */
  readonly rows: AsyncIterable<readonly Cell[] | string> | Iterable<readonly Cell[] | string>;
  /** `table` (default): a header row that stays in sight, repeats on paper and filters. `page`: rows as they are. */
  readonly form?: 'table' | 'page';
}

export interface WorkbookPlan {
  /** In the file's properties and at the head of each printed page. */
  readonly title: string;
  readonly author: string;
  /** RFC 3339, UTC, into the file's properties: of what is reported, not of the clock. */
  readonly createdAt: string;
  readonly sheets: readonly SheetPlan[];
  /** Rows of a sheet, its header among them; as many as Excel takes where it is not given. */
  readonly mostRows?: number;
}
