/** What reads and writes a workspace's database, as the rest of the product sees it. */
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { StoredColumn } from '../ingest/row-layout.ts';
import type { Row } from './row.ts';

export type Parameter = string | number | bigint | boolean | null;

/** What may read: the database itself, or a transaction that sees its own writes. */
export interface Reader {
  rows(sql: string, parameters?: readonly Parameter[]): Promise<readonly Row[]>;
  /** The one row, or null where there is none. */
  row(sql: string, parameters?: readonly Parameter[]): Promise<Row | null>;
}

/** A reader of large results too, a chunk at a time. */
export interface StreamReader extends Reader {
  stream(sql: string, parameters?: readonly Parameter[]): AsyncGenerator<readonly Row[]>;
}

/** A reader that nobody else reads by meanwhile, with temporary tables of its own. */
export interface TemporaryTables extends Reader {
  /** Appends typed rows (`ingest/row-layout.ts`) to a temporary table; they are used up. */
  appendTemporary(
    table: string,
    columns: readonly StoredColumn[],
    pieces: readonly Uint8Array<ArrayBuffer>[],
  ): Promise<void>;
}

export interface Transaction extends TemporaryTables {
  run(sql: string, parameters?: readonly Parameter[]): Promise<void>;
  /** Appends whole columns, in the table's column order; every array has the same length. */
  append(
    table: string,
    types: readonly DuckDBType[],
    columns: readonly (readonly DuckDBValue[])[],
  ): Promise<void>;
  /** Appends typed rows (`ingest/row-layout.ts`) of a run to a record's table; they are used up. */
  appendRows(
    table: string,
    runId: string,
    columns: readonly StoredColumn[],
    pieces: readonly Uint8Array<ArrayBuffer>[],
  ): Promise<void>;
  /** Lines for the journal, which has them on the disk before the transaction is over. @throws TieoutError `workspace-damaged`. */
  journal(lines: readonly string[]): void;
  /** Only while a staged transaction prepares: what was made until now is read by all of the engine's threads from here on. */
  readonly settle?: () => Promise<void>;
}
