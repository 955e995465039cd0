/** The report as CSV, one file a sheet: RFC 4180, UTF-8, and no cell that a spreadsheet would run as a formula. */
import { type CsvCell, csvLine } from '../../shared/csv.ts';
import type { ReportSheetId } from '../../shared/report.ts';
import type { Cell } from '../workbook/writer-cells.ts';
import type { ReportData } from './report-data.ts';
import { ITEM_COLUMNS } from './report-items.ts';
import { type ReportColumn, type ReportSheet, SHEETS } from './report-sheets.ts';

/** A text from vendor or ledger that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers. */
export function safeText(text: string): string;
export function safeText(text: string | null): string | null;
export function safeText(text: string | null): string | null {
  return text !== null && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function csvCell(cell: Cell, column: ReportColumn | undefined): CsvCell {
  const plain = typeof cell === 'object' && cell !== null ? cell.value : cell;
  const kind = typeof cell === 'object' && cell !== null ? (cell.kind ?? column?.kind) : column?.kind;
  if (plain === null || typeof plain === 'number') return plain;
  if (typeof plain === 'boolean') return String(plain);
  return kind === 'text' || kind === undefined ? safeText(plain) : plain;
}

async function* sheetLines(sheet: ReportSheet, data: ReportData): AsyncGenerator<string> {
  yield csvLine(sheet.columns.map(({ field }) => field));
  for await (const row of sheet.rows(data)) {
    yield csvLine(sheet.columns.map((column, at) => csvCell(row[at] ?? null, column)));
  }
}

async function* itemLines(data: ReportData, states: readonly string[] | null): AsyncGenerator<string> {
  yield csvLine(ITEM_COLUMNS.map(({ name }) => name));
  for await (const cells of data.items(states))
    yield csvLine(
      ITEM_COLUMNS.map(({ foreign }, at) => (foreign ? safeText(cells[at] ?? null) : (cells[at] ?? null))),
    );
}

interface CsvSheet {
  /** Empty for the main file. */
  readonly name: string;
  readonly pieces: AsyncIterable<string>;
}

/** Sheets of a workbook that are states of one list: in CSV they are one file, the main one. */
const STATES: Readonly<Partial<Record<ReportSheetId, string>>> = {
  matched: 'matched',
  pending: 'pending',
  suggested: 'suggested',
  breaks: 'break',
};

/** The main file holds every compared item of the chosen states; the other sheets follow, each a file. */
export function csvSheets(data: ReportData, chosen: ReadonlySet<ReportSheetId>): readonly CsvSheet[] {
  const states = Object.entries(STATES).filter(([id]) => [...chosen].some((name) => name === id));
  const all = states.length === Object.keys(STATES).length;
  return [
    { name: '', pieces: itemLines(data, all ? null : states.map(([, state]) => state)) },
    ...SHEETS.filter(({ id }) => chosen.has(id) && (id === 'breaks' || STATES[id] === undefined)).map(
      (sheet) => ({
        name: sheet.id,
        pieces: sheetLines(sheet, data),
      }),
    ),
  ];
}
