/**
 * The items and breaks of a reconciliation as they are kept, and whether they are still what was worked out. What was
 * matched plainly is kept as two places; the view `recon_item` reads the rest where it lies.
 */
import type { Transaction } from '../workspace/transaction.ts';

/** What was worked out of a key that was judged. */
const OUTCOME = `key, state, category, break_id, settlement_id, etrm_rows, etrm_volume, etrm_amount, ledger_rows,
  ledger_volume, ledger_amount, currency, difference, differing, rule, match_id, reason, evidence`;
/** The rows that stand for the key where there are several. */
const SHOWN = 'etrm_page, etrm_idx, import_id, ledger_line';

const JUDGED = `SELECT p.position, i.* FROM temp.placed p JOIN temp.item i ON i.ordinal = p.ordinal`;
const BREAKS = `SELECT position, break_id, category, detail FROM (${JUDGED}) WHERE state = 'break'`;

/** Import ids by their place among those read. */
function importId(importIds: readonly string[]): string {
  return `CASE import_no ${importIds.map((_, at) => `WHEN ${at} THEN ?`).join(' ')} END`;
}

/** Keeps the placed items under the reconciliation's id, and its number in the audit chain. */
export async function storeItems(tx: Transaction, reconId: string, seq: number): Promise<void> {
  // In an order that the engine is told, all of its threads write; in the one that it would keep by itself, one does.
  await tx.run(
    `INSERT INTO recon_pair (seq, position, etrm_page, etrm_idx, import_no, ledger_line)
     SELECT ?, position, page, idx, import_no, line FROM temp.placed WHERE ordinal IS NULL ORDER BY position`,
    [seq],
  );
  await tx.run(
    `INSERT INTO recon_judged (recon_id, position, ${OUTCOME}, ${SHOWN})
     SELECT ?, position, ${OUTCOME}, ${SHOWN} FROM (${JUDGED}) ORDER BY position`,
    [reconId],
  );
  await tx.run(`INSERT INTO recon_break SELECT ?, * FROM (${BREAKS}) ORDER BY position`, [reconId]);
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

/** Of pages, cuts and extracts: where one of several rows of a key stands may change, but it is of the key. Bound: recon id. */
const STRANGERS = `
  SELECT i.position, i.key FROM recon_judged i
  LEFT JOIN temp.etrm_current e ON e.key = split_part(i.key, chr(30), 1) AND e.page = i.etrm_page AND e.idx = i.etrm_idx
  LEFT JOIN temp.ledger_live l ON l.key = split_part(i.key, chr(30), 1) AND l.import_id = i.import_id AND l.line = i.ledger_line
  WHERE i.recon_id = ? AND i.rule IS NULL
    AND ((i.etrm_rows > 0) <> (e.key IS NOT NULL) OR (i.ledger_rows > 0) <> (l.key IS NOT NULL))`;

/** Holds the kept items and breaks against what is placed, which stays as it is. */
export async function itemDifferences(
  tx: Transaction,
  reconId: string,
  importIds: readonly string[],
): Promise<ItemDifferences> {
  const plain = await tx.row(
    `SELECT count(DISTINCT position) AS n, min(position) AS first FROM (
       SELECT coalesce(k.position, w.position) AS position
       FROM (SELECT * FROM recon_plain WHERE recon_id = ?) k
       FULL JOIN (
         SELECT position, page, idx, ${importId(importIds)} AS import_id, line FROM temp.placed
         WHERE ordinal IS NULL) w ON w.position = k.position
       WHERE (k.etrm_page, k.etrm_idx, k.import_id, k.ledger_line) IS DISTINCT FROM (w.page, w.idx, w.import_id, w.line))`,
    [reconId, ...importIds],
  );
  const judged = await tx.row(
    `SELECT count(DISTINCT position) AS n, arg_min(key, position) AS first FROM (
       SELECT position, key
       FROM ${differing(`position, ${OUTCOME}`, `(${JUDGED})`, '(SELECT * FROM recon_judged WHERE recon_id = ?)')}
       UNION ALL ${STRANGERS})`,
    [reconId, reconId, reconId],
  );
  const breaks = await tx.row(
    `SELECT count(DISTINCT position) AS n, arg_min(break_id, position) AS first
     FROM ${differing('position, break_id, category, detail', `(${BREAKS})`, '(SELECT * FROM recon_break WHERE recon_id = ?)')}`,
    [reconId, reconId],
  );
  const place = plain?.intOrNull('first') ?? null;
  return {
    items: (plain?.int('n') ?? 0) + (judged?.int('n') ?? 0),
    breaks: breaks?.int('n') ?? 0,
    first:
      judged?.textOrNull('first') ?? breaks?.textOrNull('first') ?? (place === null ? null : `item ${place}`),
  };
}
