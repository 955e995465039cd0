/** Every format read back: the same totals and counts in each, whatever the names and numbers of the month are. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { App } from '../../../electron/app.ts';
import { pdfPages } from '../../../electron/report/pdf/pdf-report.ts';
import { ReportData } from '../../../electron/report/report-data.ts';
import { openWorkbook } from '../../../electron/workbook/reader.ts';
import { decimal, grouped, normalise, sum } from '../../../shared/decimal.ts';
import { REPORT_FORMATS } from '../../../shared/report.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { importRows, reconciled, syncRecords } from '../../unit/recon/stored-month.ts';
import { monthOf, temporaryApp, temporaryFolder, unwatched } from '../../unit/workspace/temporary.ts';
import { readCsv } from '../cli/python-csv.ts';
import { pdfText } from './pdf-text.ts';

const MARCH = monthOf('2024-03');
const CJK = '東京電力';
const LONG = 'x'.repeat(10_000);

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'report.schema.json'), 'utf8')),
);

const document = z.object({
  matched: z.number(),
  breaks: z.number(),
  pending: z.number(),
  etrm_total: z.record(z.string(), z.string()),
  ledger_total: z.record(z.string(), z.string()),
  break_list: z.array(z.looseObject({ counterparty: z.string().nullable() })),
  items: z.array(
    z.object({
      settlement_id: z.string().nullable(),
      state: z.string(),
      difference: z.string().nullable(),
      etrm: z.object({ amount: z.string().nullable() }).nullable(),
      ledger: z.object({ amount: z.string().nullable() }).nullable(),
    }),
  ),
  waterfall: z.array(z.object({ currency: z.string(), amount: z.string() })),
});

/** Every format of the month, in a folder of its own. */
async function exported(app: App, month = MARCH): Promise<string> {
  const out = temporaryFolder();
  for (const format of REPORT_FORMATS) {
    await app.report({ month, format, out, overwrite: false, ...unwatched });
  }
  return out;
}

function json(out: string) {
  const parsed: unknown = JSON.parse(readFileSync(join(out, `tieout-${MARCH}.json`), 'utf8'));
  expect(schema.safeParse(parsed).error).toBeUndefined();
  return document.parse(parsed);
}

async function sheetRows(out: string, name: string): Promise<readonly (readonly string[])[]> {
  const book = await openWorkbook(join(out, `tieout-${MARCH}.xlsx`));
  const rows: string[][] = [];
  try {
    for await (const { cells } of book.sheet(name)?.rows() ?? []) {
      expect(cells.every((cell) => !cell.formula)).toBe(true);
      rows.push(cells.map(({ text }) => text));
    }
  } finally {
    book.close();
  }
  return rows;
}

/** Facts of the summary by label, from the workbook. */
async function workbookFacts(out: string): Promise<ReadonlyMap<string, string>> {
  return new Map((await sheetRows(out, 'Summary')).map(([label = '', value = '']) => [label, value]));
}

function csvFacts(out: string): ReadonlyMap<string, string> {
  return new Map(
    readCsv(join(out, `tieout-${MARCH}.summary.csv`)).map((row) => [String(row.fact), String(row.value)]),
  );
}

const shown = (amount: string): string =>
  amount.startsWith('-') ? `\u2212${grouped(amount.slice(1))}` : grouped(amount);

async function sameInEach(out: string): Promise<z.infer<typeof document>> {
  const report = json(out);
  const [book, csv] = [await workbookFacts(out), csvFacts(out)];
  const pdf = pdfText(readFileSync(join(out, `tieout-${MARCH}.pdf`)));
  for (const [label, fact, count] of [
    ['Matched', 'matched', report.matched],
    ['Breaks', 'breaks', report.breaks],
    ['Pending', 'pending', report.pending],
  ] as const) {
    expect([book.get(label), csv.get(fact)]).toEqual([String(count), String(count)]);
    expect(pdf.texts[pdf.texts.indexOf(label) - 1]).toBe(grouped(String(count)));
  }
  for (const [side, word, totals] of [
    ['etrm_total', 'ETRM', report.etrm_total],
    ['ledger_total', 'Ledger', report.ledger_total],
  ] as const) {
    for (const [currency, amount] of Object.entries(totals)) {
      expect(csv.get(`${side}.${currency}`)).toBe(amount);
      expect(book.get(`${word} total ${currency}`)).toBe(amount);
      expect(pdf.texts[pdf.texts.indexOf(`${word} total ${currency}`) + 1]).toBe(shown(amount));
    }
  }
  expect((await sheetRows(out, 'Breaks')).length - 1).toBe(report.breaks);
  expect(readCsv(join(out, `tieout-${MARCH}.breaks.csv`))).toHaveLength(report.breaks);
  expect(pdf.texts).toContain(`Page ${pdf.pages} of ${pdf.pages}`);
  // A hash that is cut proves nothing.
  expect(pdf.texts.filter((text) => /[0-9a-f]{16,}…/.test(text))).toEqual([]);
  expect(pdf.texts.filter((text) => /^[0-9a-f]{64}$/.test(text)).length).toBeGreaterThan(8);
  return report;
}

function posting(id: string, amount: string, more: Readonly<Record<string, string>> = {}) {
  return { settlement_id: id, amount, currency: 'USD', counterparty: 'ACME Energy', ...more };
}

describe('a month with unusual names and numbers', () => {
  let app: App;
  let out: string;
  beforeAll(async () => {
    app = await temporaryApp();
    await syncRecords(app, MARCH, [
      recordJson({ settlement_id: '"A"' }),
      recordJson({ settlement_id: '"B"', counterparty: JSON.stringify(CJK) }),
      recordJson({ settlement_id: '"C"', counterparty: JSON.stringify(LONG) }),
      recordJson({ settlement_id: '"D"', currency: '"EUR"', amount: '12345678901234567.891' }),
      recordJson({ settlement_id: '"=1+1"', amount: '-0.000000000001' }),
      recordJson({ settlement_id: '"E"', status: '"ESTIMATED"' }),
    ]);
    await importRows(app, MARCH, 'ledger.csv', [
      posting('A', '-1417.44580'),
      posting('B', '-1', { counterparty: CJK }),
      posting('C', '-2', { counterparty: LONG }),
      posting('D', '12345678901234567.891', { currency: 'EUR' }),
    ]);
    await reconciled(app, MARCH);
    out = await exported(app);
  });

  it('comes to the same in each format', async () => {
    const report = await sameInEach(out);
    expect(report.breaks).toBeGreaterThan(1);
    expect(report.etrm_total.EUR).toBe('12345678901234567.891');
  });

  it('has the items that the screens show, in their order', async () => {
    const rows = await app.workspace.database.rows(
      'SELECT settlement_id, state, difference, etrm_amount, ledger_amount FROM recon_item ORDER BY position',
    );
    expect(
      json(out).items.map((item) => [
        item.settlement_id,
        item.state,
        item.difference,
        item.etrm?.amount ?? null,
        item.ledger?.amount ?? null,
      ]),
    ).toEqual(
      rows.map((row) =>
        ['settlement_id', 'state', 'difference', 'etrm_amount', 'ledger_amount'].map((name) =>
          row.textOrNull(name),
        ),
      ),
    );
  });

  it('leads from the ETRM total to the ledger total', async () => {
    const { waterfall, ledger_total } = json(out);
    for (const [currency, total] of Object.entries(ledger_total)) {
      const steps = waterfall.filter((step) => step.currency === currency);
      expect(sum(steps.map(({ amount }) => decimal(amount)))).toBe(normalise(decimal(total)));
    }
  });

  it('has its names whole where they fit, and says in the PDF which letters it has not', async () => {
    const names = json(out).break_list.map(({ counterparty }) => counterparty);
    expect(names).toEqual(expect.arrayContaining([CJK, LONG]));
    const book = await sheetRows(out, 'Breaks');
    expect(book.map((row) => row[6])).toEqual(expect.arrayContaining([CJK, LONG]));
    const { texts, pages } = pdfText(readFileSync(join(out, `tieout-${MARCH}.pdf`)));
    expect(texts).toContain('\uFFFD'.repeat(CJK.length));
    const onEach = (start: string): readonly string[] => texts.filter((text) => text.startsWith(start));
    expect(onEach('A letter that this PDF has no glyph for')).toHaveLength(pages);
    // The foot stays whole beside it: a page that is torn out still says of what it is.
    expect(onEach('Tieout ').filter((text) => / recon [0-9a-f]{16}$/.test(text))).toHaveLength(pages);
    expect(texts.some((text) => /^x{5,60}…$/.test(text))).toBe(true);
  });

  it('keeps a number that a spreadsheet would round as its digits, and every other as a number', async () => {
    const kinds = new Map<string, string>();
    const book = await openWorkbook(join(out, `tieout-${MARCH}.xlsx`));
    for (const name of ['Summary', 'Breaks']) {
      for await (const { cells } of book.sheet(name)?.rows() ?? [])
        for (const { kind, text } of cells) kinds.set(text, kind);
    }
    book.close();
    expect(kinds.get('12345678901234567.891')).toBe('text');
    expect(kinds.get('-1')).toBe('number');
    expect(kinds.get('=1+1')).toBe('text');
  });

  it('shows in the window the pages that the PDF has', async () => {
    const pdf = pdfText(readFileSync(join(out, `tieout-${MARCH}.pdf`)));
    const { database, evidence } = app.workspace;
    const { signal } = new AbortController();
    const pages = await pdfPages(await ReportData.of(database, MARCH, evidence), signal);
    expect(pages).toHaveLength(pdf.pages);
    const texts = pages.flatMap(({ marks }) =>
      marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : [])),
    );
    expect(texts).toEqual(pdf.texts);
    for (const { width, height, marks } of pages) {
      for (const mark of marks) {
        if (mark.kind !== 'text') continue;
        expect(mark.x + mark.width).toBeLessThanOrEqual(width);
        expect(mark.y).toBeLessThanOrEqual(height);
      }
    }
  });

  it('is the same to the last byte at another time', async () => {
    const later = await exported(app);
    const names = readdirSync(out).sort();
    expect(readdirSync(later).sort()).toEqual(names);
    for (const name of names)
      expect(sha256(readFileSync(join(later, name))), name).toBe(sha256(readFileSync(join(out, name))));
  });

  it('is not written over what is there, nor half, and an export of some sheets has those alone', async () => {
    const before = readFileSync(join(out, `tieout-${MARCH}.pdf`));
    await expect(
      app.report({ month: MARCH, format: 'pdf', out, overwrite: false, ...unwatched }),
    ).rejects.toMatchObject({ code: 'file-exists' });
    expect(readFileSync(join(out, `tieout-${MARCH}.pdf`))).toEqual(before);

    // The last of its files is in the way: none of the others appears.
    const folder = temporaryFolder();
    writeFileSync(join(folder, `tieout-${MARCH}.csv.manifest.json`), 'mine');
    await expect(
      app.report({ month: MARCH, format: 'csv', out: folder, overwrite: false, ...unwatched }),
    ).rejects.toMatchObject({ code: 'file-exists' });
    const stop = AbortSignal.abort(new Error('stopped'));
    await expect(
      app.report({
        month: MARCH,
        format: 'xlsx',
        out: folder,
        overwrite: false,
        signal: stop,
        onProgress: () => {},
      }),
    ).rejects.toThrow('stopped');
    expect(readdirSync(folder)).toEqual([`tieout-${MARCH}.csv.manifest.json`]);

    const some = temporaryFolder();
    const sheets = new Set(['breaks', 'pages'] as const);
    await app.report({ month: MARCH, format: 'xlsx', out: some, sheets, overwrite: false, ...unwatched });
    const book = await openWorkbook(join(some, `tieout-${MARCH}.xlsx`));
    expect(book.sheets.map(({ name }) => name)).toEqual(['Breaks', 'Pages and hashes']);
    book.close();
  });
});

describe('a month at an end of the scale', () => {
  it('without a break comes to the same in each format', async () => {
    const app = await temporaryApp();
    await syncRecords(app, MARCH, [recordJson({ settlement_id: '"A"' })]);
    await importRows(app, MARCH, 'ledger.csv', [posting('A', '-1417.44580')]);
    await reconciled(app, MARCH);
    const report = await sameInEach(await exported(app));
    expect([report.matched, report.breaks]).toEqual([1, 0]);
  });

  it('without a settlement, so that every posting is a break, too', async () => {
    const app = await temporaryApp();
    await syncRecords(app, MARCH, []);
    await importRows(app, MARCH, 'ledger.csv', [posting('A', '5'), posting('B', '-7')]);
    await reconciled(app, MARCH);
    const report = await sameInEach(await exported(app));
    expect([report.matched, report.breaks]).toEqual([0, 2]);
  });
});
