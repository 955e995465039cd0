/** CSV as RFC 4180 has it, written a line at a time. */

export type CsvCell = string | number | null;

/** Needs quotes: a comma, a quote, a line break, or a blank that a reader may trim. */
const QUOTED = /[",\r\n]|^\s|\s$/;

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  return QUOTED.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** One record with its CRLF; null is an empty cell. */
export function csvLine(cells: readonly CsvCell[]): string {
  let line = '';
  for (let at = 0; at < cells.length; at += 1) {
    if (at > 0) line += ',';
    line += cellText(cells[at] ?? null);
  }
  return `${line}\r\n`;
}
