/** What the ordered rules bring together beyond one key by identity: versions, postings made twice. */
import { beforeAll, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { parseRules } from '../../../electron/recon/rule-file.ts';
import type { ReconSummary } from '../../../shared/recon.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { importRows, syncRecords } from '../../unit/recon/stored-month.ts';
import { monthOf, temporaryApp, unwatched } from '../../unit/workspace/temporary.ts';

const MARCH = monthOf('2024-03');

let app: App;
beforeAll(async () => {
  app = await temporaryApp();
});

function record(n: number, change: Readonly<Record<string, string>> = {}): string {
  const own = { settlement_id: `"S-${n}"`, trade_id: `"T-${n}"`, volume: '1', price: '10', amount: '-10' };
  return recordJson({ ...own, ...change });
}

/** A posting that describes nothing of its settlement but its trade. */
function posted(n: number, amount: string, more: Readonly<Record<string, string>> = {}) {
  const where = { trade_id: `T-${n}`, delivery_start: '2024-03-01T09:00:00Z', location: 'elsewhere' };
  return { ...where, amount, currency: 'USD', version: '', counterparty: '', memo: '', ...more };
}

async function reconciled(change: object, rule: object): Promise<ReconSummary> {
  const loose = ['delivery_start', 'delivery_end', 'version', 'counterparty'];
  const first = { name: 'trade', key: ['trade_id'], tolerance: { absolute: '0.01' }, ignore: loose, ...rule };
  const rules = parseRules(
    JSON.stringify({ format: 1, name: 'test', revision: 1, rules: [first], ...change }),
    'test',
  );
  return app.reconcile({ month: MARCH, source: null, rules, ...unwatched });
}

it('what a newer posting replaces goes with it, whichever kind of match and key the rule has', async () => {
  await syncRecords(app, MARCH, [record(1), record(2)]);
  await importRows(app, MARCH, 'ledger.csv', [
    posted(1, '-8', { version: '1', counterparty: 'Old' }),
    posted(1, '-10', { version: '2', counterparty: 'ACME Energy' }),
    posted(2, '-10', { version: '1', counterparty: 'Old' }),
    posted(2, '-10', { version: '2', counterparty: 'ACME Energy' }),
  ]);
  const loose = ['trade_id', 'counterparty'];
  for (const [kind, key] of [
    ['1:1', loose],
    ['1:N', loose],
    ['N:1', loose],
    ['N:M', loose],
    ['1:1', ['trade_id']],
  ]) {
    const recon = await reconciled({ ledger: 'cumulative' }, { kind, key });
    expect({ kind, key, recon }).toMatchObject({
      recon: { matched: 2, breaks: 0, etrm_total: { USD: '-20' }, ledger_total: { USD: '-20' } },
    });
  }
});

it('a posting made twice keeps nothing else of its group from being matched', async () => {
  await syncRecords(
    app,
    MARCH,
    [1, 2, 3].map((n) => record(n, { trade_id: '"T-1"' })),
  );
  await importRows(app, MARCH, 'ledger.csv', [
    ...[posted(1, '-10', { memo: 'a' }), posted(1, '-10', { memo: 'b' })],
    ...[posted(1, '-10', { location: 'twice' }), posted(1, '-10', { location: 'twice' })],
  ]);
  expect(await reconciled({}, { kind: '1:1' })).toMatchObject({
    ...{ matched: 2, breaks: 2, ledger_total: { USD: '-40' } },
    by_category: { DUPLICATE: 1, MISSING_IN_LEDGER: 1 },
  });
});
