/** What lies in a workspace's database, read and changed apart from the product. */
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export type Stored = Readonly<Record<string, unknown>>;

async function on<Result>(
  path: string,
  work: (run: (sql: string) => Promise<readonly Stored[]>) => Promise<Result>,
): Promise<Result> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  try {
    return await work(async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson());
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Changes a workspace behind the product's back. */
export async function tamper(workspace: string, ...statements: readonly string[]): Promise<void> {
  await on(join(workspace, 'workspace.duckdb'), async (run) => {
    for (const statement of statements) await run(statement);
  });
}

/** Reads from a copy, so that not even a log is written back: the workspace stays as it was left. */
export async function stored(workspace: string, scratch: string, sql: string): Promise<readonly Stored[]> {
  const copy = join(scratch, `copy-${process.hrtime.bigint()}.duckdb`);
  for (const end of ['', '.wal']) {
    const file = join(workspace, `workspace.duckdb${end}`);
    if (existsSync(file)) cpSync(file, `${copy}${end}`);
  }
  if (!existsSync(copy)) return [];
  return await on(copy, async (run) => {
    const tables = await run("SELECT table_name FROM duckdb_tables() WHERE table_name = 'page'");
    return tables.length === 0 ? [] : run(sql);
  });
}
