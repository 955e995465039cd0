/**
 * The items of a staged reconciliation in the order in which they are shown, by delivery and then by key; and the hash
 * over them in this order, in chunks that do not depend on threads (docs/hashing.md).
 */
import { createHash } from 'node:crypto';
import { type Sha256, sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { Transaction } from '../workspace/transaction.ts';

/** Items of a chunk. */
const CHUNK = 4096;
/** Items that are read at once, of 32 chunks: bounds the memory. */
const READ = 32n * 4096n;

export async function dropPlaced(tx: Transaction): Promise<void> {
  await tx.run('DROP VIEW IF EXISTS temp.placed');
  await tx.run('DROP TABLE IF EXISTS temp.placed_item');
}

/**
 * Into `placed`, with the position. The engine keeps a table that is made in an order in it, and numbers its rows one by one:
 * what is left to find is where it begins to.
 */
export async function placeItems(tx: Transaction): Promise<void> {
  await dropPlaced(tx);
  await tx.run(
    `CREATE TEMP TABLE placed_item AS
     SELECT page, idx, import_no, line, ordinal, said FROM (
       SELECT delivery_start, kind, rest, page, idx, import_no, line, NULL::BIGINT AS ordinal, said FROM temp.plain
       UNION ALL
       SELECT delivery_start, ascii(key), key[2:], NULL, NULL, NULL, NULL, ordinal, said FROM temp.item)
     ORDER BY delivery_start NULLS LAST, kind, rest`,
  );
  await tx.settle?.();
  const ends = await tx.row(
    `SELECT coalesce(min(rowid), 0)::VARCHAR AS first, coalesce(max(rowid) - min(rowid) + 1, 0) - count(*) AS gaps
     FROM temp.placed_item`,
  );
  const first = ends?.text('first') ?? '0';
  if (ends?.int('gaps') !== 0)
    throw new TieoutError('internal', 'The engine left gaps among the numbers of sorted rows.');
  await tx.run(`CREATE TEMP VIEW placed AS SELECT rowid - ${first} AS position, * FROM temp.placed_item`);
}

/** Over the rules, the totals and every item; nothing of when or where it ran, or how pages were cut. */
export async function reconSha256(tx: Transaction, header: unknown): Promise<Sha256> {
  const hash = createHash('sha256');
  hash.update(`${JSON.stringify(header)}\n`);
  const placed = await tx.row('SELECT count(*) AS n, min(rowid)::VARCHAR AS first FROM temp.placed_item');
  // Rows of a transaction that is under way have numbers beyond those that a JavaScript number writes exactly.
  const first = BigInt(placed?.textOrNull('first') ?? 0);
  const end = first + BigInt(placed?.int('n') ?? 0);
  for (let from = first; from < end; from += READ) {
    // By the engine's own numbers, which tell it where to look. A text of a few hundred kilobytes is hashed here in a third
    // of the time that the engine takes.
    const chunks = await tx.rows(
      `SELECT string_agg(said, chr(10) ORDER BY rowid) AS said FROM temp.placed_item
       WHERE rowid >= ${from} AND rowid < ${from + READ}
       GROUP BY (rowid - ${first}) // ${CHUNK} ORDER BY (rowid - ${first}) // ${CHUNK}`,
    );
    for (const chunk of chunks)
      hash.update(`${createHash('sha256').update(chunk.text('said')).digest('hex')}\n`);
  }
  return sha256Of(hash.digest('hex'));
}
