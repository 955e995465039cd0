/** The temporary tables and views of a connection by name, so that none outlives the work that it was made for. */
import type { Connection } from './connection.ts';

interface Temporary {
  readonly kind: 'TABLE' | 'VIEW';
  readonly name: string;
}

async function temporary(connection: Connection): Promise<readonly Temporary[]> {
  const rows = await connection.query(
    `SELECT 'VIEW' AS kind, view_name AS name FROM duckdb_views() WHERE temporary AND NOT internal
     UNION ALL SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary`,
  );
  return rows.map((row) => ({
    kind: row.text('kind') === 'VIEW' ? 'VIEW' : 'TABLE',
    name: row.text('name'),
  }));
}

export async function temporaryNames(connection: Connection): Promise<ReadonlySet<string>> {
  return new Set((await temporary(connection)).map(({ name }) => name));
}

/** Outside of a transaction. @param but names of those that stay. */
export async function dropTemporary(connection: Connection, but: ReadonlySet<string>): Promise<void> {
  for (const { kind, name } of await temporary(connection))
    if (!but.has(name)) await connection.query(`DROP ${kind} IF EXISTS temp."${name}"`);
}
