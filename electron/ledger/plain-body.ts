/**
 * Whether a CSV extract is so regular that the engine's reader gives the records that the exact one would: every line is a
 * record, every quote stands at the edge of a cell. What is not goes the exact way as a whole.
 */
import { isAscii } from 'node:buffer';
import { splitLine } from './dialect.ts';
import type { CsvBody, OpenExtract } from './extract-source.ts';
import type { SourceRow } from './ledger-typing.ts';
import { mayBeTotals } from './totals-rows.ts';

const LF = 0x0a;
const CR = 0x0d;

export interface PlainBody {
  /** The rows, without the header and what may be rows of totals at the end. */
  readonly bytes: Buffer;
  /** Of the first row. */
  readonly firstLine: number;
  readonly newLine: '\n' | '\r\n';
  readonly delimiter: string;
  /** Empty: no cell is quoted. */
  readonly quote: string;
  /** Rows behind, with lines counted from 0 behind the last of `bytes`. */
  readonly tail: readonly Omit<SourceRow, 'line'>[];
  /** True where no cell has white space at its edge. */
  readonly trimmed: boolean;
}

/** Rows of totals are few. */
const MOST_TAIL = 20;
const LONGEST_TAIL = 20_000;

function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Where a quoted cell that begins at `open` ends; -1 where it holds a line end, or does not end. */
function closingQuote(bytes: Buffer, open: number, quote: number): number {
  for (let at = open + 1; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === LF || byte === CR) return -1;
    if (byte !== quote) continue;
    if (bytes[at + 1] !== quote) return at;
    at += 1;
  }
  return -1;
}

/** Each quoted cell begins behind a delimiter or a line end, ends before one, and holds no line end. */
function quotesAtEdges(bytes: Buffer, quote: number, delimiter: number): boolean {
  for (let open = bytes.indexOf(quote); open >= 0; ) {
    const before = bytes[open - 1];
    if (open > 0 && before !== delimiter && before !== LF) return false;
    const close = closingQuote(bytes, open, quote);
    if (close < 0) return false;
    const after = bytes[close + 1];
    if (after !== undefined && after !== delimiter && after !== LF && after !== CR) return false;
    // In a file with every cell quoted the next one is right behind.
    open = bytes[close + 2] === quote ? close + 2 : bytes.indexOf(quote, close + 1);
  }
  return true;
}

/** CR only before LF, and LF only behind CR. */
function allCrLf(bytes: Buffer): boolean {
  let from = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at - 1] !== CR) return false;
    const carriage = bytes.indexOf(CR, from);
    if (carriage !== at - 1) return false;
    from = at + 1;
  }
  return bytes.indexOf(CR, from) < 0;
}

/** White space beside a delimiter or a line end, or anywhere that no search finds it: then cells are trimmed one by one. */
function cellsAreTrimmed(bytes: Buffer, delimiter: string, quote: string): boolean {
  const edges = [delimiter, '\n', ...(quote === '' ? [] : [quote])];
  if (bytes[0] === 0x20 || bytes.at(-1) === 0x20) return false;
  // A search forward looks for a text's first byte, one backward for its last: for the space, which is rarer than what parts.
  const beside = edges.some((edge) => bytes.lastIndexOf(`${edge} `) >= 0 || bytes.includes(` ${edge}`));
  if (beside || bytes.includes(' \r')) return false;
  const rare = ['\u000b', '\f', '\u00a0', '\ufeff', '\u1680', '\u2028', '\u2029', '\u3000'];
  const spaces = ['\u202f', '\u205f', '\u2000', '\u2001', '\u2002', '\u2003', '\u2004', '\u2005', '\u2006'];
  const more = ['\u2007', '\u2008', '\u2009', '\u200a'];
  const looked = isAscii(bytes) ? rare.slice(0, 2) : [...rare, ...spaces, ...more];
  // A tab that parts cells may stand in a quoted one too.
  const tabs = delimiter === '\t' && quote === '' ? false : bytes.includes('\t');
  return !tabs && !looked.some((space) => bytes.includes(space));
}

function lineStarts(bytes: Buffer, most: number): readonly number[] {
  const starts: number[] = [];
  let end = bytes.length;
  if (bytes[end - 1] === LF) end -= 1;
  while (starts.length < most && end > 0 && bytes.length - end < LONGEST_TAIL) {
    const at = bytes.lastIndexOf(LF, end - 1);
    starts.push(at + 1);
    end = at;
    if (at < 0) break;
  }
  return starts;
}

/** @returns null where the file must be read the exact way. */
export function plainBody(open: OpenExtract, body: CsvBody): PlainBody | null {
  const { dialect } = body;
  const { delimiter } = dialect;
  const quote = dialect.quote;
  if (open.plan.headers.length < 2) return null;
  const all = buffer(body.bytes.subarray(dialect.offset));
  let from = 0;
  if (dialect.headerLine !== null) {
    const end = all.indexOf(LF);
    if (end < 0) return null;
    const header = all.subarray(0, end);
    if (header.includes(CR) && header.indexOf(CR) !== header.length - 1) return null;
    if (header.toString('utf8').split(quote).length % 2 === 0) return null;
    from = end + 1;
  }
  let rows = all.subarray(from);
  const tail: Omit<SourceRow, 'line'>[] = [];
  for (const start of lineStarts(rows, MOST_TAIL)) {
    const text = rows
      .subarray(start)
      .toString('utf8')
      .replace(/\r?\n$/, '');
    if (text.includes('\n')) break;
    const cells = splitLine(text, delimiter, quote);
    const row = { line: 0, cells, kinds: null };
    if (text.includes(quote) || mayBeTotals(row, open.plan) === null) break;
    tail.unshift({ cells, kinds: null });
    rows = rows.subarray(0, start);
  }
  if (rows.length === 0 || rows.includes(0)) return null;
  const crlf = rows.includes(CR);
  if (crlf && !allCrLf(rows)) return null;
  const blank = crlf ? '\r\n\r\n' : '\n\n';
  if (rows.includes(blank) || rows[0] === LF || rows[0] === CR) return null;
  const quoted = rows.includes(quote);
  if (quoted && !quotesAtEdges(rows, quote.charCodeAt(0), delimiter.charCodeAt(0))) return null;
  return {
    bytes: rows,
    firstLine: dialect.firstLine + (dialect.headerLine === null ? 0 : 1),
    newLine: crlf ? '\r\n' : '\n',
    delimiter,
    quote: quoted ? quote : '',
    tail,
    trimmed: cellsAreTrimmed(rows, delimiter, quoted ? quote : ''),
  };
}
