import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { reconSha256 } from '../../../electron/recon/placing.ts';
import type { Transaction } from '../../../electron/workspace/transaction.ts';
import { temporaryApp } from '../workspace/temporary.ts';

/** More than are read at once, and no multiple of anything. */
const ITEMS = 140_001;
const CHUNK = 4096;

function expected(): string {
  const hash = createHash('sha256').update('{}\n');
  for (let from = 0; from < ITEMS; from += CHUNK) {
    const said = Array.from({ length: Math.min(CHUNK, ITEMS - from) }, (_, at) => `item ${from + at}`);
    hash.update(`${createHash('sha256').update(said.join('\n')).digest('hex')}\n`);
  }
  return hash.digest('hex');
}

async function place(tx: Transaction): Promise<void> {
  await tx.run(
    `CREATE TEMP TABLE placed_item AS SELECT 'item ' || range AS said FROM range(${ITEMS}) ORDER BY range`,
  );
}

describe('the hash over placed items', () => {
  it('is the same of rows that are settled and of rows of a transaction that is under way', async () => {
    const { database } = (await temporaryApp()).workspace;
    const settled = await database.staged(
      async (tx) => {
        await place(tx);
        await tx.settle?.();
        return await reconSha256(tx, {});
      },
      async (_, digest) => digest,
    );
    const underWay = await database.scratch(async (tx) => {
      await place(tx);
      return await reconSha256(tx, {});
    });
    expect([settled, underWay]).toEqual([expected(), expected()]);
  });
});
