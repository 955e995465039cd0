/** Rows of the Month screen's tables, by window. */
import type { BreakCategory } from '../../shared/recon.ts';
import type { AttemptRow, BreakRow, PageRow, RowWindow } from '../../shared/views.ts';
import type { Database } from '../workspace/database.ts';
import type { Parameter } from '../workspace/transaction.ts';
import { parseBreak } from './breaks.ts';

export interface WindowAsked {
  readonly offset: number;
  readonly limit: number;
}

export async function total(
  database: Database,
  sql: string,
  parameters: readonly Parameter[],
): Promise<number> {
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

/** `%` and `_` in what was typed are themselves. */
export function likePattern(search: string): string {
  return `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`;
}

export function searched(columns: readonly string[]): string {
  return `(${columns.map((column) => `${column} ILIKE ? ESCAPE '\\'`).join(' OR ')})`;
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
