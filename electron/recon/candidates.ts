/** The keys that the engine could not match plainly, with both sides, a batch at a time. */
import type { Transaction } from '../workspace/transaction.ts';
import type { KeySides } from './judge.ts';
import {
  ETRM_TOLD,
  type EtrmSide,
  etrmSide,
  LEDGER_PRINT,
  LEDGER_TOLD,
  type LedgerSide,
  ledgerSide,
  type ToldRow,
} from './sides.ts';

/** Keys in a batch: bounds the memory whatever the number of breaks. */
const BATCH = 20_000;
/** Rows that come from the engine as one text: each text of a result is a buffer that the collector of garbage looks after. */
const TOGETHER = 500;

/** `key`: that by which a break is known. `rule_key`: that of the rule at hand, in rows that may meet under it. */
export type CandidateKey = 'key' | 'rule_key';

function ofKey<Side>(map: Map<string, Side[]>, key: string): Side[] {
  let list = map.get(key);
  if (!list) {
    list = [];
    map.set(key, list);
  }
  return list;
}

/** Numbers the keys of what is staged, in their order; by a rule's key only those that both sides have. @returns how many. */
export async function numberKeys(tx: Transaction, by: CandidateKey): Promise<number> {
  const meet = by === 'key' ? 'UNION' : 'INTERSECT';
  await tx.run('DROP TABLE IF EXISTS temp.candidate');
  await tx.run(
    `CREATE TEMP TABLE candidate AS
     SELECT key, row_number() OVER (ORDER BY key) AS ordinal FROM (
       SELECT ${by} AS key FROM temp.etrm_current ${meet} SELECT ${by} FROM temp.ledger_live) WHERE key IS NOT NULL`,
  );
  return (await tx.row('SELECT count(*) AS n FROM temp.candidate'))?.int('n') ?? 0;
}

/** @param sql of rows with `told`, JSON, and `place`, their order from 1. @returns what is told, in this order. */
async function toldRows<Told>(
  tx: Transaction,
  sql: string,
  parameters: readonly number[],
): Promise<readonly Told[]> {
  const texts = await tx.rows(
    `SELECT '[' || string_agg(told, ',' ORDER BY place) || ']' AS told FROM (${sql})
     GROUP BY place // ${TOGETHER} ORDER BY place // ${TOGETHER}`,
    parameters,
  );
  return texts.flatMap((row) => row.json('told') as readonly Told[]);
}

/** A staged row with the key that it meets others under before it. */
type MetRow = readonly [met: string, row: ToldRow];

export async function* candidateKeys(
  tx: Transaction,
  candidates: number,
  by: CandidateKey,
): AsyncGenerator<readonly KeySides[]> {
  for (let from = 0; from < candidates; from += BATCH) {
    const within = [from + 1, Math.min(from + BATCH, candidates)];
    const keys = await toldRows<string>(
      tx,
      'SELECT to_json(key)::VARCHAR AS told, ordinal AS place FROM temp.candidate WHERE ordinal BETWEEN ? AND ?',
      within,
    );
    const chosen = `${by} IN (SELECT key FROM temp.candidate WHERE ordinal BETWEEN ? AND ?)`;
    const met = (told: string): string => `'[' || to_json(${by})::VARCHAR || ',' || ${told} || ']' AS told`;
    const etrm = new Map<string, EtrmSide[]>();
    const ledger = new Map<string, LedgerSide[]>();
    for (const [key, row] of await toldRows<MetRow>(
      tx,
      `SELECT ${met(ETRM_TOLD)}, row_number() OVER (ORDER BY settlement_id, placed) AS place
       FROM temp.etrm_current WHERE ${chosen}`,
      within,
    )) {
      ofKey(etrm, key).push(etrmSide(row));
    }
    for (const [key, row] of await toldRows<MetRow>(
      tx,
      `SELECT ${met(LEDGER_TOLD)}, row_number() OVER (
         ORDER BY print, amount_text, price_text, volume_text, import_id, line) AS place
       FROM (SELECT *, ${LEDGER_PRINT} AS print FROM temp.ledger_live WHERE ${chosen})`,
      within,
    )) {
      ofKey(ledger, key).push(ledgerSide(row));
    }
    yield keys.map((key) => ({ key, etrm: etrm.get(key) ?? [], ledger: ledger.get(key) ?? [] }));
  }
}
