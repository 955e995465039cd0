/**
 * The sides of a month as SQL: each settlement at its highest version, each live posting, both with the key they meet
 * under. Nothing is copied here but what is not plain: versions that a higher one restates, and keys where postings only
 * describe their settlement.
 */
import { knownSettlements, type Relation } from '../dead-letters/known-settlements.ts';
import type { Transaction } from '../workspace/transaction.ts';

/** The key by identity of what does not name its settlement, of columns that either side has. */
export const COMPOSITE = `'c' || concat_ws(chr(31), trade_id, coalesce(deal_leg, 0), epoch_us(delivery_start), location, coalesce(charge_type, 'ENERGY'))`;

/** Of a posting. */
export const LEDGER_KEY = `CASE WHEN settlement_id IS NOT NULL THEN 'i' || settlement_id ELSE ${COMPOSITE} END`;

export interface KeyedSides {
  /** Columns of `settlement`, `row_no` and `key`. */
  readonly etrm: Relation;
  /** Columns of `ledger_row`, `row_no`, `key`, and `import_no`: the place of its extract among those read. */
  readonly ledger: Relation;
  /** Every posting names its settlement: all keys are settlement ids. */
  readonly named: boolean;
}

const TABLES = ['repeated_id', 'superseded', 'etrm_key'] as const;

export async function dropKeys(tx: Transaction): Promise<void> {
  for (const table of TABLES) await tx.run(`DROP TABLE IF EXISTS temp.${table}`);
}

/** Hashes of ids under which more than one row came into `repeated_id`; of such settlements the rows that a higher version
 * replaces into `superseded`. @returns whether there are any of the latter. */
async function findSuperseded(tx: Transaction, known: Relation): Promise<boolean> {
  await tx.run(
    `CREATE TEMP TABLE repeated_id AS
     SELECT hash(settlement_id) AS h FROM (${known.sql}) GROUP BY h HAVING count(*) > 1`,
    known.parameters,
  );
  if (!(await tx.row('SELECT 1 AS found FROM temp.repeated_id LIMIT 1'))) return false;
  await tx.run(
    `CREATE TEMP TABLE superseded AS
     WITH several AS (
       SELECT row_no, settlement_id, version FROM (${known.sql})
       WHERE hash(settlement_id) IN (SELECT h FROM temp.repeated_id))
     SELECT row_no FROM several s
     JOIN (SELECT settlement_id, max(version) AS newest FROM several GROUP BY settlement_id) n
       ON n.settlement_id = s.settlement_id
     WHERE s.version < n.newest`,
    known.parameters,
  );
  return (await tx.row('SELECT 1 AS found FROM temp.superseded LIMIT 1')) !== null;
}

/** A settlement that no posting names, but one describes, meets it under the composite key. */
async function keyEitherWay(tx: Transaction, current: Relation, ledger: Relation): Promise<void> {
  await tx.run(
    `CREATE TEMP TABLE etrm_key AS
     WITH posted AS (SELECT DISTINCT key FROM (${ledger.sql}))
     SELECT d.row_no,
       CASE WHEN own.key IS NULL AND other.key IS NOT NULL THEN d.composite_key ELSE d.own_key END AS key
     FROM (SELECT row_no, 'i' || settlement_id AS own_key, ${COMPOSITE} AS composite_key FROM (${current.sql})) d
     LEFT JOIN posted own ON own.key = d.own_key
     LEFT JOIN posted other ON other.key = d.composite_key`,
    [...ledger.parameters, ...current.parameters],
  );
}

/** @param importIds not empty. */
function livePostings(importIds: readonly string[], key: string): Relation {
  const number = importIds.map((_, at) => `WHEN ? THEN ${at}`).join(' ');
  const marks = importIds.map(() => '?').join(', ');
  return {
    sql: `SELECT *, rowid AS row_no, CASE import_id ${number} END AS import_no, ${key} AS key FROM ledger_row
      WHERE import_id IN (${marks}) AND (status IS NULL OR status <> 'VOID')`,
    parameters: [...importIds, ...importIds],
  };
}

/**
 * @param knownUntil a place in the audit chain: dead letters that were retried after it are left out. Null: none is.
 */
export async function keyedSides(
  tx: Transaction,
  runId: string,
  importIds: readonly string[],
  knownUntil: number | null,
): Promise<KeyedSides> {
  await dropKeys(tx);
  const known = await knownSettlements(tx, runId, knownUntil);
  const restated = await findSuperseded(tx, known);
  const current = {
    sql: restated
      ? `SELECT s.* FROM (${known.sql}) s ANTI JOIN temp.superseded o ON o.row_no = s.row_no`
      : known.sql,
    parameters: known.parameters,
  };
  const named: Relation = livePostings(importIds, `'i' || settlement_id`);
  const ledger = livePostings(importIds, LEDGER_KEY);
  const unnamed = await tx.row(
    `SELECT 1 AS found FROM (${ledger.sql}) WHERE settlement_id IS NULL LIMIT 1`,
    ledger.parameters,
  );
  if (!unnamed) {
    return {
      etrm: {
        sql: `SELECT *, 'i' || settlement_id AS key FROM (${current.sql})`,
        parameters: current.parameters,
      },
      ledger: named,
      named: true,
    };
  }
  await keyEitherWay(tx, current, ledger);
  const etrm = {
    sql: `SELECT s.*, k.key FROM (${current.sql}) s JOIN temp.etrm_key k ON k.row_no = s.row_no`,
    parameters: current.parameters,
  };
  return { etrm, ledger, named: false };
}
