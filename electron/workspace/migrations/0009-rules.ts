/** Rule sets by version, and reconciliations that keep what they matched narrowly. */
import type { Migration } from './migration.ts';

const COMPOSITE_OF_LEDGER = `'c' || concat_ws(chr(31), l.trade_id, coalesce(l.deal_leg, 0), epoch_us(l.delivery_start), l.location, coalesce(l.charge_type, 'ENERGY'))`;

export const rules: Migration = {
  version: 9,
  name: 'rules',
  statements: [
    // Documents are kept in the evidence by the SHA-256 of their canonical JSON; a name has revisions, the newest counts.
    `CREATE TABLE rule_set (
       sha256 VARCHAR NOT NULL, seq BIGINT NOT NULL, name VARCHAR NOT NULL, revision BIGINT NOT NULL,
       document VARCHAR NOT NULL, saved_at VARCHAR NOT NULL, actor VARCHAR NOT NULL)`,
    `CREATE VIEW rule_set_current AS
       SELECT * FROM rule_set QUALIFY row_number() OVER (PARTITION BY name ORDER BY seq DESC) = 1`,

    // What analysts say of one match: confirm (of a suggested one), reject (of a suggested one), unmatch (of any that was
    // made by itself), restore (takes back whichever was said last).
    `CREATE TABLE match_decision (
       seq BIGINT NOT NULL, month VARCHAR NOT NULL, match_id VARCHAR NOT NULL, key VARCHAR, act VARCHAR NOT NULL,
       reason VARCHAR NOT NULL, actor VARCHAR NOT NULL, occurred_at VARCHAR NOT NULL)`,

    // Whatever was not matched plainly, one row each, as it was judged.
    `ALTER TABLE recon_item RENAME TO recon_judged`,
    `ALTER TABLE recon_judged ADD COLUMN rule VARCHAR`,
    `ALTER TABLE recon_judged ADD COLUMN match_id VARCHAR`,
    `ALTER TABLE recon_judged ADD COLUMN reason VARCHAR`,
    `ALTER TABLE recon_judged ADD COLUMN evidence VARCHAR`,
    // One settlement and one posting that agree: where both lie says everything else.
    `CREATE TABLE recon_match (
       recon_id VARCHAR NOT NULL, position BIGINT NOT NULL, etrm_page BIGINT NOT NULL, etrm_idx BIGINT NOT NULL,
       import_id VARCHAR NOT NULL, ledger_line BIGINT NOT NULL)`,
    `CREATE TABLE recon_waterfall (
       recon_id VARCHAR NOT NULL, currency VARCHAR NOT NULL, place BIGINT NOT NULL, step VARCHAR NOT NULL,
       amount VARCHAR NOT NULL, items BIGINT)`,
    `ALTER TABLE recon ADD COLUMN suggested BIGINT DEFAULT 0`,
    `ALTER TABLE recon ADD COLUMN rules_name VARCHAR`,

    `CREATE VIEW recon_item AS
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
       FROM recon_match m
       JOIN recon r ON r.recon_id = m.recon_id
       LEFT JOIN settlement e ON e.run_id = r.run_id AND e.page = m.etrm_page AND e.idx = m.etrm_idx
       LEFT JOIN ledger_row l ON l.import_id = m.import_id AND l.line = m.ledger_line`,
  ],
};
