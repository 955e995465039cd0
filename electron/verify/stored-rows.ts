/** What lies in a table against what should lie there: every row, in every column. */
import type { Database, Parameter, Transaction } from '../workspace/database.ts';
import type { Row } from '../workspace/row.ts';
import type { Columns } from '../workspace/settlement-columns.ts';

export interface StoredRows {
  readonly table: 'settlement' | 'ledger_row';
  /** The column that tells the rows apart for a reader. */
  readonly place: 'idx' | 'line';
  /** Which rows. */
  readonly where: string;
  readonly parameters: readonly Parameter[];
}

/** The first row that is not as it should be: the columns that differ, with their values. */
export interface RowDifference {
  readonly place: string;
  readonly expected: string;
  readonly found: string;
}

async function first(
  tx: Transaction,
  place: StoredRows['place'],
  rows: string,
  parameters: readonly Parameter[],
): Promise<Row | null> {
  return await tx.row(
    `SELECT COLUMNS(*)::VARCHAR FROM (SELECT * FROM (${rows}) ORDER BY ${place} LIMIT 1)`,
    parameters,
  );
}

function described(
  names: readonly string[],
  place: string,
  expected: Row | null,
  found: Row | null,
): RowDifference {
  const at = Number((expected ?? found)?.text(place));
  const other = expected && found ? Number(found.text(place)) : at;
  if (!expected || other < at)
    return { place: String(Math.min(at, other)), expected: 'none', found: 'a row' };
  if (!found || other > at) return { place: String(at), expected: 'a row', found: 'missing' };
  const differing = names.filter((name) => expected.textOrNull(name) !== found.textOrNull(name));
  const values = (row: Row): string =>
    differing.map((name) => `${name} ${row.textOrNull(name) ?? 'empty'}`).join(', ');
  return { place: String(at), expected: values(expected), found: values(found) };
}

/** @param expected in the table's column order. @returns null where every row is as it should be. */
export async function differingRow(
  database: Database,
  stored: StoredRows,
  expected: Columns,
): Promise<RowDifference | null> {
  const { table, place, parameters } = stored;
  const kept = `SELECT * FROM ${table} WHERE ${stored.where}`;
  const worked = 'SELECT * FROM temp.expected';
  return await database.scratch(async (tx) => {
    await tx.run(`CREATE TEMP TABLE expected AS SELECT * FROM ${table} LIMIT 0`);
    await tx.append('expected', expected.types, expected.columns);
    const counted = await tx.row(
      `SELECT (SELECT count(*) FROM (${worked} EXCEPT ALL ${kept})) AS missing,
         (SELECT count(*) FROM (${worked})) AS expected, (SELECT count(*) FROM (${kept})) AS kept`,
      [...parameters, ...parameters],
    );
    if (counted?.int('missing') === 0 && counted.int('expected') === counted.int('kept')) return null;
    const names = await tx.rows(
      'SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index',
      [table],
    );
    return described(
      names.map((row) => row.text('column_name')),
      place,
      await first(tx, place, `${worked} EXCEPT ALL ${kept}`, parameters),
      await first(tx, place, `${kept} EXCEPT ALL ${worked}`, parameters),
    );
  });
}
