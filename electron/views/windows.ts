/** Rows of the Month screen's tables, by window. */
import type { BreakCategory } from '../../shared/recon.ts';
import type { AttemptRow, BreakRow, ComparedRow, PageRow, RowWindow } from '../../shared/views.ts';
import { COMPARED_ROWS, comparedRow, RUN_ROWS } from '../recon/compared.ts';
import type { Database, Parameter } from '../workspace/database.ts';
import { parseBreak } from './breaks.ts';

export interface WindowAsked {
  readonly offset: number;
  readonly limit: number;
}

async function total(database: Database, sql: string, parameters: readonly Parameter[]): Promise<number> {
  const row = await database.row(sql, parameters);
  return row?.int('n') ?? 0;
}

export async function pagesWindow(
  database: Database,
  asked: WindowAsked & { readonly runId: string },
): Promise<RowWindow<PageRow>> {
  const rows = await database.rows(
    `SELECT p.*, c.verified FROM page p
     LEFT JOIN (SELECT run_id, page, arg_max(verified, seq)::VARCHAR AS verified FROM page_check GROUP BY run_id, page) c
       ON c.run_id = p.run_id AND c.page = p.page
     WHERE p.run_id = ? ORDER BY p.page LIMIT ? OFFSET ?`,
    [asked.runId, asked.limit, asked.offset],
  );
  return {
    offset: asked.offset,
    total: await total(database, 'SELECT count(*) AS n FROM page WHERE run_id = ?', [asked.runId]),
    rows: rows.map((row) => {
      const verified = row.textOrNull('verified');
      return {
        page: row.int('page'),
        records: row.int('records'),
        rejected: row.int('rejected'),
        bytes: row.int('bytes'),
        attempts: row.int('attempts'),
        elapsedMs: row.int('elapsed_ms'),
        receivedAt: row.text('received_at'),
        requestId: row.text('request_id'),
        pageSha256: row.sha256('page_sha256'),
        bodySha256: row.sha256('body_sha256'),
        warning: row.textOrNull('warning'),
        verified: verified === null ? null : verified === 'true',
      };
    }),
  };
}

function reasonOf(text: string | null): AttemptRow['reason'] {
  return text === 'retry-after' || text === 'backoff' ? text : null;
}

export async function attemptsWindow(
  database: Database,
  asked: WindowAsked & {
    readonly runId: string;
    readonly retriesOnly: boolean;
    readonly page: number | null;
  },
): Promise<RowWindow<AttemptRow>> {
  const retries = asked.retriesOnly ? ' AND (delay_ms IS NOT NULL OR attempt > 1)' : '';
  const where = `WHERE run_id = ? AND (?::BIGINT IS NULL OR page = ?)${retries}`;
  const parameters = [asked.runId, asked.page, asked.page];
  const rows = await database.rows(`SELECT * FROM attempt ${where} ORDER BY ordinal LIMIT ? OFFSET ?`, [
    ...parameters,
    asked.limit,
    asked.offset,
  ]);
  return {
    offset: asked.offset,
    total: await total(database, `SELECT count(*) AS n FROM attempt ${where}`, parameters),
    rows: rows.map((row) => ({
      at: row.text('sent_at'),
      correlationId: row.text('correlation_id'),
      requestId: row.text('request_id'),
      page: row.intOrNull('page'),
      method: row.text('method'),
      url: row.text('url'),
      attempt: row.int('attempt'),
      status: row.intOrNull('status'),
      error: row.textOrNull('error'),
      elapsedMs: row.int('elapsed_ms'),
      delayMs: row.intOrNull('delay_ms'),
      reason: reasonOf(row.textOrNull('reason')),
    })),
  };
}

export interface CompareAsked extends WindowAsked {
  readonly runId: string | null;
  readonly reconId: string | null;
  readonly state: 'matched' | 'pending' | 'break' | null;
  readonly search: string;
}

/** `%` and `_` in what was typed are themselves. */
export function likePattern(search: string): string {
  return `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`;
}

export function searched(columns: readonly string[]): string {
  return `(${columns.map((column) => `${column} ILIKE ? ESCAPE '\\'`).join(' OR ')})`;
}

const SEARCHED_BOTH = [
  'i.settlement_id',
  'e.trade_id',
  'l.trade_id',
  'e.counterparty',
  'l.counterparty',
  'e.location',
  'l.location',
  'i.break_id',
];
const SEARCHED_RUN = ['e.settlement_id', 'e.trade_id', 'e.counterparty', 'e.location'];

async function reconWindow(
  database: Database,
  reconId: string,
  asked: CompareAsked,
): Promise<RowWindow<ComparedRow>> {
  const parameters: Parameter[] = [reconId];
  let where = '';
  if (asked.state !== null) {
    where += ' AND i.state = ?';
    parameters.push(asked.state);
  }
  if (asked.search.trim() !== '') {
    where += ` AND ${searched(SEARCHED_BOTH)}`;
    parameters.push(...SEARCHED_BOTH.map(() => likePattern(asked.search)));
  }
  // Without a filter the position is the offset, and no row before the window is touched.
  const plain = where === '';
  const rows = plain
    ? await database.rows(`${COMPARED_ROWS} AND i.position >= ? AND i.position < ? ORDER BY i.position`, [
        reconId,
        asked.offset,
        asked.offset + asked.limit,
      ])
    : await database.rows(`${COMPARED_ROWS}${where} ORDER BY i.position LIMIT ? OFFSET ?`, [
        ...parameters,
        asked.limit,
        asked.offset,
      ]);
  const count = plain
    ? await total(database, 'SELECT count(*) AS n FROM recon_item WHERE recon_id = ?', [reconId])
    : await total(database, `SELECT count(*) AS n FROM (${COMPARED_ROWS}${where})`, parameters);
  return {
    offset: asked.offset,
    total: count,
    rows: rows.map((row) => comparedRow(row, row.int('position'))),
  };
}

async function runWindow(
  database: Database,
  runId: string,
  asked: CompareAsked,
): Promise<RowWindow<ComparedRow>> {
  const parameters: Parameter[] = [runId];
  let where = '';
  if (asked.search.trim() !== '') {
    where = ` AND ${searched(SEARCHED_RUN)}`;
    parameters.push(...SEARCHED_RUN.map(() => likePattern(asked.search)));
  }
  const rows = await database.rows(`${RUN_ROWS}${where} ORDER BY e.page, e.idx LIMIT ? OFFSET ?`, [
    ...parameters,
    asked.limit,
    asked.offset,
  ]);
  return {
    offset: asked.offset,
    total: await total(database, `SELECT count(*) AS n FROM (${RUN_ROWS}${where})`, parameters),
    rows: rows.map((row, at) => comparedRow(row, asked.offset + at)),
  };
}

export async function compareWindow(
  database: Database,
  asked: CompareAsked,
): Promise<RowWindow<ComparedRow>> {
  if (asked.reconId !== null) return reconWindow(database, asked.reconId, asked);
  if (asked.runId !== null) return runWindow(database, asked.runId, asked);
  return { offset: asked.offset, total: 0, rows: [] };
}

export async function breaksWindow(
  database: Database,
  asked: WindowAsked & { readonly reconId: string; readonly category: BreakCategory | null },
): Promise<RowWindow<BreakRow>> {
  const where = 'WHERE recon_id = ? AND (?::VARCHAR IS NULL OR category = ?)';
  const parameters = [asked.reconId, asked.category, asked.category];
  const rows = await database.rows(
    `SELECT detail FROM recon_break ${where} ORDER BY position LIMIT ? OFFSET ?`,
    [...parameters, asked.limit, asked.offset],
  );
  return {
    offset: asked.offset,
    total: await total(database, `SELECT count(*) AS n FROM recon_break ${where}`, parameters),
    rows: rows.map((row) => parseBreak(row.text('detail'))),
  };
}
