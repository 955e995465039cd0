/** The breaks, in the order of delivery. */
import { grouped } from '../../../shared/decimal.ts';
import type { ReportData } from '../report-data.ts';
import type { PdfPages } from './pdf-pages.ts';
import { PdfTable } from './pdf-table.ts';
import { amountOf, textOf } from './shown.ts';

/** Breaks that are printed; a reader of more of them takes the workbook. */
const PRINTED_BREAKS = 1000;

interface PrintedBreak {
  readonly [member: string]: unknown;
}

/** What a category is about, where amounts alone do not show it. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  CURRENCY: ['currency'],
  UNIT: ['volume_uom', 'price_uom'],
  DIRECTION: ['direction'],
  DELIVERY_WINDOW: ['delivery_start', 'delivery_end'],
  COUNTERPARTY: ['counterparty'],
  VERSION: ['version'],
  VOLUME: ['volume'],
  PRICE: ['price'],
};

/** The two values for which a break has its category; nothing where its amounts say it. */
export function whatDiffers(found: PrintedBreak): readonly [string | null, string | null] {
  const fields = FIELDS[textOf(found.category)] ?? [];
  const differences: readonly PrintedBreak[] = Array.isArray(found.differences) ? found.differences : [];
  const first = differences.find(({ field }) => fields.includes(textOf(field)));
  const shown = (value: unknown): string | null => {
    if (typeof value !== 'string') return null;
    if (first?.field === 'volume' || first?.field === 'price') return amountOf(value);
    // A time to the minute, as the column of deliveries has it.
    return /^\d{4}-\d{2}-\d{2}T/.test(value) ? value.slice(0, 16).replace('T', ' ') : value;
  };
  return [shown(first?.etrm), shown(first?.ledger)];
}

export async function breaks(pages: PdfPages, data: ReportData, signal: AbortSignal): Promise<void> {
  const table = new PdfTable(pages, 'Breaks', [
    { title: 'Category', below: 'Break', share: 13 },
    { title: 'Settlement', below: 'Trade', share: 15 },
    { title: 'Counterparty', below: 'Location', share: 19 },
    { title: 'Delivery (UTC)', below: 'Age', share: 11 },
    { title: 'ETRM', below: 'What differs', share: 11, numeric: true },
    { title: 'Ledger', below: 'What differs', share: 11, numeric: true },
    { title: 'Difference', share: 11, numeric: true },
    { title: 'Ccy', share: 4 },
    { title: 'State', below: 'Reason', share: 9 },
    { title: 'Owner', share: 8 },
  ]);
  let printed = 0;
  for await (const { detail, life } of data.breaks()) {
    if (printed === PRINTED_BREAKS) break;
    signal.throwIfAborted();
    const found: PrintedBreak = JSON.parse(detail);
    table.row(
      [
        ...[textOf(found.category), textOf(found.settlement_id), textOf(found.counterparty)],
        ...[textOf(found.delivery_start).slice(0, 16).replace('T', ' '), amountOf(found.etrm_amount)],
        ...[amountOf(found.ledger_amount), amountOf(found.difference), textOf(found.currency)],
        ...[life.state, life.assignee],
      ],
      [
        ...[textOf(found.break_id), textOf(found.trade_id), textOf(found.location)],
        ...[life.age_days === 1 ? '1 day' : `${life.age_days} days`, ...whatDiffers(found)],
        ...[null, null, life.reason],
      ],
    );
    printed += 1;
  }
  const { breaks: all } = data.head;
  if (all === 0) table.note('There are no breaks.');
  if (all > printed) {
    table.note(
      `These are the first ${grouped(String(printed))} of ${grouped(String(all))} breaks, in the order of delivery; the workbook, the CSV files and the JSON report have all.`,
    );
  }
}
