/** The cells of packed rows as XML: what most cells are is copied byte by byte, all else goes to `CellWriter`, which says the same. */
import { NOTHING, PARTED, unpackedCell } from './packed-row.ts';
import type { Bytes } from './writer-bytes.ts';
import { type CellKind, type CellWriter, EXACT_DIGITS } from './writer-cells.ts';

export interface PackedColumn {
  readonly letters: string;
  readonly kind: CellKind;
  readonly cells: CellWriter;
}

const [PART, NONE] = [PARTED.charCodeAt(0), NOTHING.charCodeAt(0)];
const [MINUS, POINT, ZERO, NINE, UNDERSCORE, SMALL_X] = [0x2d, 0x2e, 0x30, 0x39, 0x5f, 0x78];
const TEXT_ENDS = Buffer.from('</t></is></c>');
const VALUE_ENDS = Buffer.from('</v></c>');
/** Of a cell's XML around its value, at most. */
const AROUND = 128;

const [PLAIN, ODD, ODD_AT_END] = [0, 1, 2];
/** By character: whether it may stand in a text as it is, not at its beginning or end, or not at all. */
const TEXT_CLASS = new Uint8Array(128).map((_, code) => {
  if (code < 0x20 || '&<>'.includes(String.fromCharCode(code))) return ODD;
  return '=+-@ '.includes(String.fromCharCode(code)) ? ODD_AT_END : PLAIN;
});

function isPlainText(row: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const code = row.charCodeAt(at);
    const kind = code < 128 ? TEXT_CLASS[code] : ODD;
    if (kind === ODD || (kind === ODD_AT_END && (at === from || at === to - 1))) return false;
    if (code === UNDERSCORE && row.charCodeAt(at + 1) === SMALL_X) return false;
  }
  return true;
}

/** Where the decimal point is: `to` where there is none, -1 where it is no decimal of which a spreadsheet keeps all digits. */
function pointOf(row: string, from: number, to: number): number {
  const first = row.charCodeAt(from) === MINUS ? from + 1 : from;
  if (to - from > EXACT_DIGITS || first === to) return -1;
  let point = to;
  for (let at = first; at < to; at += 1) {
    const code = row.charCodeAt(at);
    if (code >= ZERO && code <= NINE) continue;
    if (code !== POINT || point !== to || at === first || at === to - 1) return -1;
    point = at;
  }
  return point;
}

/** Its members are bytes that come again in every row. */
export class PackedCells {
  readonly #columns: readonly PackedColumn[];
  readonly #opened: readonly Buffer[];
  /** What stands between a cell's place and its value. */
  readonly #between = new Map<string, Buffer>();
  #row = Buffer.alloc(0);

  constructor(columns: readonly PackedColumn[]) {
    this.#columns = columns;
    this.#opened = columns.map(({ letters }) => Buffer.from(`<c r="${letters}`));
  }

  /** @param number of the row, from 1. */
  write(out: Bytes, packed: string, number: number): void {
    this.#row = Buffer.from(String(number));
    const room = packed.length + this.#columns.length * AROUND;
    out.reserve(room);
    let from = 0;
    for (let at = 0; at < this.#columns.length; at += 1) {
      let to = from;
      while (to < packed.length && packed.charCodeAt(to) !== PART) to += 1;
      const column = this.#columns[at];
      if (column && !this.#plain(out, at, packed, from, to)) {
        // A row may be shorter than the table.
        const value = from > packed.length ? null : unpackedCell(packed.slice(from, to));
        out.text(column.cells.cell(column.letters + number, value));
        out.reserve(room);
      }
      from = to + 1;
    }
  }

  /** @returns false where the cell is not of the common forms; nothing is written then. */
  #plain(out: Bytes, at: number, row: string, from: number, to: number): boolean {
    const column = this.#columns[at];
    if (!column || to <= from || row.charCodeAt(from) === NONE) return false;
    const { kind, cells } = column;
    if (kind === 'text') {
      if (!isPlainText(row, from, to) || !cells.fits(to - from)) return false;
      this.#open(out, at, cells.beforeText());
      out.slice(row, from, to);
      out.ascii(TEXT_ENDS);
      return true;
    }
    if (kind === 'decimal' || kind === 'integer') {
      const point = pointOf(row, from, to);
      if (point < 0) return false;
      this.#open(out, at, cells.beforeNumber(point < to));
      out.slice(row, from, to);
      out.ascii(VALUE_ENDS);
      return true;
    }
    const moment = cells.moment(row.slice(from, to));
    if (moment === null) return false;
    this.#open(out, at, moment.before);
    out.slice(moment.value, 0, moment.value.length);
    out.ascii(VALUE_ENDS);
    return true;
  }

  #open(out: Bytes, at: number, between: string): void {
    out.ascii(this.#opened[at] ?? this.#row);
    out.ascii(this.#row);
    let bytes = this.#between.get(between);
    if (bytes === undefined) {
      bytes = Buffer.from(between);
      this.#between.set(between, bytes);
    }
    out.ascii(bytes);
  }
}
