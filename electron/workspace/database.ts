/**
 * DuckDB, as the rest of the product sees it: bound parameters, rows read by name, one writer at a time. Only this
 * folder opens a database.
 */
import { realpath } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
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
import { appendColumns, appendRows } from './appending.ts';
import { databaseError } from './engine-errors.ts';
import { Row } from './row.ts';
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

const MEGABYTE = 1_000_000;
/** Of the engine, in bytes; and the share of the machine's memory that it takes at most. */
const MOST_MEMORY = 3500 * MEGABYTE;
const MEMORY_SHARE = 0.5;

const HALF_THE_CORES = Math.max(1, Math.floor(availableParallelism() / 2));

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

export class Database implements StreamReader {
  readonly #path: string;
  readonly #file: string;
  readonly #instance: DuckDBInstance;
  readonly #writer: DuckDBConnection;
  readonly #reader: DuckDBConnection;
  /** Of side readers. */
  readonly #sides = new Set<DuckDBConnection>();
  #queue: Promise<unknown> = Promise.resolve();
  #journal: Journal | null = null;
  /** How many ask at the moment that half of the cores be left, and what the engine has without them. */
  #beside = 0;
  #threads: Promise<number> | null = null;

  private constructor(
    path: string,
    file: string,
    instance: DuckDBInstance,
    writer: DuckDBConnection,
    reader: DuckDBConnection,
  ) {
    this.#path = path;
    this.#file = file;
    this.#instance = instance;
    this.#writer = writer;
    this.#reader = reader;
  }

  /** @throws TieoutError `workspace-locked`, `workspace-damaged`, `workspace-unwritable`. */
  static async open(path: string): Promise<Database> {
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
      const writer = await instance.connect();
      const reader = await instance.connect();
      return new Database(path, file, instance, writer, reader);
    } catch (error) {
      OPEN.delete(file);
      throw databaseError(error, path);
    }
  }

  /** From now on what is committed is journalled; the journal is closed with the database. */
  keepJournal(journal: Journal): void {
    this.#journal = journal;
  }

  async #query(
    connection: DuckDBConnection,
    sql: string,
    parameters: readonly Parameter[],
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
  async #said(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      throw databaseError(error, this.#path);
    }
  }

  rows(sql: string, parameters: readonly Parameter[] = []): Promise<readonly Row[]> {
    return this.#query(this.#reader, sql, parameters);
  }

  async row(sql: string, parameters: readonly Parameter[] = []): Promise<Row | null> {
    return (await this.rows(sql, parameters))[0] ?? null;
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

  /** Runs `work` alone on the writing connection: all of it is committed, or none. */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.#alone(work, 'COMMIT');
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
   */
  staged<Prepared, Result>(
    prepare: (transaction: Transaction) => Promise<Prepared>,
    work: (transaction: Transaction, prepared: Prepared) => Promise<Result>,
    { end = 'COMMIT', signal }: { readonly end?: 'COMMIT' | 'ROLLBACK'; readonly signal?: AbortSignal } = {},
  ): Promise<Result> {
    return this.#inTurn(async () => {
      const before = await temporaryNames(this.#writer);
      const settle = async (): Promise<void> => {
        await this.#query(this.#writer, 'COMMIT', []);
        await this.#query(this.#writer, READ_ONLY, []);
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
    await this.#query(connection, begin, []);
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener('abort', interrupt);
    try {
      const result = await work({
        rows: (sql, parameters = []) => this.#query(connection, sql, parameters),
        row: async (sql, parameters = []) => (await this.#query(connection, sql, parameters))[0] ?? null,
        run: async (sql, parameters = []) => {
          await this.#query(connection, sql, parameters);
        },
        append: (table, types, columns) => this.#said(appendColumns(connection, table, types, columns)),
        appendRows: (table, runId, columns, pieces) =>
          this.#said(appendRows(connection, { table, runId }, columns, pieces)),
        appendTemporary: (table, columns, pieces) =>
          this.#said(appendRows(connection, { table, runId: null }, columns, pieces)),
        journal: (added) => {
          this.#journal?.check();
          lines.push(...added);
        },
      });
      await this.#query(connection, end, []);
      if (end === 'COMMIT') await this.#journal?.append(lines);
      return result;
    } catch (error) {
      // Where the failure was the commit's own, there is nothing left to roll back.
      await connection.run('ROLLBACK').catch(() => {});
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
    }
  }

  /**
   * Runs `work` on a connection of its own: an append ends whatever else its connection is about, so that the one that all
   * read by cannot have any.
   */
  async apart<Result>(work: (reader: TemporaryTables) => Promise<Result>): Promise<Result> {
    const connection = await this.#instance.connect();
    try {
      return await work({
        rows: (sql, parameters = []) => this.#query(connection, sql, parameters),
        row: async (sql, parameters = []) => (await this.#query(connection, sql, parameters))[0] ?? null,
        appendTemporary: (table, columns, pieces) =>
          this.#said(appendRows(connection, { table, runId: null }, columns, pieces)),
      });
    } finally {
      connection.closeSync();
    }
  }

  /** A reader that is its owner's alone until it closes it: what it does keeps no other reader waiting. */
  async side(): Promise<SideReader> {
    const connection = await this.#instance.connect();
    this.#sides.add(connection);
    await this.#query(connection, COUNTING, []);
    const rows: Reader['rows'] = (sql, parameters = []) => this.#query(connection, sql, parameters);
    const row: Reader['row'] = async (sql, parameters) => (await rows(sql, parameters))[0] ?? null;
    return sideReader(connection, { rows, row }, () => {
      if (this.#sides.delete(connection)) connection.closeSync();
    });
  }

  /**
   * Leaves half of the cores to others while `work` goes on: a thread of the engine that waits for another one's commit
   * does not sleep, and takes the core from those who read pages.
   */
  async besideOthers<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#beside += 1;
    const first = this.#beside === 1;
    // RESET would give it one for each core, however it was opened.
    this.#threads ??= this.#usualThreads();
    const usual = await this.#threads;
    if (first) await this.#setThreads(Math.min(usual, HALF_THE_CORES));
    try {
      return await work();
    } finally {
      this.#beside -= 1;
      if (this.#beside === 0) await this.#setThreads(usual);
    }
  }

  async #usualThreads(): Promise<number> {
    const [row] = await this.#query(this.#reader, `SELECT current_setting('threads') AS threads`, []);
    return row?.int('threads') ?? HALF_THE_CORES;
  }

  async #setThreads(threads: number): Promise<void> {
    await this.#query(this.#reader, `SET threads = ${threads}`, []);
  }

  /** Writes what is in the log to the file. @throws TieoutError `workspace-full` where it cannot be. */
  async checkpoint(): Promise<void> {
    await this.#query(this.#writer, 'CHECKPOINT', []);
  }

  /** Writes what is in the log to the file and lets go of it. */
  async close(): Promise<void> {
    await this.#queue;
    await this.#journal?.close();
    // Here it keeps no thread of ours waiting, as closing would; where it cannot be done, the log is read at the next opening.
    await this.#writer.run('CHECKPOINT').catch(() => {});
    for (const side of this.#sides) side.closeSync();
    this.#reader.closeSync();
    this.#writer.closeSync();
    this.#instance.closeSync();
    OPEN.delete(this.#file);
  }
}
