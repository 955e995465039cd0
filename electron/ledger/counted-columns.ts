/** How a staged extract's columns are typed: each is looked at as a whole, so that one without an odd cell needs no check a row. */
import { BIGINT, VARCHAR } from '@duckdb/node-api';
import type { CellKind } from '../workbook/reader.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { PlannedField } from './column-plan.ts';
import type { OpenExtract } from './extract-source.ts';
import { LEDGER_TYPES } from './ledger-fields.ts';
import type { LedgerTyping } from './ledger-typing.ts';
import {
  type ColumnSql,
  commonReading,
  decimalField,
  dictionaryField,
  exactField,
  instantField,
  isInteger,
  marksOfColumn,
  type PlainField,
  textField,
  wayOf,
} from './plain-sql.ts';
import type { StagedRows } from './staged-extract.ts';

/** Texts of a column that are typed one by one; a column with more of them is no list of codes or hours. */
const MOST_TEXTS = 50_000;

/**
 * Puts texts of a column into a table with what the exact typing makes of each; those that it refuses are not in it.
 * @returns how many are.
 */
export async function keepDictionary(
  tx: Transaction,
  table: string,
  texts: readonly string[],
  { field }: PlannedField,
  typing: LedgerTyping,
  kind: CellKind,
): Promise<number> {
  await tx.run(`CREATE TEMPORARY TABLE ${table} (v VARCHAR, t VARCHAR, i BIGINT)`);
  const known = typing.reader(field);
  const [written, asText, asInteger]: [string[], (string | null)[], (bigint | null)[]] = [[], [], []];
  for (const text of texts) {
    const value = text.trim() === '' ? null : known?.read(text.trim(), kind);
    if (!value?.ok) continue;
    written.push(text);
    asText.push(isInteger(field) ? null : String(value.value));
    asInteger.push(isInteger(field) ? BigInt(value.value) : null);
  }
  await tx.append(table, [VARCHAR, VARCHAR, BIGINT], [written, asText, asInteger]);
  return written.length;
}

interface Texts {
  readonly table: string;
  /** True where the engine's own reading gives the same for every one of them. */
  readonly common: boolean;
}

/** All texts of a column. @returns null for too many. */
async function dictionary(
  tx: Transaction,
  typing: LedgerTyping,
  planned: PlannedField,
  column: string,
  { relation, kinds }: StagedRows,
): Promise<Texts | null> {
  const texts = await tx.rows(
    `SELECT ${column} AS v FROM ${relation} WHERE ${column} IS NOT NULL GROUP BY ALL LIMIT ${MOST_TEXTS + 1}`,
  );
  if (texts.length > MOST_TEXTS) return null;
  const { field, source, place } = planned;
  const table = `dictionary_${column}_${field}`;
  const kind = (place === null ? null : kinds?.[place]) ?? 'text';
  const written = texts.map((row) => row.text('v'));
  const kept = await keepDictionary(tx, table, written, planned, typing, kind);
  if (kept < texts.length || source.form !== undefined) return { table, common: false };
  const common = commonReading(field, 'v') ?? 'v';
  const told =
    LEDGER_TYPES.get(field)?.kind === 'instant' ? 'make_timestamp(i)' : isInteger(field) ? 'i' : 't';
  const odd = await tx.row(`SELECT count(*) AS n FROM ${table} WHERE ${common} IS DISTINCT FROM ${told}`);
  return { table, common: odd?.int('n') === 0 };
}

export interface Counted {
  readonly columns: readonly ColumnSql[];
  /** Those of `asked` that are true for some row. */
  readonly found: readonly string[];
  /** Of dictionaries, to be dropped. */
  readonly tables: readonly string[];
}

/** @param asked conditions over a row. */
export async function countedColumns(
  tx: Transaction,
  open: OpenExtract,
  staged: StagedRows,
  typing: LedgerTyping,
  asked: readonly string[],
): Promise<Counted> {
  const fields: PlainField[] = [];
  const tables: string[] = [];
  for (const planned of open.plan.fields) {
    const { field, place, source } = planned;
    if (place === null) continue;
    const column = `c${place}`;
    const kind = staged.kinds?.[place] ?? 'text';
    const way = wayOf(planned, kind);
    if (way === 'text') fields.push(textField(field, column, staged.clean));
    else if (way === 'decimal') {
      const marks = marksOfColumn(planned, kind, open.reading.numbers, staged.absent);
      fields.push(decimalField(planned, column, marks));
    } else if (way === 'exact') fields.push(exactField(field, column));
    else {
      const texts = await dictionary(tx, typing, planned, column, staged);
      const plainTime =
        LEDGER_TYPES.get(field)?.kind === 'instant' && source.form === undefined && kind === 'text';
      if (texts !== null) {
        tables.push(texts.table);
        fields.push(dictionaryField({ planned, column, table: texts.table }, texts.common));
      } else fields.push(plainTime ? instantField(field, column) : exactField(field, column));
    }
  }
  const counted = fields.filter(({ odd }) => odd !== null && odd !== 'true');
  const counts = await tx.row(
    `SELECT count(*) AS n${[...counted.flatMap(({ odd }) => odd ?? []), ...asked].map((odd, at) => `, count(*) FILTER (${odd}) AS odd_${at}`).join('')} FROM ${staged.relation}`,
  );
  const isOdd = (at: number): boolean => counts?.int(`odd_${at}`) !== 0;
  const columns = fields.map((each): ColumnSql => {
    const { field, column, odd, simple, careful } = each;
    const at = counted.indexOf(each);
    return (at < 0 ? odd !== null : isOdd(at))
      ? { field, column, ...careful }
      : { field, column, plain: null, stored: simple, table: null };
  });
  return { columns, found: asked.filter((_, at) => isOdd(counted.length + at)), tables };
}
