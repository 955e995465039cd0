/** Pages of a PDF: one line of text at a place, cut to its room, in letters that the font has. */
import PDFDocument from 'pdfkit';
import type { PageMark, ReportPage } from '../../../shared/report.ts';
import type { PdfFont, PdfFonts } from './fonts.ts';

export const COLOURS = {
  ink: '#1c2733',
  muted: '#5b6776',
  line: '#c9d1da',
  band: '#eef2f6',
  total: '#3d5a80',
  up: '#2e7d4f',
  down: '#b3402e',
} as const;

/** Points; A4 upright is 595 by 842. */
export const MARGIN = 46;
/** What is kept free for the foot, on pages that are filled line by line. */
export const FOOT = 46;

/** How far the baseline of Noto Sans lies below the top of a line (its `hhea` table), in sizes. */
const ASCENT = 1.069;

/** Stands for what the font has no letter for. */
const REPLACEMENT = '\uFFFD';
/** Points: what is smaller nobody reads on paper. */
const SMALLEST = 5;
/** More of one text is not even measured. */
const MOST_CHARACTERS = 400;

interface TextOptions {
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: string;
  /** The room; what is longer is cut and ends in an ellipsis. */
  readonly width?: number;
  readonly align?: 'left' | 'right' | 'center';
  /** A number is never cut: it is drawn smaller until it fits. */
  readonly shrink?: boolean;
}

export interface PdfFacts {
  readonly title: string;
  readonly author: string;
  /** RFC 3339, UTC: of what is reported. The document's id is made from it. */
  readonly createdAt: string;
}

export class PdfPages {
  readonly #doc: PDFKit.PDFDocument;
  readonly #fonts: PdfFonts;
  readonly #drawn: { readonly width: number; readonly height: number; readonly marks: PageMark[] }[] = [];
  #page = -1;
  #size = 9;
  /** How wide each letter is, in sizes. */
  readonly #letters = new Map<string, number>();
  /** Whether a character was replaced on any page. */
  replaced = false;

  constructor(fonts: PdfFonts, { title, author, createdAt }: PdfFacts) {
    this.#fonts = fonts;
    const created = new Date(createdAt);
    this.#doc = new PDFDocument({
      autoFirstPage: false,
      bufferPages: true,
      size: 'A4',
      margin: 0,
      lang: 'en',
      displayTitle: true,
      pdfVersion: '1.7',
      // No font from the start, which pdfkit's types do not know: it would open a registered one that is the same anew
      // each time that it is used, and that takes most of the time of a page.
      font: null as unknown as string,
      info: {
        Title: this.#shown(title, fonts.regular),
        Author: this.#shown(author, fonts.regular),
        Creator: 'Tieout',
        Producer: 'Tieout',
        CreationDate: created,
        ModDate: created,
      },
    });
    this.#doc.registerFont('regular', fonts.regular.bytes);
    this.#doc.registerFont('bold', fonts.bold.bytes);
  }

  addPage(layout: 'portrait' | 'landscape' = 'portrait'): void {
    this.#doc.addPage({ size: 'A4', layout, margin: 0 });
    this.#page = this.#drawn.push({ width: this.width, height: this.height, marks: [] }) - 1;
  }

  /** The pages as they were drawn, for a preview that is not a second drawing of them. */
  get drawn(): readonly ReportPage[] {
    return this.#drawn;
  }

  #mark(mark: PageMark): void {
    this.#drawn[this.#page]?.marks.push(mark);
  }

  get width(): number {
    return this.#doc.page.width;
  }

  get height(): number {
    return this.#doc.page.height;
  }

  /** What can be drawn of a text: one line, and a mark in place of each letter that is not there. */
  #shown(text: string, font: PdfFont): string {
    let shown = '';
    for (const character of text.slice(0, MOST_CHARACTERS).replaceAll(/\s+/g, ' ')) {
      if (font.has(character.codePointAt(0) ?? 0)) {
        shown += character;
      } else {
        shown += REPLACEMENT;
        this.replaced = true;
      }
    }
    return text.length > MOST_CHARACTERS ? `${shown}…` : shown;
  }

  #use({ size = 9, bold = false }: TextOptions): void {
    this.#size = size;
    this.#doc.font(bold ? 'bold' : 'regular').fontSize(size);
  }

  /** Of the letters one by one: laying out a text to see whether it fits takes longer than all else of a page. */
  #wide(text: string, bold: boolean): number {
    let sum = 0;
    for (const letter of text) {
      const key = `${bold ? 'b' : 'r'}${letter}`;
      let share = this.#letters.get(key);
      if (share === undefined) {
        share = this.#doc.widthOfString(letter) / this.#size;
        this.#letters.set(key, share);
      }
      sum += share;
    }
    return sum * this.#size;
  }

  /** @returns the text as far as it fits. */
  #cut(text: string, width: number, bold: boolean): string {
    if (this.#wide(text, bold) <= width) return text;
    const room = width - this.#wide('…', bold);
    let fits = '';
    let sum = 0;
    for (const letter of text) {
      sum += this.#wide(letter, bold);
      if (sum > room) break;
      fits += letter;
    }
    return `${fits}…`;
  }

  /** A number in one line, or in two where one would have to be smaller than can be read. */
  readable(number: string, width: number): readonly string[] {
    this.#use({ size: SMALLEST });
    if (this.#wide(number, false) <= width) return [number];
    const half = Math.ceil(number.length / 2);
    const comma = number.lastIndexOf(',', half) + 1;
    // Behind a comma where there is one near the middle: digits stay in their groups.
    const cut = comma > half - 4 ? comma : half;
    return [number.slice(0, cut), number.slice(cut)];
  }

  /** One line, its top left corner at the place; right-aligned text ends at `x + width`. */
  text(x: number, y: number, text: string, options: TextOptions = {}): void {
    const { bold = false, colour = COLOURS.ink, width, align = 'left' } = options;
    this.#use(options);
    const whole = this.#shown(text, bold ? this.#fonts.bold : this.#fonts.regular);
    const { shrink = false } = options;
    if (shrink && width !== undefined) {
      const { size = 9 } = options;
      this.#use({ ...options, size: Math.min(size, (size * width) / this.#wide(whole, bold)) });
    }
    // What was made to fit is not measured again: the last bit of its width would decide whether a digit is lost.
    const drawn = width === undefined || shrink ? whole : this.#cut(whole, width, bold);
    const room = width === undefined || align === 'left' ? 0 : width - this.#wide(drawn, bold);
    this.#draw(drawn, x + (align === 'center' ? room / 2 : room), y, bold, colour);
  }

  /** In the font and size that are set. */
  #draw(text: string, x: number, y: number, bold: boolean, colour: string): void {
    const size = this.#size;
    const width = this.#wide(text, bold);
    this.#doc.fillColor(colour).text(text, x, y, { lineBreak: false });
    this.#mark({ kind: 'text', x, y: y + ASCENT * size, text, width, size, bold, colour });
  }

  /** Wrapped lines. @returns where the next line begins. */
  paragraph(x: number, y: number, text: string, width: number, options: TextOptions = {}): number {
    const { colour = COLOURS.ink, bold = false, size = 9 } = options;
    this.#use(options);
    let top = y;
    let line = '';
    const draw = (): void => {
      this.#draw(line, x, top, bold, colour);
      top += size * 1.45;
    };
    for (const word of this.#shown(text, bold ? this.#fonts.bold : this.#fonts.regular).split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && this.#doc.widthOfString(longer) > width) {
        draw();
        line = word;
      } else {
        line = longer;
      }
    }
    if (line !== '') draw();
    return top;
  }

  line(x1: number, y1: number, x2: number, y2: number, colour: string = COLOURS.line, width = 0.6): void {
    this.#doc.moveTo(x1, y1).lineTo(x2, y2).lineWidth(width).strokeColor(colour).stroke();
    this.#mark({ kind: 'line', x1, y1, x2, y2, width, colour });
  }

  box(x: number, y: number, width: number, height: number, colour: string): void {
    this.#doc.rect(x, y, width, height).fill(colour);
    this.#mark({ kind: 'box', x, y, width, height, colour });
  }

  /** An unfilled frame. */
  frame(x: number, y: number, width: number, height: number): void {
    this.#doc.rect(x, y, width, height).lineWidth(0.6).strokeColor(COLOURS.line).stroke();
    this.#mark({ kind: 'frame', x, y, width, height, colour: COLOURS.line });
  }

  /** On every page, when all are there. @param draw told the number of the page, from 1, and how many there are. */
  onEachPage(draw: (page: number, pages: number) => void): void {
    const { count } = this.#doc.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      this.#doc.switchToPage(page);
      this.#page = page;
      draw(page + 1, count);
    }
  }

  /** The file's bytes. */
  async *bytes(): AsyncGenerator<Uint8Array> {
    this.#doc.end();
    for await (const chunk of this.#doc) if (Buffer.isBuffer(chunk)) yield chunk;
  }
}
