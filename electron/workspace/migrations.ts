/** The schema, step by step. A step that has landed is never edited: the next change is a new step. */
import { TieoutError } from '../../shared/errors.ts';
import type { Database } from './database.ts';
import type { WorkspaceIdentity } from './identity-file.ts';
import { month } from './migrations/0001-month.ts';
import { ingestion } from './migrations/0002-ingestion.ts';
import { connections } from './migrations/0003-connections.ts';
import { siem } from './migrations/0004-siem.ts';
import { deadLetters } from './migrations/0005-dead-letters.ts';
import { curves } from './migrations/0006-curves.ts';
import { drift } from './migrations/0007-drift.ts';
import { extracts } from './migrations/0008-extracts.ts';
import { rules } from './migrations/0009-rules.ts';
import { close } from './migrations/0010-close.ts';
import { exports } from './migrations/0011-exports.ts';
import { plainPairs } from './migrations/0012-plain-pairs.ts';
import type { Migration } from './migrations/migration.ts';

const MIGRATIONS: readonly Migration[] = [
  month,
  ingestion,
  connections,
  siem,
  deadLetters,
  curves,
  drift,
  extracts,
  rules,
  close,
  exports,
  plainPairs,
];

const SCHEMA_VERSION = MIGRATIONS.at(-1)?.version ?? 0;

/** Marks a database as a Tieout workspace. */
const APPLICATION = 'tieout-workspace';

/**
 * Brings a database to the newest schema.
 * @throws TieoutError `workspace-foreign` for a database of something else, `workspace-newer` for a later Tieout's.
 */
export async function migrate(
  database: Database,
  path: string,
  at: string,
  appVersion: string,
  newId: () => string,
): Promise<WorkspaceIdentity> {
  const tables = await database.rows(
    `SELECT table_name FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()`,
  );
  const names = tables.map((row) => row.text('table_name'));
  if (names.length > 0 && !(names.includes('workspace') && names.includes('migration'))) {
    throw new TieoutError(
      'workspace-foreign',
      `${path} is a database of another program; name a folder of Tieout's own with --workspace DIR.`,
      { path },
    );
  }
  if (names.length === 0) {
    await database.transaction(async (tx) => {
      await tx.run(
        'CREATE TABLE workspace (application VARCHAR NOT NULL, workspace_id VARCHAR NOT NULL, created_at VARCHAR NOT NULL)',
      );
      await tx.run(
        'CREATE TABLE migration (version INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied_at VARCHAR NOT NULL, app_version VARCHAR NOT NULL)',
      );
      await tx.run('INSERT INTO workspace VALUES (?, ?, ?)', [APPLICATION, newId(), at]);
    });
  }
  const own = await database.row('SELECT application, workspace_id, created_at FROM workspace');
  if (own?.text('application') !== APPLICATION) {
    throw new TieoutError(
      'workspace-foreign',
      `${path} is a database of another program; name a folder of Tieout's own with --workspace DIR.`,
      { path },
    );
  }
  const reached = await database.row('SELECT coalesce(max(version), 0) AS version FROM migration');
  const version = reached?.int('version') ?? 0;
  if (version > SCHEMA_VERSION) {
    throw new TieoutError(
      'workspace-newer',
      `The workspace ${path} was made by a newer Tieout (schema ${version}, this one knows ${SCHEMA_VERSION}); update Tieout.`,
      { path },
    );
  }
  const ahead = MIGRATIONS.filter((step) => step.version > version);
  if (ahead.length > 0) {
    await database.transaction(async (tx) => {
      for (const step of ahead) {
        // As one text: planning each apart takes four times as long.
        await tx.run(step.statements.join(';\n'));
        await tx.run('INSERT INTO migration VALUES (?, ?, ?, ?)', [step.version, step.name, at, appVersion]);
      }
    });
  }
  return { workspace_id: own.text('workspace_id'), created_at: own.text('created_at') };
}
