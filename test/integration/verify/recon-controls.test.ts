/** Control totals: they agree with whatever the engine says of random books, and see what an engine might say wrongly. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { DEFAULT_RULES } from '../../../electron/recon/rules.ts';
import { Findings } from '../../../electron/verify/findings.ts';
import { checkControls } from '../../../electron/verify/recon-controls.ts';
import type { Transaction } from '../../../electron/workspace/transaction.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { randomBooks, recordOf } from '../../unit/recon/random-books.ts';
import { importRows, syncRecords } from '../../unit/recon/stored-month.ts';
import { SEED } from '../../unit/shared/decimals.ts';
import { monthOf, temporaryApp, unwatched } from '../../unit/workspace/temporary.ts';

const MARCH = monthOf('2024-03');
let app: App;

/** Beside the random books some plain cases, in a currency of their own. */
const PLAIN = ['matches', 'volume', 'price', 'amount', 'missing', 'alone'];

const SOLD = {
  ...{ direction: '"SELL"', currency: '"CHF"', volume: '10', price: '7', amount: '70' },
  curve_id: undefined,
};

function plainRow(id: string): Readonly<Record<string, string>> {
  const amount = id === 'amount' ? '71' : '70';
  return {
    ...{ settlement_id: `P-${id}`, amount, currency: 'CHF' },
    ...{ volume: id === 'volume' ? '11' : '10', price: id === 'price' ? '8' : '7' },
  };
}

beforeAll(async () => {
  app = await temporaryApp();
  const books = randomBooks(120, SEED + 3);
  const plain = PLAIN.filter((id) => id !== 'alone').map((id) =>
    recordJson({ ...SOLD, settlement_id: `"P-${id}"` }),
  );
  await syncRecords(app, MARCH, [...books.flatMap((book) => book.records.map(recordOf)), ...plain], 100);
  const rows = books.flatMap(({ files }) => files.flat());
  await importRows(app, MARCH, 'gl.csv', rows);
  await importRows(app, MARCH, 'plain.csv', PLAIN.filter((id) => id !== 'missing').map(plainRow));
  await app.reconcile({ month: MARCH, source: null, ...unwatched });
});

/** What the controls say where the tables are as `change` leaves them, which nothing keeps. */
async function told(change: (tx: Transaction) => Promise<void>): Promise<readonly string[]> {
  const findings = new Findings();
  const undone = new Error('undone');
  await app.workspace.database
    .transaction(async (tx) => {
      await change(tx);
      const recon = await tx.row('SELECT * FROM recon ORDER BY seq DESC LIMIT 1');
      if (!recon) throw new Error('no reconciliation');
      const importIds = recon.json('import_ids');
      const basis = {
        month: MARCH,
        recon,
        importIds: Array.isArray(importIds) ? importIds.map(String) : [],
        rules: DEFAULT_RULES,
      };
      await checkControls(tx, basis, findings);
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  return findings.differences.map(({ name }) => name.replace('2024-03 ', ''));
}

const run =
  (...statements: readonly string[]) =>
  async (tx: Transaction) => {
    for (const statement of statements) await tx.run(statement);
  };

const item = (id: string): string => `settlement_id = 'P-${id}'`;
/** Changes counts of categories as a wrong engine would tell them. */
const recount = (change: string): string =>
  `UPDATE recon SET by_category = json_merge_patch(by_category::JSON, json_object(${change}))::VARCHAR`;
const count = (category: string, by: string): string =>
  `'${category}', (by_category ->> '${category}')::INT ${by}`;

describe('control totals of a reconciliation', () => {
  it('agree with the engine', async () => {
    expect(await told(run())).toEqual([]);
  });

  it.each([
    [
      'a settlement that is in no item',
      'settlements in its items',
      ['DELETE FROM recon_pair WHERE position = (SELECT min(position) FROM recon_pair)'],
    ],
    [
      'a posting that is in two items',
      'postings in two items',
      [
        `UPDATE recon_pair SET import_no = o.import_no, ledger_line = o.ledger_line
         FROM (SELECT * FROM recon_pair ORDER BY position LIMIT 1) o
         WHERE recon_pair.position = (SELECT max(position) FROM recon_pair)`,
      ],
    ],
    [
      'a category that is not that of the rows, told alike everywhere',
      'plain cases that are said to be another',
      [
        recount(`${count('VOLUME', '- 1')}, ${count('PRICE', '+ 1')}`),
        `UPDATE recon_judged SET category = 'PRICE' WHERE ${item('volume')}`,
      ],
    ],
    [
      'a break that is said to match',
      'plain cases that are said to be another',
      [
        recount(count('AMOUNT', '- 1')),
        'UPDATE recon SET matched = matched + 1, breaks = breaks - 1',
        `UPDATE recon_judged SET category = NULL, state = 'matched' WHERE ${item('amount')}`,
      ],
    ],
    [
      'a missing posting that is said to be pending',
      'plain cases that are said to be another',
      [
        recount(count('MISSING_IN_LEDGER', '- 1')),
        'UPDATE recon SET pending = pending + 1, breaks = breaks - 1',
        `UPDATE recon_judged SET category = NULL, state = 'pending' WHERE ${item('missing')}`,
      ],
    ],
    [
      'a total that is not that of the rows',
      'ledger rows in CHF',
      [
        `UPDATE recon SET ledger_total = json_merge_patch(ledger_total::JSON, json_object('CHF', '1'))::VARCHAR`,
      ],
    ],
    [
      'steps that do not add up',
      'steps in CHF, what is left',
      [`UPDATE recon_waterfall SET amount = '1' WHERE currency = 'CHF' AND step = 'LEDGER'`],
    ],
    [
      'steps that add up and are not those of the items',
      'items of the step MISSING_IN_LEDGER in CHF',
      [
        `UPDATE recon_waterfall SET amount = (amount::DECIMAL(38, 12) + 1)::VARCHAR WHERE currency = 'CHF' AND step = 'MISSING_IN_LEDGER'`,
        `UPDATE recon_waterfall SET amount = (amount::DECIMAL(38, 12) - 1)::VARCHAR WHERE currency = 'CHF' AND step = 'MISSING_IN_ETRM'`,
      ],
    ],
    [
      'a count that is not that of the items',
      'items that are pending',
      ['UPDATE recon SET pending = pending + 1'],
    ],
    [
      'a difference that is not that of the sides',
      'items with another difference than their sides',
      [`UPDATE recon_judged SET difference = '0.5' WHERE ${item('price')}`],
    ],
    [
      'parts that are not the difference',
      'breaks whose parts are not their difference',
      [
        `UPDATE recon_break SET detail = json_merge_patch(detail::JSON, '{"explained":{"price":"0.25"}}')::VARCHAR
         WHERE json_extract_string(detail, '$.settlement_id') = 'P-price'`,
      ],
    ],
  ])('see %s', async (_, name, statements) => {
    expect(await told(run(...statements))).toContain(name);
  });
});
