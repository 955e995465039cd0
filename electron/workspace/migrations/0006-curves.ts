/** Curves as snapshots: imported, hashed, given a tolerance, and pinned by the runs that were checked with them. */
import type { Migration } from './migration.ts';

export const curves: Migration = {
  version: 6,
  name: 'curves',
  statements: [
    `CREATE TABLE curve_import (
       import_id VARCHAR PRIMARY KEY, seq BIGINT NOT NULL, month VARCHAR NOT NULL, file_name VARCHAR NOT NULL,
       file_sha256 VARCHAR NOT NULL, bytes BIGINT NOT NULL, points BIGINT NOT NULL, imported_at VARCHAR NOT NULL,
       actor VARCHAR NOT NULL)`,
    `CREATE VIEW curve_import_current AS
       SELECT * EXCLUDE (rank) FROM (
         SELECT *, row_number() OVER (PARTITION BY month, file_name ORDER BY seq DESC) AS rank FROM curve_import)
       WHERE rank = 1`,

    // The source is a run of curves or an import; `sha256` is over the ordered points (docs/curves.md).
    `CREATE TABLE curve_snapshot (
       source_id VARCHAR NOT NULL, seq BIGINT NOT NULL, curve_id VARCHAR NOT NULL, as_of TIMESTAMP NOT NULL,
       points BIGINT NOT NULL, delivery_start TIMESTAMP NOT NULL, delivery_end TIMESTAMP NOT NULL,
       sha256 VARCHAR NOT NULL, PRIMARY KEY (source_id, curve_id, as_of))`,

    // Null in both: back to the default.
    `CREATE TABLE curve_tolerance_event (
       seq BIGINT NOT NULL, changed_at VARCHAR NOT NULL, actor VARCHAR NOT NULL, curve_id VARCHAR NOT NULL,
       absolute VARCHAR, percent VARCHAR)`,
    `CREATE VIEW curve_tolerance AS
       SELECT * EXCLUDE (rank) FROM (
         SELECT *, row_number() OVER (PARTITION BY curve_id ORDER BY seq DESC) AS rank FROM curve_tolerance_event)
       WHERE rank = 1 AND absolute IS NOT NULL`,

    // What a run of settlements was checked with. Of trades: the run and its hash. Of curves: the snapshot, its hash and
    // the tolerance; a higher position is the later snapshot of its curve.
    `CREATE TABLE run_pin (
       run_id VARCHAR NOT NULL, seq BIGINT NOT NULL, kind VARCHAR NOT NULL, position BIGINT NOT NULL,
       source_id VARCHAR NOT NULL, curve_id VARCHAR, as_of TIMESTAMP, records BIGINT NOT NULL, sha256 VARCHAR NOT NULL,
       absolute VARCHAR, percent VARCHAR)`,
  ],
};
