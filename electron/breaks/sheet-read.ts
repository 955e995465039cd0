/** An edited workbook of breaks as rows of texts, with the faults of its form. */
import type { SheetFault } from '../../shared/breaks.ts';
import { TieoutError } from '../../shared/errors.ts';
import { openWorkbook } from '../workbook/reader.ts';
import { EDITED_TITLES, KEY_TITLES, SHEET_NAME, STAMP_TITLE } from './sheet-columns.ts';

/** A row of the sheet: its cells by title, trimmed. */
export interface EditedRow {
  /** Of the sheet, from 1. */
  readonly row: number;
  readonly cell: (title: string) => string;
}

export interface EditedSheet {
  readonly rows: readonly EditedRow[];
  readonly faults: readonly SheetFault[];
}

const NEEDED: readonly string[] = [...KEY_TITLES, ...EDITED_TITLES, STAMP_TITLE];
/** What a sheet of a workbook holds at most. */
const MOST_ROWS = 1_048_576;

/** @throws TieoutError `workbook-invalid`, `sheet-invalid` where it is no sheet of breaks. */
export async function readSheet(bytes: Uint8Array, file: string, signal: AbortSignal): Promise<EditedSheet> {
  const book = await openWorkbook(bytes, file);
  try {
    const sheets = book.sheets.filter(
      ({ name }) => name === SHEET_NAME || name.startsWith(`${SHEET_NAME} (`),
    );
    if (sheets.length === 0)
      throw new TieoutError(
        'sheet-invalid',
        `${file} has no sheet ${SHEET_NAME}; edit what tieout breaks export wrote.`,
        { file },
      );
    const rows: EditedRow[] = [];
    const faults: SheetFault[] = [];
    for (const sheet of sheets) {
      let places: ReadonlyMap<string, number> | null = null;
      for await (const { row, cells } of sheet.rows()) {
        signal.throwIfAborted();
        if (places === null) {
          const titles = cells.map(({ text }) => text.trim().toLowerCase());
          // Of two columns of one name one would count, and nobody would have said which.
          const twice = NEEDED.filter((title) => titles.indexOf(title) !== titles.lastIndexOf(title));
          if (twice.length > 0)
            throw new TieoutError(
              'sheet-invalid',
              `The sheet ${sheet.name} of ${file} has the column ${twice.join(', ')} twice; leave the one that was edited.`,
              { file, twice },
            );
          places = new Map(titles.map((title, at) => [title, at]));
          const known = places;
          const missing = NEEDED.filter((title) => !known.has(title));
          if (missing.length > 0)
            throw new TieoutError(
              'sheet-invalid',
              `The sheet ${sheet.name} of ${file} has no column ${missing.join(', ')}; edit what tieout breaks export wrote, and leave its columns.`,
              { file, missing },
            );
          continue;
        }
        const of = places;
        if (cells.every(({ text }) => text.trim() === '')) continue;
        if (rows.length >= MOST_ROWS * sheets.length) break;
        for (const title of NEEDED) {
          const cell = cells[of.get(title) ?? -1];
          if (cell?.formula)
            faults.push({ row, column: title, message: 'is a formula; put its value there' });
          if (cell?.kind === 'error')
            faults.push({ row, column: title, message: `is the error ${cell.text}` });
        }
        rows.push({ row, cell: (title) => cells[of.get(title) ?? -1]?.text.trim() ?? '' });
      }
    }
    return { rows, faults };
  } finally {
    book.close();
  }
}
