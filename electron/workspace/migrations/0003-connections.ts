/** What a connection sets beyond its addresses, and the profile that its vendor's records are read with. */
import type { Migration } from './migration.ts';

export const connections: Migration = {
  version: 3,
  name: 'connections',
  statements: [
    // JSON (shared/connection-settings.ts); null: everything as usual.
    `ALTER TABLE connection_event ADD COLUMN settings VARCHAR`,
    // Null: the built-in profile.
    `ALTER TABLE connection_event ADD COLUMN profile_sha256 VARCHAR`,
    // A view keeps the columns that it was made with.
    `DROP VIEW connection`,
    `CREATE VIEW connection AS
       SELECT * EXCLUDE (rank) FROM (
         SELECT *, row_number() OVER (PARTITION BY name ORDER BY seq DESC) AS rank FROM connection_event)
       WHERE rank = 1 AND NOT removed`,
  ],
};
