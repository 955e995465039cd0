import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { add, type Decimal, decimal, ZERO } from '../../../shared/decimal.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { importRows, reconciled, syncRecords } from '../../unit/recon/stored-month.ts';
import { monthOf, temporaryApp, temporaryFolder, unwatched } from '../../unit/workspace/temporary.ts';
import { ofType } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { readCsv } from '../cli/python-csv.ts';
import { MONTH, type SampleMonth, sampleMonth } from '../cli/sample-month.ts';

const totals = z.record(z.string(), z.string().transform(decimal));
const side = z.object({
  status: z.string().nullable(),
  currency: z.string(),
  amount: z.string().transform(decimal),
});
const document = z.object({
  format: z.literal('tieout-report-1'),
  month: z.string(),
  matched: z.number(),
  breaks: z.number(),
  pending: z.number(),
  by_category: z.record(z.string(), z.number()),
  etrm_total: totals,
  ledger_total: totals,
  recon_sha256: z.string(),
  rules_sha256: z.string(),
  audit_head: z.object({ seq: z.number(), sha256: z.string() }),
  source: z.object({
    pages: z.number(),
    records: z.number(),
    rejected: z.number(),
    committed: z.number(),
    dead_letters: z.number(),
    dead_letters_open: z.number(),
    run_sha256: z.string(),
  }),
  extracts: z.array(z.object({ file: z.string(), sha256: z.string(), rows: z.number() })),
  break_list: z.array(z.looseObject({ break_id: z.string(), category: z.string(), difference: z.string() })),
  items: z.array(
    z.object({
      settlement_id: z.string().nullable(),
      state: z.string(),
      difference: z.string(),
      etrm: side.nullable(),
      ledger: side.nullable(),
    }),
  ),
  pages: z.array(z.object({ page_sha256: z.string(), records: z.number() })),
  dead_letters: z.array(z.object({ raw: z.string() })),
});

const manifest = z.object({
  format: z.literal('tieout-manifest-1'),
  control: z.looseObject({}),
  hashes: z.object({
    run_sha256: z.string(),
    recon_sha256: z.string(),
    rules_sha256: z.string(),
    extracts: z.array(z.object({ file: z.string(), sha256: z.string() })),
  }),
  files: z.array(z.object({ name: z.string(), sha256: z.string(), bytes: z.number() })),
});

let sample: SampleMonth;
let report: z.infer<typeof document>;
beforeAll(async () => {
  sample = await sampleMonth();
  report = document.parse(JSON.parse(read('tieout-2024-03.json')));
});

function read(name: string): string {
  return readFileSync(join(sample.reports, name), 'utf8');
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function summed(sides: readonly z.infer<typeof side>[]): Readonly<Record<string, Decimal>> {
  const sums: Record<string, Decimal> = {};
  for (const { currency, amount } of sides) sums[currency] = add(sums[currency] ?? ZERO, amount);
  return sums;
}

describe('a report', () => {
  it('says what the reconciliation said', () => {
    const [recon] = ofType(sample.reconciled, 'recon');
    const { month, matched, breaks, pending, by_category, etrm_total, ledger_total, recon_sha256 } = report;
    expect(recon).toMatchObject({
      type: 'recon',
      month,
      matched,
      breaks,
      pending,
      dead_letters: report.source.dead_letters,
      by_category,
      etrm_total,
      ledger_total,
      recon_sha256,
    });
    const { records, committed, dead_letters: dead, dead_letters_open: open } = report.source;
    expect(records).toBe(committed + dead);
    expect(open).toBe(dead);
    const events = ofType(sample.reconciled, 'break').map(({ break_id, difference }) => ({
      break_id,
      difference,
    }));
    expect(report.break_list.map(({ break_id, difference }) => ({ break_id, difference }))).toEqual(events);
  });

  it('has items that add up to its totals and its counts', () => {
    const { items } = report;
    const state = (name: string) => items.filter((item) => item.state === name).length;
    expect([state('matched'), state('break'), state('pending')]).toEqual([
      report.matched,
      report.breaks,
      report.pending,
    ]);
    const etrm = items.map((item) => item.etrm).filter((one) => one !== null && one.status !== 'VOID');
    const ledger = items.map((item) => item.ledger).filter((one) => one !== null);
    expect(summed(etrm.filter((one) => one !== null))).toEqual(report.etrm_total);
    expect(summed(ledger)).toEqual(report.ledger_total);
  });

  it('names its pages, each with its hash, and every dead letter', () => {
    expect(report.pages).toHaveLength(report.source.pages);
    expect(report.pages.reduce((total, page) => total + page.records, 0)).toBe(report.source.records);
    const hash = createHash('sha256');
    for (const page of report.pages) hash.update(`${page.page_sha256}\n`);
    expect(hash.digest('hex')).toBe(report.source.run_sha256);
    expect(report.dead_letters).toHaveLength(report.source.rejected);
  });

  it('names the extract with the hash of its file', () => {
    expect(report.extracts).toEqual([
      expect.objectContaining({ file: 'ledger.csv', sha256: sha256(readFileSync(sample.ledger)) }),
    ]);
  });

  it('says the same as CSV, item by item and break by break', () => {
    const rows = readCsv(join(sample.reports, 'tieout-2024-03.csv'));
    expect(
      rows.map((row) => [row.settlement_id, row.state, row.difference, row.etrm_amount, row.ledger_amount]),
    ).toEqual(
      report.items.map((item) => [
        item.settlement_id,
        item.state,
        item.difference,
        item.etrm?.amount ?? '',
        item.ledger?.amount ?? '',
      ]),
    );
    const breaks = readCsv(join(sample.reports, 'tieout-2024-03.breaks.csv'));
    expect(breaks.map((row) => [row.break_id, row.category, row.difference])).toEqual(
      report.break_list.map((found) => [found.break_id, found.category, found.difference]),
    );
    expect(readCsv(join(sample.reports, 'tieout-2024-03.pages.csv')).map((row) => row.page_sha256)).toEqual(
      report.pages.map((page) => page.page_sha256),
    );
    expect(readCsv(join(sample.reports, 'tieout-2024-03.dead-letters.csv')).map((row) => row.raw)).toEqual(
      report.dead_letters.map((letter) => letter.raw),
    );
    const facts = new Map(
      readCsv(join(sample.reports, 'tieout-2024-03.summary.csv')).map((row) => [row.fact, row.value]),
    );
    for (const [currency, total] of Object.entries(report.etrm_total))
      expect(facts.get(`etrm_total.${currency}`)).toBe(total);
    for (const [currency, total] of Object.entries(report.ledger_total))
      expect(facts.get(`ledger_total.${currency}`)).toBe(total);
    expect(facts.get('recon_sha256')).toBe(report.recon_sha256);
    expect(facts.get('audit_head.sha256')).toBe(report.audit_head.sha256);
    expect(facts.get('breaks')).toBe(String(report.breaks));
  });

  it('has a manifest with the true hash and size of each of its files', () => {
    for (const main of ['tieout-2024-03.json', 'tieout-2024-03.csv']) {
      const { files, hashes, control } = manifest.parse(JSON.parse(read(`${main}.manifest.json`)));
      expect(files[0]?.name).toBe(main);
      for (const { name, sha256: said, bytes } of files) {
        const content = readFileSync(join(sample.reports, name));
        expect([sha256(content), content.length]).toEqual([said, bytes]);
      }
      expect(hashes).toMatchObject({
        run_sha256: report.source.run_sha256,
        recon_sha256: report.recon_sha256,
        rules_sha256: report.rules_sha256,
      });
      expect(control).toMatchObject({
        pages: report.source.pages,
        records: report.source.records,
        matched: report.matched,
        breaks: report.breaks,
        etrm_total: report.etrm_total,
        ledger_total: report.ledger_total,
      });
    }
  });

  it('is the same to the last byte when it is exported again', async () => {
    const again = temporaryFolder();
    for (const format of ['json', 'csv']) {
      const ended = await tieout([
        'report',
        '--month',
        MONTH,
        '--format',
        format,
        '--out',
        again,
        '--workspace',
        sample.workspace,
      ]);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
    }
    expect(readdirSync(again).sort()).toEqual(readdirSync(sample.reports).sort());
    for (const name of readdirSync(again))
      expect(readFileSync(join(again, name), 'utf8'), name).toBe(read(name));
  });
});

describe('a report of hostile texts', () => {
  const HOSTILE = [
    '=HYPERLINK("http://evil.example")',
    '+1',
    '-2',
    '@SUM(A1)',
    '\t=1',
    'a"b,c\nd',
    '\u2028',
    '😀',
    'NUL\u0000',
    "'='",
  ];

  it('is read by others as it was meant: no formula in the CSV, valid JSON, and negative numbers are numbers', async () => {
    const app = await temporaryApp();
    const march = monthOf('2024-03');
    const records = HOSTILE.map((text, at) =>
      recordJson({
        settlement_id: JSON.stringify(`${text} ${at}`),
        counterparty: JSON.stringify(text),
        trade_id: JSON.stringify(text),
        location: JSON.stringify(text),
        price_uom: JSON.stringify(text),
        charge_type: JSON.stringify(text),
        agreement: JSON.stringify(text),
      }),
    );
    await syncRecords(app, march, [
      ...records,
      '"=1+1"',
      recordJson({ settlement_id: '"=2+2"', price: 'null' }),
    ]);
    await importRows(
      app,
      march,
      '=cmd.csv',
      HOSTILE.slice(0, 8).map((text, at) => ({
        settlement_id: `${text} ${at}`,
        counterparty: text,
        amount: '-1417.50',
        currency: 'USD',
      })),
    );
    await reconciled(app, march);
    const out = temporaryFolder();
    for (const format of ['json', 'csv'] as const)
      await app.report({ month: march, format, out, overwrite: false, ...unwatched });

    const parsed = document.parse(JSON.parse(readFileSync(join(out, 'tieout-2024-03.json'), 'utf8')));
    expect(parsed.items.map((item) => item.settlement_id).sort()).toEqual(
      HOSTILE.map((text, at) => `${text} ${at}`.trim()).sort(),
    );
    for (const name of readdirSync(out).filter((file) => file.endsWith('.csv'))) {
      for (const row of readCsv(join(out, name))) {
        for (const [column, cell] of Object.entries(row)) {
          if (/^-?\d+(\.\d+)?$/.test(cell)) continue;
          expect(cell, `${name} ${column}`).not.toMatch(/^[=+\-@\t\r]/);
        }
      }
    }
    const breaks = readCsv(join(out, 'tieout-2024-03.breaks.csv'));
    expect(breaks.find((row) => row.settlement_id === '\'=HYPERLINK("http://evil.example") 0')).toMatchObject(
      {
        etrm_amount: '-1417.44580',
        ledger_amount: '-1417.50',
        difference: '-0.0542',
      },
    );
  });
});
