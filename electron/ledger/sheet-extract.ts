/** A sheet of a workbook as an extract: its header found, its rows with the kinds of their cells. */
import { TieoutError } from '../../shared/errors.ts';
import { type Cell, openWorkbook, type Sheet, type Workbook } from '../workbook/reader.ts';
import { planColumns } from './column-plan.ts';
import type { SourceRow } from './ledger-typing.ts';
import type { ExtractMapping } from './mapping.ts';

export interface SheetExtract {
  readonly name: string;
  /** Those that are shown. */
  readonly sheets: readonly string[];
  readonly headerLine: number | null;
  readonly headers: readonly string[];
  rows(): AsyncGenerator<SourceRow>;
  close(): void;
}

/** A report's title, period and parameters stand above its header at most. */
const HEAD_ROWS = 100;

function textsOf(cells: readonly Cell[]): readonly string[] {
  const texts = cells.map(({ text }) => text);
  while (texts.length > 0 && (texts.at(-1) ?? '').trim() === '') texts.pop();
  return texts;
}

interface Header {
  readonly sheet: Sheet;
  readonly line: number;
  readonly texts: readonly string[];
  readonly matched: number;
  readonly whole: boolean;
}

async function headerOf(sheet: Sheet, mapping: ExtractMapping): Promise<Header | null> {
  const { header_line: told } = mapping.file;
  let best: Header | null = null;
  let seen = 0;
  for await (const { row, cells } of sheet.rows()) {
    if (typeof told === 'number' && row > told) break;
    if (typeof told === 'number' && row !== told) continue;
    const texts = textsOf(cells);
    if (texts.length === 0) continue;
    const { problems, matched } = planColumns(texts, mapping);
    const whole = problems.length === 0;
    if (best === null || whole || matched > best.matched) best = { sheet, line: row, texts, matched, whole };
    seen += 1;
    if (whole || seen === HEAD_ROWS) break;
  }
  return best;
}

function sheetsToLookAt(workbook: Workbook, file: string, wanted: string | undefined): readonly Sheet[] {
  if (wanted === undefined) return workbook.sheets.filter(({ hidden }) => !hidden);
  const sheet = workbook.sheet(wanted);
  if (sheet) return [sheet];
  const names = workbook.sheets.map(({ name }) => name).join(', ');
  throw new TieoutError('ledger-columns', `${file} has no sheet "${wanted}"; it has ${names}.`, {
    file,
    sheet: wanted,
  });
}

/** Rows without a header line: as wide as the widest of the first. */
async function withoutHeader(sheet: Sheet): Promise<Header> {
  let width = 0;
  let seen = 0;
  let line = 1;
  for await (const { row, cells } of sheet.rows()) {
    if (seen === 0) line = row;
    width = Math.max(width, textsOf(cells).length);
    seen += 1;
    if (seen === HEAD_ROWS) break;
  }
  return { sheet, line, texts: Array.from({ length: width }, () => ''), matched: 0, whole: true };
}

/** @throws TieoutError `workbook-invalid`; `ledger-columns` where the sheet is not there, or is empty. */
export async function openSheet(
  bytes: Uint8Array,
  file: string,
  mapping: ExtractMapping,
): Promise<SheetExtract> {
  const workbook = await openWorkbook(bytes, file);
  try {
    const looked = sheetsToLookAt(workbook, file, mapping.file.sheet);
    const bare = mapping.file.header_line === null;
    let best: Header | null = null;
    for (const sheet of looked) {
      const header = bare ? await withoutHeader(sheet) : await headerOf(sheet, mapping);
      if (
        header &&
        (best === null || (header.whole && !best.whole) || (!best.whole && header.matched > best.matched))
      )
        best = header;
      if (best?.whole) break;
    }
    if (best === null) {
      const where = mapping.file.header_line === undefined ? 'no row' : `no row ${mapping.file.header_line}`;
      throw new TieoutError(
        'ledger-columns',
        `${file} has ${where} that could be a header; name its sheet and header line in a mapping.`,
        { file },
      );
    }
    const { sheet, line, texts } = best;
    const width = texts.length;
    return {
      name: sheet.name,
      sheets: workbook.sheets.filter(({ hidden }) => !hidden).map(({ name }) => name),
      headerLine: bare ? null : line,
      headers: texts,
      async *rows() {
        for await (const { row, cells } of sheet.rows()) {
          if (row < line || (row === line && !bare)) continue;
          const read = rowOf(row, cells, width);
          if (read) yield read;
        }
      },
      close: () => workbook.close(),
    };
  } catch (error) {
    workbook.close();
    throw error;
  }
}

/** @returns null for a row without a value. */
function rowOf(line: number, cells: readonly Cell[], width: number): SourceRow | null {
  const unvalued = cells.flatMap(({ kind, formula }, place) => (formula && kind === 'empty' ? [place] : []));
  if (unvalued.length === 0 && cells.every(({ text }) => text.trim() === '')) return null;
  const last = textsOf(cells).length;
  const length = Math.max(width, last);
  return {
    line,
    cells: Array.from({ length }, (_, place) => cells[place]?.text ?? ''),
    kinds: Array.from({ length }, (_, place) => cells[place]?.kind ?? 'empty'),
    unvalued,
  };
}
