/** A month from page receipts to reports. Tables are append-only; what is "current" is a view or a query. */
import type { Migration } from './migration.ts';

const settlementColumns = `
  settlement_id VARCHAR, version BIGINT, trade_id VARCHAR, deal_leg BIGINT, counterparty VARCHAR,
  legal_entity VARCHAR, agreement VARCHAR, invoice_no VARCHAR, gl_account VARCHAR, commodity VARCHAR,
  charge_type VARCHAR, direction VARCHAR, delivery_start TIMESTAMP, delivery_end TIMESTAMP, timezone VARCHAR,
  location VARCHAR, volume DECIMAL(38,12), volume_text VARCHAR, volume_uom VARCHAR, price DECIMAL(38,12),
  price_text VARCHAR, price_uom VARCHAR, amount DECIMAL(38,12), amount_text VARCHAR, currency VARCHAR,
  status VARCHAR, curve_id VARCHAR, due_date VARCHAR, updated_at TIMESTAMP`;

export const month: Migration = {
  version: 1,
  name: 'month',
  statements: [
    `CREATE TABLE audit_event (
       seq BIGINT PRIMARY KEY, occurred_at VARCHAR NOT NULL, actor VARCHAR NOT NULL, type VARCHAR NOT NULL,
       payload VARCHAR NOT NULL, prev_sha256 VARCHAR NOT NULL, sha256 VARCHAR NOT NULL)`,

    `CREATE TABLE connection_event (
       seq BIGINT NOT NULL, changed_at VARCHAR NOT NULL, name VARCHAR NOT NULL, removed BOOLEAN NOT NULL,
       base_url VARCHAR, token_url VARCHAR, client_id VARCHAR, scope VARCHAR, ca_file VARCHAR, allow_http BOOLEAN)`,
    `CREATE VIEW connection AS
       SELECT * EXCLUDE (rank) FROM (
         SELECT *, row_number() OVER (PARTITION BY name ORDER BY seq DESC) AS rank FROM connection_event)
       WHERE rank = 1 AND NOT removed`,

    `CREATE TABLE run (
       run_id VARCHAR PRIMARY KEY, seq BIGINT NOT NULL, source VARCHAR NOT NULL, connection VARCHAR, base_url VARCHAR NOT NULL,
       resource VARCHAR NOT NULL, month VARCHAR NOT NULL, start_date VARCHAR NOT NULL, end_date VARCHAR NOT NULL,
       page_size BIGINT NOT NULL, correlation_id VARCHAR NOT NULL, started_at VARCHAR NOT NULL,
       actor VARCHAR NOT NULL, app_version VARCHAR NOT NULL)`,
    `CREATE TABLE run_stop (
       run_id VARCHAR NOT NULL, seq BIGINT NOT NULL, stopped_at VARCHAR NOT NULL, outcome VARCHAR NOT NULL, error VARCHAR,
       pages BIGINT NOT NULL, records BIGINT NOT NULL, rejected BIGINT NOT NULL,
       added BIGINT, changed BIGINT, removed BIGINT, run_sha256 VARCHAR)`,
    `CREATE VIEW run_state AS
       SELECT r.*, s.stopped_at AS ended_at, s.outcome, s.error, s.added, s.changed, s.removed, s.run_sha256
       FROM run r LEFT JOIN (
         SELECT *, row_number() OVER (PARTITION BY run_id ORDER BY seq DESC) AS rank FROM run_stop) s
       ON s.run_id = r.run_id AND s.rank = 1`,
    `CREATE TABLE run_warning (run_id VARCHAR NOT NULL, warned_at VARCHAR NOT NULL, code VARCHAR NOT NULL, message VARCHAR NOT NULL)`,

    `CREATE TABLE page (
       run_id VARCHAR NOT NULL, page BIGINT NOT NULL, received_at VARCHAR NOT NULL, request_id VARCHAR NOT NULL,
       page_sha256 VARCHAR NOT NULL, body_sha256 VARCHAR NOT NULL, bytes BIGINT NOT NULL, content_type VARCHAR,
       charset VARCHAR NOT NULL, records BIGINT NOT NULL, rejected BIGINT NOT NULL, next_page BOOLEAN NOT NULL,
       attempts BIGINT NOT NULL, elapsed_ms BIGINT NOT NULL, warning VARCHAR,
       PRIMARY KEY (run_id, page))`,
    `CREATE TABLE attempt (
       run_id VARCHAR NOT NULL, ordinal BIGINT NOT NULL, sent_at VARCHAR NOT NULL, correlation_id VARCHAR NOT NULL,
       request_id VARCHAR NOT NULL, page BIGINT, method VARCHAR NOT NULL, url VARCHAR NOT NULL, attempt BIGINT NOT NULL,
       status BIGINT, error VARCHAR, elapsed_ms BIGINT NOT NULL, delay_ms BIGINT, reason VARCHAR)`,
    `CREATE TABLE settlement (run_id VARCHAR, page BIGINT, idx BIGINT, ${settlementColumns})`,
    `CREATE TABLE resource_record (run_id VARCHAR, page BIGINT, idx BIGINT, record VARCHAR)`,
    `CREATE TABLE dead_letter (
       run_id VARCHAR NOT NULL, page BIGINT NOT NULL, idx BIGINT NOT NULL, settlement_id VARCHAR,
       reasons VARCHAR NOT NULL, raw VARCHAR NOT NULL)`,
    `CREATE TABLE drift (
       run_id VARCHAR NOT NULL, page BIGINT NOT NULL, field VARCHAR NOT NULL, kind VARCHAR NOT NULL,
       expected VARCHAR NOT NULL, seen VARCHAR NOT NULL)`,

    `CREATE TABLE ledger_import (
       import_id VARCHAR PRIMARY KEY, seq BIGINT NOT NULL, month VARCHAR NOT NULL, file_name VARCHAR NOT NULL,
       file_sha256 VARCHAR NOT NULL, bytes BIGINT NOT NULL, rows BIGINT NOT NULL, imported_at VARCHAR NOT NULL,
       actor VARCHAR NOT NULL, columns VARCHAR NOT NULL, totals VARCHAR NOT NULL)`,
    `CREATE VIEW ledger_import_current AS
       SELECT * EXCLUDE (rank) FROM (
         SELECT *, row_number() OVER (PARTITION BY month, file_name ORDER BY seq DESC) AS rank FROM ledger_import)
       WHERE rank = 1`,
    `CREATE TABLE ledger_row (
       import_id VARCHAR, line BIGINT, ${settlementColumns},
       journal_id VARCHAR, posting_date VARCHAR, period VARCHAR, memo VARCHAR)`,

    `CREATE TABLE recon (
       recon_id VARCHAR PRIMARY KEY, seq BIGINT NOT NULL, month VARCHAR NOT NULL, run_id VARCHAR NOT NULL,
       import_ids VARCHAR NOT NULL, rules_sha256 VARCHAR NOT NULL, reconciled_at VARCHAR NOT NULL, actor VARCHAR NOT NULL,
       matched BIGINT NOT NULL, breaks BIGINT NOT NULL, pending BIGINT NOT NULL, by_category VARCHAR NOT NULL,
       etrm_total VARCHAR NOT NULL, ledger_total VARCHAR NOT NULL, pending_total VARCHAR NOT NULL,
       recon_sha256 VARCHAR NOT NULL)`,
    `CREATE TABLE recon_item (
       recon_id VARCHAR NOT NULL, position BIGINT NOT NULL, key VARCHAR NOT NULL, state VARCHAR NOT NULL,
       category VARCHAR, break_id VARCHAR, settlement_id VARCHAR, etrm_page BIGINT, etrm_idx BIGINT,
       etrm_rows BIGINT NOT NULL, etrm_volume VARCHAR, etrm_amount VARCHAR, import_id VARCHAR, ledger_line BIGINT,
       ledger_rows BIGINT NOT NULL, ledger_volume VARCHAR, ledger_amount VARCHAR, currency VARCHAR,
       difference VARCHAR, differing VARCHAR NOT NULL)`,
    `CREATE TABLE recon_break (
       recon_id VARCHAR NOT NULL, position BIGINT NOT NULL, break_id VARCHAR NOT NULL, category VARCHAR NOT NULL,
       detail VARCHAR NOT NULL)`,

    `CREATE TABLE report (
       seq BIGINT NOT NULL, month VARCHAR NOT NULL, recon_id VARCHAR NOT NULL, path VARCHAR NOT NULL,
       format VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, exported_at VARCHAR NOT NULL)`,
    `CREATE TABLE verification (
       seq BIGINT NOT NULL, month VARCHAR, verified_at VARCHAR NOT NULL, pages BIGINT NOT NULL, records BIGINT NOT NULL,
       differences VARCHAR NOT NULL, audit_head VARCHAR NOT NULL)`,
    `CREATE TABLE page_check (run_id VARCHAR NOT NULL, page BIGINT NOT NULL, seq BIGINT NOT NULL, verified BOOLEAN NOT NULL)`,
  ],
};
