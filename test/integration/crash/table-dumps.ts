/** Every row of every table of a workspace, in every column, so that two databases can be held against each other. */
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export type Dump = ReadonlyMap<string, readonly string[]>;

/** Tells of the database itself, not of what was done. */
const OWN = new Set(['migration']);

/** Members and codes of a page's schema stand in the order in which a thread came to know them. */
function ordered(text: string): string {
  return [...text].sort().join('');
}

/** @param scratch where a copy may lie: the workspace stays as it is, its log unread. */
export async function dumpTables(workspace: string, scratch: string): Promise<Dump> {
  const copy = join(scratch, `dump-${process.hrtime.bigint()}.duckdb`);
  for (const end of ['', '.wal']) {
    const file = join(workspace, `workspace.duckdb${end}`);
    if (existsSync(file)) cpSync(file, `${copy}${end}`);
  }
  const instance = await DuckDBInstance.create(copy);
  const connection = await instance.connect();
  try {
    const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
    const tables = await rows('SELECT table_name FROM duckdb_tables() WHERE NOT internal ORDER BY 1');
    const dump = new Map<string, readonly string[]>();
    for (const { table_name: table } of tables) {
      const name = String(table);
      if (OWN.has(name)) continue;
      const texts = (await rows(`SELECT * FROM "${name}"`)).map((row) => JSON.stringify(row));
      dump.set(name, (name === 'page_schema' ? texts.map(ordered) : texts).sort());
    }
    return dump;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Tables of which the two have not the same rows. */
export function differingTables(one: Dump, other: Dump): readonly string[] {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names]
    .filter((name) => JSON.stringify(one.get(name) ?? []) !== JSON.stringify(other.get(name) ?? []))
    .sort();
}
