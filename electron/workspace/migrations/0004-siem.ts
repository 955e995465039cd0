/** Targets of the SIEM, how far each has got, and what a receiver would not take. */
import type { Migration } from './migration.ts';

export const siem: Migration = {
  version: 4,
  name: 'siem',
  statements: [
    // `secret` says where the secret is, never what it is: none, keychain, environment.
    `CREATE TABLE siem_target_event (
       seq BIGINT NOT NULL, changed_at VARCHAR NOT NULL, actor VARCHAR NOT NULL, target_id VARCHAR NOT NULL,
       name VARCHAR NOT NULL, removed BOOLEAN NOT NULL, settings VARCHAR, secret VARCHAR)`,
    `CREATE VIEW siem_target AS
       SELECT * EXCLUDE (rank) FROM (
         SELECT *, row_number() OVER (PARTITION BY name ORDER BY seq DESC) AS rank FROM siem_target_event)
       WHERE rank = 1 AND NOT removed`,
    // reason: 'set' by a person (send from here on), 'delivered' after the receiver acknowledged up to seq.
    `CREATE TABLE siem_cursor_event (
       target_id VARCHAR NOT NULL, ordinal BIGINT NOT NULL, moved_at VARCHAR NOT NULL, seq BIGINT NOT NULL,
       reason VARCHAR NOT NULL, PRIMARY KEY (target_id, ordinal))`,
    `CREATE VIEW siem_cursor AS
       SELECT * EXCLUDE (rank) FROM (
         SELECT *, row_number() OVER (PARTITION BY target_id ORDER BY ordinal DESC) AS rank FROM siem_cursor_event)
       WHERE rank = 1`,
    // Written when the reason changes, not at each attempt; cursor_ordinal is the cursor event that stood then.
    `CREATE TABLE siem_failure (
       target_id VARCHAR NOT NULL, ordinal BIGINT NOT NULL, cursor_ordinal BIGINT NOT NULL, failed_at VARCHAR NOT NULL,
       code VARCHAR NOT NULL, message VARCHAR NOT NULL, PRIMARY KEY (target_id, ordinal))`,
    // What is wrong now: the last failure of a target whose cursor has not moved since.
    `CREATE VIEW siem_trouble AS
       SELECT f.target_id, f.failed_at, f.code, f.message FROM (
         SELECT *, row_number() OVER (PARTITION BY target_id ORDER BY ordinal DESC) AS rank FROM siem_failure) f
       JOIN siem_cursor c ON c.target_id = f.target_id AND c.ordinal = f.cursor_ordinal
       WHERE f.rank = 1`,
    // Events that a receiver refused for good while it took the rest of their batch.
    `CREATE TABLE siem_refusal (
       target_id VARCHAR NOT NULL, refused_at VARCHAR NOT NULL, first_seq BIGINT NOT NULL, last_seq BIGINT NOT NULL,
       refused BIGINT NOT NULL)`,
  ],
};
