/** What items were judged with beyond plain figures is told in every format; and a preview ends where nobody waits for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { App } from '../../../electron/app.ts';
import { parseRules } from '../../../electron/recon/rule-file.ts';
import { previewReport, previewSheet } from '../../../electron/report/report-preview.ts';
import { openWorkbook } from '../../../electron/workbook/reader.ts';
import { REPORT_FORMATS } from '../../../shared/report.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { importRows, syncRecords } from '../../unit/recon/stored-month.ts';
import { monthOf, temporaryApp, temporaryFolder, unwatched } from '../../unit/workspace/temporary.ts';
import { readCsv } from '../cli/python-csv.ts';
import { pdfText } from './pdf-text.ts';

const MARCH = monthOf('2024-03');
const RATE = { from: 'GBP', to: 'USD', rate: '1.25', source: 'ECB', date: '2024-03-28' };
const RULES = { format: 1, name: 'converted', revision: 1, fx: [RATE] };
const identity = { name: 'settlement', key: 'identity', tolerance: { percent: '1' } };

const document = z.object({
  items: z.array(
    z.looseObject({ settlement_id: z.string(), state: z.string(), evidence: z.unknown().optional() }),
  ),
  break_list: z.array(z.looseObject({ settlement_id: z.string(), evidence: z.unknown().optional() })),
});

async function sheet(file: string, name: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const book = await openWorkbook(file);
  const rows: string[][] = [];
  for await (const { cells } of book.sheet(name)?.rows() ?? []) rows.push(cells.map(({ text }) => text));
  book.close();
  const [titles = [], ...others] = rows;
  return others.map((cells) => Object.fromEntries(titles.map((title, at) => [title, cells[at] ?? ''])));
}

let app: App;
let out: string;
beforeAll(async () => {
  app = await temporaryApp();
  await syncRecords(app, MARCH, [recordJson({ settlement_id: '"A"' }), recordJson({ settlement_id: '"B"' })]);
  await importRows(app, MARCH, 'ledger.csv', [
    { settlement_id: 'A', amount: '-1416.4458', currency: 'USD' },
    { settlement_id: 'B', amount: '-500', currency: 'GBP' },
  ]);
  const rules = parseRules(JSON.stringify({ ...RULES, rules: [identity] }), 'rules');
  await app.reconcile({ month: MARCH, source: null, rules, ...unwatched });
  out = temporaryFolder();
  for (const format of REPORT_FORMATS)
    await app.report({ month: MARCH, format, out, overwrite: false, ...unwatched });
});

describe('what items were judged with', () => {
  it('is told of matched items and of breaks, the same in each format', async () => {
    const { items, break_list } = document.parse(
      JSON.parse(readFileSync(join(out, `tieout-${MARCH}.json`), 'utf8')),
    );
    const told = new Map(items.map(({ settlement_id, evidence }) => [settlement_id, evidence]));
    expect(items.map(({ settlement_id, state }) => [settlement_id, state]).sort()).toEqual([
      ['A', 'matched'],
      ['B', 'break'],
    ]);
    expect(told.get('A')).toEqual({ tolerance: { value: '14.174458', percent: '1' } });
    expect(told.get('B')).toMatchObject({ tolerance: { percent: '1' }, fx: [RATE] });
    expect(break_list[0]?.evidence).toEqual(told.get('B'));

    const csv = new Map(
      readCsv(join(out, `tieout-${MARCH}.csv`)).map((row) => [row.settlement_id, row.evidence]),
    );
    expect(new Map([...csv].map(([id, text]) => [id, JSON.parse(String(text))]))).toEqual(told);
    const [broken] = readCsv(join(out, `tieout-${MARCH}.breaks.csv`));
    expect(JSON.parse(String(broken?.evidence))).toEqual(told.get('B'));

    const book = join(out, `tieout-${MARCH}.xlsx`);
    const [matched] = await sheet(book, 'Matched');
    expect(JSON.parse(matched?.['Judged with'] ?? '')).toEqual(told.get('A'));
    const [found] = await sheet(book, 'Breaks');
    expect(JSON.parse(found?.['Judged with'] ?? '')).toEqual(told.get('B'));

    const { texts } = pdfText(readFileSync(join(out, `tieout-${MARCH}.pdf`)));
    expect(texts).toContain('amount tolerance 14.174458: 1 per cent');
    expect(texts).toContain('1 GBP = 1.25 USD (ECB, 2024-03-28)');
  });
});

it('says what matched amounts differ by as a decimal, a whole number too', async () => {
  const plain = { ...identity, tolerance: { absolute: '5' } };
  const rules = parseRules(JSON.stringify({ ...RULES, fx: [], rules: [plain] }), 'rules');
  await app.reconcile({ month: MARCH, source: null, rules, ...unwatched });
  const folder = temporaryFolder();
  await app.report({ month: MARCH, format: 'json', out: folder, overwrite: false, ...unwatched });
  const { items } = document.parse(JSON.parse(readFileSync(join(folder, `tieout-${MARCH}.json`), 'utf8')));
  expect(items.find(({ settlement_id }) => settlement_id === 'A')).toMatchObject({
    state: 'matched',
    difference: '1',
  });
});

it('reads no further for a preview that nobody waits for', async () => {
  const stop = new AbortController();
  const steps: string[] = [];
  const context = {
    signal: stop.signal,
    onProgress: (step: string) => {
      steps.push(step);
      if (step === 'Reading its first rows') stop.abort(new Error('stopped'));
    },
  };
  await expect(previewSheet(app.workspace, MARCH, 'matched', 25, context)).rejects.toThrow('stopped');
  expect(steps).toEqual(['Reading the reconciliation', 'Reading its first rows']);
  await expect(previewReport(app.workspace, MARCH, context)).rejects.toThrow('stopped');

  const { database } = app.workspace;
  const late = new AbortController();
  const begun = performance.now();
  const endless = database
    .until(late.signal)
    .row('SELECT count(*) AS n FROM range(40000000) a, range(40000000) b');
  setTimeout(() => late.abort(new Error('stopped')), 50);
  await expect(endless).rejects.toThrow('stopped');
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect((await database.row('SELECT 1 AS n'))?.int('n')).toBe(1);
});
