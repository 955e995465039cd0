/**
 * The items of a staged reconciliation in the order in which they are shown, by delivery and then by key; and the hash
 * over them in this order, in chunks that do not depend on threads (docs/hashing.md).
 */
import { createHash } from 'node:crypto';
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import type { Transaction } from '../workspace/database.ts';

/** Items of a chunk. */
const CHUNK = 4096;

/** Into `placed`, with the position. */
export async function placeItems(tx: Transaction): Promise<void> {
  await tx.run('DROP TABLE IF EXISTS temp.placed');
  await tx.run(
    `CREATE TEMP TABLE placed AS
     SELECT page, idx, import_no, line, ordinal, kind, rest, said,
       row_number() OVER (ORDER BY delivery_start NULLS LAST, kind, rest) - 1 AS position FROM (
       SELECT delivery_start, kind, rest, page, idx, import_no, line, NULL::BIGINT AS ordinal, said FROM temp.plain
       UNION ALL
       SELECT delivery_start, key[1], key[2:], NULL, NULL, NULL, NULL, ordinal, said FROM temp.item)`,
  );
}

/** Over the rules, the totals and every item; nothing of when or where it ran, or how pages were cut. */
export async function reconSha256(tx: Transaction, header: unknown): Promise<Sha256> {
  const hash = createHash('sha256');
  hash.update(`${JSON.stringify(header)}\n`);
  // An item that was judged says its key itself; before a plain one it stands with its length.
  const chunks = await tx.rows(
    `SELECT sha256(string_agg(
         CASE WHEN ordinal IS NULL THEN kind || strlen(rest) || ':' || rest || said ELSE said END, chr(10) ORDER BY position)) AS sha
     FROM temp.placed GROUP BY position // ${CHUNK} ORDER BY position // ${CHUNK}`,
  );
  for (const row of chunks) hash.update(`${row.text('sha')}\n`);
  return sha256Of(hash.digest('hex'));
}
