/** Governed ingestion: what a run was typed with, the market's own label of a window, trades and curves typed, findings. */
import type { Migration } from './migration.ts';

export const ingestion: Migration = {
  version: 2,
  name: 'ingestion',
  statements: [
    // Profiles are kept by the SHA-256 of their canonical JSON; a run names the one that it was typed with.
    `CREATE TABLE profile (
       sha256 VARCHAR PRIMARY KEY, seq BIGINT NOT NULL, name VARCHAR NOT NULL, revision BIGINT NOT NULL,
       document VARCHAR NOT NULL, saved_at VARCHAR NOT NULL, actor VARCHAR NOT NULL)`,
    `ALTER TABLE run ADD COLUMN profile_sha256 VARCHAR`,
    `DROP VIEW run_state`,
    `CREATE VIEW run_state AS
       SELECT r.*, s.stopped_at AS ended_at, s.outcome, s.error, s.added, s.changed, s.removed, s.run_sha256
       FROM run r LEFT JOIN (
         SELECT *, row_number() OVER (PARTITION BY run_id ORDER BY seq DESC) AS rank FROM run_stop) s
       ON s.run_id = r.run_id AND s.rank = 1`,

    // Where the next page is, of a vendor whose pages name it.
    `ALTER TABLE page ADD COLUMN next_position VARCHAR`,

    `ALTER TABLE settlement ADD COLUMN price_type VARCHAR`,
    `ALTER TABLE settlement ADD COLUMN market VARCHAR`,
    `ALTER TABLE settlement ADD COLUMN market_label VARCHAR`,
    // True in the second of the two hours that a clock shows when it is set back; null where no calendar is known.
    `ALTER TABLE settlement ADD COLUMN repeated_hour BOOLEAN`,

    `CREATE TABLE trade (
       run_id VARCHAR, page BIGINT, idx BIGINT,
       trade_id VARCHAR, version BIGINT, deal_leg BIGINT, counterparty VARCHAR, legal_entity VARCHAR,
       agreement VARCHAR, commodity VARCHAR, direction VARCHAR, trade_date VARCHAR, delivery_start TIMESTAMP,
       delivery_end TIMESTAMP, timezone VARCHAR, location VARCHAR, price_type VARCHAR, curve_id VARCHAR,
       volume DECIMAL(38,12), volume_text VARCHAR, volume_uom VARCHAR, price DECIMAL(38,12), price_text VARCHAR,
       price_uom VARCHAR, currency VARCHAR, status VARCHAR, updated_at TIMESTAMP)`,
    // Prices of curves, synced (run_id is the run's) or imported from a file (run_id is the import's, page 0).
    `CREATE TABLE curve_point (
       run_id VARCHAR, page BIGINT, idx BIGINT,
       curve_id VARCHAR, as_of TIMESTAMP, delivery_start TIMESTAMP, delivery_end TIMESTAMP,
       price DECIMAL(38,12), price_text VARCHAR, price_uom VARCHAR, currency VARCHAR, commodity VARCHAR,
       timezone VARCHAR, location VARCHAR, updated_at TIMESTAMP)`,
    // What was found about records that were accepted: a warning, never a rejection.
    `CREATE TABLE finding (
       run_id VARCHAR NOT NULL, page BIGINT NOT NULL, idx BIGINT NOT NULL, settlement_id VARCHAR NOT NULL,
       version BIGINT NOT NULL, code VARCHAR NOT NULL, field VARCHAR NOT NULL, expected VARCHAR NOT NULL,
       found VARCHAR NOT NULL, source_id VARCHAR NOT NULL, detail VARCHAR NOT NULL)`,
  ],
};
