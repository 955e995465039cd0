/** The items and breaks of a reconciliation as they are kept, and whether they are still what was worked out. */
import type { Transaction } from '../workspace/database.ts';

/** What was worked out of a key. */
const OUTCOME = `position, key, state, category, break_id, settlement_id, etrm_rows, etrm_volume, etrm_amount, ledger_rows,
  ledger_volume, ledger_amount, currency, difference, differing`;
/** The rows that stand for the key where there are several. */
const SHOWN = 'etrm_page, etrm_idx, import_id, ledger_line';
const BREAK = 'position, break_id, category, detail';

/** The staged items in the order in which they are shown: by delivery, then by key. */
const PLACED = `CREATE TEMP TABLE placed_item AS
  SELECT *, row_number() OVER (ORDER BY delivery_start NULLS LAST, key) - 1 AS position FROM temp.item`;

/** Keeps the staged items under the reconciliation's id. */
export async function storeItems(tx: Transaction, reconId: string): Promise<void> {
  await tx.run(PLACED);
  await tx.run(
    `INSERT INTO recon_item (recon_id, ${OUTCOME}, ${SHOWN}) SELECT ?, ${OUTCOME}, ${SHOWN} FROM temp.placed_item ORDER BY position`,
    [reconId],
  );
  await tx.run(
    `INSERT INTO recon_break SELECT ?, ${BREAK} FROM temp.placed_item WHERE state = 'break' ORDER BY position`,
    [reconId],
  );
  await tx.run('DROP TABLE temp.placed_item');
}

export interface ItemDifferences {
  readonly items: number;
  readonly breaks: number;
  /** What the first is about; null where none differs. */
  readonly first: string | null;
}

/** Rows of either that the other has not. */
function differing(columns: string, worked: string, kept: string): string {
  const [one, other] = [`SELECT ${columns} FROM ${worked}`, `SELECT ${columns} FROM ${kept}`];
  return `((${one} EXCEPT ALL ${other}) UNION ALL (${other} EXCEPT ALL ${one}))`;
}

/** Kept items whose shown rows are not of their key. Bound: recon id. */
const STRANGERS = `
  SELECT i.position, i.key FROM recon_item i
  LEFT JOIN temp.etrm_current e ON e.key = i.key AND e.page = i.etrm_page AND e.idx = i.etrm_idx
  LEFT JOIN temp.ledger_live l ON l.key = i.key AND l.import_id = i.import_id AND l.line = i.ledger_line
  WHERE i.recon_id = ? AND ((i.etrm_rows > 0) <> (e.key IS NOT NULL) OR (i.ledger_rows > 0) <> (l.key IS NOT NULL))`;

/** Holds the kept items and breaks against what is staged, which stays as it is. */
export async function itemDifferences(tx: Transaction, reconId: string): Promise<ItemDifferences> {
  await tx.run(PLACED);
  const items = await tx.row(
    `SELECT count(DISTINCT position) AS n, arg_min(key, position) AS first FROM (
       SELECT position, key
       FROM ${differing(OUTCOME, 'temp.placed_item', '(SELECT * FROM recon_item WHERE recon_id = ?)')}
       UNION ALL ${STRANGERS})`,
    [reconId, reconId, reconId],
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
    first: items?.textOrNull('first') ?? breaks?.textOrNull('first') ?? null,
  };
}
