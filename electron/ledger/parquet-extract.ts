/** A Parquet file as an extract: the engine reads it, decimals, dates and times come as exact text. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TieoutError } from '../../shared/errors.ts';
import type { CellKind } from '../workbook/reader.ts';
import type { Database } from '../workspace/database.ts';
import { diskError } from '../workspace/disk-error.ts';
import type { SourceRow } from './ledger-typing.ts';

export interface ParquetReader {
  readonly headers: readonly string[];
  /** Of each column. */
  readonly kinds: readonly CellKind[];
  /** A query of all cells as texts, columns `c0`, `c1`, ..., in the order of the file. */
  readonly query: string;
  /** The same with the row's place `n`, from 0, in any order. */
  readonly numbered: string;
  rows(): AsyncGenerator<SourceRow>;
  close(): Promise<void>;
}

/** Glob characters of a path stand for themselves. */
export function literalPath(path: string): string {
  return path.replaceAll(/[[*?]/g, '[$&]').replaceAll("'", "''");
}

function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** How a column's values become text, and what kind of cell they are; null for what no cell can be. */
function textOf(type: string, name: string): readonly [sql: string, kind: CellKind] | null {
  const column = quotedName(name);
  if (/^(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U\w*INT\w*|DECIMAL.*|FLOAT|DOUBLE)$/.test(type))
    return [`${column}::VARCHAR`, 'number'];
  if (type === 'BOOLEAN') return [`upper(${column}::VARCHAR)`, 'boolean'];
  if (type === 'DATE') return [`strftime(${column}, '%Y-%m-%d')`, 'date'];
  if (type === 'TIMESTAMP WITH TIME ZONE')
    return [`strftime(make_timestamp(epoch_us(${column})), '%Y-%m-%dT%H:%M:%S.%fZ')`, 'text'];
  if (/^TIMESTAMP/.test(type)) {
    const micros = `make_timestamp(epoch_us(${column}))`;
    // Nothing finer than a microsecond can be stored: a file that has it is refused by its text.
    const finer =
      type === 'TIMESTAMP_NS'
        ? `CASE WHEN epoch_ns(${column}) % 1000 <> 0 THEN 'finer than a microsecond' ELSE `
        : '';
    const text = `replace(strftime(${micros}, '%Y-%m-%dT%H:%M:%S.%f'), '.000000', '')`;
    return [`${finer}${text}${finer === '' ? '' : ' END'}`, 'date'];
  }
  // A text of no characters is an empty cell, as in any other file.
  return /^(?:VARCHAR|UUID|ENUM.*)$/.test(type) ? [`nullif(${column}::VARCHAR, '')`, 'text'] : null;
}

/**
 * @param folder where the bytes may lie while they are read: the engine reads files only.
 * @throws TieoutError `file-unreadable` where it is no Parquet file that can be read; `workspace-full`, `workspace-unwritable`.
 */
export async function openParquet(
  bytes: Uint8Array,
  file: string,
  database: Database,
  folder: string,
): Promise<ParquetReader> {
  const path = join(folder, `${randomUUID()}.parquet`);
  const close = (): Promise<void> => rm(path, { force: true });
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(path, bytes, { flag: 'wx' });
  } catch (error) {
    await close();
    throw diskError(error, path);
  }
  try {
    const source = `read_parquet('${literalPath(path)}')`;
    const counting = `read_parquet('${literalPath(path)}', file_row_number = true)`;
    const described = await database.rows(`DESCRIBE SELECT * FROM ${source}`).catch((error: unknown) => {
      throw new TieoutError(
        'file-unreadable',
        `${file} is no Parquet file that can be read, or is damaged; write it again.`,
        { file },
        { cause: error },
      );
    });
    const columns = described.map((row) => {
      const [name, type] = [row.text('column_name'), row.text('column_type')];
      const read = textOf(type, name);
      // A column that is mapped says so; one that is not says nothing.
      return {
        name,
        sql: read?.[0] ?? `'a value of the type ${type.replaceAll("'", "''")}'`,
        kind: read?.[1] ?? 'error',
      };
    });
    const cells = columns.map(({ sql }, at) => `${sql} AS c${at}`).join(', ');
    const query = `SELECT ${cells} FROM ${source}`;
    const kinds = columns.map(({ kind }) => kind);
    return {
      headers: columns.map(({ name }) => name),
      kinds,
      query,
      numbered: `SELECT file_row_number AS n, ${cells} FROM ${counting}`,
      async *rows() {
        let line = 0;
        for await (const chunk of database.stream(query)) {
          for (const row of chunk) {
            line += 1;
            const cells = columns.map((_, at) => row.textOrNull(`c${at}`) ?? '');
            if (cells.some((cell) => cell.trim() !== '')) yield { line, cells, kinds };
          }
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
