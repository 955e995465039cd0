/** Rows of a staged extract that are in plain form: typed by the engine and put into the table of postings at once. */
import { BIGINT, VARCHAR } from '@duckdb/node-api';
import type { NumberMarks } from '../../shared/extracts.ts';
import type { CellKind } from '../workbook/reader.ts';
import type { Database } from '../workspace/database.ts';
import type { Row } from '../workspace/row.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { PlannedField } from './column-plan.ts';
import type { OpenExtract } from './extract-source.ts';
import { LEDGER_TYPES, STAND_INS } from './ledger-fields.ts';
import type { LedgerTyping, SourceRow } from './ledger-typing.ts';
import type { ExtractMapping } from './mapping.ts';
import {
  commonReading,
  decimalField,
  dictionaryField,
  exactField,
  instantField,
  isInteger,
  type PlainField,
  textField,
  wayOf,
} from './plain-sql.ts';
import type { Staged } from './staged-extract.ts';
import { IDS, mayBeLabelSql } from './totals-rows.ts';

/** Texts of a column that are typed one by one; a column with more of them is no list of codes or hours. */
const MOST_TEXTS = 50_000;

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

interface Texts {
  readonly table: string;
  /** True where the engine's own reading gives the same for every one of them. */
  readonly common: boolean;
}

/** A column's texts with what the exact typing makes of each; those that it refuses are not in it. @returns null for too many. */
async function dictionary(
  tx: Transaction,
  typing: LedgerTyping,
  { field, source }: PlannedField,
  column: string,
  kind: CellKind,
): Promise<Texts | null> {
  const texts = await tx.rows(
    `SELECT ${column} AS v FROM staged_extract WHERE ${column} IS NOT NULL GROUP BY ALL LIMIT ${MOST_TEXTS + 1}`,
  );
  if (texts.length > MOST_TEXTS) return null;
  const table = `dictionary_${column}_${field}`;
  await tx.run(`CREATE TEMPORARY TABLE ${table} (v VARCHAR, t VARCHAR, i BIGINT)`);
  const known = typing.reader(field);
  const [written, asText, asInteger]: [string[], (string | null)[], (bigint | null)[]] = [[], [], []];
  for (const row of texts) {
    const text = row.text('v');
    const value = text.trim() === '' ? null : known?.read(text.trim(), kind);
    if (!value?.ok) continue;
    written.push(text);
    asText.push(isInteger(field) ? null : String(value.value));
    asInteger.push(isInteger(field) ? BigInt(value.value) : null);
  }
  await tx.append(table, [VARCHAR, VARCHAR, BIGINT], [written, asText, asInteger]);
  if (written.length < texts.length || source.form !== undefined) return { table, common: false };
  const common = commonReading(field, 'v') ?? 'v';
  const told =
    LEDGER_TYPES.get(field)?.kind === 'instant' ? 'make_timestamp(i)' : isInteger(field) ? 'i' : 't';
  const odd = await tx.row(`SELECT count(*) AS n FROM ${table} WHERE ${common} IS DISTINCT FROM ${told}`);
  return { table, common: odd?.int('n') === 0 };
}

export interface Plain {
  readonly fields: readonly PlainField[];
  /** Of dictionaries, to be dropped. */
  readonly tables: readonly string[];
  readonly constants: readonly (readonly [column: string, value: string | number | bigint])[];
}

export async function plainFields(
  tx: Transaction,
  open: OpenExtract,
  staged: Staged,
  typing: LedgerTyping,
): Promise<Plain> {
  const fields: PlainField[] = [];
  const tables: string[] = [];
  const constants: (readonly [string, string | number | bigint])[] = [];
  const { numbers } = open.reading;
  for (const planned of open.plan.fields) {
    const { field, place, source } = planned;
    if (place === null) {
      const value = typing.reader(field)?.read((source.constant ?? '').trim(), 'text');
      if (value?.ok) constants.push([field, value.value]);
      continue;
    }
    const column = `c${place}`;
    const kind = staged.kinds?.[place] ?? 'text';
    const way = wayOf(planned, kind);
    if (way === 'text') fields.push(textField(field, column, staged.clean));
    else if (way === 'decimal')
      fields.push(decimalField(planned, column, marksOf(planned, kind, numbers, staged.absent)));
    else if (way === 'exact') fields.push(exactField(field, column));
    else {
      const texts = await dictionary(tx, typing, planned, column, kind);
      const plainTime =
        LEDGER_TYPES.get(field)?.kind === 'instant' && source.form === undefined && kind === 'text';
      if (texts !== null) {
        tables.push(texts.table);
        fields.push(dictionaryField({ planned, column, table: texts.table }, texts.common));
      } else fields.push(plainTime ? instantField(field, column) : exactField(field, column));
    }
  }
  return { fields, tables, constants };
}

function marksOf(
  { source: { decimal: own, thousands } }: PlannedField,
  kind: CellKind,
  found: NumberMarks,
  absent: string | null,
): NumberMarks {
  if (kind === 'number') return { decimal: '.', thousands: '' };
  const between = thousands ?? (own === undefined ? found.thousands : '');
  // What stands in no cell need not be looked for in each.
  return { decimal: own ?? found.decimal, thousands: between === absent ? '' : between };
}

/** A constant as the table's columns have it, with its parameters. */
function constantColumns([field, value]: readonly [string, string | number | bigint]): readonly (readonly [
  string,
  string,
  string | bigint,
])[] {
  const kind = LEDGER_TYPES.get(field as PlannedField['field'])?.kind;
  if (kind === 'instant') return [[field, 'make_timestamp(?::BIGINT)', BigInt(value)]];
  if (kind === 'integer') return [[field, '?::BIGINT', BigInt(value)]];
  if (kind !== 'decimal') return [[field, '?::VARCHAR', String(value)]];
  return [
    [
      field,
      `CASE WHEN abs(TRY_CAST(?::VARCHAR AS DOUBLE)) < 1e17 THEN TRY_CAST(?::VARCHAR AS DECIMAL(38,12)) END`,
      String(value),
    ],
    [`${field}_text`, '?::VARCHAR', String(value)],
  ];
}

/** True for a row that lacks what a posting needs. */
function lacking({ fields, constants }: Plain): string {
  const empty = (field: string): string => {
    const column = fields.find((each) => each.field === field)?.column;
    if (column !== undefined) return `${column} IS NULL`;
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

export async function insertPlain(
  tx: Transaction,
  importId: string,
  place: string,
  staged: Staged,
  plain: Plain,
  label: string | null,
): Promise<void> {
  const { fields } = plain;
  // Each column is looked at once: one without an odd cell needs no check a row, and most files have none at all.
  const asked = fields.filter(({ odd }) => odd !== null && odd !== 'true');
  const counts = await tx.row(
    `SELECT count(*) FILTER (${lacking(plain)}) AS lacking, count(*) FILTER (${label ?? 'false'}) AS labels${asked.map(({ odd }, at) => `, count(*) FILTER (${odd}) AS odd_${at}`).join('')} FROM staged_extract`,
  );
  const careful = new Set(
    fields.filter((field) => {
      const at = asked.indexOf(field);
      return at < 0 ? field.odd !== null : counts?.int(`odd_${at}`) !== 0;
    }),
  );
  const fixed = plain.constants.flatMap(constantColumns);
  const stored = fields.flatMap((field) => (careful.has(field) ? field.careful.stored : field.simple));
  const joins = [...careful].flatMap(({ column, careful: { table } }) =>
    table === null ? [] : [`LEFT JOIN ${table} ON ${table}.v = r.${column}`],
  );
  const checks = [...careful].map((field) => field.careful.plain);
  if (counts?.int('lacking') !== 0) checks.push(`NOT ${lacking(plain)}`);
  if (label !== null && counts?.int('labels') !== 0) checks.push(`NOT (${label})`);
  const columns = [...stored.map(([column]) => column), ...fixed.map(([column]) => column)];
  await tx.run(
    `INSERT INTO ledger_row (import_id, line, ${columns.join(', ')})
     SELECT ?::VARCHAR, r.place + ${staged.firstLine}, ${[...stored, ...fixed].map(([, sql]) => sql).join(', ')}
     FROM (SELECT ${place} AS place, * FROM staged_extract) r
      ${joins.join('\n      ')}
     ${checks.length === 0 ? '' : `WHERE ${checks.join('\n      AND ')}`}`,
    [
      importId,
      ...fixed.flatMap(([, sql, value]) => (sql.split('?').length === 3 ? [value, value] : [value])),
    ],
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

/** Rows that were not in plain form, as they stand in the file. */
export async function otherRows(
  tx: Transaction,
  importId: string,
  place: string,
  width: number,
  staged: Staged,
): Promise<readonly SourceRow[]> {
  const rows = await tx.rows(
    `SELECT s.* FROM (SELECT ${place} AS place, * FROM staged_extract) s ANTI JOIN (SELECT line - ${staged.firstLine} AS place FROM ledger_row WHERE import_id = ?) k
       ON k.place = s.place ORDER BY s.place`,
    [importId],
  );
  return rows.flatMap((row) => {
    const cells = Array.from({ length: width }, (_, at) => row.textOrNull(`c${at}`) ?? '');
    if (staged.kinds !== null && cells.every((cell) => cell.trim() === '')) return [];
    return [{ line: row.int('place') + staged.firstLine, cells, kinds: staged.kinds }];
  });
}
