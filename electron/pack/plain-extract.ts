/** An extract that can be read by the names of its columns alone: UTF-8, RFC 4180, the header first, nothing mapped. */
import { isUtf8 } from 'node:buffer';

/** @returns what a plain reading would part cells at; null where the file is plainly of another kind. */
export function plainDelimiter(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isUtf8(bytes) || text.includes(0)) return null;
  for (let at = text.indexOf(13); at >= 0; at = text.indexOf(13, at + 1))
    if (text[at + 1] !== 10) return null;
  const end = text.indexOf(10);
  const first = text
    .subarray(0, end < 0 ? text.length : end)
    .toString('utf8')
    .replaceAll(/"[^"]*"/g, '');
  const counts = [',', ';', '\t', '|'].map((mark) => ({ mark, count: first.split(mark).length }));
  return counts.reduce((best, each) => (each.count > best.count ? each : best)).mark;
}

/** A decoded stretch at a time: a file may be larger than a text can be. */
const STRETCH = 4 * 1024 * 1024;

/** Records as texts, each whole; a line end within quotes ends none. */
function* records(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: false });
  let rest = '';
  for (let from = 0; from < bytes.length; from += STRETCH) {
    const last = from + STRETCH >= bytes.length;
    const text = rest + decoder.decode(bytes.subarray(from, from + STRETCH), { stream: !last });
    let begin = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
      const line = text.slice(begin, end);
      if (isOpen(line)) continue;
      yield line.endsWith('\r') ? line.slice(0, -1) : line;
      begin = end + 1;
    }
    rest = text.slice(begin);
  }
  if (isOpen(rest)) throw new RangeError('a quoted cell does not end');
  if (rest !== '') yield rest;
}

/** Whether a quote is opened and not closed. */
function isOpen(text: string): boolean {
  if (!text.includes('"')) return false;
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes % 2 === 1;
}

/** Cells of a record, as RFC 4180 has them. @throws RangeError where text stands beside a quoted cell. */
function cellsOf(record: string, delimiter: string): readonly string[] {
  if (!record.includes('"')) return record.split(delimiter);
  const cells: string[] = [];
  for (let at = 0; at <= record.length; ) {
    if (record[at] !== '"') {
      const end = record.indexOf(delimiter, at);
      cells.push(record.slice(at, end < 0 ? record.length : end));
      at = end < 0 ? record.length + 1 : end + 1;
      continue;
    }
    let end = record.indexOf('"', at + 1);
    while (end >= 0 && record[end + 1] === '"') end = record.indexOf('"', end + 2);
    if (end < 0 || (end + 1 < record.length && record[end + 1] !== delimiter))
      throw new RangeError(`${record.slice(0, 60)} has text beside a quoted cell`);
    cells.push(record.slice(at + 1, end).replaceAll('""', '"'));
    at = end + 2;
  }
  return cells;
}

/** Rows by the names of their columns. @throws RangeError where it is no CSV. */
export function* plainRows(
  bytes: Uint8Array,
  delimiter: string,
): Generator<Readonly<Record<string, string>>> {
  let header: readonly string[] | null = null;
  for (const record of records(bytes)) {
    if (record === '') continue;
    const texts = cellsOf(record, delimiter);
    if (header === null) {
      header = texts.map((name) =>
        name
          .trim()
          .toLowerCase()
          .replaceAll(/[\s_-]+/g, '_'),
      );
      continue;
    }
    const row: Record<string, string> = {};
    for (let at = 0; at < header.length; at += 1) row[header[at] ?? ''] = texts[at] ?? '';
    yield row;
  }
}
