/**
 * DuckDB, as the rest of the product sees it: bound parameters, rows read by name, one writer at a time. Only this
 * folder opens a database.
 */
import { appendColumns, appendRows } from './appending.ts';
import type { Connection } from './connection.ts';
import { Engine } from './engine.ts';
import { closedError } from './engine-errors.ts';
import { EngineThreads } from './engine-threads.ts';
import type { Row } from './row.ts';
import { COUNTING, type SideReader, sideReader } from './side-reader.ts';
import { dropTemporary, temporaryNames } from './temporary-tables.ts';
import type { Parameter, Reader, StreamReader, TemporaryTables, Transaction } from './transaction.ts';

/** What keeps the audit chain outside the database (`audit-journal.ts`). */
export interface Journal {
  /** @throws TieoutError where nothing may be added. */
  check(): void;
  append(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** The engine lets it write temporary tables. */
const READ_ONLY = 'BEGIN TRANSACTION READ ONLY';

export class Database implements StreamReader {
  readonly #engine: Engine;
  readonly #writer: Connection;
  readonly #reader: Connection;
  readonly #threads = new EngineThreads(this);
  #queue: Promise<unknown> = Promise.resolve();
  #journal: Journal | null = null;
  #closing = false;

  private constructor(engine: Engine, writer: Connection, reader: Connection) {
    this.#engine = engine;
    this.#writer = writer;
    this.#reader = reader;
  }

  /** @throws TieoutError `workspace-locked`, `workspace-damaged`, `workspace-unwritable`. */
  static async open(path: string): Promise<Database> {
    const engine = await Engine.open(path);
    try {
      return new Database(engine, await engine.connect(), await engine.connect());
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /** From now on what is committed is journalled; the journal is closed with the database. */
  keepJournal(journal: Journal): void {
    this.#journal = journal;
  }

  rows(sql: string, parameters: readonly Parameter[] = []): Promise<readonly Row[]> {
    return this.#reader.query(sql, parameters);
  }

  async row(sql: string, parameters: readonly Parameter[] = []): Promise<Row | null> {
    return (await this.rows(sql, parameters))[0] ?? null;
  }

  /**
   * Rows of a large result, a chunk at a time, on a connection of its own.
   * @param signal ends the statement that is under way; its reason is thrown.
   */
  stream(
    sql: string,
    parameters: readonly Parameter[] = [],
    signal?: AbortSignal,
  ): AsyncGenerator<readonly Row[]> {
    return this.#engine.stream(sql, parameters, signal);
  }

  /** A reader for one who may stop waiting: the signal ends the statement that is under way, and its reason is thrown. */
  until(signal: AbortSignal): StreamReader {
    const stream: StreamReader['stream'] = (sql, parameters = []) => this.stream(sql, parameters, signal);
    const rows: StreamReader['rows'] = async (sql, parameters = []) => {
      const all: Row[] = [];
      for await (const some of stream(sql, parameters)) all.push(...some);
      return all;
    };
    return { stream, rows, row: async (sql, parameters = []) => (await rows(sql, parameters))[0] ?? null };
  }

  /**
   * Runs `work` alone on the writing connection: all of it is committed, or none.
   * @param signal ends the statement that is under way too, but not the commit; its reason is thrown.
   */
  transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    return this.#alone(work, 'COMMIT', signal);
  }

  /**
   * Runs `work` alone on the writing connection and undoes it: for what is only worked out.
   * @param signal ends the statement that is under way too; its reason is thrown.
   */
  scratch<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    return this.#alone(work, 'ROLLBACK', signal);
  }

  /**
   * Like `transaction`, or `scratch` where it is to be undone, with temporary tables that are ready before: the engine reads
   * rows of a transaction that is under way on one thread. Nothing else is written between the two; the tables are gone
   * at the end.
   * @param prepare reads, and writes temporary tables only: the engine refuses anything else.
   * @param options.signal as of the two.
   */
  staged<Prepared, Result>(
    prepare: (transaction: Transaction) => Promise<Prepared>,
    work: (transaction: Transaction, prepared: Prepared) => Promise<Result>,
    { end = 'COMMIT', signal }: { readonly end?: 'COMMIT' | 'ROLLBACK'; readonly signal?: AbortSignal } = {},
  ): Promise<Result> {
    return this.#inTurn(async () => {
      const before = await temporaryNames(this.#writer);
      const settle = async (): Promise<void> => {
        await this.#writer.query('COMMIT');
        await this.#writer.query(READ_ONLY);
      };
      try {
        const preparing = (tx: Transaction): Promise<Prepared> => prepare({ ...tx, settle });
        const prepared = await this.#transact(preparing, 'COMMIT', signal, READ_ONLY);
        return await this.#transact((tx) => work(tx, prepared), end, signal);
      } finally {
        await dropTemporary(this.#writer, before);
      }
    });
  }

  #alone<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    end: 'COMMIT' | 'ROLLBACK',
    signal?: AbortSignal,
  ): Promise<Result> {
    return this.#inTurn(() => this.#transact(work, end, signal));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closing) return Promise.reject(closedError());
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #transact<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    end: 'COMMIT' | 'ROLLBACK',
    signal?: AbortSignal,
    begin = 'BEGIN TRANSACTION',
  ): Promise<Result> {
    signal?.throwIfAborted();
    const connection = this.#writer;
    const lines: string[] = [];
    await connection.query(begin);
    const unwatch = connection.endedBy(signal);
    let cancel = signal;
    try {
      cancel?.throwIfAborted();
      const result = await work({
        rows: (sql, parameters = []) => connection.query(sql, parameters),
        row: async (sql, parameters = []) => (await connection.query(sql, parameters))[0] ?? null,
        run: async (sql, parameters) => {
          await connection.query(sql, parameters);
        },
        append: (table, types, columns) =>
          connection.use((duckdb) => appendColumns(duckdb, table, types, columns)),
        appendRows: (table, runId, columns, pieces) =>
          connection.use((duckdb) => appendRows(duckdb, { table, runId }, columns, pieces)),
        appendTemporary: (table, columns, pieces) =>
          connection.use((duckdb) => appendRows(duckdb, { table, runId: null }, columns, pieces)),
        journal: (added) => {
          this.#journal?.check();
          lines.push(...added);
        },
      });
      unwatch();
      cancel?.throwIfAborted();
      // What is committed is committed, whatever is asked from here on.
      cancel = undefined;
      await connection.query(end);
      if (end === 'COMMIT') await this.#journal?.append(lines);
      return result;
    } catch (error) {
      unwatch();
      // Where the failure was the commit's own, there is nothing left to roll back.
      await connection.query('ROLLBACK').catch(() => {});
      cancel?.throwIfAborted();
      throw error;
    } finally {
      unwatch();
    }
  }

  /**
   * Runs `work` on a connection of its own: an append ends whatever else its connection is about, so that the one that all
   * read by cannot have any.
   */
  async apart<Result>(work: (reader: TemporaryTables) => Promise<Result>): Promise<Result> {
    const connection = await this.#engine.connect();
    try {
      return await work({
        rows: (sql, parameters = []) => connection.query(sql, parameters),
        row: async (sql, parameters = []) => (await connection.query(sql, parameters))[0] ?? null,
        appendTemporary: (table, columns, pieces) =>
          connection.use((duckdb) => appendRows(duckdb, { table, runId: null }, columns, pieces)),
      });
    } finally {
      await this.#engine.disconnect(connection);
    }
  }

  /** A reader that is its owner's alone until it closes it: what it does keeps no other reader waiting. */
  async side(): Promise<SideReader> {
    const connection = await this.#engine.connect();
    await connection.query(COUNTING);
    const rows: Reader['rows'] = (sql, parameters = []) => connection.query(sql, parameters);
    const row: Reader['row'] = async (sql, parameters) => (await rows(sql, parameters))[0] ?? null;
    return sideReader(connection, { rows, row }, () => this.#engine.disconnect(connection));
  }

  /** Leaves half of the cores to others while `work` goes on (`engine-threads.ts`). */
  besideOthers<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#threads.besideOthers(work);
  }

  /** Writes what is in the log to the file. @throws TieoutError `workspace-full` where it cannot be. */
  async checkpoint(): Promise<void> {
    await this.#writer.query('CHECKPOINT');
  }

  /** Writes what is in the log to the file and lets go of it. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#queue;
    await this.#journal?.close();
    await this.#engine.closeBut(this.#writer);
    // Here it keeps no thread of ours waiting, as closing would; where it cannot be done, the log is read at the next opening.
    await this.#writer.query('CHECKPOINT').catch(() => {});
    await this.#engine.close();
  }
}
