/** Rows in plain form, put into the table of postings by the engine; and those that were not. */
import { parseDecimal } from '../../shared/decimal.ts';
import type { CellKind } from '../workbook/reader.ts';
import type { Database } from '../workspace/database.ts';
import type { Row } from '../workspace/row.ts';
import { storedDecimal } from '../workspace/stored-types.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { PlannedField } from './column-plan.ts';
import type { OpenExtract } from './extract-source.ts';
import { LEDGER_TYPES, STAND_INS } from './ledger-fields.ts';
import type { LedgerTyping, SourceRow } from './ledger-typing.ts';
import type { ExtractMapping } from './mapping.ts';
import type { ColumnSql } from './plain-sql.ts';
import { IDS, mayBeLabelSql } from './totals-rows.ts';

/**
 * For rows in bulk: each bears its line, so that their order says nothing, and keeping it costs as much as storing them; so
 * does packing them: what is gained in size is paid for twice over in time. The settings are the engine's as a whole: `resetBulk` ends them.
 */
const BULK_SETTINGS = [
  'preserve_insertion_order = false',
  "disabled_compression_methods = 'fsst,zstd,dict_fsst,dictionary,rle,bitpacking'",
];

/** Until `resetBulk`. */
export async function setBulk(tx: Transaction): Promise<void> {
  for (const setting of BULK_SETTINGS) await tx.run(`SET ${setting}`);
}

export async function resetBulk(database: Pick<Database, 'rows'>): Promise<void> {
  for (const setting of BULK_SETTINGS) await database.rows(`RESET ${setting.split(' ')[0]}`);
}

/** Rows of a file as the engine has them. */
export interface RowSource {
  /** SQL of a relation: the row's place `n`, from 0, and its cells as texts `c0`, `c1`, ... */
  readonly relation: string;
  readonly firstLine: number;
  readonly kinds: readonly CellKind[] | null;
}

type Constant = readonly [column: string, value: string | number | bigint];

/** Values of the fields that have no column. */
export function constantsOf(open: OpenExtract, typing: LedgerTyping): readonly Constant[] {
  return open.plan.fields.flatMap(({ field, place, source }) => {
    if (place !== null) return [];
    const value = typing.reader(field)?.read((source.constant ?? '').trim(), 'text');
    return value?.ok ? [[field, value.value] as const] : [];
  });
}

/**
 * Whether the engine may type the rows by their columns alone: constants fit the table's decimals, which it adds up, and none
 * names the postings. Where one does, a row without a name may be of totals by what any of its cells says.
 */
export function plainConstants({ plan }: OpenExtract): boolean {
  return plan.fields.every(({ field, place, source }) => {
    if (place !== null) return true;
    if (LEDGER_TYPES.get(field)?.kind !== 'decimal') return !IDS.includes(field);
    return storedDecimal(parseDecimal((source.constant ?? '').trim())) !== null;
  });
}

/** A constant as the table's columns have it, with its parameter. */
function constantColumns([field, value]: Constant): readonly (readonly [string, string, string | bigint])[] {
  const kind = LEDGER_TYPES.get(field as PlannedField['field'])?.kind;
  if (kind === 'instant') return [[field, 'make_timestamp(?::BIGINT)', BigInt(value)]];
  if (kind === 'integer') return [[field, '?::BIGINT', BigInt(value)]];
  if (kind !== 'decimal') return [[field, '?::VARCHAR', String(value)]];
  return [
    [field, '?::VARCHAR::DECIMAL(38,12)', String(value)],
    [`${field}_text`, '?::VARCHAR', String(value)],
  ];
}

/** True for a row that lacks what a posting needs. */
export function lacking({ plan: { fields } }: OpenExtract, constants: readonly Constant[]): string {
  const empty = (field: string): string => {
    const place = fields.find((each) => each.field === field)?.place ?? null;
    if (place !== null) return `c${place} IS NULL`;
    return constants.some(([name]) => name === field) ? 'false' : 'true';
  };
  const standIns = STAND_INS.map(empty).join(' OR ');
  return `(${empty('amount')} OR ${empty('currency')} OR (${empty('settlement_id')} AND (${standIns})))`;
}

/** True for a row that may be one of totals by the name that its posting would have; null where no row is looked at. */
export function labelled({ plan, reading }: OpenExtract, mapping: ExtractMapping): string | null {
  if (mapping.totals.rows !== 'find' || reading.totals !== 'groups') return null;
  const named = plan.fields.filter(({ field, place }) => place !== null && IDS.includes(field));
  const columns = named.map(({ place }) => `c${place}::VARCHAR`);
  // A column is looked at where those before it are empty: text that is not begins with a sign that is no white space.
  const tests = columns.map((column, at) =>
    [
      ...columns.slice(0, at).map((before) => `coalesce(ascii(${before}) NOT BETWEEN 33 AND 126, true)`),
      mayBeLabelSql(column),
    ].join(' AND '),
  );
  return tests.map((test) => `(${test})`).join(' OR ') || null;
}

export interface PlainRows {
  readonly columns: readonly ColumnSql[];
  readonly constants: readonly Constant[];
  /** SQL that is true for a row that may be put into the table, beside what its columns ask. */
  readonly checks: readonly string[];
}

export async function insertPlain(
  tx: Transaction,
  importId: string,
  { relation, firstLine }: RowSource,
  { columns, constants, checks }: PlainRows,
): Promise<void> {
  const fixed = constants.flatMap(constantColumns);
  const stored = columns.flatMap((column) => column.stored);
  const joins = columns.flatMap(({ column, table }) =>
    table === null ? [] : [`LEFT JOIN ${table} ON ${table}.v = r.${column}`],
  );
  const where = [...columns.flatMap(({ plain }) => plain ?? []), ...checks];
  const names = [...stored, ...fixed].map(([column]) => column);
  await tx.run(
    `INSERT INTO ledger_row (import_id, line, ${names.join(', ')})
     SELECT ?::VARCHAR, r.n + ${firstLine}, ${[...stored, ...fixed].map(([, sql]) => sql).join(', ')}
     FROM ${relation} r
      ${joins.join('\n      ')}
     ${where.length === 0 ? '' : `WHERE ${where.join('\n      AND ')}`}`,
    [importId, ...fixed.map(([, , value]) => value)],
  );
}

/**
 * Sums of the rows that the engine typed, by the line of the next of some rows behind them; null: behind the last of these.
 * @param lines of rows that may be of totals: what is said there is held against the rows above.
 */
export async function sumsUpTo(
  tx: Transaction,
  importId: string,
  lines: readonly number[],
): Promise<ReadonlyMap<number | null, readonly Row[]>> {
  const [next, joined] =
    lines.length === 0
      ? ['NULL::BIGINT', '']
      : [
          't.line',
          'ASOF LEFT JOIN (SELECT unnest(from_json(?::JSON, \'["BIGINT"]\')) AS line) t ON r.line < t.line',
        ];
  const sums = await tx.rows(
    `SELECT ${next} AS next, r.currency, r.volume_uom, count(*) AS n, sum(r.amount)::VARCHAR AS amount, sum(r.volume)::VARCHAR AS volume
     FROM (SELECT * FROM ledger_row WHERE import_id = ?) r ${joined} GROUP BY ALL ORDER BY ALL`,
    lines.length === 0 ? [importId] : [importId, JSON.stringify(lines)],
  );
  return Map.groupBy(sums, (row) => row.intOrNull('next'));
}

/** Rows that were not in plain form, as they stand in the file; empty ones of a Parquet file too. */
export async function otherRows(
  tx: Transaction,
  importId: string,
  width: number,
  { relation, firstLine, kinds }: RowSource,
): Promise<readonly SourceRow[]> {
  const rows = await tx.rows(
    `SELECT s.* FROM ${relation} s ANTI JOIN (SELECT line - ${firstLine} AS n FROM ledger_row WHERE import_id = ?) k
       ON k.n = s.n ORDER BY s.n`,
    [importId],
  );
  return rows.map((row) => ({
    line: row.int('n') + firstLine,
    cells: Array.from({ length: width }, (_, at) => row.textOrNull(`c${at}`) ?? ''),
    kinds,
  }));
}
