/**
 * Reconciliations that a later one of their month took the place of. They are not worked out again: what is kept of them is
 * hashed again, and their hash is in their event; what the hash is not over is held against the rows that they are of.
 */
import { BIGINT, VARCHAR } from '@duckdb/node-api';
import { add, type Decimal, ZERO } from '../../shared/decimal.ts';
import { pendingAmounts } from '../recon/pending-amounts.ts';
import { dropPlaced, reconSha256 } from '../recon/placing.ts';
import { currenciesTold } from '../recon/rules.ts';
import { parseEvidence } from '../recon/stored-evidence.ts';
import type { Row } from '../workspace/row.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { Check, Findings } from './findings.ts';
import type { ControlBasis } from './plain-cases.ts';
import { checkStoredControls } from './recon-controls.ts';

/** As `recon/items.ts` hashes what was judged. */
function saidOf(row: Row): string {
  return JSON.stringify([
    ...[row.text('key'), row.text('state'), row.textOrNull('category'), row.int('etrm_rows')],
    ...[row.textOrNull('etrm_amount'), row.textOrNull('etrm_volume'), row.int('ledger_rows')],
    ...[row.textOrNull('ledger_amount'), row.textOrNull('ledger_volume'), row.textOrNull('currency')],
    ...[row.textOrNull('difference'), row.textOrNull('rule'), row.textOrNull('match_id')],
    ...[row.textOrNull('reason'), row.textOrNull('evidence'), row.textOrNull('detail')],
  ]);
}

/** The hash over what is kept, in the order of its positions. */
async function storedSha256(tx: Transaction, { month, recon }: ControlBasis): Promise<string> {
  const reconId = recon.text('recon_id');
  await dropPlaced(tx);
  await tx.run('CREATE TEMP TABLE said_again (position BIGINT, said VARCHAR)');
  // As `recon/plain-matches.ts` hashes what the engine matched.
  await tx.run(
    `INSERT INTO said_again
     SELECT position, concat(key[1], strlen(key[2:]), ':', key[2:], ' ', etrm_amount, ' ', etrm_volume, ' ', currency,
       CASE WHEN difference = '0' THEN '' ELSE ' ' || difference::DECIMAL(38,12)::VARCHAR END)
     FROM recon_item WHERE recon_id = $1 AND position NOT IN (SELECT position FROM recon_judged WHERE recon_id = $1)`,
    [reconId],
  );
  const judged = await tx.rows(
    `SELECT j.*, b.detail FROM recon_judged j
     LEFT JOIN recon_break b ON b.recon_id = j.recon_id AND b.position = j.position WHERE j.recon_id = ?`,
    [reconId],
  );
  await tx.append(
    'said_again',
    [BIGINT, VARCHAR],
    [judged.map((row) => BigInt(row.int('position'))), judged.map(saidOf)],
  );
  await tx.run('CREATE TEMP TABLE placed_item AS SELECT said FROM temp.said_again ORDER BY position');
  const header = {
    month,
    rules_sha256: recon.text('rules_sha256'),
    etrm_total: recon.json('etrm_total'),
    ledger_total: recon.json('ledger_total'),
  };
  const digest = await reconSha256(tx, header);
  await dropPlaced(tx);
  await tx.run('DROP TABLE temp.said_again');
  return digest;
}

/** Beside what is hashed: numbers, ids and places. */
async function checkBeside(
  tx: Transaction,
  { month, recon }: ControlBasis,
  findings: Findings,
): Promise<void> {
  const of = [recon.text('recon_id'), recon.text('run_id')];
  const name = `${month} of ${recon.text('reconciled_at')}`;
  const places = await tx.row(
    `SELECT count(*) - count(DISTINCT position) + coalesce(max(position) + 1, 0) - count(*) AS gaps FROM (
       SELECT position FROM recon_plain WHERE recon_id = $1 UNION ALL SELECT position FROM recon_judged WHERE recon_id = $1)`,
    [recon.text('recon_id')],
  );
  findings.expect('recon', `${name} positions that are none or two items’`, 0, places?.int('gaps') ?? 0);
  const odd = await tx.row(
    `SELECT count(*) AS n, arg_min(key, position) AS first FROM (
       SELECT i.position, i.key FROM recon_judged i
       LEFT JOIN recon_break b ON b.recon_id = i.recon_id AND b.position = i.position
       LEFT JOIN settlement e ON e.run_id = $2 AND e.page = i.etrm_page AND e.idx = i.etrm_idx
       LEFT JOIN ledger_row l ON l.import_id = i.import_id AND l.line = i.ledger_line
       WHERE i.recon_id = $1 AND (
         (i.state = 'break') <> (b.break_id IS NOT NULL) OR b.category <> i.category OR b.break_id <> i.break_id
         OR b.break_id <> json_extract_string(b.detail, '$.break_id')
         OR (b.detail IS NOT NULL AND i.differing <> to_json(json_extract(b.detail, '$.differences[*].field'))::VARCHAR)
         OR i.settlement_id IS DISTINCT FROM coalesce(e.settlement_id, l.settlement_id)
         OR (i.etrm_rows > 0) <> (e.page IS NOT NULL) OR (i.ledger_rows > 0) <> (l.line IS NOT NULL)
         OR (i.rule IS NULL AND i.key[1] = 'i' AND split_part(i.key, chr(30), 1) <> 'i' || coalesce(l.settlement_id, i.key[2:])))
       UNION ALL
       SELECT b.position, b.break_id FROM recon_break b LEFT JOIN recon_judged i
         ON i.recon_id = b.recon_id AND i.position = b.position AND i.state = 'break'
       WHERE b.recon_id = $1 AND i.position IS NULL)`,
    of,
  );
  const n = odd?.int('n') ?? 0;
  findings.expect(
    'recon',
    `${name} items that are of other rows`,
    0,
    n === 0 ? 0 : `${n}, the first ${odd?.text('first')}`,
  );
  const currencies = currenciesTold(recon.textOrNull('currencies'));
  const pending = await tx.rows(
    `SELECT currency, etrm_amount, evidence FROM recon_judged
     WHERE recon_id = ? AND state = 'pending' AND etrm_amount IS NOT NULL`,
    [recon.text('recon_id')],
  );
  const totals = new Map<string, Decimal>();
  for (const row of pending) {
    const evidence = row.textOrNull('evidence');
    const item = {
      currency: row.textOrNull('currency') ?? '',
      etrmAmount: row.decimal('etrm_amount'),
      evidence: evidence === null ? null : parseEvidence(evidence),
    };
    for (const [currency, amount] of pendingAmounts(item, currencies))
      totals.set(currency, add(totals.get(currency) ?? ZERO, amount));
  }
  const told = JSON.stringify(Object.fromEntries([...totals].sort(([a], [b]) => (a < b ? -1 : 1))));
  findings.expect('recon', `${name} pending_total`, told, recon.text('pending_total'));
}

export async function checkStoredRecon(
  { workspace, findings, request }: Check,
  basis: ControlBasis,
): Promise<void> {
  request.signal.throwIfAborted();
  const { month, recon } = basis;
  await workspace.database.scratch(async (tx) => {
    findings.expect(
      'recon',
      `${month} of ${recon.text('reconciled_at')}`,
      recon.text('recon_sha256'),
      await storedSha256(tx, basis),
    );
    await checkBeside(tx, basis, findings);
    await checkStoredControls(tx, basis, findings);
  });
}
