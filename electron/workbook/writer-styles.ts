/** The formats of a workbook's cells, numbered in the order in which they are first used. */
import { attribute } from './writer-xml.ts';

export type CellStyle =
  | 'plain'
  /** Bold, for labels and totals. */
  | 'strong'
  /** Large and bold: the head of a page. */
  | 'title'
  /** Bold with a line above: a sum. */
  | 'total'
  /** Fixed-width letters: hashes and ids. */
  | 'mono'
  /** Several lines in one cell. */
  | 'wrap'
  /** What needs an eye: on a light ground. */
  | 'warning'
  /** The header row of a table. */
  | 'header'
  /** A number whose digits a spreadsheet would not keep, as text. */
  | 'digits';

const FONTS = [
  '<font><sz val="10"/><name val="Calibri"/><family val="2"/></font>',
  '<font><b/><sz val="10"/><name val="Calibri"/><family val="2"/></font>',
  '<font><b/><sz val="16"/><name val="Calibri"/><family val="2"/></font>',
  '<font><sz val="9"/><name val="Consolas"/><family val="3"/></font>',
  '<font><i/><sz val="10"/><name val="Calibri"/><family val="2"/></font>',
];

const FILLS = [
  '<fill><patternFill patternType="none"/></fill>',
  '<fill><patternFill patternType="gray125"/></fill>',
  '<fill><patternFill patternType="solid"><fgColor rgb="FFE3E8EE"/><bgColor indexed="64"/></patternFill></fill>',
  '<fill><patternFill patternType="solid"><fgColor rgb="FFFFF1D6"/><bgColor indexed="64"/></patternFill></fill>',
];

const BORDERS = [
  '<border><left/><right/><top/><bottom/><diagonal/></border>',
  '<border><left/><right/><top/><bottom style="thin"><color rgb="FF5B6776"/></bottom><diagonal/></border>',
  '<border><left/><right/><top style="thin"><color rgb="FF5B6776"/></top><bottom/><diagonal/></border>',
];

interface Look {
  readonly font: number;
  readonly fill: number;
  readonly border: number;
  readonly alignment: string;
}

const LOOKS: Readonly<Record<CellStyle, Look>> = {
  plain: { font: 0, fill: 0, border: 0, alignment: '' },
  strong: { font: 1, fill: 0, border: 0, alignment: '' },
  title: { font: 2, fill: 0, border: 0, alignment: '' },
  total: { font: 1, fill: 0, border: 2, alignment: '' },
  mono: { font: 3, fill: 0, border: 0, alignment: '' },
  wrap: { font: 0, fill: 0, border: 0, alignment: '<alignment vertical="top" wrapText="1"/>' },
  warning: { font: 1, fill: 3, border: 0, alignment: '' },
  header: { font: 1, fill: 2, border: 1, alignment: '<alignment vertical="center" wrapText="1"/>' },
  digits: { font: 4, fill: 0, border: 0, alignment: '<alignment horizontal="right"/>' },
};

/** Excel's own formats end below this number. */
const FIRST_OWN_FORMAT = 164;

export class Styles {
  readonly #indexes = new Map<string, number>([['plain||', 0]]);
  readonly #cells: string[] = ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'];
  readonly #formats = new Map<string, number>();

  /**
   * The number of a cell's format.
   * @param format Excel's number format, empty for General. @param typed a text that stays one when its cell is edited.
   */
  index(style: CellStyle, format = '', typed = false): number {
    const key = `${style}|${format}|${typed ? "'" : ''}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const { font, fill, border, alignment } = LOOKS[style];
    const open = `<xf numFmtId="${this.#format(format)}" fontId="${font}" fillId="${fill}" borderId="${border}" xfId="0" \
applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"${typed ? ' quotePrefix="1"' : ''}`;
    this.#cells.push(alignment === '' ? `${open}/>` : `${open}>${alignment}</xf>`);
    this.#indexes.set(key, this.#cells.length - 1);
    return this.#cells.length - 1;
  }

  #format(format: string): number {
    if (format === '') return 0;
    if (format === '@') return 49;
    const number = this.#formats.get(format) ?? FIRST_OWN_FORMAT + this.#formats.size;
    this.#formats.set(format, number);
    return number;
  }

  xml(): string {
    const formats = [...this.#formats].map(
      ([format, number]) => `<numFmt numFmtId="${number}" formatCode="${attribute(format)}"/>`,
    );
    return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">\
${formats.length === 0 ? '' : `<numFmts count="${formats.length}">${formats.join('')}</numFmts>`}\
<fonts count="${FONTS.length}">${FONTS.join('')}</fonts><fills count="${FILLS.length}">${FILLS.join('')}</fills>\
<borders count="${BORDERS.length}">${BORDERS.join('')}</borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="${this.#cells.length}">${this.#cells.join('')}</cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;
  }
}
