/** Typed rows on their way into a table, and beside one to be held against it. */

import type { RecordSchema } from '../ingest/record-schema.ts';
import { type StoredColumn, storedColumns } from '../ingest/row-layout.ts';
import type { TemporaryTables, Transaction } from './transaction.ts';

/** Rows as typing gives them (`ingest/row-layout.ts`); giving them to a table uses them up. */
export type RowPiece = Uint8Array<ArrayBuffer>;

/** Adds rows of a run to the schema's table. */
export async function insertRows(
  tx: Transaction,
  schema: RecordSchema,
  runId: string,
  pieces: readonly RowPiece[],
): Promise<void> {
  await tx.appendRows(schema.table, runId, storedColumns(schema), pieces);
}

const SQL_TYPES: Readonly<Record<StoredColumn['kind'], string>> = {
  integer: 'BIGINT',
  instant: 'TIMESTAMP',
  decimal: 'DECIMAL(38,12)',
  text: 'VARCHAR',
  boolean: 'BOOLEAN',
};

let staged = 0;

/**
 * Hands `use` the name of a relation of the rows, with the columns of the schema's table but `run_id`, that `reader` alone
 * can see and that is gone afterwards.
 */
export async function withRows<Result>(
  reader: TemporaryTables,
  schema: RecordSchema,
  pieces: readonly RowPiece[],
  use: (relation: string, columns: readonly string[]) => Promise<Result>,
): Promise<Result> {
  staged += 1;
  const name = `staged_${staged}`;
  const columns = storedColumns(schema);
  const made = columns.map((column) => `${column.name} ${SQL_TYPES[column.kind]}`);
  await reader.rows(`CREATE TEMP TABLE ${name} (${made.join(', ')})`);
  try {
    await reader.appendTemporary(name, columns, pieces);
    return await use(
      `temp.${name}`,
      columns.map((column) => column.name),
    );
  } finally {
    await reader.rows(`DROP TABLE temp.${name}`);
  }
}
