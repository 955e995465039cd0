/**
 * The sides of a month, staged for matching: each settlement at its highest version, each live posting, both with the
 * key they meet under. The engine matches what agrees in every field; the rest goes to the judge.
 */
import { PENDING_STATUSES, SETTLEMENT_FIELDS } from '../../shared/settlement.ts';
import { knownSettlements } from '../dead-letters/known-settlements.ts';
import type { Transaction } from '../workspace/database.ts';
import type { RuleSet } from './rules.ts';

const COMPOSITE = `'c' || concat_ws(chr(31), trade_id, coalesce(deal_leg, 0), epoch_us(delivery_start), location, coalesce(charge_type, 'ENERGY'))`;

/** Tells rows of one business key apart by what they say: where they stood depends on how pages were cut. */
const CONTENT = SETTLEMENT_FIELDS.map((field) =>
  field === 'volume' || field === 'price' || field === 'amount' ? `${field}_text` : field,
).join(', ');

/** `c`: the current rows, numbered where a business key came more than once. */
const PLACED = `
  doubled AS (SELECT settlement_id FROM current GROUP BY settlement_id HAVING count(*) > 1),
  c AS (
    SELECT *, 1 AS placed FROM current WHERE settlement_id NOT IN (SELECT settlement_id FROM doubled)
    UNION ALL
    SELECT *, row_number() OVER (PARTITION BY settlement_id ORDER BY ${CONTENT}, page, idx)
    FROM current WHERE settlement_id IN (SELECT settlement_id FROM doubled))`;

const KEYED_BY_ID = `SELECT *, 'i' || settlement_id AS key FROM c`;

/** A settlement that no posting names, but one describes, meets it under the composite key. */
const KEYED_EITHER_WAY = `
  SELECT d.* EXCLUDE (composite_key),
    CASE WHEN own.key IS NULL AND other.key IS NOT NULL THEN d.composite_key ELSE 'i' || d.settlement_id END AS key
  FROM (SELECT *, ${COMPOSITE} AS composite_key FROM c) d
  LEFT JOIN (SELECT DISTINCT key FROM temp.ledger_live) own ON own.key = 'i' || d.settlement_id
  LEFT JOIN (SELECT DISTINCT key FROM temp.ledger_live) other ON other.key = d.composite_key`;

/** Fields that a plain match has equal wherever the ledger has them. */
const EQUAL = ['volume_uom', 'direction', 'delivery_start', 'delivery_end', 'counterparty', 'version'];
/** The same, where the ETRM may lack them too. */
const EQUAL_WHERE_BOTH = ['legal_entity', 'agreement'];

const PLAIN = [
  `e.status NOT IN (${PENDING_STATUSES.map((status) => `'${status}'`).join(', ')})`,
  'e.currency = l.currency',
  ...EQUAL.map((field) => `(l.${field} IS NULL OR l.${field} = e.${field})`),
  ...EQUAL_WHERE_BOTH.map((field) => `(l.${field} IS NULL OR e.${field} IS NULL OR l.${field} = e.${field})`),
  '(l.price_uom IS NULL OR upper(l.price_uom) = upper(e.price_uom))',
  '(l.volume_text IS NULL OR l.volume = e.volume)',
  '(l.price_text IS NULL OR l.price = e.price)',
  'l.amount IS NOT NULL',
  'e.amount IS NOT NULL',
  'abs(l.amount - e.amount) <= ?::DECIMAL(38,12)',
].join('\n      AND ');

export interface Staged {
  /** Keys that the engine could not match plainly. */
  readonly candidates: number;
}

const TABLES = ['etrm_current', 'ledger_live', 'key_count', 'candidate', 'item'] as const;

export async function dropStaging(tx: Transaction): Promise<void> {
  for (const table of TABLES) await tx.run(`DROP TABLE IF EXISTS temp.${table}`);
}

/**
 * Stages both sides, matches the plain keys into `item`, and numbers the rest in `candidate`.
 * @param knownUntil a place in the audit chain: dead letters that were retried after it are left out. Null: none is.
 */
export async function stage(
  tx: Transaction,
  runId: string,
  importIds: readonly string[],
  rules: RuleSet,
  knownUntil: number | null,
): Promise<Staged> {
  await dropStaging(tx);
  await tx.run(
    `CREATE TEMP TABLE ledger_live AS
     SELECT r.*, CASE WHEN r.settlement_id IS NOT NULL THEN 'i' || r.settlement_id ELSE ${COMPOSITE} END AS key
     FROM ledger_row r
     WHERE list_contains(json_extract_string(?::JSON, '$[*]'), r.import_id) AND (r.status IS NULL OR r.status <> 'VOID')`,
    [JSON.stringify(importIds)],
  );
  const known = await knownSettlements(tx, runId, knownUntil);
  const unnamed = await tx.row('SELECT count(*) AS n FROM temp.ledger_live WHERE settlement_id IS NULL');
  await tx.run(
    `CREATE TEMP TABLE etrm_current AS
     WITH newest AS (
       SELECT settlement_id, max(version) AS version FROM (${known.sql}) GROUP BY settlement_id),
     current AS (
       SELECT s.* FROM (${known.sql}) s
       JOIN newest n ON n.settlement_id = s.settlement_id AND n.version = s.version),
     ${PLACED}
     ${(unnamed?.int('n') ?? 0) > 0 ? KEYED_EITHER_WAY : KEYED_BY_ID}`,
    [...known.parameters, ...known.parameters],
  );
  await tx.run(
    `CREATE TEMP TABLE key_count AS
     SELECT key, sum(e)::BIGINT AS etrm, sum(l)::BIGINT AS ledger FROM (
       SELECT key, 1 AS e, 0 AS l FROM temp.etrm_current
       UNION ALL SELECT key, 0, 1 FROM temp.ledger_live)
     GROUP BY key`,
  );
  await tx.run(
    `CREATE TEMP TABLE item (
       key VARCHAR, delivery_start TIMESTAMP, state VARCHAR, category VARCHAR, break_id VARCHAR, settlement_id VARCHAR,
       etrm_page BIGINT, etrm_idx BIGINT, etrm_rows BIGINT, etrm_volume VARCHAR, etrm_amount VARCHAR,
       import_id VARCHAR, ledger_line BIGINT, ledger_rows BIGINT, ledger_volume VARCHAR, ledger_amount VARCHAR,
       currency VARCHAR, difference VARCHAR, differing VARCHAR, detail VARCHAR)`,
  );
  // One row on each side and nothing that differs: matched, whatever the judge would say at more length. The
  // difference within the tolerance is exact, because both amounts are.
  await tx.run(
    `INSERT INTO temp.item
     SELECT e.key, e.delivery_start, 'matched', NULL, NULL, e.settlement_id, e.page, e.idx, 1, e.volume_text,
       e.amount_text, l.import_id, l.line, 1, l.volume_text, l.amount_text, e.currency,
       CASE WHEN l.amount = e.amount THEN '0' ELSE rtrim((l.amount - e.amount)::VARCHAR, '0') END, '[]', NULL
     FROM temp.key_count k
     JOIN temp.etrm_current e ON e.key = k.key
     JOIN temp.ledger_live l ON l.key = k.key
     WHERE k.etrm = 1 AND k.ledger = 1
      AND ${PLAIN}`,
    [rules.amount_tolerance],
  );
  await tx.run(
    `CREATE TEMP TABLE candidate AS
     SELECT k.key, row_number() OVER (ORDER BY k.key) AS ordinal
     FROM temp.key_count k ANTI JOIN temp.item i ON i.key = k.key`,
  );
  const counted = await tx.row('SELECT count(*) AS n FROM temp.candidate');
  return { candidates: counted?.int('n') ?? 0 };
}
