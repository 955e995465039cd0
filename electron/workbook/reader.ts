/**
 * An .xlsx workbook read as it streams: sheets by name, rows with the values that the file holds. Formulas are not worked
 * out, macros, links and drawings are not looked at. Shared strings and styles are the only parts held in memory.
 */
import { basename, posix } from 'node:path';
import { Container, workbookInvalid } from './reader-container.ts';
import { type DateShape, dateShape } from './reader-numbers.ts';
import { type SheetContext, type SheetRow, sheetRows, unescaped } from './reader-sheet.ts';
import { readWholeXml, readXml } from './reader-xml.ts';

export type { Cell, CellKind, SheetRow } from './reader-sheet.ts';

export interface Sheet {
  readonly name: string;
  /** True where Excel does not show it. */
  readonly hidden: boolean;
  /**
   * Rows that have cells, from the top; each call reads the sheet anew. Ending the loop early ends the reading.
   * @throws TieoutError `workbook-invalid` where the part is damaged.
   */
  rows(): AsyncGenerator<SheetRow>;
}

export interface Workbook {
  /** In the order of their tabs. */
  readonly sheets: readonly Sheet[];
  sheet(name: string): Sheet | null;
  close(): void;
}

const MOST_SMALL_PART = 64 * 1024 ** 2;
const MOST_STRINGS = 1024 ** 3;

interface Relations {
  readonly byId: ReadonlyMap<string, { readonly type: string; readonly target: string }>;
}

/** The relations of a part; its targets as names of parts. */
async function relationsOf(container: Container, part: string): Promise<Relations> {
  const folder = posix.dirname(part);
  const name = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  const byId = new Map<string, { type: string; target: string }>();
  const stream = await container.part(name, MOST_SMALL_PART);
  if (stream) {
    await readWholeXml(stream, {
      open(element, attributes) {
        const { Id: id, Type: type = '', Target: target, TargetMode: mode } = attributes;
        if (element !== 'Relationship' || id === undefined || target === undefined || mode === 'External')
          return;
        const full = target.startsWith('/') ? target.slice(1) : posix.join(folder, target);
        byId.set(id, { type: type.slice(type.lastIndexOf('/') + 1), target: full });
      },
      text() {},
      close() {},
    }).catch((error: unknown) => {
      throw container.damaged(name, error);
    });
  }
  return { byId };
}

interface NamedSheet {
  readonly name: string;
  readonly hidden: boolean;
  readonly id: string;
}

interface Book {
  readonly sheets: readonly NamedSheet[];
  readonly from1904: boolean;
}

async function bookOf(container: Container, part: string): Promise<Book> {
  const stream = await container.part(part, MOST_SMALL_PART);
  if (!stream) {
    throw workbookInvalid(
      container.file,
      container.has('xl/workbook.bin')
        ? 'is a binary workbook (.xlsb); save it as .xlsx'
        : 'is a zip file, but no .xlsx workbook',
    );
  }
  const sheets: NamedSheet[] = [];
  let from1904 = false;
  await readWholeXml(stream, {
    open(element, attributes) {
      if (element === 'workbookPr') from1904 = ['1', 'true', 'on'].includes(attributes.date1904 ?? '');
      if (element !== 'sheet') return;
      const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
      sheets.push({
        name: unescaped(attributes.name ?? ''),
        hidden: (attributes.state ?? 'visible') !== 'visible',
        id,
      });
    },
    text() {},
    close() {},
  }).catch((error: unknown) => {
    throw container.damaged(part, error);
  });
  return { sheets, from1904 };
}

async function stringsOf(container: Container, part: string): Promise<readonly string[]> {
  const strings: string[] = [];
  const stream = await container.part(part, MOST_STRINGS);
  if (!stream) return strings;
  let current = '';
  let inText = false;
  let phonetic = false;
  const reading = readXml(stream, {
    open(element) {
      if (element === 'si') current = '';
      else if (element === 'rPh') phonetic = true;
      else if (element === 't') inText = !phonetic;
    },
    text(text) {
      if (inText) current += text;
    },
    close(element) {
      if (element === 't') inText = false;
      else if (element === 'rPh') phonetic = false;
      else if (element === 'si') strings.push(unescaped(current));
    },
  });
  try {
    for await (const _ of reading);
  } catch (error) {
    throw container.damaged(part, error);
  }
  return strings;
}

async function shapesOf(container: Container, part: string): Promise<readonly (DateShape | null)[]> {
  const stream = await container.part(part, MOST_SMALL_PART);
  if (!stream) return [];
  const codes = new Map<number, string>();
  const ids: number[] = [];
  let inCells = false;
  await readWholeXml(stream, {
    open(element, attributes) {
      if (element === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
      if (element === 'cellXfs') inCells = true;
      if (element === 'xf' && inCells) ids.push(Number(attributes.numFmtId ?? 0));
    },
    text() {},
    close(element) {
      if (element === 'cellXfs') inCells = false;
    },
  }).catch((error: unknown) => {
    throw container.damaged(part, error);
  });
  return ids.map((id) => dateShape(id, codes.get(id)));
}

async function read(container: Container): Promise<Workbook> {
  const root = await relationsOf(container, '');
  const main =
    [...root.byId.values()].find(({ type }) => type === 'officeDocument')?.target ?? 'xl/workbook.xml';
  const { sheets, from1904 } = await bookOf(container, main);
  const { byId } = await relationsOf(container, main);
  const partOf = (wanted: string): string =>
    [...byId.values()].find(({ type }) => type === wanted)?.target ?? '';
  const context: SheetContext = {
    strings: await stringsOf(container, partOf('sharedStrings')),
    shapes: await shapesOf(container, partOf('styles')),
    from1904,
  };
  const readable = sheets.flatMap(({ name, hidden, id }): readonly Sheet[] => {
    const relation = byId.get(id);
    // A tab may also be a chart or a macro sheet.
    if (relation?.type !== 'worksheet') return [];
    const { target } = relation;
    return [
      {
        name,
        hidden,
        async *rows() {
          const stream = await container.part(target);
          if (!stream) throw container.damaged(target, new Error('is not there'));
          try {
            yield* sheetRows(stream, context);
          } catch (error) {
            throw container.damaged(target, error);
          }
        },
      },
    ];
  });
  if (readable.length === 0) throw workbookInvalid(container.file, 'is a workbook without a sheet of cells');
  return {
    sheets: readable,
    sheet: (name) => readable.find((sheet) => sheet.name === name) ?? null,
    close: () => container.close(),
  };
}

/**
 * @param source a path, or the bytes of a file. @param file its name, for messages.
 * @throws TieoutError `file-not-found`, `file-unreadable`; `workbook-invalid` for what is no workbook, one with a password,
 *   an .xls or .xlsb, one that is damaged, and one that unpacks to more than any honest one does.
 */
export async function openWorkbook(
  source: string | Uint8Array,
  file: string = typeof source === 'string' ? basename(source) : 'The workbook',
): Promise<Workbook> {
  const container = await Container.open(source, file);
  try {
    return await read(container);
  } catch (error) {
    container.close();
    throw error;
  }
}
