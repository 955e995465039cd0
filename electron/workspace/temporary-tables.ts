/** The temporary tables and views of a connection by name, so that none outlives the work that it was made for. */
import type { DuckDBConnection } from '@duckdb/node-api';

interface Temporary {
  readonly kind: 'TABLE' | 'VIEW';
  readonly name: string;
}

async function temporary(connection: DuckDBConnection): Promise<readonly Temporary[]> {
  const result = await connection.runAndReadAll(
    `SELECT 'VIEW' AS kind, view_name AS name FROM duckdb_views() WHERE temporary AND NOT internal
     UNION ALL SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary`,
  );
  return result
    .getRows()
    .map(([kind, name]) => ({ kind: kind === 'VIEW' ? kind : 'TABLE', name: String(name) }));
}

export async function temporaryNames(connection: DuckDBConnection): Promise<ReadonlySet<string>> {
  return new Set((await temporary(connection)).map(({ name }) => name));
}

/** Outside of a transaction. @param but names of those that stay. */
export async function dropTemporary(connection: DuckDBConnection, but: ReadonlySet<string>): Promise<void> {
  for (const { kind, name } of await temporary(connection))
    if (!but.has(name)) await connection.run(`DROP ${kind} IF EXISTS temp."${name}"`);
}
