/** The tables of docs/worked-example.md, worked out again: by the same files, through the same services as the command. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { parseRules } from '../../../electron/recon/rule-file.ts';
import type { RuleSet } from '../../../electron/recon/rules.ts';
import { monthWaterfall } from '../../../electron/recon/waterfall.ts';
import { type Decimal, decimal, grouped, subtract, sum, ZERO } from '../../../shared/decimal.ts';
import { parseMonth } from '../../../shared/month.ts';
import type { ReconSummary } from '../../../shared/recon.ts';
import { syncRecords } from '../../unit/recon/stored-month.ts';
import { temporaryApp, temporaryFolder, unwatched } from '../../unit/workspace/temporary.ts';
import { hasPrices } from '../cli/pjm-prices.ts';

if (!hasPrices)
  process.stdout.write(
    'PJM prices are not beside the repository: the worked example is not worked out again.\n',
  );

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PRICES = join(ROOT, '..', 'shared', 'data', 'pjm_rt_hrl_lmps_2024.csv');
const DOCUMENT = readFileSync(join(ROOT, 'docs', 'worked-example.md'), 'utf8');
const MONTHS = Array.from({ length: 12 }, (_, at) => `2024-${String(at + 1).padStart(2, '0')}`);

let app: App;
let year: string;

function rulesOf(form: string): RuleSet {
  return parseRules(readFileSync(join(year, `${form}.json`), 'utf8'), form);
}

/** Imports the extract in place of the one before and reconciles by the rules of a form. */
async function reconciled(month: string, extract: string, form: string): Promise<ReconSummary> {
  const parsed = parseMonth(month);
  if (parsed === null) throw new Error(month);
  await app.importLedger({ path: join(year, extract, `${month}.csv`), month: parsed, ...unwatched });
  return app.reconcile({ month: parsed, source: null, rules: rulesOf(form), ...unwatched });
}

/** Cells of the tables of the document whose first cell is the name. */
function documented(name: string): readonly string[] {
  const line = DOCUMENT.split('\n').find((text) => new RegExp(`^\\| *${name} *\\|`).test(text));
  return (line ?? '')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

async function step(recon: ReconSummary, name: string): Promise<Decimal> {
  const steps = (await monthWaterfall(app.workspace.database, recon.recon_id))?.USD ?? [];
  return steps.find((one) => one.step === name)?.amount ?? ZERO;
}

describe.skipIf(!hasPrices)('the year 2024 of PJM', () => {
  const totals: (readonly [Decimal, Decimal, Decimal])[] = [];

  beforeAll(async () => {
    year = join(temporaryFolder(), 'year');
    execFileSync(process.execPath, [join(ROOT, 'docs', 'worked-example', 'derive.mjs'), PRICES, year]);
    app = await temporaryApp();
    // The market's months are local; the day that each record is delivered on is, too.
    const records = readFileSync(join(year, 'records.jsonl'), 'utf8').trimEnd().split('\n');
    const local = new Intl.DateTimeFormat('en-CA', {
      timeZone: 'America/New_York',
      year: 'numeric',
      month: '2-digit',
    });
    const byMonth = Map.groupBy(records, (record) =>
      local.format(Date.parse(/"delivery_start":"([^"]+)"/.exec(record)?.[1] ?? '')),
    );
    for (const month of MONTHS) {
      const parsed = parseMonth(month);
      if (parsed !== null) await syncRecords(app, parsed, byMonth.get(month) ?? []);
    }
  });

  it.each(MONTHS)('%s ties out in delta and in cumulative form as the table says', async (month) => {
    const delta = await reconciled(month, 'delta', 'delta');
    const cumulative = await reconciled(month, 'cumulative', 'cumulative');
    for (const recon of [delta, cumulative]) {
      const { matched, breaks, pending } = recon;
      expect(pending).toBe(0);
      const [etrm = ZERO, ledger = ZERO] = [recon.etrm_total.USD, recon.ledger_total.USD];
      const [rounding, price] = [
        await step(recon, 'MATCHED'),
        sum([await step(recon, 'PRICE'), await step(recon, 'ROUNDING')]),
      ];
      expect(subtract(ledger, etrm)).toBe(sum([rounding, price]));
      expect([
        month,
        String(matched),
        grouped(etrm),
        grouped(ledger),
        grouped(rounding),
        String(breaks),
        grouped(price),
      ]).toEqual(documented(month));
      if (recon === delta) totals.push([etrm, ledger, rounding]);
    }
  });

  it('sums up to the year', () => {
    const of = (at: 0 | 1 | 2): string => grouped(sum(totals.map((month) => month[at])));
    expect(documented('Year').slice(2, 5)).toEqual([of(0), of(1), of(2)]);
  });

  it.each([
    ['delta, restatement booked', 'booked/delta', 'delta'],
    ['cumulative, restatement booked', 'booked/cumulative', 'cumulative'],
    ['delta, read as cumulative', 'booked/delta', 'cumulative'],
    ['cumulative, read as delta', 'booked/cumulative', 'delta'],
  ])('March: %s', async (name, extract, form) => {
    const recon = await reconciled('2024-03', extract, form);
    const categories = Object.entries(recon.by_category).map(([category, count]) => `${category} ${count}`);
    const { matched, breaks, ledger_total: ledger } = recon;
    expect([
      name,
      String(matched),
      String(breaks),
      categories.join(', ') || 'none',
      grouped(ledger.USD ?? decimal('0')),
    ]).toEqual(documented(name));
  });
});
