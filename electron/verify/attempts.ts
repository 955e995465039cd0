/** Requests of a run against what its pages and events tell of them: where each page was asked for, and how often. */
import { redactUrl } from '../credentials/secret.ts';
import type { ResourceShape } from '../etrm/page-shape.ts';
import { addressOf } from '../etrm/pages.ts';
import type { Row } from '../workspace/row.ts';
import type { Check } from './findings.ts';

/** More than any policy makes. */
const MOST_TRIES = 1000;

export interface AskedRun {
  readonly runId: string;
  readonly shape: ResourceShape;
  /** Of the view `run_state`. */
  readonly run: Row;
}

/** Where pages lie, as it is kept, and where tokens are asked for; null where nothing says it. */
interface Addresses {
  ofPage(page: number, kept: string): string | null;
  ofToken(kept: string): string | null;
}

/** What the connection had for its addresses while the run may have gone on: it may have been changed in between. */
async function addresses(
  { workspace }: Check,
  { run, runId, shape }: AskedRun,
  pages: readonly Row[],
): Promise<Addresses> {
  const connections = await workspace.database.rows(
    `SELECT DISTINCT base_url, token_url FROM connection_event WHERE name = $1 AND NOT removed
       AND seq < coalesce((SELECT max(seq) FROM run_stop WHERE run_id = $2), seq + 1) ORDER BY ALL`,
    [run.textOrNull('connection'), runId],
  );
  const resumed = await workspace.database.row(
    `SELECT 1 AS found FROM audit_event WHERE type = 'sync.resume' AND json_extract_string(payload, '$.run_id') = ? LIMIT 1`,
    [runId],
  );
  const started = run.text('base_url');
  const bases = resumed === null ? [started] : [started, ...connections.map((row) => row.text('base_url'))];
  const tokens = connections.map((row) => redactUrl(row.text('token_url')));
  const positions = new Map(pages.map((page) => [page.int('page') + 1, page.textOrNull('next_position')]));
  const addressAt = (base: string, page: number, position: string | null): string | null => {
    const query = {
      startDate: run.text('start_date'),
      endDate: run.text('end_date'),
      pageSize: run.int('page_size'),
    };
    try {
      return redactUrl(addressOf({ ...query, base: new URL(base), shape }, page, position).href);
    } catch {
      return null;
    }
  };
  return {
    ofPage: (page, kept) => {
      const position = positions.get(page);
      if (page > 1 && position === undefined) return null;
      const may = bases.map((base) => addressAt(base, page, position ?? null));
      return may.find((address) => address === kept) ?? may[0] ?? null;
    },
    ofToken: (kept) => tokens.find((address) => address === kept) ?? tokens[0] ?? null,
  };
}

/** @param pages all of the run, in order. */
export async function checkAttempts(check: Check, asked: AskedRun, pages: readonly Row[]): Promise<void> {
  const { workspace, findings } = check;
  const { runId, run } = asked;
  const { ofPage, ofToken } = await addresses(check, asked, pages);
  const rows = await workspace.database.rows(
    'SELECT ordinal, correlation_id, page, method, url, attempt FROM attempt WHERE run_id = ? ORDER BY ordinal',
    [runId],
  );
  for (const [at, row] of rows.entries()) {
    const page = row.intOrNull('page');
    const name = `run ${runId} request ${row.int('ordinal')}`;
    // Numbered one by one: one that is gone leaves a gap, and one that is there twice has the other's number.
    if (!findings.expect('audit', name, `request ${at + 1}`, `request ${row.int('ordinal')}`)) break;
    const kept = row.text('url');
    const address = page === null ? ofToken(kept) : ofPage(page, kept);
    const expected = [page === null ? 'POST' : 'GET', address ?? kept, run.text('correlation_id')].join(' ');
    findings.expect(
      'audit',
      name,
      expected,
      [row.text('method'), kept, row.text('correlation_id')].join(' '),
    );
  }
  const made = Map.groupBy(rows, (row) => row.intOrNull('page') ?? 0);
  for (const page of pages) {
    const number = page.int('page');
    const some = made.get(number);
    // That the request is gone that brought the page is told by its event.
    if (some === undefined) continue;
    const tries = new Set(some.map((row) => row.int('attempt')));
    const told = page.int('attempts');
    const found = Array.from({ length: Math.min(told, MOST_TRIES) }, (_, at) => at + 1).filter((n) =>
      tries.has(n),
    ).length;
    findings.expect('audit', `run ${runId} page ${number} attempts`, Math.min(told, MOST_TRIES), found);
  }
}
