/**
 * How typed rows lie in memory on their way to the engine: as whole columns in its own layout, so that the thread that
 * commits them copies blocks and looks at no value. A piece of rows is any number of chunks, one after another:
 *
 * - 32-bit head: bytes of the chunk, rows, where the texts lie and how many bytes they are, and for each column where its
 *   values lie, where its validity lies (0: nothing is NULL), and whether one of its texts is long;
 * - values: 8 bytes of an integer or of microseconds since 1970, 16 of a DECIMAL(38,12), 1 of a boolean, 16 of a text as the
 *   engine's `duckdb_string_t`: its length, then up to 12 bytes of it, or 4 bytes and its place among the chunk's texts;
 * - validity: a bit a row;
 * - texts: UTF-8, one after another.
 *
 * All places count from the chunk's beginning and are multiples of 16.
 */
import type { RecordSchema } from './record-schema.ts';

export type StoredKind = 'integer' | 'instant' | 'decimal' | 'text' | 'boolean';

/** A column of a record's table. */
export interface StoredColumn {
  readonly name: string;
  readonly kind: StoredKind;
}

/** Rows of a chunk, which is what one of the engine's vectors holds. */
export const CHUNK_ROWS = 2048;
/** Words of a chunk's head before its columns, and of each column. */
export const HEAD_WORDS = 4;
export const COLUMN_WORDS = 3;
/** The longest text that lies in its column's value. */
export const INLINE_BYTES = 12;

/** Bytes of a value. */
export const VALUE_BYTES: Readonly<Record<StoredKind, number>> = {
  integer: 8,
  instant: 8,
  decimal: 16,
  text: 16,
  boolean: 1,
};

/** The table's columns but its run, in their order: a decimal has two, its value and its digits as sent. */
export function storedColumns(schema: RecordSchema): readonly StoredColumn[] {
  return [
    { name: 'page', kind: 'integer' },
    { name: 'idx', kind: 'integer' },
    ...schema.fields.flatMap(({ name, type }): readonly StoredColumn[] => {
      switch (type.kind) {
        case 'integer':
        case 'instant':
          return [{ name, kind: type.kind }];
        case 'decimal':
          return [
            { name, kind: 'decimal' },
            { name: `${name}_text`, kind: 'text' },
          ];
        default:
          return [{ name, kind: 'text' }];
      }
    }),
    ...(schema.resource === 'settlements' ? [{ name: 'repeated_hour', kind: 'boolean' } as const] : []),
  ];
}
