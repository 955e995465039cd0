/** Settlements of several currencies that one posting describes: currency by currency by the built-in rules too. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { dryRun } from '../../../electron/recon/dry-run.ts';
import { DEFAULT_RULES } from '../../../electron/recon/rules.ts';
import { monthWaterfall } from '../../../electron/recon/waterfall.ts';
import { EVERY_BREAK } from '../../../shared/breaks.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { importRows, reconciled, syncRecords } from '../../unit/recon/stored-month.ts';
import { monthOf, temporaryApp, temporaryFolder, unwatched } from '../../unit/workspace/temporary.ts';
import { ofType } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { hasPrices, ledgerCsv, readPrices, vendorRecord } from '../cli/pjm-prices.ts';
import { byPython, contentOf } from '../pack/sample-pack.ts';
import { reconciledEarlier } from './earlier-recon.ts';

const MARCH = monthOf('2024-03');

let folder: string;
let app: App;
beforeEach(async () => {
  folder = temporaryFolder();
  app = await temporaryApp(folder);
});

function record(id: string, currency: string, changes: Readonly<Record<string, string>> = {}): string {
  const own = { settlement_id: `"${id}"`, trade_id: '"T-1"', deal_leg: '0', currency: `"${currency}"` };
  const figures = { volume: '10', price: '20.5', price_uom: `"${currency}/MWH"`, amount: '205' };
  return recordJson({ ...own, ...figures, direction: '"SELL"', ...changes });
}

function described(amount: string, currency: string, volume = '') {
  const where = { trade_id: 'T-1', delivery_start: '2024-03-01T05:00:00Z', location: 'PJM-RTO' };
  return { ...where, volume, amount, currency };
}

/** 205 USD and 205 EUR, booked as what they come to together. */
const BOTH = [record('S-1', 'EUR'), record('S-2', 'USD')];
const TOGETHER = [described('410', 'USD', '20')];

async function stored(rows: Parameters<typeof importRows>[3], records: readonly string[] = BOTH) {
  await syncRecords(app, MARCH, records);
  await importRows(app, MARCH, 'ledger.csv', rows);
}

/** Ends the services, so that the command has the workspace. */
async function commanded(...args: readonly string[]) {
  await app.close();
  return tieout([...args, '--workspace', folder, '--json']);
}

/** By the command and by Python. */
async function checkedPack(): Promise<void> {
  const path = join(folder, 'pack.zip');
  const written = await commanded('report', '--month', '2024-03', '--format', 'pack', '--out', path);
  expect(written.code, written.stderr).toBe(0);
  const ended = await commanded('verify', path);
  expect(ofType(ended, 'verify-pack')).toEqual([expect.objectContaining({ differences: 0, on_trust: [] })]);
  const verifier = join(folder, 'verify.py');
  writeFileSync(verifier, await contentOf(path, 'verify.py'));
  const python = byPython(verifier, path);
  expect(python.code, python.output).toBe(0);
}

describe('a new month', () => {
  it('has a break of currencies with what each side has in each', async () => {
    await stored(TOGETHER);
    const { recon } = await reconciled(app, MARCH);
    expect(recon).toMatchObject({
      ...{ matched: 0, breaks: 1, by_category: { CURRENCY: 1 } },
      ...{ etrm_total: { EUR: '205', USD: '205' }, ledger_total: { USD: '410' } },
    });
    expect(await monthWaterfall(app.workspace.database, recon.recon_id)).toEqual({
      EUR: [
        { step: 'ETRM', amount: '205', items: null },
        { step: 'CURRENCY', amount: '-205', items: 1 },
        { step: 'LEDGER', amount: '0', items: null },
      ],
      USD: [
        { step: 'ETRM', amount: '205', items: null },
        { step: 'CURRENCY', amount: '205', items: 1 },
        { step: 'LEDGER', amount: '410', items: null },
      ],
    });
    const netted = await app.closing.netting(MARCH);
    expect(
      netted.map((row) => [row.currency, row.etrmNet, row.ledgerNet, row.openBreaks, row.openDifference]),
    ).toEqual([
      ['EUR', '205', '0', 1, '-205'],
      ['USD', '205', '410', 1, '205'],
    ]);
    const listed = ofType(await commanded('breaks', 'list', '--month', '2024-03'), 'breaks');
    expect(listed).toEqual([expect.objectContaining({ open_difference: { EUR: '-205', USD: '205' } })]);
    const out = join(folder, 'report.json');
    await commanded('report', '--month', '2024-03', '--format', 'json', '--out', out);
    const report = JSON.parse(readFileSync(out, 'utf8'));
    const currencies = [
      { currency: 'EUR', etrm: '205', ledger: '0' },
      { currency: 'USD', etrm: '205', ledger: '410' },
    ];
    expect(report.break_list).toMatchObject([{ category: 'CURRENCY', evidence: { currencies } }]);
    expect((await commanded('verify')).code).toBe(0);
    await checkedPack();
    expect((await commanded('rebuild')).code).toBe(0);
  });

  it('has a match where each currency is within the tolerance, whatever they come to together', async () => {
    await stored([described('205.01', 'USD', '10'), described('205.01', 'EUR', '10')]);
    expect((await reconciled(app, MARCH)).recon).toMatchObject({ matched: 1, breaks: 0 });
    expect((await commanded('verify')).code).toBe(0);
    await checkedPack();
  });

  it('has the break too where what one lacks the other has beyond', async () => {
    await stored([described('205.02', 'USD', '10'), described('204.98', 'EUR', '10')]);
    expect((await reconciled(app, MARCH)).recon.by_category).toEqual({ CURRENCY: 1 });
    expect((await commanded('verify')).code).toBe(0);
    await checkedPack();
  });

  it('has pending amounts by currency, also once another reconciliation came after', async () => {
    const estimated = { status: '"ESTIMATED"' };
    await stored(
      [described('205', 'USD', '10'), described('205', 'EUR', '10')],
      [record('S-1', 'EUR', estimated), record('S-2', 'USD', estimated)],
    );
    const { recon } = await reconciled(app, MARCH);
    expect(recon).toMatchObject({ pending: 1, breaks: 0 });
    const kept = await app.workspace.database.row('SELECT pending_total FROM recon');
    expect(kept?.json('pending_total')).toEqual({ EUR: '205', USD: '205' });
    await reconciled(app, MARCH);
    expect((await commanded('verify')).code).toBe(0);
    await checkedPack();
  });
});

describe('a decision about a break between currencies', () => {
  it.each([
    ['another currency', [record('S-1', 'USD')], [described('205', 'EUR')], [described('205', 'GBP')]],
    ['another share of each', BOTH, TOGETHER, [described('400', 'USD'), described('10', 'EUR')]],
  ])('does not stand where the ledger has %s, whose sum is the same', async (_, records, first, second) => {
    await stored(first, records);
    await reconciled(app, MARCH);
    const asked = { filter: { ...EVERY_BREAK, month: MARCH }, ids: null };
    await app.breaks.act(asked, { act: 'resolve', reason: 'TIMING', note: 'booked together' });
    const states = async () => {
      await reconciled(app, MARCH);
      const { rows } = await app.breaks.window(asked.filter, 'delivery', { offset: 0, limit: 9 });
      return rows.map(({ category, state, difference }) => [category, state, difference]);
    };
    expect(await states()).toEqual([['CURRENCY', 'resolved', '0']]);
    await importRows(app, MARCH, 'ledger.csv', second);
    expect(await states()).toEqual([['CURRENCY', 'open', '0']]);
    expect((await commanded('verify')).code).toBe(0);
    expect((await commanded('rebuild')).code).toBe(0);
  });
});

describe('a month that an earlier Tieout reconciled', () => {
  it('verifies, rebuilds and packs as it was, and is another once it is reconciled again', async () => {
    await stored(TOGETHER);
    const earlier = await reconciledEarlier(app, MARCH, '2024-04-02T08:00:00.000Z');
    expect(earlier).toMatchObject({ matched: 1, breaks: 0 });
    expect((await commanded('verify')).stdout).not.toContain('"difference"');
    await checkedPack();
    const rebuilt = await commanded('rebuild');
    expect(rebuilt.code, rebuilt.stdout).toBe(0);
    const verified = await commanded('verify');
    expect(verified.code, verified.stdout).toBe(0);

    app = await temporaryApp(folder);
    const dry = await dryRun(app.workspace, {
      ...{ month: MARCH, rules: DEFAULT_RULES, limit: 10 },
      ...unwatched,
    });
    expect(dry.moves).toEqual([
      { from: 'matched', fromCategory: null, to: 'break', toCategory: 'CURRENCY', items: 1 },
    ]);
    const { recon } = await reconciled(app, MARCH);
    expect(recon).toMatchObject({ matched: 0, by_category: { CURRENCY: 1 } });
    expect(recon.rules?.sha256).toBe(earlier.rules?.sha256);
    expect(recon.recon_sha256).not.toBe(earlier.recon_sha256);
    // Both stand beside each other, each by what it meant.
    const both = await commanded('verify');
    expect(both.code, both.stdout).toBe(0);
    expect((await commanded('rebuild')).code).toBe(0);
  });

  it.runIf(hasPrices)(
    'has the hash that it has now, where a key has one currency: PJM in March',
    async () => {
      const hours = readPrices().filter(({ day }) => day.startsWith('2024-03'));
      await syncRecords(app, MARCH, hours.filter(({ current }) => current).map(vendorRecord));
      const path = join(folder, 'ledger.csv');
      const named = ledgerCsv(hours.filter(({ version }) => version === '1'));
      const unnamed = named
        .replace('Settlement ID,Trade ID', 'Memo,Trade ID,Location')
        .replaceAll('PJM-50MW', 'PJM-50MW,PJM-RTO');
      for (const [extract, digest] of [
        [named, 'ad57f3db8fa77ec0d698ba944f3154084d103c7b3efaf0b1df9499653f9edede'],
        [unnamed, '46bfc6cdae36392d6fd7003e3963c312f6822505867af2603ee9f3cf085f51e3'],
      ] as const) {
        writeFileSync(path, extract);
        await app.importLedger({ path, month: MARCH, ...unwatched });
        const { recon } = await reconciled(app, MARCH);
        expect(recon).toMatchObject({ matched: 741, by_category: { PRICE: 2 }, recon_sha256: digest });
        expect((await reconciledEarlier(app, MARCH, recon.at)).recon_sha256).toBe(digest);
      }
    },
  );
});
