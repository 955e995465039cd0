/**
 * A process of its own that reads a database from end to end, because a damaged one may end the process that reads it.
 * Arguments: the file, then tables to leave out. It prints a line before each table that it reads and one after, and ends
 * with 0 where it has read them all, with 3 where one cannot be read.
 */
import { writeSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const UNREADABLE = 3;

const [path = '', ...skipped] = process.argv.slice(2);

try {
  const instance = await DuckDBInstance.create(path, {
    access_mode: 'READ_ONLY',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const tables = await connection.runAndReadAll(
    'SELECT table_name FROM duckdb_tables() WHERE NOT internal ORDER BY table_name',
  );
  for (const [table] of tables.getRows()) {
    const name = String(table);
    if (skipped.includes(name)) continue;
    writeSync(1, `reading ${name}\n`);
    await connection.runAndReadAll(`SELECT count(hash(t)) FROM "${name}" t`);
    writeSync(1, `read ${name}\n`);
  }
  connection.closeSync();
  instance.closeSync();
} catch (error) {
  writeSync(1, `failed ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}\n`);
  process.exitCode = UNREADABLE;
}
