/** The schema that a vendor sends: as seen page by page, as accepted, where a run drifted from it, and what was decided. */
import type { Migration } from './migration.ts';

export const drift: Migration = {
  version: 7,
  name: 'drift',
  statements: [
    // What each page's records looked like (electron/drift/page-schema.ts), so that a resumed run knows all its pages.
    `CREATE TABLE page_schema (
       run_id VARCHAR NOT NULL, page BIGINT NOT NULL, document VARCHAR NOT NULL, PRIMARY KEY (run_id, page))`,

    // The accepted schema of a source's resource: the first finished run's, then moved by each acceptance.
    `CREATE TABLE schema_baseline_event (
       seq BIGINT NOT NULL, changed_at VARCHAR NOT NULL, actor VARCHAR NOT NULL, source VARCHAR NOT NULL,
       resource VARCHAR NOT NULL, run_id VARCHAR NOT NULL, note VARCHAR, document VARCHAR NOT NULL)`,
    `CREATE VIEW schema_baseline AS
       SELECT * EXCLUDE (rank) FROM (
         SELECT *, row_number() OVER (PARTITION BY source, resource ORDER BY seq DESC) AS rank
         FROM schema_baseline_event)
       WHERE rank = 1`,

    `CREATE TABLE drift_finding (
       seq BIGINT NOT NULL, run_id VARCHAR NOT NULL, position BIGINT NOT NULL, field VARCHAR NOT NULL,
       kind VARCHAR NOT NULL, aspect VARCHAR NOT NULL, severity VARCHAR NOT NULL, expected VARCHAR NOT NULL,
       seen VARCHAR NOT NULL, records BIGINT NOT NULL, first_page BIGINT, first_index BIGINT, sample VARCHAR,
       PRIMARY KEY (run_id, position))`,
    `CREATE TABLE drift_decision (
       seq BIGINT NOT NULL, decided_at VARCHAR NOT NULL, actor VARCHAR NOT NULL, source VARCHAR NOT NULL,
       resource VARCHAR NOT NULL, run_id VARCHAR NOT NULL, field VARCHAR NOT NULL, kind VARCHAR NOT NULL,
       aspect VARCHAR NOT NULL, finding_seq BIGINT NOT NULL, decision VARCHAR NOT NULL, note VARCHAR NOT NULL)`,
    // A rejection stands for later runs too, until the drift is accepted; what was accepted and comes again is new.
    `CREATE VIEW drift_state AS
       SELECT f.*, r.source, r.resource, r.month, coalesce(d.decision, 'open') AS state, d.decided_at,
         d.actor AS decided_by, d.note
       FROM drift_finding f
       JOIN run r ON r.run_id = f.run_id
       LEFT JOIN (
         SELECT * FROM drift_decision
         QUALIFY row_number() OVER (PARTITION BY source, resource, field, kind, aspect ORDER BY seq DESC) = 1) d
       ON d.source = r.source AND d.resource = r.resource AND d.field = f.field AND d.kind = f.kind
         AND d.aspect = f.aspect AND (d.decision = 'rejected' OR f.seq <= d.finding_seq)`,
  ],
};
