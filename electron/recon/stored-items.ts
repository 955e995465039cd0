/** The items and breaks of a reconciliation as they are kept, and whether they are still what was worked out. */
import type { Transaction } from '../workspace/database.ts';

const ITEM = `position, key, state, category, break_id, settlement_id, etrm_page, etrm_idx, etrm_rows, etrm_volume,
  etrm_amount, import_id, ledger_line, ledger_rows, ledger_volume, ledger_amount, currency, difference, differing`;
const BREAK = 'position, break_id, category, detail';

/** The staged items in the order in which they are shown: by delivery, then by key. */
const PLACED = `CREATE TEMP TABLE placed_item AS
  SELECT *, row_number() OVER (ORDER BY delivery_start NULLS LAST, key) - 1 AS position FROM temp.item`;

/** Keeps the staged items under the reconciliation's id. */
export async function storeItems(tx: Transaction, reconId: string): Promise<void> {
  await tx.run(PLACED);
  await tx.run(`INSERT INTO recon_item SELECT ?, ${ITEM} FROM temp.placed_item ORDER BY position`, [reconId]);
  await tx.run(
    `INSERT INTO recon_break SELECT ?, ${BREAK} FROM temp.placed_item WHERE state = 'break' ORDER BY position`,
    [reconId],
  );
  await tx.run('DROP TABLE temp.placed_item');
}

export interface ItemDifferences {
  readonly items: number;
  readonly breaks: number;
  /** Key of the first that differs; null where none does. */
  readonly firstKey: string | null;
}

/** Rows of either that the other has not. */
function differing(columns: string, worked: string, kept: string): string {
  const [one, other] = [`SELECT ${columns} FROM ${worked}`, `SELECT ${columns} FROM ${kept}`];
  return `((${one} EXCEPT ALL ${other}) UNION ALL (${other} EXCEPT ALL ${one}))`;
}

/** Holds the kept items and breaks against the staged ones, which stay as they are. */
export async function itemDifferences(tx: Transaction, reconId: string): Promise<ItemDifferences> {
  await tx.run(PLACED);
  const items = await tx.row(
    `SELECT count(DISTINCT position) AS n, arg_min(key, position) AS first
     FROM ${differing(ITEM, 'temp.placed_item', '(SELECT * FROM recon_item WHERE recon_id = ?)')}`,
    [reconId, reconId],
  );
  const breaks = await tx.row(
    `SELECT count(DISTINCT position) AS n, arg_min(break_id, position) AS first
     FROM ${differing(BREAK, "(SELECT * FROM temp.placed_item WHERE state = 'break')", '(SELECT * FROM recon_break WHERE recon_id = ?)')}`,
    [reconId, reconId],
  );
  await tx.run('DROP TABLE temp.placed_item');
  return {
    items: items?.int('n') ?? 0,
    breaks: breaks?.int('n') ?? 0,
    firstKey: items?.textOrNull('first') ?? breaks?.textOrNull('first') ?? null,
  };
}
