/**
 * Workbooks (XLSX, ECMA-376) written as a stream: typed columns, rows as they come, memory that does not grow with them.
 * The same plan gives the same bytes, whatever the clock and the time zone. Data never becomes a formula.
 */
import type { Cell } from './writer-cells.ts';
import { SheetNames } from './writer-names.ts';
import { contentTypes, coreProperties, relationships, workbookXml } from './writer-parts.ts';
import { type Column, sheetPieces } from './writer-sheet.ts';
import { Styles } from './writer-styles.ts';
import { ZipStream } from './writer-zip.ts';

export type { Cell } from './writer-cells.ts';
export type { Column } from './writer-sheet.ts';

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

/** The file's bytes. @throws what the rows throw; the signal's reason on abort. */
export async function* workbook(plan: WorkbookPlan, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const zip = new ZipStream();
  yield* zip.bytes(async () => {
    const styles = new Styles();
    const names = new SheetNames();
    const written: { readonly name: string; readonly table: boolean; readonly filter: string | null }[] = [];
    zip.add('[Content_Types].xml', contentTypes());
    zip.add('_rels/.rels', relationships.root());
    zip.add('docProps/core.xml', coreProperties(plan));
    for (const sheet of plan.sheets) {
      for (const part of sheetPieces(sheet, plan, styles, signal)) {
        const name = names.take(sheet.name);
        await zip.addStream(`xl/worksheets/sheet${written.length + 1}.xml`, part.pieces);
        written.push({ name, table: sheet.form !== 'page', filter: part.filter() });
      }
    }
    zip.add('xl/styles.xml', styles.xml());
    zip.add('xl/workbook.xml', workbookXml(written));
    zip.add('xl/_rels/workbook.xml.rels', relationships.workbook(written.length));
  });
}
