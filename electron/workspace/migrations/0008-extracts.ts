/** Ledger extracts by mapping: their dialect, mapping and what they changed. */
import type { Migration } from './migration.ts';

export const extracts: Migration = {
  version: 8,
  name: 'extracts',
  statements: [
    `CREATE TABLE mapping (
       sha256 VARCHAR PRIMARY KEY, seq BIGINT NOT NULL, name VARCHAR NOT NULL, revision BIGINT NOT NULL,
       document VARCHAR NOT NULL, saved_at VARCHAR NOT NULL, actor VARCHAR NOT NULL)`,
    // Beside ledger_import, whose earlier rows have none: those were read by header names, as UTF-8.
    `CREATE TABLE ledger_reading (
       import_id VARCHAR PRIMARY KEY, seq BIGINT NOT NULL, mapping_sha256 VARCHAR, reading VARCHAR NOT NULL,
       volumes VARCHAR NOT NULL, checks VARCHAR NOT NULL, replaces VARCHAR,
       added BIGINT, removed BIGINT, changed BIGINT, unchanged BIGINT)`,
  ],
};
