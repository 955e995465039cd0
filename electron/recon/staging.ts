/**
 * The sides of a month, staged for matching. What the engine matches plainly is left where it lies; every other row is
 * copied with its key, numbered where a business key came more than once, and goes to the judge.
 */
import { type Decimal, ZERO } from '../../shared/decimal.ts';
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';
import type { Relation } from '../dead-letters/known-settlements.ts';
import { storedDecimalSql } from '../workspace/stored-types.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { dropKeys, keyedSides } from './keyed-sides.ts';
import { dropPlaced } from './placing.ts';
import { dropPlain, matchPlainly } from './plain-matches.ts';
import type { RuleSet } from './rules.ts';

/** Tells rows of one business key apart by what they say: where they stood depends on how pages were cut. */
export const SETTLEMENT_CONTENT = SETTLEMENT_FIELDS.map((field) =>
  field === 'volume' || field === 'price' || field === 'amount' ? `${field}_text` : field,
).join(', ');

/** Decimals as the engine prints them, from their texts. */
const PRINTED = ['volume', 'price', 'amount']
  .map((field) => `${storedDecimalSql(`${field}_text`)} AS ${field}`)
  .join(', ');

export interface Staged {
  /** The settlements, each once, for totals; void ones do not count. */
  readonly etrm: Relation;
  readonly ledger: Relation;
}

const TABLES = ['etrm_current', 'ledger_live', 'candidate', 'item'] as const;

export async function dropStaging(tx: Transaction): Promise<void> {
  for (const table of TABLES) await tx.run(`DROP TABLE IF EXISTS temp.${table}`);
  await dropPlaced(tx);
  await dropPlain(tx);
  await dropKeys(tx);
}

export interface StageBasis {
  readonly runId: string;
  /** Not empty. */
  readonly importIds: readonly string[];
  /** A place in the audit chain: dead letters that were retried after it are left out. Null: none is. */
  readonly knownUntil: number | null;
  readonly rules: RuleSet;
  /** Keys whose rows an analyst has taken apart. */
  readonly apart: readonly string[];
}

/** Categories for which more is looked at than the engine's plain match does. */
const BEYOND = ['PERIOD', 'ACCOUNT', 'STATUS', 'CURVE_DEVIATION'] as const;

/** Within which the engine may match by itself; null where it may not. */
function plainTolerance({ rules, categories }: RuleSet): Decimal | null {
  const first = rules[0];
  if (first?.key !== 'identity' || first.outcome !== 'automatic') return null;
  if (BEYOND.some((category) => categories.includes(category))) return null;
  // Of dates, the engine compares the delivery alone.
  if (first.window !== undefined && first.window.field !== 'delivery_start') return null;
  return first.tolerance.absolute ?? ZERO;
}

/** Stages both sides: plain matches into `plain`, the rest into `etrm_current` and `ledger_live`. */
export async function stage(tx: Transaction, basis: StageBasis): Promise<Staged> {
  await dropStaging(tx);
  const sides = await keyedSides(tx, basis.runId, basis.importIds, basis.knownUntil);
  const { etrm, ledger } = sides;
  const { rules } = basis;
  const plain = { tolerance: plainTolerance(rules), pending: rules.pending };
  const matched = await matchPlainly(tx, sides, plain, basis.apart);
  const left = (row: 'e_row' | 'l_row'): string =>
    matched ? `s.row_no IN (SELECT ${row} FROM temp.met WHERE NOT same AND ${row} IS NOT NULL)` : 'TRUE';
  const deviates = rules.categories.includes('CURVE_DEVIATION')
    ? `EXISTS (SELECT 1 FROM finding f WHERE f.run_id = s.run_id AND f.page = s.page AND f.idx = s.idx AND f.code = 'CURVE_DEVIATION')`
    : 'FALSE';
  // A letter that was retried later was still one then.
  const refused = rules.categories.includes('QUARANTINED')
    ? `EXISTS (SELECT 1 FROM dead_letter d WHERE d.run_id = ? AND d.settlement_id = s.settlement_id
         AND NOT EXISTS (SELECT 1 FROM dead_letter_event e WHERE e.run_id = d.run_id AND e.page = d.page AND e.idx = d.idx
           AND e.act = 'retried' AND e.seq <= coalesce(?, e.seq)))`
    : 'FALSE';
  await tx.run(
    `CREATE TEMP TABLE etrm_current AS
     WITH current AS (SELECT s.* REPLACE (${PRINTED}), ${deviates} AS deviates FROM (${etrm.sql}) s WHERE ${left('e_row')}),
     doubled AS (SELECT settlement_id FROM current GROUP BY settlement_id HAVING count(*) > 1)
     SELECT *, 1 AS placed, NULL::VARCHAR AS rule_key FROM current WHERE settlement_id NOT IN (SELECT settlement_id FROM doubled)
     UNION ALL
     SELECT *, row_number() OVER (PARTITION BY settlement_id ORDER BY ${SETTLEMENT_CONTENT}, page, idx), NULL
     FROM current WHERE settlement_id IN (SELECT settlement_id FROM doubled)`,
    etrm.parameters,
  );
  await tx.run(
    `CREATE TEMP TABLE ledger_live AS
     SELECT s.* REPLACE (${PRINTED}), ${refused} AS refused, NULL::VARCHAR AS rule_key FROM (${ledger.sql}) s
     WHERE ${left('l_row')}`,
    refused === 'FALSE' ? ledger.parameters : [basis.runId, basis.knownUntil, ...ledger.parameters],
  );
  await tx.run(
    `CREATE TEMP TABLE item (
       ordinal BIGINT, key VARCHAR, delivery_start TIMESTAMP, state VARCHAR, category VARCHAR, break_id VARCHAR, settlement_id VARCHAR,
       etrm_page BIGINT, etrm_idx BIGINT, etrm_rows BIGINT, etrm_volume VARCHAR, etrm_amount VARCHAR,
       import_id VARCHAR, ledger_line BIGINT, ledger_rows BIGINT, ledger_volume VARCHAR, ledger_amount VARCHAR,
       currency VARCHAR, difference VARCHAR, differing VARCHAR, rule VARCHAR, match_id VARCHAR, reason VARCHAR,
       evidence VARCHAR, detail VARCHAR, said VARCHAR)`,
  );
  const again = await tx.row('SELECT 1 AS found FROM temp.etrm_current WHERE placed > 1 LIMIT 1');
  if (!again) return { etrm, ledger };
  const each = `SELECT s.* FROM (${etrm.sql}) s
    ANTI JOIN (SELECT row_no FROM temp.etrm_current WHERE placed > 1) d ON d.row_no = s.row_no`;
  return { etrm: { sql: each, parameters: etrm.parameters }, ledger };
}
