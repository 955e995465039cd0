/** The report as a PDF to be read, printed and signed: cover, summary, charts, breaks, signatures. */
import { decimal, grouped, subtract } from '../../../shared/decimal.ts';
import { evidenceInWords } from '../../../shared/evidence-words.ts';
import type { ReportPage } from '../../../shared/report.ts';
import type { ReportData } from '../report-data.ts';
import type { ReportHead } from '../report-document.ts';
import { type Fact, reportFacts } from '../report-facts.ts';
import { ruleRows } from '../rule-rows.ts';
import { categoryChart, categoryHeight, signed, waterfallChart, waterfallHeight } from './charts.ts';
import { pdfFonts } from './fonts.ts';
import { COLOURS, MARGIN, PdfPages } from './pdf-pages.ts';
import { PdfTable } from './pdf-table.ts';

/** Breaks that are printed; a reader of more of them takes the workbook. */
const PRINTED_BREAKS = 1000;
const PRINTED_JUDGED = 500;
const LINE_CHARACTERS = 80;
const PRINTED_RULES = 60;
const FOOT = 46;
/** From one line of the foot to the next. */
const LINE = 10;
const GLYPHS_MISSING =
  'A letter that this PDF has no glyph for is shown as \uFFFD; the other formats have the exact text.';

function shownTime(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}

function shownValue({ kind, value }: Fact): string {
  if (value === null) return '—';
  if (kind === 'integer') return grouped(String(value));
  if (kind === 'decimal') return signed(decimal(String(value)));
  return kind === 'instant' ? shownTime(String(value)) : String(value);
}

function cover(pages: PdfPages, head: ReportHead): void {
  pages.addPage();
  const width = pages.width - 2 * MARGIN;
  pages.box(0, 0, pages.width, 8, COLOURS.total);
  pages.text(MARGIN, 120, 'Reconciliation report', { size: 13, colour: COLOURS.muted });
  pages.text(MARGIN, 142, head.month, { size: 38, bold: true, width });
  let y = 214;
  const facts: readonly (readonly [string, string])[] = [
    ['Connection', head.source.connection ?? head.source.base_url],
    ['Ledger extracts', head.extracts.map(({ file }) => file).join(', ')],
    ['Prepared by', head.preparer],
    ['Reconciled', shownTime(head.reconciled_at)],
    ['Close of the month', head.sign_off.state],
  ];
  for (const [label, value] of facts) {
    pages.text(MARGIN, y, label, { size: 10, colour: COLOURS.muted });
    pages.text(MARGIN + 120, y, value, { size: 10, width: width - 120 });
    y += 20;
  }
  y += 22;
  const counts: readonly (readonly [string, number])[] = [
    ['Matched', head.matched],
    ['Breaks', head.breaks],
    ['Pending', head.pending],
    ['Dead letters', head.source.dead_letters],
  ];
  const room = width / counts.length;
  for (const [at, [label, count]] of counts.entries()) {
    const x = MARGIN + at * room;
    pages.frame(x, y, room - 10, 62);
    pages.text(x + 12, y + 10, grouped(String(count)), { size: 20, bold: true, width: room - 30 });
    pages.text(x + 12, y + 40, label, { size: 9, colour: COLOURS.muted });
  }
  y += 96;
  totalsTable(pages, head, y);
  const hashes: readonly (readonly [string, string])[] = [
    ['run_sha256', head.source.run_sha256],
    ['recon_sha256', head.recon_sha256],
    ['Rule set', head.rules_sha256],
    ['Audit head', head.audit_head.sha256],
  ];
  let bottom = pages.height - 70 - hashes.length * 15;
  pages.line(MARGIN, bottom - 10, MARGIN + width, bottom - 10);
  for (const [label, hash] of hashes) {
    pages.text(MARGIN, bottom, label, { size: 8.5, colour: COLOURS.muted });
    pages.text(MARGIN + 80, bottom, hash, { size: 8.5, width: width - 80 });
    bottom += 15;
  }
}

/** ETRM, ledger and difference by currency. */
function totalsTable(pages: PdfPages, head: ReportHead, from: number): void {
  const width = pages.width - 2 * MARGIN;
  const column = (width - 60) / 3;
  const places = [0, 1, 2].map((at) => MARGIN + 60 + at * column);
  let y = from;
  for (const [at, title] of ['ETRM', 'Ledger', 'Difference'].entries()) {
    pages.text(places[at] ?? MARGIN, y, title, { bold: true, width: column - 6, align: 'right' });
  }
  pages.line(MARGIN, y + 15, MARGIN + width, y + 15, COLOURS.muted);
  y += 20;
  const currencies = [
    ...new Set([...Object.keys(head.etrm_total), ...Object.keys(head.ledger_total)]),
  ].sort();
  if (currencies.length === 0) pages.text(MARGIN, y, 'There are no amounts.', { colour: COLOURS.muted });
  for (const currency of currencies.slice(0, 12)) {
    const cells = differenceOf(head, currency);
    pages.text(MARGIN, y, currency, { bold: true, width: 54 });
    for (const [at, amount] of cells.entries()) {
      pages.text(places[at] ?? MARGIN, y, amount, { width: column - 6, align: 'right', shrink: true });
    }
    y += 16;
  }
  if (currencies.length > 12)
    pages.text(MARGIN, y, `and ${currencies.length - 12} more currencies; see the summary`);
}

function differenceOf(head: ReportHead, currency: string): readonly string[] {
  const etrm = decimal(head.etrm_total[currency] ?? '0');
  const ledger = decimal(head.ledger_total[currency] ?? '0');
  return [signed(etrm), signed(ledger), signed(subtract(ledger, etrm))];
}

/** Which is never cut: what is left of it proves nothing. */
function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function summary(pages: PdfPages, facts: readonly Fact[]): void {
  let y = Number.POSITIVE_INFINITY;
  let section = '';
  const width = (): number => pages.width - 2 * MARGIN;
  const room = (needed: number, title: string): void => {
    if (y + needed <= pages.height - FOOT) return;
    pages.addPage();
    pages.text(MARGIN, MARGIN, title, { size: 15, bold: true });
    y = MARGIN + 30;
  };
  for (const fact of facts) {
    const title = section === '' ? 'Summary' : 'Summary, continued';
    if (fact.section !== section) {
      room(44, title);
      y += 8;
      pages.text(MARGIN, y, fact.section, { size: 10, bold: true });
      pages.line(MARGIN, y + 15, MARGIN + width(), y + 15);
      y += 20;
      section = fact.section;
    }
    room(fact.sha256 === undefined ? 15 : 28, title);
    pages.text(MARGIN, y, fact.label, { colour: COLOURS.muted, width: 176 });
    const value = shownValue(fact);
    pages.text(MARGIN + 180, y, value, { width: width() - 180, shrink: isHash(value) });
    y += 14;
    if (fact.sha256 === undefined) continue;
    pages.text(MARGIN + 180, y - 1, `${grouped(String(fact.rows ?? 0))} rows, SHA-256 ${fact.sha256}`, {
      size: 7.5,
      width: width() - 180,
      shrink: true,
    });
    y += 13;
  }
}

function charts(pages: PdfPages, head: ReportHead): void {
  let y = Number.POSITIVE_INFINITY;
  const room = (needed: number): void => {
    if (y + needed <= pages.height - FOOT) return;
    pages.addPage();
    pages.text(MARGIN, MARGIN, 'Charts', { size: 15, bold: true });
    y = MARGIN + 34;
  };
  const width = (): number => pages.width - 2 * MARGIN;
  for (const currency of new Set(head.waterfall.map((step) => step.currency))) {
    const steps = head.waterfall.filter((step) => step.currency === currency);
    room(waterfallHeight(steps));
    waterfallChart(pages, currency, steps, { x: MARGIN, y, width: width() });
    y += waterfallHeight(steps) + 18;
  }
  const categories = Object.keys(head.by_category).length;
  room(categoryHeight(categories));
  categoryChart(pages, head.by_category, { x: MARGIN, y, width: width() });
}

interface PrintedBreak {
  readonly [member: string]: unknown;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function amountOf(value: unknown): string {
  return typeof value === 'string' ? signed(decimal(value)) : '';
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

async function breaks(pages: PdfPages, data: ReportData, signal: AbortSignal): Promise<void> {
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

/** Lines of about the room that the table has for them: nothing of what an amount was held against may be cut. */
function inLines(words: string): readonly string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LINE_CHARACTERS)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Items that were judged with a tolerance that is worked out, a factor or a rate: a line for each of these. */
async function judgedWith(pages: PdfPages, data: ReportData, signal: AbortSignal): Promise<void> {
  const { all, lines } = await data.judgedWith(PRINTED_JUDGED);
  if (all === 0) return;
  const table = new PdfTable(pages, 'Judged with', [
    { title: 'Settlement', share: 14 },
    { title: 'State', share: 11 },
    { title: 'ETRM', share: 11, numeric: true },
    { title: 'Ledger', share: 11, numeric: true },
    { title: 'Difference', share: 10, numeric: true },
    { title: 'Ccy', share: 4 },
    { title: 'Tolerance, factor or rate', share: 46 },
  ]);
  for (const line of lines) {
    signal.throwIfAborted();
    for (const [at, words] of evidenceInWords(line.evidence).flatMap(inLines).entries()) {
      table.row(
        at > 0
          ? [null, null, null, null, null, null, words]
          : [
              ...[line.settlement_id, line.category ?? line.state, amountOf(line.etrm_amount)],
              ...[amountOf(line.ledger_amount), amountOf(line.difference), line.currency, words],
            ],
      );
    }
  }
  if (all > lines.length) {
    table.note(
      `These are the first ${grouped(String(lines.length))} of ${grouped(String(all))} items, in the order of the comparison; the workbook, the CSV files and the JSON report have all.`,
    );
  }
}

function rules(pages: PdfPages, head: ReportHead): void {
  const table = new PdfTable(pages, 'Rules in force', [
    { title: 'Setting', share: 3 },
    { title: 'Value', share: 7 },
  ]);
  const rows = ruleRows(head);
  for (const row of rows.slice(0, PRINTED_RULES)) table.row(row);
  if (rows.length > PRINTED_RULES)
    table.note(`and ${rows.length - PRINTED_RULES} more; the workbook and the JSON report have all.`);
}

function signatures(pages: PdfPages, head: ReportHead): void {
  pages.addPage();
  const width = pages.width - 2 * MARGIN;
  pages.text(MARGIN, MARGIN, 'Signatures', { size: 15, bold: true });
  let y = pages.paragraph(
    MARGIN,
    MARGIN + 32,
    'Whoever signs here signs for what these hashes stand for. Keep a signed copy where whoever can write the workspace cannot reach it: what was recorded up to the last audit event below cannot then be changed without it showing.',
    width,
    { colour: COLOURS.muted },
  );
  y += 8;
  for (const [label, hash] of [
    ['recon_sha256', head.recon_sha256],
    ['Audit head of the reconciliation', head.audit_head.sha256],
    [`Last audit event told of here (${head.read_until.seq})`, head.read_until.sha256],
  ] as const) {
    pages.text(MARGIN, y, label, { colour: COLOURS.muted, size: 8.5, width: 160 });
    pages.text(MARGIN + 164, y, hash, { size: 8.5, width: width - 164 });
    y += 15;
  }
  y += 14;
  for (const { act, actor, at, reason } of head.sign_off.acts.slice(-12)) {
    pages.text(MARGIN, y, `${act} by ${actor}`, { bold: true, width: 220 });
    pages.text(MARGIN + 224, y, `${shownTime(at)}${reason === null ? '' : `: ${reason}`}`, {
      width: width - 224,
    });
    y += 16;
  }
  if (head.sign_off.acts.length === 0) {
    pages.text(MARGIN, y, 'The month has not been signed in Tieout.', { colour: COLOURS.muted });
    y += 16;
  }
  y += 34;
  for (const [role, name] of [
    ['Preparer', head.preparer],
    ['Reviewer', ''],
  ] as const) {
    for (const [at, [label, share]] of (
      [
        ['Signature', 0.5],
        ['Date', 0.2],
      ] as const
    ).entries()) {
      const x = MARGIN + (at === 0 ? 0 : width * 0.55);
      pages.line(x, y + 30, x + width * share, y + 30, COLOURS.ink);
      pages.text(
        x,
        y + 34,
        at === 0 ? `${role}${name === '' ? '' : `, ${name}`}: ${label.toLowerCase()}` : label,
        {
          size: 8.5,
          colour: COLOURS.muted,
          width: width * share,
        },
      );
    }
    y += 78;
  }
}

/** Head and foot of each page, when it is known how many there are. */
function frame(pages: PdfPages, head: ReportHead): void {
  const { replaced } = pages;
  pages.onEachPage((page, count) => {
    const bottom = pages.height - 28;
    const small = { size: 7.5, colour: COLOURS.muted, width: pages.width - 2 * MARGIN - 80 };
    pages.line(MARGIN, bottom - 6, pages.width - MARGIN, bottom - 6);
    pages.text(
      MARGIN,
      bottom,
      `Tieout ${head.app_version}, ${head.month}, recon ${head.recon_sha256.slice(0, 16)}`,
      small,
    );
    if (replaced) pages.text(MARGIN, bottom + LINE, GLYPHS_MISSING, small);
    pages.text(pages.width - MARGIN - 76, bottom, `Page ${page} of ${count}`, {
      size: 7.5,
      colour: COLOURS.muted,
      width: 76,
      align: 'right',
    });
  });
}

async function composed(data: ReportData, signal: AbortSignal): Promise<PdfPages> {
  const { head } = data;
  const pages = new PdfPages(await pdfFonts(), {
    title: `Tieout reconciliation ${head.month}`,
    author: head.preparer,
    createdAt: head.reconciled_at,
  });
  cover(pages, head);
  summary(pages, reportFacts(head));
  charts(pages, head);
  signal.throwIfAborted();
  await breaks(pages, data, signal);
  await judgedWith(pages, data, signal);
  rules(pages, head);
  signatures(pages, head);
  frame(pages, head);
  return pages;
}

/** The PDF's bytes: the same month gives the same. @throws the signal's reason. */
export async function* pdfReport(data: ReportData, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* (await composed(data, signal)).bytes();
}

/** The pages that the PDF has, as they are drawn. @throws the signal's reason. */
export async function pdfPages(data: ReportData, signal: AbortSignal): Promise<readonly ReportPage[]> {
  return (await composed(data, signal)).drawn;
}
