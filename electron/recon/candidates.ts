/** The keys that the engine could not match plainly, with both sides, a batch at a time. */
import type { Transaction } from '../workspace/database.ts';
import type { KeySides } from './judge.ts';
import { ETRM_SELECT, type EtrmSide, etrmSide, LEDGER_SELECT, type LedgerSide, ledgerSide } from './sides.ts';

/** Keys in a batch: bounds the memory whatever the number of breaks. */
const BATCH = 20_000;

function ofKey<Side>(map: Map<string, Side[]>, key: string): Side[] {
  let list = map.get(key);
  if (!list) {
    list = [];
    map.set(key, list);
  }
  return list;
}

export async function* candidateKeys(
  tx: Transaction,
  candidates: number,
): AsyncGenerator<readonly KeySides[]> {
  for (let from = 0; from < candidates; from += BATCH) {
    const within = [from + 1, Math.min(from + BATCH, candidates)];
    const keys = await tx.rows(
      'SELECT key FROM temp.candidate WHERE ordinal BETWEEN ? AND ? ORDER BY ordinal',
      within,
    );
    const etrm = new Map<string, EtrmSide[]>();
    const ledger = new Map<string, LedgerSide[]>();
    for (const row of await tx.rows(
      `SELECT ${ETRM_SELECT} FROM temp.etrm_current WHERE key IN (SELECT key FROM temp.candidate WHERE ordinal BETWEEN ? AND ?) ORDER BY settlement_id, placed`,
      within,
    )) {
      ofKey(etrm, row.text('key')).push(etrmSide(row));
    }
    for (const row of await tx.rows(
      `SELECT ${LEDGER_SELECT} FROM temp.ledger_live WHERE key IN (SELECT key FROM temp.candidate WHERE ordinal BETWEEN ? AND ?) ORDER BY print, amount_text, price_text, volume_text, import_id, line`,
      within,
    )) {
      ofKey(ledger, row.text('key')).push(ledgerSide(row));
    }
    yield keys.map((row) => {
      const key = row.text('key');
      return { key, etrm: etrm.get(key) ?? [], ledger: ledger.get(key) ?? [] };
    });
  }
}
