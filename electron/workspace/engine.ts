/** DuckDB behind a file: opened once in a process, and closed when nothing is asked of it any more. */
import { realpath } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Connection } from './connection.ts';
import { closedError, databaseError } from './engine-errors.ts';
import type { Row } from './row.ts';
import type { Parameter } from './transaction.ts';

const MEGABYTE = 1_000_000;
/** Of the engine, in bytes; and the share of the machine's memory that it takes at most. */
const MOST_MEMORY = 3500 * MEGABYTE;
const MEMORY_SHARE = 0.5;

/** Files that this process has open: the engine's lock keeps out other processes only, and two of it in one destroy a file. */
const OPEN = new Set<string>();

export class Engine {
  readonly #path: string;
  readonly #file: string;
  readonly #instance: DuckDBInstance;
  readonly #connections = new Set<Connection>();
  #closing = false;

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

  /** Closed with the engine, if not before. @throws TieoutError as `open`; `internal` where the engine is closing. */
  async connect(): Promise<Connection> {
    if (this.#closing) throw closedError();
    const connection = await Connection.open(this.#instance, this.#path);
    this.#connections.add(connection);
    if (!this.#closing) return connection;
    await this.disconnect(connection);
    throw closedError();
  }

  async disconnect(connection: Connection): Promise<void> {
    await connection.close();
    this.#connections.delete(connection);
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
    const connection = await this.connect();
    const unwatch = connection.endedBy(signal);
    try {
      signal?.throwIfAborted();
      for await (const rows of connection.stream(sql, parameters)) {
        signal?.throwIfAborted();
        yield rows;
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      unwatch();
      // Where the caller has enough, what is still under way would keep the file open.
      connection.interrupt();
      await this.disconnect(connection);
    }
  }

  /** Ends what is asked by all connections but this one; there are no more from now on. */
  async closeBut(last: Connection | null): Promise<void> {
    this.#closing = true;
    const others = [...this.#connections].filter((connection) => connection !== last);
    await Promise.all(others.map((connection) => this.disconnect(connection)));
  }

  /** Ends what is asked, and lets go of the file. */
  async close(): Promise<void> {
    await this.closeBut(null);
    this.#instance.closeSync();
    OPEN.delete(this.#file);
  }
}
