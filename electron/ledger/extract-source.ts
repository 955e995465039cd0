/** An extract opened: its format and dialect, the plan of its columns, and its rows. */
import type { ExtractFormat, ExtractReading, NumberMarks } from '../../shared/extracts.ts';
import { type ColumnPlan, columnsRefused, type Planned, planColumns } from './column-plan.ts';
import { csvRecords } from './csv-extract.ts';
import { type Dialect, dialectOf } from './dialect.ts';
import { decodeExtract } from './encoding.ts';
import { LEDGER_TYPES } from './ledger-fields.ts';
import type { SourceRow } from './ledger-typing.ts';
import type { ExtractMapping } from './mapping.ts';
import { marksOf, PLAIN_MARKS } from './number-form.ts';
import type { ParquetReader } from './parquet-extract.ts';
import { openSheet } from './sheet-extract.ts';

/** A CSV file as UTF-8, from where its header, or its first row, begins. */
export interface CsvBody {
  readonly bytes: Uint8Array;
  readonly dialect: Dialect;
}

export interface OpenExtract {
  readonly file: string;
  readonly reading: ExtractReading;
  readonly planned: Planned;
  readonly plan: ColumnPlan;
  /** Of a workbook, those that are shown. */
  readonly sheets: readonly string[];
  /** Null for other formats. */
  readonly csv: CsvBody | null;
  /** Where a Parquet file lies for the engine; null for other formats. */
  readonly parquet: ParquetReader | null;
  /** All rows below the header, rows of totals among them. @throws TieoutError `ledger-rows`, `workbook-invalid`. */
  rows(): AsyncGenerator<SourceRow>;
  close(): Promise<void>;
}

/** What reads files that the engine must be asked about. */
export interface SourceParts {
  readonly parquet: (bytes: Uint8Array, file: string) => Promise<ParquetReader>;
}

/** By the bytes that the format begins with; everything else is text. */
function formatOf(bytes: Uint8Array): ExtractFormat {
  const head = Buffer.from(bytes.subarray(0, 8));
  if (head.subarray(0, 4).equals(Buffer.from('PAR1'))) return 'parquet';
  // A zip or an OLE file; which of them it is, and whether it can be read, is the workbook reader's to say.
  if (
    head.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004')) ||
    head.subarray(0, 4).equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0]))
  )
    return 'xlsx';
  return 'csv';
}

/** Rows that the marks of numbers are told from. */
const SAMPLE_ROWS = 1000;

async function marksFrom(
  plan: ColumnPlan,
  mapping: ExtractMapping,
  rows: AsyncGenerator<SourceRow>,
): Promise<NumberMarks> {
  const { decimal, thousands } = mapping.file;
  if (decimal !== undefined) return { decimal, thousands: thousands ?? '' };
  const places = plan.fields.flatMap(({ field, place, source }) =>
    place !== null && LEDGER_TYPES.get(field)?.kind === 'decimal' && source.decimal === undefined
      ? [place]
      : [],
  );
  const texts: string[] = [];
  let seen = 0;
  try {
    for await (const { cells, kinds } of rows) {
      for (const place of places) {
        if (kinds === null || kinds[place] === 'text') texts.push(cells[place] ?? '');
      }
      seen += 1;
      if (seen === SAMPLE_ROWS) break;
    }
  } catch {
    // What cannot be read is named by the reading itself.
  }
  const found = texts.length === 0 ? PLAIN_MARKS : marksOf(texts);
  return thousands === undefined ? found : { ...found, thousands };
}

interface Opened {
  readonly reading: Omit<ExtractReading, 'numbers'>;
  readonly headers: readonly string[];
  readonly sheets: readonly string[];
  readonly csv: CsvBody | null;
  readonly parquet: ParquetReader | null;
  readonly rows: () => AsyncGenerator<SourceRow>;
  readonly close: () => Promise<void>;
}

const NOT_TEXT = { encoding: null, encoding_found: false, delimiter: null, quote: null } as const;

/** Numbers from 1 in place of headers. */
function unnamed(width: number): readonly string[] {
  return Array.from({ length: width }, () => '');
}

async function openCsv(
  bytes: Uint8Array,
  file: string,
  mapping: ExtractMapping,
  told: ExtractReading | null,
): Promise<Opened> {
  const {
    bytes: text,
    encoding,
    found,
  } = decodeExtract(bytes, file, told?.encoding ?? mapping.file.encoding ?? null);
  const fixed = told === null ? mapping : asRead(mapping, told);
  const dialect = dialectOf(text, file, fixed);
  const { delimiter, quote, headerLine, firstLine } = dialect;
  const body = text.subarray(dialect.offset);
  const records = () => csvRecords(body, file, undefined, { delimiter, quote, firstLine });
  let headers: readonly string[] = [];
  for await (const { cells } of records()) {
    headers = headerLine === null ? unnamed(cells.length) : cells;
    break;
  }
  return {
    reading: {
      format: 'csv',
      encoding,
      encoding_found: told?.encoding_found ?? found,
      delimiter,
      quote,
      sheet: null,
      header_line: headerLine,
    },
    headers,
    sheets: [],
    csv: { bytes: text, dialect },
    parquet: null,
    async *rows() {
      let first = headerLine !== null;
      for await (const { line, cells } of records()) {
        if (!first) yield { line, cells, kinds: null };
        first = false;
      }
    },
    close: async () => {},
  };
}

/** The mapping with what was found when the file was read before. */
function asRead(mapping: ExtractMapping, told: ExtractReading): ExtractMapping {
  const { delimiter, quote } = told;
  return {
    ...mapping,
    file: {
      ...mapping.file,
      ...(delimiter === ',' || delimiter === ';' || delimiter === '\t' || delimiter === '|'
        ? { delimiter }
        : {}),
      ...(quote === '"' || quote === "'" ? { quote } : {}),
      ...(told.sheet === null ? {} : { sheet: told.sheet }),
      header_line: told.header_line,
    },
  };
}

async function openOf(
  bytes: Uint8Array,
  file: string,
  mapping: ExtractMapping,
  told: ExtractReading | null,
  parts: SourceParts,
): Promise<Opened> {
  const format = formatOf(bytes);
  if (format === 'csv') return await openCsv(bytes, file, mapping, told);
  if (format === 'xlsx') {
    const sheet = await openSheet(bytes, file, told === null ? mapping : asRead(mapping, told));
    return {
      reading: { format, ...NOT_TEXT, sheet: sheet.name, header_line: sheet.headerLine },
      headers: sheet.headers,
      sheets: sheet.sheets,
      csv: null,
      parquet: null,
      rows: () => sheet.rows(),
      close: async () => sheet.close(),
    };
  }
  const parquet = await parts.parquet(bytes, file);
  return {
    reading: { format, ...NOT_TEXT, sheet: null, header_line: null },
    headers: parquet.headers,
    sheets: [],
    csv: null,
    parquet,
    rows: () => parquet.rows(),
    close: () => parquet.close(),
  };
}

/**
 * @param file its name, for messages.
 * @param told how the file was read when it was imported; null to find what the mapping leaves open.
 * @param totals where rows of totals are looked for.
 * @throws TieoutError `ledger-encoding`, `ledger-columns` for an empty file, `workbook-invalid`, `file-unreadable`.
 */
export async function openExtract(
  bytes: Uint8Array,
  file: string,
  mapping: ExtractMapping,
  told: ExtractReading | null,
  totals: ExtractReading['totals'],
  parts: SourceParts,
): Promise<OpenExtract> {
  const opened = await openOf(bytes, file, mapping, told, parts);
  try {
    const planned = planColumns(opened.headers, mapping);
    const numbers = told?.numbers ?? (await marksFrom(planned.plan, mapping, opened.rows()));
    const { sheets, csv, parquet, rows, close } = opened;
    return {
      file,
      reading: { ...opened.reading, numbers, ...(totals !== undefined && { totals }) },
      planned,
      plan: planned.plan,
      sheets,
      csv,
      parquet,
      rows,
      close,
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** @throws TieoutError `ledger-columns` where the columns make no postings. */
export function expectColumns({ file, planned }: OpenExtract): void {
  if (planned.problems.length > 0) throw columnsRefused(file, planned);
}
