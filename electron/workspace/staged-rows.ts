/**
 * Typed rows on their way into a table: written to a file by `ingest/row-buffer.ts`, read by the engine's own CSV reader.
 * That takes a twentieth of the time of handing over value by value.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordField, RecordSchema } from '../ingest/record-schema.ts';
import type { Transaction } from './database.ts';
import { diskError } from './disk-error.ts';

/** The columns that the engine reads: the record's fields with their place before and their flags behind. */
function stagedColumns(schema: RecordSchema): readonly { readonly name: string; readonly type: string }[] {
  return [
    { name: 'page', type: 'BIGINT' },
    { name: 'idx', type: 'BIGINT' },
    ...schema.fields.map(({ name, type }) => ({
      name,
      type: type.kind === 'instant' || type.kind === 'integer' ? 'BIGINT' : 'VARCHAR',
    })),
    ...(schema.resource === 'settlements' ? [{ name: 'repeated_hour', type: 'BIGINT' }] : []),
    { name: 'wide', type: 'BIGINT' },
  ];
}

/** Glob characters of a path stand for themselves. */
function literalPath(path: string): string {
  return path.replaceAll(/[[*?]/g, '[$&]').replaceAll("'", "''");
}

function readStaged(schema: RecordSchema, path: string): string {
  const columns = stagedColumns(schema).map(({ name, type }) => `'${name}': '${type}'`);
  return `read_csv('${literalPath(path)}', columns = {${columns.join(', ')}}, auto_detect = false, header = false,
    delim = '\\t', quote = '"', escape = '"', nullstr = '\\N', allow_quoted_nulls = false, new_line = '\\n',
    max_line_size = 4194304, parallel = false)`;
}

/** The table's columns and what each is made of, decimals by their class (`ingest/plain-columns.ts`). */
function storedColumns(schema: RecordSchema): readonly (readonly [column: string, sql: string])[] {
  let decimals = 0;
  const stored = ({ name, type }: RecordField): readonly (readonly [string, string])[] => {
    if (type.kind === 'instant') return [[name, `make_timestamp(${name})`]];
    if (type.kind !== 'decimal') return [[name, name]];
    const size = `(wide // ${4 ** decimals}) % 4`;
    decimals += 1;
    return [
      [
        name,
        `CASE ${size} WHEN 0 THEN ${name}::DECIMAL(18,9)::DECIMAL(38,12) WHEN 1 THEN ${name}::DECIMAL(38,12) END`,
      ],
      [`${name}_text`, name],
    ];
  };
  return [
    ['page', 'page'],
    ['idx', 'idx'],
    ...schema.fields.flatMap(stored),
    ...(schema.resource === 'settlements' ? ([['repeated_hour', 'repeated_hour = 1']] as const) : []),
  ];
}

/** Files of rows that wait for their transaction. */
export class StagedRows {
  readonly #folder: string;

  /** @param folder the workspace's own for this; emptied when the workspace is opened. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true });
  }

  /**
   * Hands `use` a query of the rows, with the columns of the schema's table but `run_id`; the file is gone afterwards.
   * @throws TieoutError `workspace-full`, `workspace-unwritable`.
   */
  async with<Result>(
    schema: RecordSchema,
    pieces: readonly Uint8Array[],
    use: (query: string, columns: readonly string[]) => Promise<Result>,
  ): Promise<Result> {
    const path = join(this.#folder, `${randomUUID()}.tsv`);
    const stored = storedColumns(schema);
    try {
      await writePieces(path, pieces);
      const made = stored.map(([column, sql]) => `${sql} AS ${column}`);
      return await use(
        `SELECT ${made.join(', ')} FROM ${readStaged(schema, path)}`,
        stored.map(([column]) => column),
      );
    } finally {
      await rm(path, { force: true });
    }
  }

  /** Adds the rows to the schema's table. */
  async insert(
    tx: Transaction,
    schema: RecordSchema,
    runId: string,
    pieces: readonly Uint8Array[],
  ): Promise<void> {
    if (pieces.every((piece) => piece.length === 0)) return;
    await this.with(schema, pieces, (query, columns) =>
      tx.run(`INSERT INTO ${schema.table} (run_id, ${columns.join(', ')}) SELECT ?, * FROM (${query})`, [
        runId,
      ]),
    );
  }
}

async function writePieces(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  try {
    const handle = await open(path, 'wx');
    try {
      const all = pieces.filter((piece) => piece.length > 0);
      let { bytesWritten } = await handle.writev(all);
      // A disk that becomes full takes the beginning and says nothing: the rest is refused with its reason.
      for (const piece of all) {
        if (bytesWritten < piece.length) await handle.writeFile(piece.subarray(bytesWritten));
        bytesWritten = Math.max(0, bytesWritten - piece.length);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw diskError(error, path);
  }
}
