/** A workbook of breaks as an analyst saves it. */
import { writeFileSync } from 'node:fs';
import { openWorkbook } from '../../../electron/workbook/reader.ts';
import { workbook } from '../../../electron/workbook/writer.ts';

/** Cells of the sheet of breaks, row by row; the first are the titles. */
export async function gridOf(path: string): Promise<string[][]> {
  const book = await openWorkbook(path);
  const rows: string[][] = [];
  for await (const { cells } of book.sheet('Breaks')?.rows() ?? []) rows.push(cells.map(({ text }) => text));
  book.close();
  return rows;
}

/**
 * The same sheet with some cells set.
 * @param edits by settlement, then by title. @param extra rows at the end.
 */
export async function saveEdited(
  from: string,
  to: string,
  edits: Readonly<Record<string, Readonly<Record<string, string>>>>,
  extra: readonly (readonly string[])[] = [],
): Promise<string> {
  const [titles = [], ...rows] = await gridOf(from);
  const at = (title: string): number => titles.indexOf(title);
  for (const row of rows) {
    for (const [title, text] of Object.entries(edits[row[at('settlement_id')] ?? ''] ?? {}))
      row[at(title)] = text;
  }
  await saveSheet(to, {
    name: 'Breaks',
    columns: titles.map((title) => ({ title, kind: 'text' as const })),
    rows: [...rows, ...extra],
  });
  return to;
}

export async function saveSheet(
  to: string,
  sheet: Parameters<typeof workbook>[0]['sheets'][number],
): Promise<void> {
  const about = { title: 'Breaks', author: 'ann', createdAt: '2024-04-02T00:00:00Z' };
  const pieces: Buffer[] = [];
  for await (const piece of workbook({ ...about, sheets: [sheet] })) pieces.push(piece);
  writeFileSync(to, Buffer.concat(pieces));
}
