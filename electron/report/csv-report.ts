/** The report as CSV, one file a sheet: RFC 4180, UTF-8, and no cell that a spreadsheet would run as a formula. */
import { type CsvCell, csvLine } from '../../shared/csv.ts';
import { ITEM_CSV_HEADER } from './item-csv.ts';
import type { ReportData } from './report-data.ts';

/** A text from vendor or ledger that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers. */
export function safeText(text: string | null): string | null {
  return text !== null && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

async function* sheet(
  header: readonly string[],
  rows: AsyncIterable<readonly CsvCell[]>,
): AsyncGenerator<string> {
  yield csvLine(header);
  for await (const row of rows) yield csvLine(row);
}

async function* itemLines(data: ReportData): AsyncGenerator<string> {
  yield csvLine(ITEM_CSV_HEADER);
  for await (const line of data.itemLines()) yield `${line}\r\n`;
}

interface BreakText {
  readonly [field: string]: unknown;
}

function cell(value: unknown): CsvCell {
  if (value === null || value === undefined) return null;
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
}

const BREAK_TEXT = [
  'break_id',
  'category',
  'settlement_id',
  'trade_id',
  'location',
  'charge_type',
  'counterparty',
];
const BREAK_PLAIN = ['delivery_start', 'currency', 'etrm_amount', 'ledger_amount', 'difference'];

async function* breakRows(data: ReportData): AsyncGenerator<readonly CsvCell[]> {
  for await (const text of data.breaks()) {
    const entry: BreakText = JSON.parse(text);
    const explained: BreakText = JSON.parse(JSON.stringify(entry.explained));
    yield [
      ...BREAK_TEXT.map((field) => {
        const value = cell(entry[field]);
        return typeof value === 'string' ? safeText(value) : value;
      }),
      ...BREAK_PLAIN.map((field) => cell(entry[field])),
      cell(explained.volume),
      cell(explained.price),
      cell(explained.rounding),
      safeText(JSON.stringify(entry.differences)),
    ];
  }
}

async function* pageRows(data: ReportData): AsyncGenerator<readonly CsvCell[]> {
  for await (const page of data.pages()) yield Object.values(page);
}

async function* deadLetterRows(data: ReportData): AsyncGenerator<readonly CsvCell[]> {
  for await (const letter of data.deadLetters()) {
    yield [
      letter.page,
      letter.index,
      safeText(letter.settlement_id),
      JSON.stringify(letter.reasons),
      safeText(letter.raw),
      letter.state,
      safeText(letter.decided_by),
      letter.decided_at,
      safeText(letter.decision),
    ];
  }
}

async function* summaryRows(data: ReportData): AsyncGenerator<readonly CsvCell[]> {
  const { head } = data;
  yield ['month', head.month];
  yield ['reconciled_at', head.reconciled_at];
  yield ['preparer', safeText(head.preparer)];
  yield ['app_version', head.app_version];
  for (const [field, value] of Object.entries(head.source)) {
    yield [`source.${field}`, typeof value === 'string' ? safeText(value) : value];
  }
  for (const extract of head.extracts)
    yield ['extract', safeText(extract.file), extract.sha256, extract.rows];
  yield ['matched', head.matched];
  yield ['breaks', head.breaks];
  yield ['pending', head.pending];
  for (const [category, count] of Object.entries(head.by_category)) yield [`breaks.${category}`, count];
  for (const [currency, total] of Object.entries(head.etrm_total)) yield [`etrm_total.${currency}`, total];
  for (const [currency, total] of Object.entries(head.ledger_total))
    yield [`ledger_total.${currency}`, total];
  yield ['rules_sha256', head.rules_sha256];
  yield ['recon_sha256', head.recon_sha256];
  yield ['audit_head.seq', head.audit_head.seq];
  yield ['audit_head.sha256', head.audit_head.sha256];
}

async function* padded(
  rows: AsyncIterable<readonly CsvCell[]>,
  width: number,
): AsyncGenerator<readonly CsvCell[]> {
  for await (const row of rows) yield [...row, ...Array.from({ length: width - row.length }, () => null)];
}

export interface Sheet {
  /** Empty for the main sheet. */
  readonly name: string;
  readonly pieces: AsyncIterable<string>;
}

/** The main sheet holds every compared item; breaks, pages, dead letters and the summary follow. */
export function csvSheets(data: ReportData): readonly Sheet[] {
  return [
    {
      name: '',
      pieces: itemLines(data),
    },
    {
      name: 'breaks',
      pieces: sheet(
        [
          ...BREAK_TEXT,
          ...BREAK_PLAIN,
          'explained_volume',
          'explained_price',
          'explained_rounding',
          'differences',
        ],
        breakRows(data),
      ),
    },
    {
      name: 'pages',
      pieces: sheet(
        [
          'page',
          'records',
          'rejected',
          'bytes',
          'attempts',
          'page_sha256',
          'body_sha256',
          'received_at',
          'request_id',
        ],
        pageRows(data),
      ),
    },
    {
      name: 'dead-letters',
      pieces: sheet(
        ['page', 'index', 'settlement_id', 'reasons', 'raw', 'state', 'decided_by', 'decided_at', 'decision'],
        deadLetterRows(data),
      ),
    },
    { name: 'summary', pieces: sheet(['fact', 'value', 'sha256', 'rows'], padded(summaryRows(data), 4)) },
  ];
}
