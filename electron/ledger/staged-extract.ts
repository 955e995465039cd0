/**
 * An extract on its way into the table of postings: the engine reads and types what is in plain form, and only the other
 * rows are typed one by one. What is refused, and in which words, is decided there alone.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BIGINT, VARCHAR } from '@duckdb/node-api';
import { decimal } from '../../shared/decimal.ts';
import type { NumberMarks, TotalsCheck } from '../../shared/extracts.ts';
import type { LedgerRow } from '../../shared/ledger.ts';
import type { CellKind } from '../workbook/reader.ts';
import type { Database, Transaction } from '../workspace/database.ts';
import { diskError } from '../workspace/disk-error.ts';
import { ledgerColumns, type PlacedLedgerRow } from '../workspace/ledger-columns.ts';
import type { PlannedField } from './column-plan.ts';
import type { OpenExtract } from './extract-source.ts';
import { LEDGER_TYPES, STAND_INS } from './ledger-fields.ts';
import { type LedgerTyping, ledgerTyping, type SourceRow } from './ledger-typing.ts';
import type { ExtractMapping } from './mapping.ts';
import { literalPath } from './parquet-extract.ts';
import { type PlainBody, plainBody } from './plain-body.ts';
import {
  commonReading,
  decimalField,
  dictionaryField,
  exactField,
  instantField,
  isInteger,
  LONGEST_TEXT,
  type PlainField,
  textField,
  wayOf,
} from './plain-sql.ts';
import { type Reading, RowTyping } from './typed-extract.ts';

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

export async function resetBulk(database: Pick<Database, 'rows'>): Promise<void> {
  for (const setting of BULK_SETTINGS) await database.rows(`RESET ${setting.split(' ')[0]}`);
}

/** Thrown where the engine's reader does not take the file: it goes the exact way then. */
export class NotPlain extends Error {}

interface Staged {
  readonly kinds: readonly CellKind[] | null;
  readonly firstLine: number;
  /** True where no cell is long or has white space at its edge: each is stored as it stands. */
  readonly clean: boolean;
  /** A character that no cell has; null: any may be in one. */
  readonly absent: string | null;
  readonly tail: readonly Omit<SourceRow, 'line'>[];
  /** Query of the cells, `c0`, `c1`, ... */
  readonly query: string;
  /** Rows that there must be; null where the file itself says how many. */
  readonly lines: number | null;
}

function csvQuery(path: string, width: number, { delimiter, quote, newLine }: PlainBody): string {
  const columns = Array.from({ length: width }, (_, at) => `'c${at}': 'VARCHAR'`).join(', ');
  const quotes =
    quote === ''
      ? `quote = '', escape = ''`
      : `quote = '${quote === "'" ? "''" : quote}', escape = '${quote === "'" ? "''" : quote}'`;
  return `SELECT * FROM read_csv('${literalPath(path)}', columns = {${columns}}, auto_detect = false, header = false,
    delim = '${delimiter === '\t' ? '\\t' : delimiter}', ${quotes}, new_line = '${newLine === '\n' ? '\\n' : '\\r\\n'}', ignore_errors = false, max_line_size = 1000000)`;
}

interface Lines {
  readonly count: number;
  /** Bytes of the longest. */
  readonly longest: number;
}

function linesOf(bytes: Uint8Array): Lines {
  let [count, longest, from] = [0, 0, 0];
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, from)) {
    count += 1;
    longest = Math.max(longest, at - from);
    from = at + 1;
  }
  const rest = bytes.length - from;
  return { count: rest > 0 ? count + 1 : count, longest: Math.max(longest, rest) };
}

async function writeBody(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: 'wx' });
  } catch (error) {
    throw diskError(error, path);
  }
}

/**
 * What the engine can read by itself, and hands it to `use`; the file it lies in is gone afterwards.
 * @returns null where it cannot.
 */
export async function withStaged<Result>(
  open: OpenExtract,
  folder: string,
  use: (staged: Staged) => Promise<Result>,
): Promise<Result | null> {
  if (open.parquet) {
    const { query, kinds } = open.parquet;
    return await use({ query, kinds, firstLine: 1, clean: false, absent: null, tail: [], lines: null });
  }
  const body = open.csv === null ? null : plainBody(open, open.csv);
  if (body === null) return null;
  const path = join(folder, `${randomUUID()}.csv`);
  try {
    await mkdir(folder, { recursive: true });
    await writeBody(path, body.bytes);
    const { firstLine, tail } = body;
    const { count, longest } = linesOf(body.bytes);
    const clean = body.trimmed && longest <= LONGEST_TEXT;
    const absent = body.quote === '' ? body.delimiter : null;
    const query = csvQuery(path, open.plan.headers.length, body);
    return await use({ query, kinds: null, firstLine, clean, absent, tail, lines: count });
  } finally {
    await rm(path, { force: true });
  }
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

interface Plain {
  readonly fields: readonly PlainField[];
  /** Of dictionaries, to be dropped. */
  readonly tables: readonly string[];
  readonly constants: readonly (readonly [column: string, value: string | number | bigint])[];
}

async function plainFields(
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

async function insertPlain(
  tx: Transaction,
  importId: string,
  place: string,
  staged: Staged,
  plain: Plain,
): Promise<void> {
  const { fields } = plain;
  // Each column is looked at once: one without an odd cell needs no check a row, and most files have none at all.
  const asked = fields.filter(({ odd }) => odd !== null && odd !== 'true');
  const counts = await tx.row(
    `SELECT count(*) FILTER (${lacking(plain)}) AS lacking${asked.map(({ odd }, at) => `, count(*) FILTER (${odd}) AS odd_${at}`).join('')} FROM staged_extract`,
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

/** Rows that were not in plain form, as they stand in the file. */
async function* otherRows(
  tx: Transaction,
  importId: string,
  place: string,
  width: number,
  staged: Staged,
): AsyncGenerator<SourceRow> {
  const rows = await tx.rows(
    `SELECT s.* FROM (SELECT ${place} AS place, * FROM staged_extract) s ANTI JOIN (SELECT line - ${staged.firstLine} AS place FROM ledger_row WHERE import_id = ?) k
       ON k.place = s.place ORDER BY s.place`,
    [importId],
  );
  for (const row of rows) {
    const cells = Array.from({ length: width }, (_, at) => row.textOrNull(`c${at}`) ?? '');
    if (staged.kinds !== null && cells.every((cell) => cell.trim() === '')) continue;
    yield { line: row.int('place') + staged.firstLine, cells, kinds: staged.kinds };
  }
}

/** Rows that are appended at once. */
const APPENDED = 20_000;

export interface Stored {
  readonly typing: RowTyping;
  readonly checks: readonly TotalsCheck[];
  /** Rows that were typed one by one. */
  readonly exact: number;
}

class Appending {
  readonly #tx: Transaction;
  readonly #importId: string;
  #rows: PlacedLedgerRow[] = [];
  #flushed: Promise<void> = Promise.resolve();

  constructor(tx: Transaction, importId: string) {
    this.#tx = tx;
    this.#importId = importId;
  }

  add(line: number, row: LedgerRow): void {
    this.#rows.push({ importId: this.#importId, line, row });
  }

  async flush(least = 1): Promise<void> {
    if (this.#rows.length < least) return;
    const rows = this.#rows;
    this.#rows = [];
    const { types, columns } = ledgerColumns(rows);
    this.#flushed = this.#flushed.then(() => this.#tx.append('ledger_row', types, columns));
    await this.#flushed;
  }
}

/** Puts the postings of an extract into the table, each typed one by one. */
export async function storeExactly(
  tx: Transaction,
  open: OpenExtract,
  mapping: ExtractMapping,
  importId: string,
  { signal, onProgress }: Reading,
): Promise<Stored> {
  const appending = new Appending(tx, importId);
  const typing = new RowTyping(open, mapping, (line, row) => appending.add(line, row));
  let seen = 0;
  for await (const row of open.rows()) {
    typing.add(row);
    seen += 1;
    if (seen % 5000 !== 0) continue;
    signal.throwIfAborted();
    onProgress('Reading the extract', seen, null);
    await appending.flush(APPENDED);
    await new Promise(setImmediate);
  }
  const checks = typing.finish();
  await appending.flush();
  return { typing, checks, exact: seen };
}

interface StagedRows extends Staged {
  readonly total: number;
  /** Of a row, counted from 0: SQL over the staged table. */
  readonly place: string;
}

/**
 * Has the engine read an extract into a temporary table.
 * @throws NotPlain where it does not take the file; the transaction is of no use any more then.
 */
export async function stageRows(
  tx: Transaction,
  staged: Staged,
  { signal, onProgress }: Reading,
): Promise<StagedRows> {
  onProgress('Reading the extract', 0, null);
  await tx.run(`CREATE TEMPORARY TABLE staged_extract AS ${staged.query}`).catch((error: unknown) => {
    // The engine's words hold lines of the file, so that nothing can be told from them.
    throw new NotPlain('the engine does not take the file', { cause: error });
  });
  await tx.settle?.();
  signal.throwIfAborted();
  const counted = await tx.row('SELECT count(*) AS n, min(rowid)::VARCHAR AS first FROM staged_extract');
  const total = counted?.int('n') ?? 0;
  if (staged.lines !== null && staged.lines !== total)
    throw new NotPlain(`the engine reads ${total} rows of ${staged.lines} lines`);
  // Where the engine begins to count is its own affair.
  return { ...staged, total, place: `(rowid - ${counted?.textOrNull('first') ?? 0})` };
}

/** Puts the postings of an extract that is staged into the table, those in plain form by the engine. */
export async function storeStaged(
  tx: Transaction,
  open: OpenExtract,
  mapping: ExtractMapping,
  importId: string,
  staged: StagedRows,
  { signal, onProgress }: Reading,
): Promise<Stored> {
  const { total, place } = staged;
  onProgress('Typing the rows', 0, total);
  const cells = ledgerTyping(open.plan, open.reading.numbers);
  const plain = await plainFields(tx, open, staged, cells);
  for (const setting of BULK_SETTINGS) await tx.run(`SET ${setting}`);
  await insertPlain(tx, importId, place, staged, plain);
  signal.throwIfAborted();
  const appending = new Appending(tx, importId);
  const typing = new RowTyping(open, mapping, (line, row) => appending.add(line, row));
  const sums = await tx.rows(
    `SELECT currency, volume_uom, count(*) AS n, sum(amount)::VARCHAR AS amount, sum(volume)::VARCHAR AS volume
     FROM ledger_row WHERE import_id = ? GROUP BY ALL ORDER BY ALL`,
    [importId],
  );
  let kept = 0;
  for (const row of sums) {
    const n = row.int('n');
    const volume = row.textOrNull('volume');
    typing.sums.add(
      row.text('currency'),
      row.textOrNull('volume_uom'),
      decimal(row.text('amount')),
      volume === null ? null : decimal(volume),
      n,
    );
    kept += n;
  }
  onProgress('Typing the rows', kept, total);
  if (kept < total) {
    const last = await tx.row('SELECT max(line) AS line FROM ledger_row WHERE import_id = ?', [importId]);
    const lastPlain = last?.intOrNull('line') ?? 0;
    for await (const row of otherRows(tx, importId, place, open.plan.headers.length, staged)) {
      typing.add(row, row.line < lastPlain);
      await appending.flush(APPENDED);
    }
  }
  for (const [at, row] of staged.tail.entries()) typing.add({ ...row, line: staged.firstLine + total + at });
  const checks = typing.finish();
  await appending.flush();
  await tx.run('DROP TABLE staged_extract');
  for (const table of plain.tables) await tx.run(`DROP TABLE ${table}`);
  return { typing, checks, exact: total - kept + staged.tail.length };
}
