/** A table over as many pages as it needs, its head on each of them. */
import { COLOURS, MARGIN, type PdfPages } from './pdf-pages.ts';

interface TableColumn {
  readonly title: string;
  /** Of the second line of a row; a table has two lines a row where a column has it. */
  readonly below?: string;
  /** Shares of the page's width. */
  readonly share: number;
  /** Numbers are right-aligned and never cut; a long one takes the second line of its row too. */
  readonly numeric?: boolean;
}

const NUMBER = /^[\d.,\u2212]+$/;
const LINE = 10.5;
const GAP = 4;
const FOOT = 40;

export class PdfTable {
  readonly #pages: PdfPages;
  readonly #title: string;
  readonly #columns: readonly TableColumn[];
  #top = Number.POSITIVE_INFINITY;
  #rows = 0;

  constructor(pages: PdfPages, title: string, columns: readonly TableColumn[]) {
    this.#pages = pages;
    this.#title = title;
    this.#columns = columns;
  }

  #places(): readonly (TableColumn & { readonly x: number; readonly width: number })[] {
    const whole = this.#columns.reduce((sum, { share }) => sum + share, 0);
    const room = this.#pages.width - 2 * MARGIN;
    let x = MARGIN;
    return this.#columns.map((column) => {
      const width = (room * column.share) / whole;
      const placed = { ...column, x, width: width - 6 };
      x += width;
      return placed;
    });
  }

  get #twoLines(): boolean {
    return this.#columns.some(({ below }) => below !== undefined);
  }

  get #height(): number {
    return (this.#twoLines ? 2 * LINE : LINE) + GAP;
  }

  #begin(): void {
    const pages = this.#pages;
    pages.addPage('landscape');
    pages.text(MARGIN, MARGIN, this.#rows === 0 ? this.#title : `${this.#title}, continued`, {
      size: 13,
      bold: true,
    });
    const head = MARGIN + 24;
    pages.box(MARGIN - 4, head - 3, pages.width - 2 * MARGIN + 8, this.#height + 2, COLOURS.band);
    for (const { title, below, x, width, numeric = false } of this.#places()) {
      pages.text(x, head, title, { size: 8, bold: true, width, align: numeric ? 'right' : 'left' });
      if (below !== undefined)
        pages.text(x, head + LINE, below, {
          size: 7.5,
          colour: COLOURS.muted,
          width,
          align: numeric ? 'right' : 'left',
        });
    }
    this.#top = head + this.#height + 4;
  }

  /** @param below what stands in the second line. */
  row(cells: readonly (string | null)[], below: readonly (string | null)[] = []): void {
    const height = this.#height;
    if (this.#top + height > this.#pages.height - FOOT) this.#begin();
    for (const [at, { x, width, numeric = false }] of this.#places().entries()) {
      const [first, second] = [cells[at] ?? '', below[at] ?? ''];
      const lines = numeric ? this.#number(first, x, width) : 1;
      if (!numeric && first !== '') this.#pages.text(x, this.#top, first, { size: 7.5, width });
      // A number that takes both lines goes before what would stand below it.
      if (second !== '' && lines === 1)
        this.#pages.text(x, this.#top + LINE, second, {
          size: 7,
          colour: COLOURS.muted,
          width,
          align: numeric ? 'right' : 'left',
          shrink: NUMBER.test(second),
        });
    }
    const line = this.#top + height - 3;
    this.#pages.line(MARGIN - 4, line, this.#pages.width - MARGIN + 4, line);
    this.#top += height;
    this.#rows += 1;
  }

  /** @returns how many lines it took. */
  #number(text: string, x: number, width: number): number {
    const lines = this.#twoLines ? this.#pages.readable(text, width) : [text];
    for (const [at, line] of lines.entries()) {
      if (line === '') continue;
      const top = this.#top + at * LINE;
      this.#pages.text(x, top, line, { size: 7.5, width, align: 'right', shrink: true });
    }
    return lines.length;
  }

  /** A line below the rows, or on a page of its own where there are none. */
  note(text: string): void {
    if (this.#top + LINE > this.#pages.height - FOOT) this.#begin();
    this.#pages.text(MARGIN, this.#top + 2, text, {
      size: 8.5,
      colour: COLOURS.muted,
      width: this.#pages.width - 2 * MARGIN,
    });
    this.#top += LINE + GAP;
  }
}
