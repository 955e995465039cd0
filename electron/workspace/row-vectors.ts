/**
 * Pieces of typed rows (`ingest/row-layout.ts`) as the engine's vectors. Blocks are copied; only a long text's place becomes
 * an address, because the layout of a text, `duckdb_string_t`, is part of the engine's C interface.
 */
import { BIGINT, BOOLEAN, DuckDBDataChunk, type DuckDBType, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import duckdb, { type Vector } from '@duckdb/node-bindings';
import {
  COLUMN_WORDS,
  HEAD_WORDS,
  INLINE_BYTES,
  type StoredColumn,
  type StoredKind,
  VALUE_BYTES,
} from '../ingest/row-layout.ts';
import { STORED_DECIMAL } from './stored-types.ts';

const TYPES: Readonly<Record<StoredKind, DuckDBType>> = {
  integer: BIGINT,
  instant: TIMESTAMP,
  decimal: STORED_DECIMAL,
  text: VARCHAR,
  boolean: BOOLEAN,
};

/** A text that lies outside its value, so that the vector takes all texts of a chunk in one. */
const SHORTEST_KEPT = 16;
const TWO_32 = 2 ** 32;
const VALIDITY_BYTES_A_ROW = 8;

function typesOf(columns: readonly StoredColumn[], runId: string | null): readonly DuckDBType[] {
  const types = columns.map(({ kind }) => TYPES[kind]);
  return runId === null ? types : [VARCHAR, ...types];
}

/** @param words of a column of texts, whose places become addresses. @param base address of the texts. */
function toAddresses(words: Int32Array, rows: number, [low, high]: readonly [number, number]): void {
  for (let at = 0; at < rows * 4; at += 4) {
    if ((words[at] ?? 0) <= INLINE_BYTES) continue;
    const sum = low + ((words[at + 2] ?? 0) >>> 0);
    words[at + 2] = sum;
    words[at + 3] = sum >= TWO_32 ? high + 1 : high;
  }
}

/**
 * Each chunk of a piece, with the run before its columns where it is given; the piece must not be used any more.
 * A chunk is to be appended before the next is asked for.
 */
export function* chunksOfPiece(
  piece: Uint8Array<ArrayBuffer>,
  columns: readonly StoredColumn[],
  runId: string | null,
): Generator<DuckDBDataChunk> {
  const types = typesOf(columns, runId);
  for (let start = 0; start < piece.length; ) {
    const head = new Int32Array(piece.buffer, start, HEAD_WORDS + COLUMN_WORDS * columns.length);
    const [size = 0, rows = 0, texts = 0, textBytes = 0] = head;
    const chunk = DuckDBDataChunk.create(types, rows);
    const first = runId === null ? 0 : 1;
    if (runId !== null) {
      duckdb.vector_reference_value(
        duckdb.data_chunk_get_vector(chunk.chunk, 0),
        duckdb.create_varchar(runId),
      );
    }
    let base: readonly [number, number] | null = null;
    for (const [at, { kind }] of columns.entries()) {
      const vector = duckdb.data_chunk_get_vector(chunk.chunk, first + at);
      const [data = 0, nulls = 0, long = 0] = head.subarray(
        HEAD_WORDS + COLUMN_WORDS * at,
        HEAD_WORDS + COLUMN_WORDS * (at + 1),
      );
      if (long === 1) {
        base ??= addressOf(vector, piece.subarray(start + texts, start + texts + textBytes));
        toAddresses(new Int32Array(piece.buffer, start + data, rows * 4), rows, base);
      }
      duckdb.copy_data_to_vector(vector, 0, piece.buffer, start + data, rows * VALUE_BYTES[kind]);
      if (nulls > 0) {
        duckdb.vector_ensure_validity_writable(vector);
        const bytes = Math.ceil(rows / 64) * VALIDITY_BYTES_A_ROW;
        duckdb.copy_data_to_vector_validity(vector, 0, piece.buffer, start + nulls, bytes);
      }
    }
    yield chunk;
    start += size;
  }
}

/** Gives the texts to the vector, which keeps them as long as the chunk lives. @returns their address, low and high word. */
function addressOf(vector: Vector, texts: Uint8Array): readonly [number, number] {
  const kept = new Uint8Array(Math.max(texts.length, SHORTEST_KEPT));
  kept.set(texts);
  duckdb.vector_assign_string_element_len(vector, 0, kept);
  const value = duckdb.vector_get_data(vector, VALUE_BYTES.text);
  const view = new DataView(value.buffer, value.byteOffset, VALUE_BYTES.text);
  return [view.getUint32(8, true), view.getUint32(12, true)];
}
