/** Exports and evidence packs: their manifests, and how long records are kept. */
import type { Migration } from './migration.ts';

export const exports: Migration = {
  version: 11,
  name: 'exports',
  statements: [
    // How long records are kept, in years; the newest counts, and none is the default.
    `CREATE TABLE retention_setting_event (
       seq BIGINT NOT NULL, changed_at VARCHAR NOT NULL, actor VARCHAR NOT NULL, years BIGINT NOT NULL,
       reason VARCHAR NOT NULL)`,
    // `act`: placed, released. A month under a hold is kept whatever its age.
    `CREATE TABLE legal_hold_event (
       seq BIGINT NOT NULL, occurred_at VARCHAR NOT NULL, actor VARCHAR NOT NULL, month VARCHAR NOT NULL,
       act VARCHAR NOT NULL, reason VARCHAR NOT NULL)`,
    `CREATE VIEW legal_hold AS
       SELECT * EXCLUDE (rank) FROM (
         SELECT *, row_number() OVER (PARTITION BY month ORDER BY seq DESC) AS rank FROM legal_hold_event)
       WHERE rank = 1 AND act = 'placed'`,
    // Evidence that was removed after its time: the bytes are gone, their hashes stay.
    `CREATE TABLE pruned_evidence (
       seq BIGINT NOT NULL, month VARCHAR NOT NULL, kind VARCHAR NOT NULL, sha256 VARCHAR NOT NULL)`,
  ],
};
