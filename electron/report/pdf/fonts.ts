/** The letters of a PDF: Noto Sans, whose used part is embedded in each file, and what it has letters for. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

export interface PdfFont {
  readonly bytes: Buffer;
  /** By Unicode code point. */
  has(codePoint: number): boolean;
}

export interface PdfFonts {
  readonly regular: PdfFont;
  readonly bold: PdfFont;
}

const require = createRequire(import.meta.url);

let loading: Promise<PdfFonts> | null = null;

/** Read once. @throws where the package of the font is not there. */
export function pdfFonts(): Promise<PdfFonts> {
  loading ??= load();
  return loading;
}

async function load(): Promise<PdfFonts> {
  // The package lies in node_modules, in the packaged app inside its archive, which reads like a folder.
  const [regular, bold] = await Promise.all([
    readFile(require.resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf')),
    readFile(require.resolve('@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf')),
  ]);
  return { regular: font(regular), bold: font(bold) };
}

function font(bytes: Buffer): PdfFont {
  const ranges = coverage(bytes);
  return { bytes, has: (codePoint) => covered(ranges, codePoint) };
}

/** First and last code point of a stretch, in ascending order. */
type Range = readonly [number, number];

function covered(ranges: readonly Range[], codePoint: number): boolean {
  let from = 0;
  let to = ranges.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const range = ranges[middle];
    if (!range) return false;
    if (codePoint < range[0]) to = middle;
    else if (codePoint > range[1]) from = middle + 1;
    else return true;
  }
  return false;
}

/** The code points of a TrueType font: its `cmap` table (OpenType 1.9), formats 4 and 12. @throws RangeError on others. */
function coverage(bytes: Buffer): readonly Range[] {
  const tables = bytes.readUInt16BE(4);
  const records = Array.from({ length: tables }, (_, at) => 12 + at * 16);
  const record = records.find((at) => bytes.toString('latin1', at, at + 4) === 'cmap');
  if (record === undefined) throw new RangeError('the font has no cmap');
  const cmap = bytes.readUInt32BE(record + 8);
  const count = bytes.readUInt16BE(cmap + 2);
  const ranges = Array.from({ length: count }, (_, at) => cmap + bytes.readUInt32BE(cmap + 4 + at * 8 + 4))
    .flatMap((table) => subtable(bytes, table))
    .toSorted((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [first, last] of ranges) {
    const before = merged.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

function subtable(bytes: Buffer, at: number): readonly Range[] {
  const format = bytes.readUInt16BE(at);
  if (format === 12) {
    return Array.from({ length: bytes.readUInt32BE(at + 12) }, (_, group) => {
      const from = at + 16 + group * 12;
      return [bytes.readUInt32BE(from), bytes.readUInt32BE(from + 4)] as const;
    });
  }
  if (format !== 4) return [];
  const segments = bytes.readUInt16BE(at + 6) / 2;
  return Array.from({ length: segments }, (_, segment) => {
    const last = bytes.readUInt16BE(at + 14 + segment * 2);
    const first = bytes.readUInt16BE(at + 16 + segments * 2 + segment * 2);
    return [first, last] as const;
  }).filter(([first]) => first !== 0xffff);
}
