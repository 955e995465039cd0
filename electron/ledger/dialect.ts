/** Where the header of a CSV extract stands and what parts its cells, from the first lines of the file. */
import { TieoutError } from '../../shared/errors.ts';
import { planColumns } from './column-plan.ts';
import { delimiterOf } from './csv-extract.ts';
import type { ExtractMapping } from './mapping.ts';

export interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
  /** Line of the header; null where there is none. */
  readonly headerLine: number | null;
  /** Where the header, or the first row, begins. */
  readonly offset: number;
  /** The line that begins there. */
  readonly firstLine: number;
}

interface HeadLine {
  readonly text: string;
  readonly line: number;
  readonly offset: number;
}

/** A report's title, period and parameters stand above its header at most. */
const HEAD_LINES = 100;
const HEAD_BYTES = 256 * 1024;
const DELIMITERS = [',', ';', '\t', '|'] as const;

function headLines(bytes: Uint8Array, most: number): readonly HeadLine[] {
  const lines: HeadLine[] = [];
  const end = Math.min(bytes.length, Math.max(HEAD_BYTES, most * 1024));
  let from = 0;
  for (let at = 0; at <= end && lines.length < most; at += 1) {
    const byte = at === end ? 0x0a : bytes[at];
    if (byte !== 0x0a && byte !== 0x0d) continue;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, at - from).toString('utf8');
    lines.push({ text, line: lines.length + 1, offset: from });
    if (byte === 0x0d && bytes[at + 1] === 0x0a) at += 1;
    from = at + 1;
  }
  return lines;
}

/** The cells of one line; a cell that goes on in the next line ends here. */
export function splitLine(text: string, delimiter: string, quote: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  let inQuotes = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (inQuotes) {
      if (character !== quote) cell += character;
      else if (text.charAt(at + 1) === quote) {
        cell += quote;
        at += 1;
      } else inQuotes = false;
    } else if (character === quote && cell === '') inQuotes = true;
    else if (character === delimiter) {
      cells.push(cell);
      cell = '';
    } else cell += character;
  }
  cells.push(cell);
  return cells;
}

interface Candidate {
  readonly at: HeadLine;
  readonly delimiter: string;
  readonly matched: number;
  readonly whole: boolean;
}

/** Where no header is known by its words: the first of the lines that have most cells with something in them. */
function fullest(
  lines: readonly HeadLine[],
  delimiters: (text: string) => readonly string[],
  quote: string,
): Pick<Candidate, 'at' | 'delimiter'> | null {
  let best: (Pick<Candidate, 'at' | 'delimiter'> & { readonly cells: number }) | null = null;
  for (const at of lines) {
    for (const delimiter of delimiters(at.text)) {
      const cells = splitLine(at.text, delimiter, quote).filter((cell) => cell.trim() !== '').length;
      if (best === null || cells > best.cells) best = { at, delimiter, cells };
    }
  }
  return best;
}

/**
 * The first line that has all columns of a posting is the header; where none has, the one with most of them, so that
 * what is missing can be named.
 * @throws TieoutError `ledger-columns` where the file has no line at all.
 */
export function dialectOf(bytes: Uint8Array, file: string, mapping: ExtractMapping): Dialect {
  const { delimiter: told, quote = '"', header_line: toldLine } = mapping.file;
  const lines = headLines(bytes, Math.max(HEAD_LINES, toldLine ?? 0));
  const filled = lines.filter(({ text }) => text.trim() !== '');
  const [first] = filled;
  if (!first) {
    throw new TieoutError('ledger-columns', `${file} is empty; name an extract with a header line.`, {
      file,
    });
  }
  const delimiters = (text: string): readonly string[] =>
    told === undefined
      ? [delimiterOf(text), ...DELIMITERS.filter((other) => other !== delimiterOf(text))]
      : [told];
  const found = (at: HeadLine, delimiter: string, headerLine: number | null): Dialect => ({
    delimiter,
    quote,
    headerLine,
    offset: at.offset,
    firstLine: at.line,
  });
  if (toldLine === null) return found(first, delimiters(first.text)[0] ?? ',', null);
  if (toldLine !== undefined && !lines[toldLine - 1]) {
    throw new TieoutError(
      'ledger-columns',
      `${file} has no line ${toldLine}, where its mapping has the header.`,
      { file },
    );
  }
  let best: Candidate | null = null;
  for (const at of toldLine === undefined ? filled : lines.slice(toldLine - 1, toldLine)) {
    for (const delimiter of delimiters(at.text)) {
      const { problems, matched } = planColumns(splitLine(at.text, delimiter, quote), mapping);
      const whole = problems.length === 0;
      if (
        best === null ||
        (whole && !best.whole) ||
        (whole === best.whole && matched > best.matched && !best.whole)
      )
        best = { at, delimiter, matched, whole };
    }
    if (best?.whole) break;
  }
  const { at, delimiter } =
    best !== null && (best.matched > 0 || toldLine !== undefined)
      ? best
      : (fullest(filled, delimiters, quote) ?? { at: first, delimiter: ',' });
  return found(at, delimiter, at.line);
}
