/** Records and postings as a pack carries them: one JSON object a line, rendered by the engine. */
import { LEDGER_ONLY_FIELDS } from '../../shared/ledger.ts';
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';
import type { Database } from '../workspace/database.ts';
import { instantText } from '../workspace/stored-types.ts';
import type { Parameter } from '../workspace/transaction.ts';

const DECIMALS: readonly string[] = ['volume', 'price', 'amount'];
const TIMES: readonly string[] = ['delivery_start', 'delivery_end', 'updated_at'];

function member(alias: string, field: string): string {
  const column = `${alias}.${field}`;
  const value = DECIMALS.includes(field)
    ? `${column}_text`
    : TIMES.includes(field)
      ? instantText(column)
      : column;
  return `'${field}', ${value}`;
}

const SETTLEMENT = SETTLEMENT_FIELDS.map((field) => member('s', field)).join(', ');
const POSTING = [...SETTLEMENT_FIELDS, ...LEDGER_ONLY_FIELDS].map((field) => member('l', field)).join(', ');

/** What a reconciliation read of a run: dead letters that were retried after it are not in it. */
export interface ReadRun {
  readonly runId: string;
  /** Of the reconciliation's event. */
  readonly seq: number;
}

async function* lines(database: Database, sql: string, bound: readonly Parameter[]): AsyncGenerator<string> {
  for await (const rows of database.stream(sql, bound)) for (const row of rows) yield `${row.text('line')}\n`;
}

/** In the order of the pages. */
export function settlementLines(database: Database, { runId, seq }: ReadRun): AsyncGenerator<string> {
  const sql = `
    SELECT json_object('page', s.page, 'index', s.idx, ${SETTLEMENT})::VARCHAR AS line FROM settlement s
    ANTI JOIN (SELECT page, idx FROM dead_letter_event WHERE run_id = $1 AND act = 'retried' AND seq > $2) e
      ON e.page = s.page AND e.idx = s.idx
    WHERE s.run_id = $1 ORDER BY s.page, s.idx`;
  return lines(database, sql, [runId, seq]);
}

/** Every record that was refused when it was received; one that became a record since bears it. */
export function letterLines(database: Database, { runId, seq }: ReadRun): AsyncGenerator<string> {
  const sql = `
    SELECT json_object('page', d.page, 'index', d.idx, 'settlement_id', d.settlement_id,
      'state', CASE e.act WHEN 'retried' THEN 'retried' WHEN 'discarded' THEN 'discarded' ELSE 'open' END,
      'reasons', d.reasons::JSON,
      'record', CASE WHEN e.act = 'retried' THEN json_object(${SETTLEMENT}) END)::VARCHAR AS line
    FROM dead_letter d
    LEFT JOIN (
      SELECT * FROM dead_letter_event WHERE act <> 'refused' AND seq <= $2
      QUALIFY row_number() OVER (PARTITION BY run_id, page, idx ORDER BY seq DESC) = 1) e
      ON e.run_id = d.run_id AND e.page = d.page AND e.idx = d.idx
    LEFT JOIN settlement s ON s.run_id = d.run_id AND s.page = d.page AND s.idx = d.idx AND e.act = 'retried'
    WHERE d.run_id = $1 ORDER BY d.page, d.idx`;
  return lines(database, sql, [runId, seq]);
}

/** In the order of the file. */
export function postingLines(database: Database, importId: string): AsyncGenerator<string> {
  const sql = `
    SELECT json_object('line', l.line, ${POSTING})::VARCHAR AS line FROM ledger_row l
    WHERE l.import_id = ? ORDER BY l.line`;
  return lines(database, sql, [importId]);
}

/** What was received, page by page, as the audit chain tells it. */
export function pageLines(database: Database, { runId }: ReadRun): AsyncGenerator<string> {
  const sql = `
    SELECT json_object('page', page, 'records', records, 'rejected', rejected, 'bytes', bytes, 'charset', charset,
      'page_sha256', page_sha256, 'body_sha256', body_sha256)::VARCHAR AS line
    FROM page WHERE run_id = ? ORDER BY page`;
  return lines(database, sql, [runId]);
}

/** As `run_sha256` has them: the hash of this text is the run's. */
export function pageHashLines(database: Database, { runId }: ReadRun): AsyncGenerator<string> {
  return lines(database, 'SELECT page_sha256 AS line FROM page WHERE run_id = ? ORDER BY page', [runId]);
}
