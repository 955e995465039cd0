/** What is left of an old database while a new one is made beside it: read, never written. */
import { TieoutError } from '../../shared/errors.ts';
import type { Database } from './database.ts';
import type { Row } from './row.ts';
import type { Parameter, Transaction } from './transaction.ts';

/** The old database's name in the new one's SQL. */
const OLD = 'remains';

export class Remains {
  readonly #database: Database;
  readonly #unreadable: ReadonlySet<string>;
  /** Its tables, each with its columns. */
  readonly tables: ReadonlyMap<string, readonly string[]>;

  private constructor(
    database: Database,
    tables: ReadonlyMap<string, readonly string[]>,
    unreadable: ReadonlySet<string>,
  ) {
    this.#database = database;
    this.tables = tables;
    this.#unreadable = unreadable;
  }

  /**
   * Opens the database file at `path` for reading; nobody can write it meanwhile.
   * @param unreadable tables that are not to be touched.
   * @throws TieoutError `workspace-damaged` where it cannot be read, `workspace-locked` where another Tieout has it open.
   */
  static async attach(database: Database, path: string, unreadable: readonly string[]): Promise<Remains> {
    await database.rows(`ATTACH '${path.replaceAll("'", "''")}' AS ${OLD} (READ_ONLY)`);
    const rows = await database.rows(
      `SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = '${OLD}' AND NOT internal
         AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE database_name = '${OLD}')
       ORDER BY table_name, column_index`,
    );
    const tables = new Map<string, string[]>();
    for (const row of rows) {
      const columns = tables.get(row.text('table_name')) ?? [];
      tables.set(row.text('table_name'), [...columns, row.text('column_name')]);
    }
    return new Remains(database, tables, new Set(unreadable));
  }

  /** The name of one of its tables in SQL. */
  table(name: string): string {
    return `${OLD}.main."${name}"`;
  }

  /** Rows that can be read; none where the table is not there, null where the file is damaged there. */
  async rows(
    name: string,
    sql: (table: string) => string,
    parameters: readonly Parameter[] = [],
  ): Promise<readonly Row[] | null> {
    if (!this.tables.has(name)) return [];
    if (this.#unreadable.has(name)) return null;
    return await readable(this.#database.rows(sql(this.table(name)), parameters));
  }

  /**
   * Takes rows over into the table of the same name.
   * @returns how many; 0 also where they cannot be read.
   */
  async take(
    tx: Transaction,
    name: string,
    where: string,
    parameters: readonly Parameter[] = [],
  ): Promise<number> {
    if (!this.tables.has(name) || this.#unreadable.has(name)) return 0;
    // Looked at before anything is written: an error in the middle would undo the whole transaction.
    const counted = await this.rows(
      name,
      (table) => `SELECT count(*) AS n, count(hash(t)) AS read FROM ${table} t WHERE ${where}`,
      parameters,
    );
    const rows = counted?.[0]?.int('n') ?? 0;
    if (rows > 0)
      await tx.run(
        `INSERT INTO "${name}" BY NAME SELECT * FROM ${this.table(name)} WHERE ${where}`,
        parameters,
      );
    return rows;
  }

  async detach(): Promise<void> {
    await this.#database.rows(`DETACH ${OLD}`);
  }
}

/** Null where the old file is damaged at the place that was read. */
async function readable<Value>(read: Promise<Value>): Promise<Value | null> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof TieoutError && error.code === 'workspace-damaged') return null;
    throw error;
  }
}
