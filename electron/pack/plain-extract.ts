/** An extract that can be read by the names of its columns alone: UTF-8, RFC 4180, the header first, nothing mapped. */
import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';

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

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  const size = 256 * 1024;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Rows by the names of their columns. @throws CsvError of the parser. */
export async function* plainRows(
  bytes: Uint8Array,
  delimiter: string,
): AsyncGenerator<Readonly<Record<string, string>>> {
  const parser = parse({
    bom: true,
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
  });
  const source = Readable.from(slices(bytes), { objectMode: false });
  source.on('error', (error) => parser.destroy(error));
  let header: readonly string[] | null = null;
  for await (const cells of source.pipe(parser)) {
    if (!Array.isArray(cells)) continue;
    const texts = cells.map(String);
    if (header === null) {
      header = texts.map((name) =>
        name
          .trim()
          .toLowerCase()
          .replaceAll(/[\s_-]+/g, '_'),
      );
      continue;
    }
    yield Object.fromEntries(header.map((name, at) => [name, texts[at] ?? '']));
  }
}
