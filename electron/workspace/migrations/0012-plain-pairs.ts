/** Plain matches by number: a text that is the same in a million rows took most of the time of writing them. */
import type { Migration } from './migration.ts';

const COMPOSITE_OF_LEDGER = `'c' || concat_ws(chr(31), l.trade_id, coalesce(l.deal_leg, 0), epoch_us(l.delivery_start), l.location, coalesce(l.charge_type, 'ENERGY'))`;

export const plainPairs: Migration = {
  version: 12,
  name: 'plain-pairs',
  statements: [
    // `seq` is the reconciliation's, `import_no` the place of the extract in its `import_ids`, from 0.
    `CREATE TABLE recon_pair (
       seq BIGINT NOT NULL, position BIGINT NOT NULL, etrm_page BIGINT NOT NULL, etrm_idx BIGINT NOT NULL,
       import_no BIGINT NOT NULL, ledger_line BIGINT NOT NULL)`,

    // Every plain match: those of earlier reconciliations stay in `recon_match`, by the ids themselves.
    `CREATE VIEW recon_plain AS
       SELECT recon_id, position, etrm_page, etrm_idx, import_id, ledger_line FROM recon_match
       UNION ALL
       SELECT r.recon_id, p.position, p.etrm_page, p.etrm_idx, r.import_id, p.ledger_line
       FROM recon_pair p JOIN (
         SELECT recon_id, seq, unnest(from_json(import_ids, '["VARCHAR"]')) AS import_id,
           unnest(range(json_array_length(import_ids)::BIGINT)) AS import_no
         FROM recon) r ON r.seq = p.seq AND r.import_no = p.import_no`,

    `CREATE OR REPLACE VIEW recon_item AS
       SELECT recon_id, position, key, state, category, break_id, settlement_id, etrm_page, etrm_idx, etrm_rows,
         etrm_volume, etrm_amount, import_id, ledger_line, ledger_rows, ledger_volume, ledger_amount, currency,
         difference, differing, rule, match_id, reason, evidence
       FROM recon_judged
       UNION ALL
       SELECT m.recon_id, m.position,
         CASE WHEN l.settlement_id IS NOT NULL THEN 'i' || l.settlement_id ELSE ${COMPOSITE_OF_LEDGER} END,
         'matched', NULL, NULL, e.settlement_id, m.etrm_page, m.etrm_idx, 1, e.volume_text, e.amount_text, m.import_id,
         m.ledger_line, 1, l.volume_text, l.amount_text, e.currency,
         CASE WHEN l.amount = e.amount THEN '0' ELSE rtrim((l.amount - e.amount)::VARCHAR, '0') END, '[]',
         NULL, NULL, NULL, NULL
       FROM recon_plain m
       JOIN recon r ON r.recon_id = m.recon_id
       LEFT JOIN settlement e ON e.run_id = r.run_id AND e.page = m.etrm_page AND e.idx = m.etrm_idx
       LEFT JOIN ledger_row l ON l.import_id = m.import_id AND l.line = m.ledger_line`,
  ],
};
