/** What lies in a table against what should lie there: every row, in every column. */
import { createHash } from 'node:crypto';
import type { Database } from '../workspace/database.ts';
import type { Row } from '../workspace/row.ts';
import type { TextTable } from '../workspace/row-text.ts';
import type { Parameter } from '../workspace/transaction.ts';

/** The rows that are looked at. */
export interface Rows {
  readonly where: string;
  readonly parameters: readonly Parameter[];
}

/** The first row that is not as it should be: the columns that differ, with their values. */
export interface RowDifference {
  /** Of the row, in the table's order. */
  readonly place: readonly string[];
  readonly expected: string;
  readonly found: string;
}

/** Every column as `length=text`, an empty one as `-`: no other row gives the same. */
function print(texts: readonly (string | null)[]): string {
  let line = '';
  for (const text of texts) line += text === null ? '-' : `${Buffer.byteLength(text)}=${text}`;
  return line;
}

function printSql<Typed>(table: TextTable<Typed>): string {
  return `concat(${table.columns.map(({ sql }) => `coalesce(strlen(${sql}) || '=' || ${sql}, '-')`).join(', ')})`;
}

/** By page, index, line: numbers. */
function byPlace(a: readonly string[], b: readonly string[]): number {
  for (const [at, text] of a.entries()) {
    const difference = Number(text) - Number(b[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Row by row, for rows that are known to differ somewhere. */
async function firstDifference<Typed>(
  database: Database,
  table: TextTable<Typed>,
  rows: Rows,
  expected: readonly Typed[],
): Promise<RowDifference | null> {
  const names = table.columns.map(({ name }) => name);
  const kept = await database.rows(
    `SELECT ${table.columns.map(({ name, sql }) => `${sql} AS "${name}"`).join(', ')}
     FROM ${table.name} WHERE ${rows.where} ORDER BY ${table.place.map((name) => `${table.name}.${name}`).join(', ')}`,
    rows.parameters,
  );
  const found = (row: Row): readonly (string | null)[] => names.map((name) => row.textOrNull(name));
  const width = table.place.length;
  const placeOf = (texts: readonly (string | null)[]): readonly string[] =>
    texts.slice(0, width).map((text) => text ?? '');
  for (let at = 0; at < Math.max(expected.length, kept.length); at += 1) {
    const [typed, stored] = [expected[at], kept[at]];
    const wanted = typed === undefined ? null : table.texts(typed);
    const there = stored === undefined ? null : found(stored);
    const order = wanted && there ? byPlace(placeOf(wanted), placeOf(there)) : wanted ? -1 : 1;
    if (wanted && order < 0) return { place: placeOf(wanted), expected: 'a row', found: 'missing' };
    if (there && order > 0) return { place: placeOf(there), expected: 'no row', found: 'a row' };
    if (!wanted || !there || print(wanted) === print(there)) continue;
    const differing = names.flatMap((name, column) =>
      wanted[column] === there[column] ? [] : [{ name, column }],
    );
    const said = (texts: readonly (string | null)[]): string =>
      differing.map(({ name, column }) => `${name} ${texts[column] ?? 'empty'}`).join(', ');
    return { place: placeOf(wanted), expected: said(wanted), found: said(there) };
  }
  return null;
}

/** @param expected in the order of their places. @returns null where every row is as it should be. */
export async function differingRow<Typed>(
  database: Database,
  table: TextTable<Typed>,
  rows: Rows,
  expected: readonly Typed[],
): Promise<RowDifference | null> {
  const hash = createHash('sha256');
  for (const row of expected) hash.update(print(table.texts(row)));
  const kept = await database.row(
    `SELECT sha256(coalesce(string_agg(${printSql(table)}, '' ORDER BY ${table.place.join(', ')}), '')) AS digest
     FROM ${table.name} WHERE ${rows.where}`,
    rows.parameters,
  );
  if (kept?.text('digest') === hash.digest('hex')) return null;
  return await firstDifference(database, table, rows, expected);
}
