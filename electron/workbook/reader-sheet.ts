/** One sheet, row by row, as its XML streams by. */
import type { Readable } from 'node:stream';
import { type DateShape, numberText, serialText } from './reader-numbers.ts';
import { readXml, type XmlReader } from './reader-xml.ts';

export type CellKind = 'text' | 'number' | 'date' | 'boolean' | 'error' | 'empty';

export interface Cell {
  readonly kind: CellKind;
  /**
   * `number`: plain decimal notation; `date`: `YYYY-MM-DD`, with `THH:mm:ss` where it has a time, or a time alone; `boolean`:
   * `TRUE` or `FALSE`; `error`: as Excel shows it; `empty`: nothing.
   */
  readonly text: string;
  /** Both from 1. */
  readonly row: number;
  readonly column: number;
  /** True where a formula gave the value. It was not worked out again: `empty` means that the file holds no value. */
  readonly formula: boolean;
}

export interface SheetRow {
  /** From 1. */
  readonly row: number;
  /** The cell of column `n` at `n - 1`, up to the last that the file has. */
  readonly cells: readonly Cell[];
}

/** What cells refer to. */
export interface SheetContext {
  readonly strings: readonly string[];
  /** By the number that a cell's style has. */
  readonly shapes: readonly (DateShape | null)[];
  readonly from1904: boolean;
}

const MOST_ROWS = 1_048_576;
const MOST_COLUMNS = 16_384;
/** Excel's own limit is 32,767. */
const LONGEST_TEXT = 1_000_000;

/** `B7` is column 2; null where it is no reference. */
function columnOf(reference: string): number | null {
  let column = 0;
  let at = 0;
  for (; at < reference.length; at += 1) {
    const letter = reference.charCodeAt(at) & ~0x20;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
    if (column > MOST_COLUMNS) return null;
  }
  return at === 0 ? null : column;
}

/** Characters that XML cannot hold are written as `_xHHHH_`. */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

class SheetReader implements XmlReader {
  ready: SheetRow[] = [];
  readonly #context: SheetContext;
  #row = 0;
  #cells: Cell[] = [];
  #column = 0;
  #type = 'n';
  #style = 0;
  #formula = false;
  #value = '';
  #hasValue = false;
  #inValue = false;
  #inSheet = false;
  #phonetic = false;

  constructor(context: SheetContext) {
    this.#context = context;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'sheetData') this.#inSheet = true;
    if (!this.#inSheet) return;
    switch (name) {
      case 'row': {
        const row = attributes.r === undefined ? this.#row + 1 : Number(attributes.r);
        if (!Number.isInteger(row) || row <= this.#row || row > MOST_ROWS)
          throw new RangeError(`row ${attributes.r} is out of place`);
        this.#row = row;
        this.#cells = [];
        this.#column = 0;
        break;
      }
      case 'c': {
        const column = attributes.r === undefined ? this.#column + 1 : columnOf(attributes.r);
        if (column === null || column <= this.#column || column > MOST_COLUMNS)
          throw new RangeError(`cell ${attributes.r} is out of place`);
        this.#column = column;
        this.#type = attributes.t ?? 'n';
        this.#style = Number(attributes.s ?? 0);
        this.#formula = false;
        this.#value = '';
        this.#hasValue = false;
        break;
      }
      case 'f':
        this.#formula = true;
        break;
      case 'rPh':
        this.#phonetic = true;
        break;
      case 'v':
      case 't':
        this.#inValue = !this.#phonetic;
        this.#hasValue ||= this.#inValue;
        break;
      default:
    }
  }

  text(text: string): void {
    if (!this.#inValue) return;
    this.#value += text;
    if (this.#value.length > LONGEST_TEXT) throw new RangeError('a cell is longer than any cell can be');
  }

  close(name: string): void {
    switch (name) {
      case 'v':
      case 't':
        this.#inValue = false;
        break;
      case 'rPh':
        this.#phonetic = false;
        break;
      case 'c':
        if (this.#inSheet) this.#place();
        break;
      case 'row':
        if (this.#inSheet) this.ready.push({ row: this.#row, cells: this.#cells });
        break;
      case 'sheetData':
        this.#inSheet = false;
        break;
      default:
    }
  }

  #place(): void {
    for (let column = this.#cells.length + 1; column < this.#column; column += 1)
      this.#cells.push({ kind: 'empty', text: '', row: this.#row, column, formula: false });
    const [kind, text] = this.#read();
    this.#cells.push({ kind, text, row: this.#row, column: this.#column, formula: this.#formula });
  }

  #read(): readonly [CellKind, string] {
    if (!this.#hasValue) return ['empty', ''];
    const value = this.#value;
    switch (this.#type) {
      case 's': {
        const text = this.#context.strings[Number(value)];
        if (text === undefined) throw new RangeError(`string ${value} is not there`);
        return text === '' ? ['empty', ''] : ['text', text];
      }
      case 'str':
      case 'inlineStr':
        return value === '' ? ['empty', ''] : ['text', unescaped(value)];
      case 'b':
        return ['boolean', value.trim() === '1' || value.trim() === 'true' ? 'TRUE' : 'FALSE'];
      case 'e':
        return ['error', value];
      case 'd':
        return ['date', value.trim()];
      default:
        return this.#number(value);
    }
  }

  #number(value: string): readonly [CellKind, string] {
    if (value.trim() === '') return ['empty', ''];
    const text = numberText(value);
    if (text === null) return ['error', value.trim()];
    const shape = this.#context.shapes[this.#style] ?? null;
    if (shape === null) return ['number', text];
    const date = serialText(text, shape, this.#context.from1904);
    // A negative serial number and the 29 February 1900 are shown as no date by Excel either.
    return date === null ? ['error', text] : ['date', date];
  }
}

/** @throws Error where the sheet is not well-formed. */
export async function* sheetRows(stream: Readable, context: SheetContext): AsyncGenerator<SheetRow> {
  const reader = new SheetReader(context);
  for await (const _ of readXml(stream, reader)) {
    const { ready } = reader;
    reader.ready = [];
    yield* ready;
  }
}
