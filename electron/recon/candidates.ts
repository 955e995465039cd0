/** The keys that the engine could not match plainly, with both sides, a batch at a time. */
import type { Transaction } from '../workspace/database.ts';
import type { KeySides } from './judge.ts';
import { ETRM_SELECT, type EtrmSide, etrmSide, LEDGER_SELECT, type LedgerSide, ledgerSide } from './sides.ts';

/** Keys in a batch: bounds the memory whatever the number of breaks. */
const BATCH = 20_000;

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

export async function* candidateKeys(
  tx: Transaction,
  candidates: number,
  by: CandidateKey,
): AsyncGenerator<readonly KeySides[]> {
  for (let from = 0; from < candidates; from += BATCH) {
    const within = [from + 1, Math.min(from + BATCH, candidates)];
    const keys = await tx.rows(
      'SELECT key FROM temp.candidate WHERE ordinal BETWEEN ? AND ? ORDER BY ordinal',
      within,
    );
    const chosen = `${by} IN (SELECT key FROM temp.candidate WHERE ordinal BETWEEN ? AND ?)`;
    const etrm = new Map<string, EtrmSide[]>();
    const ledger = new Map<string, LedgerSide[]>();
    for (const row of await tx.rows(
      `SELECT ${by} AS met, ${ETRM_SELECT} FROM temp.etrm_current WHERE ${chosen} ORDER BY settlement_id, placed`,
      within,
    )) {
      ofKey(etrm, row.text('met')).push(etrmSide(row));
    }
    for (const row of await tx.rows(
      `SELECT ${by} AS met, ${LEDGER_SELECT} FROM temp.ledger_live WHERE ${chosen} ORDER BY print, amount_text, price_text, volume_text, import_id, line`,
      within,
    )) {
      ofKey(ledger, row.text('met')).push(ledgerSide(row));
    }
    yield keys.map((row) => {
      const key = row.text('key');
      return { key, etrm: etrm.get(key) ?? [], ledger: ledger.get(key) ?? [] };
    });
  }
}
