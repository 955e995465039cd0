/** DuckDB behind a file: opened once in a process, asked with bound parameters, read by name. Its faults are our errors. */
import { realpath } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { basename, dirname, join } from 'node:path';
import {
  BIGINT,
  BOOLEAN,
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBResult,
  type DuckDBType,
  type DuckDBValue,
  VARCHAR,
} from '@duckdb/node-api';
import { TieoutError } from '../../shared/errors.ts';
import { databaseError } from './engine-errors.ts';
import { Row } from './row.ts';
import type { Parameter } from './transaction.ts';

const MEGABYTE = 1_000_000;
/** Of the engine, in bytes; and the share of the machine's memory that it takes at most. */
const MOST_MEMORY = 3500 * MEGABYTE;
const MEMORY_SHARE = 0.5;

function typeOf(value: Parameter): DuckDBType {
  if (typeof value === 'boolean') return BOOLEAN;
  return typeof value === 'number' || typeof value === 'bigint' ? BIGINT : VARCHAR;
}

function boundValue(value: Parameter): DuckDBValue {
  if (typeof value !== 'number') return value;
  if (!Number.isSafeInteger(value)) throw new TieoutError('internal', `${value} is no integer to bind.`);
  return BigInt(value);
}

/** Files that this process has open: the engine's lock keeps out other processes only, and two of it in one destroy a file. */
const OPEN = new Set<string>();

async function* chunksOf(result: DuckDBResult): AsyncGenerator<readonly Row[]> {
  const names = result.deduplicatedColumnNames();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    const columns = new Map(names.map((name, at) => [name, chunk.getColumnValues(at)]));
    yield Array.from({ length: chunk.rowCount }, (_, index) => new Row(columns, index));
  }
}

export class Engine {
  readonly #path: string;
  readonly #file: string;
  readonly #instance: DuckDBInstance;

  private constructor(path: string, file: string, instance: DuckDBInstance) {
    this.#path = path;
    this.#file = file;
    this.#instance = instance;
  }

  /** @throws TieoutError `workspace-locked`, `workspace-damaged`, `workspace-unwritable`. */
  static async open(path: string): Promise<Engine> {
    const file = join(await realpath(dirname(path)), basename(path));
    if (OPEN.has(file))
      throw databaseError(new Error('could not set lock: it is open in this process'), path);
    OPEN.add(file);
    try {
      const instance = await DuckDBInstance.create(path, {
        // No extension is ever fetched: what is needed is linked in, and the app sends nothing but to the vendor.
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        // The log is folded into the file when it has grown to this, not every thirty pages; until then its rows lie in
        // memory too.
        checkpoint_threshold: '128MB',
        // Beyond it the engine goes to files beside the database, so that a year of ten million rows fits a desk.
        memory_limit: `${Math.floor(Math.min(MOST_MEMORY, totalmem() * MEMORY_SHARE) / MEGABYTE)}MB`,
      });
      return new Engine(path, file, instance);
    } catch (error) {
      OPEN.delete(file);
      throw databaseError(error, path);
    }
  }

  /** @throws TieoutError as `open`. */
  async connect(): Promise<DuckDBConnection> {
    try {
      return await this.#instance.connect();
    } catch (error) {
      throw databaseError(error, this.#path);
    }
  }

  /** @throws TieoutError for what the engine says of it. */
  async query(
    connection: DuckDBConnection,
    sql: string,
    parameters: readonly Parameter[] = [],
  ): Promise<readonly Row[]> {
    try {
      // A text without parameters need not be prepared, and may be several statements.
      const result =
        parameters.length === 0
          ? await connection.run(sql)
          : await connection.run(sql, parameters.map(boundValue), parameters.map(typeOf));
      const rows: Row[] = [];
      for await (const chunk of chunksOf(result)) for (const row of chunk) rows.push(row);
      return rows;
    } catch (error) {
      throw databaseError(error, this.#path);
    }
  }

  /** What the engine says of this, as one of our errors. */
  async said(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      throw databaseError(error, this.#path);
    }
  }

  /**
   * Rows of a large result, a chunk at a time, on a connection of its own.
   * @param signal ends the statement that is under way; its reason is thrown.
   */
  async *stream(
    sql: string,
    parameters: readonly Parameter[] = [],
    signal?: AbortSignal,
  ): AsyncGenerator<readonly Row[]> {
    const connection = await this.#instance.connect();
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt);
    try {
      signal?.throwIfAborted();
      const result = await connection.stream(sql, parameters.map(boundValue), parameters.map(typeOf));
      for await (const rows of chunksOf(result)) {
        signal?.throwIfAborted();
        yield rows;
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof TieoutError ? error : databaseError(error, this.#path);
    } finally {
      signal?.removeEventListener('abort', interrupt);
      // Where the caller has enough, what is still under way would keep the file open.
      connection.interrupt();
      connection.closeSync();
    }
  }

  /** Lets go of the file, when its connections are closed. */
  close(): void {
    this.#instance.closeSync();
    OPEN.delete(this.#file);
  }
}
