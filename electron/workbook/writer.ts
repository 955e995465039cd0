/**
 * Workbooks (XLSX, ECMA-376) written as a stream: typed columns, rows as they come, memory that does not grow with them.
 * The same plan gives the same bytes, whatever the clock and the time zone. Data never becomes a formula.
 */
import type { WorkbookPlan } from './plan.ts';
import { SheetNames } from './writer-names.ts';
import { contentTypes, coreProperties, relationships, workbookXml } from './writer-parts.ts';
import { sheetPieces } from './writer-sheet.ts';
import { Styles } from './writer-styles.ts';
import { ZipStream } from './writer-zip.ts';

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
