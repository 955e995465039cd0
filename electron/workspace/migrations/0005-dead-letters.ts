/** What became of dead letters after they were received: retried, discarded, reopened; never the letters themselves. */
import type { Migration } from './migration.ts';

export const deadLetters: Migration = {
  version: 5,
  name: 'dead-letters',
  statements: [
    // `act`: retried (typed again and committed), refused (typed again, still dead, with its new reasons), discarded,
    // reopened. `seq` is of the audit event, which one act on many letters shares.
    `CREATE TABLE dead_letter_event (
       seq BIGINT NOT NULL, run_id VARCHAR NOT NULL, page BIGINT NOT NULL, idx BIGINT NOT NULL, act VARCHAR NOT NULL,
       reason VARCHAR, actor VARCHAR NOT NULL, occurred_at VARCHAR NOT NULL, profile_sha256 VARCHAR, reasons VARCHAR)`,

    `CREATE VIEW dead_letter_standing AS
       SELECT run_id, page, idx,
         CASE arg_max(act, seq) FILTER (act <> 'refused')
           WHEN 'retried' THEN 'retried' WHEN 'discarded' THEN 'discarded' ELSE 'open' END AS state,
         arg_max(reasons, seq) FILTER (act = 'refused') AS reasons,
         max(seq) AS seq
       FROM dead_letter_event GROUP BY run_id, page, idx`,
    `CREATE VIEW dead_letter_current AS
       SELECT d.run_id, d.page, d.idx, d.settlement_id, coalesce(s.state, 'open') AS state,
         coalesce(s.reasons, d.reasons) AS reasons, d.reasons AS first_reasons, d.raw
       FROM dead_letter d
       LEFT JOIN dead_letter_standing s ON s.run_id = d.run_id AND s.page = d.page AND s.idx = d.idx`,
    // Counted from the page receipts and the acts, so that no letter is read.
    `CREATE VIEW dead_letter_count AS
       SELECT p.run_id, p.records AS received, p.rejected, p.records - p.rejected + coalesce(s.retried, 0) AS committed,
         p.rejected - coalesce(s.retried, 0) - coalesce(s.discarded, 0) AS open, coalesce(s.retried, 0) AS retried,
         coalesce(s.discarded, 0) AS discarded
       FROM (
         SELECT run_id, sum(records)::BIGINT AS records, sum(rejected)::BIGINT AS rejected FROM page GROUP BY run_id) p
       LEFT JOIN (
         SELECT run_id, count(*) FILTER (state = 'retried') AS retried, count(*) FILTER (state = 'discarded') AS discarded
         FROM dead_letter_standing GROUP BY run_id) s ON s.run_id = p.run_id`,
  ],
};
