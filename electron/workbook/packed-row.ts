/**
 * A row of a table as one text, for tables so long that an array of values a row costs more than what is made of it: cells
 * are parted by U+001F, a lone U+001E is one that has nothing. In the values themselves both are written as U+001E and a
 * digit.
 */
export const [NOTHING, PARTED] = ['\u001e', '\u001f'];

/** The value of a cell. @param cell as it stands between the parting characters. */
export function unpackedCell(cell: string): string | null {
  if (cell === NOTHING) return null;
  if (!cell.includes(NOTHING)) return cell;
  return cell.replaceAll(`${NOTHING}1`, PARTED).replaceAll(`${NOTHING}0`, NOTHING);
}
