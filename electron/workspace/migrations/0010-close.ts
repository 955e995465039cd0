/** What people decide of breaks, and the close of a month. */
import type { Migration } from './migration.ts';

/** Acts after which a break is decided or open again; the last of them counts. */
const DECIDING = `('resolved', 'written-off', 'reopened', 'reappeared', 'moved')`;

export const close: Migration = {
  version: 10,
  name: 'close',
  statements: [
    // `act`: opened, closed, reappeared, moved (by a reconciliation); assigned, commented, resolved, reopened,
    // written-off, suppressed, lifted, attached (by a person). `recon_id` is the reconciliation that had the break then;
    // `category`, `difference` and `currency` are those of then. `ordinal` tells acts of one event on one break apart.
    `CREATE TABLE break_event (
       seq BIGINT NOT NULL, ordinal BIGINT NOT NULL, break_id VARCHAR NOT NULL, month VARCHAR NOT NULL,
       act VARCHAR NOT NULL, occurred_at VARCHAR NOT NULL, actor VARCHAR NOT NULL, recon_id VARCHAR NOT NULL,
       reason VARCHAR, note VARCHAR, assignee VARCHAR, file_name VARCHAR, file_sha256 VARCHAR, category VARCHAR,
       difference VARCHAR, currency VARCHAR)`,
    `CREATE VIEW break_life AS
       SELECT break_id, any_value(month) AS month,
         min(occurred_at) FILTER (act = 'opened') AS opened_at,
         count(*) FILTER (act IN ('reappeared', 'moved', 'reopened')) AS reopenings,
         count(*) FILTER (act = 'commented') AS comments,
         count(*) FILTER (act = 'attached') AS attachments,
         max(seq * 16 + ordinal) AS place,
         arg_max({'act': act, 'occurred_at': occurred_at, 'recon_id': recon_id}, seq * 16 + ordinal)
           FILTER (act IN ('opened', 'closed', 'reappeared')) AS presence,
         arg_max({'act': act, 'occurred_at': occurred_at, 'actor': actor, 'reason': reason, 'note': note,
                  'category': category, 'difference': difference, 'currency': currency}, seq * 16 + ordinal)
           FILTER (act IN ${DECIDING}) AS decision,
         arg_max({'act': act, 'occurred_at': occurred_at, 'actor': actor, 'note': note}, seq * 16 + ordinal)
           FILTER (act IN ('suppressed', 'lifted')) AS suppression,
         arg_max({'assignee': assignee}, seq * 16 + ordinal) FILTER (act = 'assigned') AS assignment
       FROM break_event GROUP BY break_id`,

    // The newest counts; docs/close.md has the form of the document.
    `CREATE TABLE close_setting_event (
       seq BIGINT NOT NULL, changed_at VARCHAR NOT NULL, actor VARCHAR NOT NULL, sha256 VARCHAR NOT NULL,
       document VARCHAR NOT NULL)`,

    // `act`: signed, approved, returned, reopened. `login` is whom the operating system says. `binding` is JSON: what was
    // signed, by its hashes.
    `CREATE TABLE close_event (
       seq BIGINT NOT NULL, month VARCHAR NOT NULL, act VARCHAR NOT NULL, occurred_at VARCHAR NOT NULL,
       actor VARCHAR NOT NULL, login VARCHAR NOT NULL, reason VARCHAR, binding_sha256 VARCHAR, binding VARCHAR)`,
    `CREATE VIEW close_standing AS
       SELECT * EXCLUDE (rank) FROM (
         SELECT *, row_number() OVER (PARTITION BY month ORDER BY seq DESC) AS rank FROM close_event)
       WHERE rank = 1`,

    // What a restatement of a locked month was given to which later month: amounts are newest less signed.
    `CREATE TABLE adjustment_event (
       seq BIGINT NOT NULL, month VARCHAR NOT NULL, to_month VARCHAR NOT NULL, occurred_at VARCHAR NOT NULL,
       actor VARCHAR NOT NULL, signed_run_id VARCHAR NOT NULL, run_id VARCHAR NOT NULL, settlement_id VARCHAR NOT NULL,
       currency VARCHAR NOT NULL, amount VARCHAR NOT NULL)`,
  ],
};
