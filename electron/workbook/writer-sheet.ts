/** The XML of one table, cut into as many sheets as it needs. */

import type { SheetPlan, WorkbookPlan } from './plan.ts';
import { Bytes } from './writer-bytes.ts';
import { type Cell, type CellKind, CellWriter, type StyledCell } from './writer-cells.ts';
import { PackedCells, type PackedColumn } from './writer-packed.ts';
import type { Styles } from './writer-styles.ts';
import { attribute, text } from './writer-xml.ts';

const WIDTHS: Readonly<Record<CellKind, number>> = {
  text: 18,
  decimal: 16,
  integer: 10,
  date: 12,
  instant: 20,
  boolean: 8,
};

const DECIMALS = 2;
/** Rows of a sheet, its header among them. */
const MOST_ROWS = 1_048_576;
const CHUNK_BYTES = 128 * 1024;
const LONGEST_CHOICES = 255;

/** The letters of a column, counted from 0. */
function columnLetters(index: number): string {
  const rest = index % 26;
  const letter = String.fromCharCode(65 + rest);
  return index < 26 ? letter : columnLetters((index - rest) / 26 - 1) + letter;
}

interface SheetPart {
  readonly pieces: AsyncIterable<Buffer>;
  /** What is filtered, as `$A$1:$C$9`; known when the pieces were taken. */
  filter(): string | null;
}

type SheetRow = readonly Cell[] | string;
type Rows = AsyncIterator<SheetRow> | Iterator<SheetRow>;

function opening(plan: SheetPlan): string {
  const columns = plan.columns.map(
    ({ kind, width }, at) =>
      `<col min="${at + 1}" max="${at + 1}" width="${width ?? WIDTHS[kind]}" customWidth="1"/>`,
  );
  const pane =
    plan.form === 'page'
      ? ''
      : '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>';
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>\
<sheetViews><sheetView${plan.form === 'page' ? ' showGridLines="0"' : ''} workbookViewId="0">${pane}</sheetView></sheetViews>\
<sheetFormatPr defaultRowHeight="15"/><cols>${columns.join('')}</cols><sheetData>`;
}

function validations(plan: SheetPlan, lastRow: number): string {
  const entries = plan.columns.flatMap(({ choices }, at) => {
    const list = (choices ?? []).join(',');
    if (list === '' || list.length > LONGEST_CHOICES || lastRow < 2) return [];
    const letters = columnLetters(at);
    const formula = `"${list.replaceAll('"', '""')}"`;
    return [
      `<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="${letters}2:${letters}${lastRow}"><formula1>${text(formula)}</formula1></dataValidation>`,
    ];
  });
  return entries.length === 0
    ? ''
    : `<dataValidations count="${entries.length}">${entries.join('')}</dataValidations>`;
}

function closing(plan: SheetPlan, title: string, lastRow: number, filter: string | null): string {
  const marked = (value: string): string => attribute(value.replaceAll('&', '&&'));
  return `</sheetData>${filter === null ? '' : `<autoFilter ref="${filter.replaceAll('$', '')}"/>`}\
${validations(plan, lastRow)}<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>\
<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>\
<headerFooter><oddHeader>&amp;L${marked(title)}&amp;R&amp;A</oddHeader><oddFooter>&amp;CPage &amp;P of &amp;N</oddFooter></headerFooter></worksheet>`;
}

/** The table's sheets, one after another: the next is asked for when the one before was taken. */
export function* sheetPieces(
  plan: SheetPlan,
  { title, mostRows = MOST_ROWS }: Pick<WorkbookPlan, 'title' | 'mostRows'>,
  styles: Styles,
  signal?: AbortSignal,
): Generator<SheetPart> {
  const rows: Rows =
    Symbol.asyncIterator in plan.rows ? plan.rows[Symbol.asyncIterator]() : plan.rows[Symbol.iterator]();
  let waiting: SheetRow | null = null;
  let over = false;
  let first = true;
  while (first || !over) {
    first = false;
    let filter: string | null = null;
    yield {
      filter: () => filter,
      pieces: (async function* () {
        // The rows are closed with the last sheet, or when nobody takes them any more.
        let whole = false;
        try {
          const sheet = new SheetText(plan, styles);
          while (sheet.rows < mostRows) {
            const next: SheetRow | null = waiting ?? (await taken(rows));
            waiting = null;
            if (next === null) {
              over = true;
              break;
            }
            if (typeof next === 'string') sheet.packedRow(next);
            else sheet.row(next);
            if (!sheet.ready) continue;
            signal?.throwIfAborted();
            yield sheet.take();
          }
          // Whether another sheet follows is known only when there is a row for it.
          if (!over) waiting = await taken(rows);
          if (waiting === null) over = true;
          filter = sheet.filter();
          yield sheet.end(title, filter);
          whole = true;
        } finally {
          if (!whole) await rows.return?.();
        }
      })(),
    };
  }
}

async function taken(rows: Rows): Promise<SheetRow | null> {
  const next = await rows.next();
  return next.done === true ? null : next.value;
}

class SheetText {
  readonly #plan: SheetPlan;
  readonly #styles: Styles;
  readonly #columns: readonly PackedColumn[];
  readonly #packed: PackedCells;
  readonly #out = new Bytes();
  #rows = 0;

  constructor(plan: SheetPlan, styles: Styles) {
    this.#plan = plan;
    this.#styles = styles;
    this.#columns = plan.columns.map(({ kind, style = 'plain', decimals = DECIMALS }, at) => ({
      letters: columnLetters(at),
      kind,
      cells: new CellWriter(styles, kind, style, decimals),
    }));
    this.#packed = new PackedCells(this.#columns);
    this.#out.text(opening(plan));
    if (plan.form !== 'page') {
      this.row(plan.columns.map((column) => ({ value: column.title, kind: 'text', style: 'header' })));
    }
  }

  /** So far, the header among them. */
  get rows(): number {
    return this.#rows;
  }

  get ready(): boolean {
    return this.#out.length >= CHUNK_BYTES;
  }

  row(cells: readonly Cell[]): void {
    this.#rows += 1;
    let line = `<row r="${this.#rows}">`;
    for (let at = 0; at < this.#columns.length; at += 1) {
      const column = this.#columns[at];
      if (!column) break;
      const cell = cells[at] ?? null;
      const place = column.letters + this.#rows;
      line +=
        typeof cell === 'object' && cell !== null
          ? this.#own(at, cell).cell(place, cell.value)
          : column.cells.cell(place, cell);
    }
    this.#out.text(`${line}</row>`);
  }

  /** @param packed as `packed-row.ts` has it. */
  packedRow(packed: string): void {
    this.#rows += 1;
    this.#out.text(`<row r="${this.#rows}">`);
    this.#packed.write(this.#out, packed, this.#rows);
    this.#out.text('</row>');
  }

  /** For a cell that differs from its column. */
  #own(at: number, cell: StyledCell): CellWriter {
    const column = this.#plan.columns[at];
    return new CellWriter(
      this.#styles,
      cell.kind ?? column?.kind ?? 'text',
      cell.style ?? column?.style ?? 'plain',
      cell.decimals ?? column?.decimals ?? DECIMALS,
    );
  }

  take(): Buffer {
    return this.#out.take();
  }

  filter(): string | null {
    if (this.#plan.form === 'page' || this.#rows < 2) return null;
    return `$A$1:$${this.#columns.at(-1)?.letters}$${this.#rows}`;
  }

  end(title: string, filter: string | null): Buffer {
    this.#out.text(closing(this.#plan, title, this.#rows, filter));
    return this.take();
  }
}
