/** A connection to DuckDB: asked with bound parameters, read by name. Its faults are our errors. */
import {
  BIGINT,
  BOOLEAN,
  type DuckDBConnection,
  type DuckDBInstance,
  type DuckDBResult,
  type DuckDBType,
  type DuckDBValue,
  VARCHAR,
} from '@duckdb/node-api';
import { TieoutError } from '../../shared/errors.ts';
import { closedError, databaseError } from './engine-errors.ts';
import { Row } from './row.ts';
import type { Parameter } from './transaction.ts';

/** Between two times that the engine is told to end a statement. */
const AGAIN_MS = 10;

function typeOf(value: Parameter): DuckDBType {
  if (typeof value === 'boolean') return BOOLEAN;
  return typeof value === 'number' || typeof value === 'bigint' ? BIGINT : VARCHAR;
}

function boundValue(value: Parameter): DuckDBValue {
  if (typeof value !== 'number') return value;
  if (!Number.isSafeInteger(value)) throw new TieoutError('internal', `${value} is no integer to bind.`);
  return BigInt(value);
}

/** @returns null where there are no more. */
async function nextRows(result: DuckDBResult, names: readonly string[]): Promise<readonly Row[] | null> {
  const chunk = await result.fetchChunk();
  if (!chunk || chunk.rowCount === 0) return null;
  const columns = new Map(names.map((name, at) => [name, chunk.getColumnValues(at)]));
  return Array.from({ length: chunk.rowCount }, (_, index) => new Row(columns, index));
}

async function allRows(
  duckdb: DuckDBConnection,
  sql: string,
  parameters: readonly Parameter[],
): Promise<readonly Row[]> {
  // A text without parameters need not be prepared, and may be several statements.
  const result =
    parameters.length === 0
      ? await duckdb.run(sql)
      : await duckdb.run(sql, parameters.map(boundValue), parameters.map(typeOf));
  const names = result.deduplicatedColumnNames();
  const all: Row[] = [];
  for (let rows = await nextRows(result, names); rows; rows = await nextRows(result, names))
    for (const row of rows) all.push(row);
  return all;
}

export class Connection {
  readonly #duckdb: DuckDBConnection;
  readonly #path: string;
  /** The engine's threads work with the connection meanwhile: closed beneath them, it takes the process with it. */
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | null = null;

  private constructor(duckdb: DuckDBConnection, path: string) {
    this.#duckdb = duckdb;
    this.#path = path;
  }

  /** @param path of the database, for what its errors say. @throws TieoutError what the engine says. */
  static async open(instance: DuckDBInstance, path: string): Promise<Connection> {
    try {
      return new Connection(await instance.connect(), path);
    } catch (error) {
      throw databaseError(error, path);
    }
  }

  /** What the engine is to do with the connection. @throws TieoutError what it says of that; `internal` where it is closed. */
  async use<Result>(work: (duckdb: DuckDBConnection) => Promise<Result>): Promise<Result> {
    if (this.#closing !== null) throw closedError();
    const working = work(this.#duckdb);
    this.#underWay.add(working);
    try {
      return await working;
    } catch (error) {
      if (this.#closing !== null) throw closedError();
      throw error instanceof TieoutError ? error : databaseError(error, this.#path);
    } finally {
      this.#underWay.delete(working);
    }
  }

  /** @throws TieoutError as `use`. */
  query(sql: string, parameters: readonly Parameter[] = []): Promise<readonly Row[]> {
    return this.use((duckdb) => allRows(duckdb, sql, parameters));
  }

  /** Rows of a large result, a chunk at a time; nothing else is asked meanwhile. @throws TieoutError as `use`. */
  async *stream(sql: string, parameters: readonly Parameter[]): AsyncGenerator<readonly Row[]> {
    const [values, types] = [parameters.map(boundValue), parameters.map(typeOf)];
    const result = await this.use((duckdb) => duckdb.stream(sql, values, types));
    const names = result.deduplicatedColumnNames();
    const next = (): Promise<readonly Row[] | null> => this.use(() => nextRows(result, names));
    for (let rows = await next(); rows; rows = await next()) yield rows;
  }

  /**
   * Ends what is asked from the signal on, until the function that is returned is called. The engine is told again and again: a
   * statement that it still prepares hears nothing of it.
   */
  endedBy(signal: AbortSignal | undefined): () => void {
    let again: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      if (this.#closing !== null) return;
      this.#duckdb.interrupt();
      again = setTimeout(interrupt, AGAIN_MS).unref();
    };
    signal?.addEventListener('abort', interrupt, { once: true });
    return () => {
      signal?.removeEventListener('abort', interrupt);
      clearTimeout(again);
    };
  }

  /** Ends the statement that is under way, if there is one. */
  interrupt(): void {
    if (this.#closing === null) this.#duckdb.interrupt();
  }

  /** How much of the statement that is under way is done, 0 to 1; negative where the engine does not know. */
  get share(): number {
    return this.#closing === null ? this.#duckdb.progress.percentage / 100 : -1;
  }

  /** Ends what is under way, which is told so, and closes. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    while (this.#underWay.size > 0) {
      // One between two statements hears nothing of it: the next is ended then.
      this.#duckdb.interrupt();
      await Promise.race([
        Promise.allSettled(this.#underWay),
        new Promise((resolve) => setTimeout(resolve, AGAIN_MS)),
      ]);
    }
    this.#duckdb.closeSync();
  }
}
