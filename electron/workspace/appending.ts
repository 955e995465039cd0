/** Rows on their way into the engine: whole columns of values, or typed rows in the engine's own layout. */
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { StoredColumn } from '../ingest/row-layout.ts';
import { Turns, turn } from '../turns.ts';
import { chunksOfPiece } from './row-vectors.ts';

/** Rows of a DuckDB vector: a chunk holds no more. */
const CHUNK_ROWS = 2048;

/** Chunks that are flushed at once: each flush costs as much as a chunk's rows do, and holds the thread while it lasts. */
const FLUSHED_CHUNKS = 4;

/** Appends whole columns. @throws what the engine says. */
export async function appendColumns(
  connection: DuckDBConnection,
  table: string,
  types: readonly DuckDBType[],
  columns: readonly (readonly DuckDBValue[])[],
): Promise<void> {
  const count = columns[0]?.length ?? 0;
  if (count === 0) return;
  let appender: DuckDBAppender | null = null;
  try {
    appender = await connection.createAppender(table);
    for (let from = 0; from < count; from += CHUNK_ROWS) {
      const to = Math.min(from + CHUNK_ROWS, count);
      const chunk = DuckDBDataChunk.create(types, to - from);
      chunk.setColumns(columns.map((column) => (count <= CHUNK_ROWS ? column : column.slice(from, to))));
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  } finally {
    appender?.closeSync();
  }
  // A commit appends to many tables, one after another, and nothing else of it lets go of this thread.
  await turn();
}

/**
 * Appends typed rows, a turn at a time; they are used up.
 * @param into a table of the database, whose rows bear the run, or a temporary one of the connection.
 * @throws what the engine says.
 */
export async function appendRows(
  connection: DuckDBConnection,
  into: { readonly table: string; readonly runId: string | null },
  columns: readonly StoredColumn[],
  pieces: readonly Uint8Array<ArrayBuffer>[],
): Promise<void> {
  let appender: DuckDBAppender | null = null;
  const turns = new Turns();
  let waiting = 0;
  try {
    appender = await (into.runId === null
      ? connection.createAppender(into.table, 'main', 'temp')
      : connection.createAppender(into.table));
    for (const piece of pieces) {
      for (const chunk of chunksOfPiece(piece, columns, into.runId)) {
        appender.appendDataChunk(chunk);
        waiting += 1;
        if (waiting % FLUSHED_CHUNKS !== 0) continue;
        appender.flushSync();
        await turns.step();
      }
    }
    appender.flushSync();
  } finally {
    appender?.closeSync();
  }
}
