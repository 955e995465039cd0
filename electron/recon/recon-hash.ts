/** The hash of a staged reconciliation. */
import { createHash } from 'node:crypto';
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import type { Transaction } from '../workspace/database.ts';

/** Rows read at once. */
const BATCH = 20_000;

/** Over the rules, the totals and every item in key order; nothing of when or where it ran, or how pages were cut. */
export async function reconSha256(tx: Transaction, header: unknown): Promise<Sha256> {
  const hash = createHash('sha256');
  hash.update(`${JSON.stringify(header)}\n`);
  const last = await tx.row('SELECT count(*) AS n FROM temp.item');
  const count = last?.int('n') ?? 0;
  await tx.run(
    'CREATE TEMP TABLE item_order AS SELECT key, row_number() OVER (ORDER BY key) AS ordinal FROM temp.item',
  );
  for (let from = 0; from < count; from += BATCH) {
    const rows = await tx.rows(
      `SELECT i.key, state, category, etrm_rows, etrm_amount, etrm_volume, ledger_rows, ledger_amount, ledger_volume, currency, difference, coalesce(detail, '') AS detail
       FROM temp.item_order c JOIN temp.item i ON i.key = c.key WHERE c.ordinal BETWEEN ? AND ? ORDER BY c.ordinal`,
      [from + 1, from + BATCH],
    );
    for (const row of rows) {
      const line = [
        row.text('key'),
        row.text('state'),
        row.textOrNull('category'),
        row.int('etrm_rows'),
        row.textOrNull('etrm_amount'),
        row.textOrNull('etrm_volume'),
        row.int('ledger_rows'),
        row.textOrNull('ledger_amount'),
        row.textOrNull('ledger_volume'),
        row.textOrNull('currency'),
        row.text('difference'),
        row.text('detail'),
      ];
      hash.update(`${JSON.stringify(line)}\n`);
    }
  }
  await tx.run('DROP TABLE temp.item_order');
  return sha256Of(hash.digest('hex'));
}
