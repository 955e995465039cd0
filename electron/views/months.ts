/** What the Month screen shows above its tables. */
import { z } from 'zod';
import { decimal } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { Month } from '../../shared/month.ts';
import { ALL_BREAK_CATEGORIES, type ReconSummary, type Totals } from '../../shared/recon.ts';
import { RESOURCES, type Resource } from '../../shared/resource.ts';
import type {
  LedgerImportView,
  MonthView,
  ReportView,
  RunView,
  VerificationView,
} from '../../shared/views.ts';
import { letterCounts } from '../dead-letters/letter-counts.ts';
import { totals } from '../recon/totals.ts';
import { CURRENT_SETTLEMENTS } from '../sync/run-totals.ts';
import type { Database } from '../workspace/database.ts';
import type { Row } from '../workspace/row.ts';

const storedTotals = z.record(
  z.string(),
  z.string().transform((text) => decimal(text)),
);
const byCategory = z.partialRecord(z.enum(ALL_BREAK_CATEGORIES), z.number());

function totalsOf(row: Row, column: string): Totals {
  return storedTotals.parse(row.json(column));
}

const RUNS = `
  SELECT r.*, p.pages, p.records, p.rejected, p.bytes, a.retries, w.warnings, d.committed, d.open, d.retried, d.discarded
  FROM run_state r
  LEFT JOIN dead_letter_count d ON d.run_id = r.run_id
  LEFT JOIN (SELECT run_id, count(*) AS pages, sum(records)::BIGINT AS records, sum(rejected)::BIGINT AS rejected,
               sum(bytes)::BIGINT AS bytes FROM page GROUP BY run_id) p ON p.run_id = r.run_id
  LEFT JOIN (SELECT run_id, count(*) FILTER (WHERE delay_ms IS NOT NULL) AS retries FROM attempt GROUP BY run_id) a
    ON a.run_id = r.run_id
  LEFT JOIN (SELECT run_id, to_json(list(message ORDER BY warned_at))::VARCHAR AS warnings FROM run_warning GROUP BY run_id) w
    ON w.run_id = r.run_id`;

function resourceOf(text: string): Resource {
  return RESOURCES.find((name) => name === text) ?? 'settlements';
}

/** @param running ids of runs that this process works on; another without an end was interrupted. */
function runView(row: Row, running: ReadonlySet<string>): RunView {
  const outcome = row.textOrNull('outcome');
  const runId = row.text('run_id');
  const states = { done: 'done', failed: 'failed', cancelled: 'cancelled' } as const;
  const ended =
    outcome === 'done' || outcome === 'failed' || outcome === 'cancelled' ? states[outcome] : null;
  const warnings = row.textOrNull('warnings');
  return {
    runId,
    connection: row.textOrNull('connection') ?? row.text('base_url'),
    resource: resourceOf(row.text('resource')),
    month: row.text('month'),
    correlationId: row.text('correlation_id'),
    state: running.has(runId) ? 'running' : (ended ?? 'interrupted'),
    startedAt: row.text('started_at'),
    endedAt: row.textOrNull('ended_at'),
    pages: row.intOrNull('pages') ?? 0,
    records: row.intOrNull('records') ?? 0,
    rejected: row.intOrNull('rejected') ?? 0,
    committed: row.intOrNull('committed') ?? 0,
    deadLetters: {
      open: row.intOrNull('open') ?? 0,
      retried: row.intOrNull('retried') ?? 0,
      discarded: row.intOrNull('discarded') ?? 0,
    },
    bytes: row.intOrNull('bytes') ?? 0,
    retries: row.intOrNull('retries') ?? 0,
    added: row.intOrNull('added'),
    changed: row.intOrNull('changed'),
    removed: row.intOrNull('removed'),
    runSha256: row.sha256OrNull('run_sha256'),
    error: row.textOrNull('error'),
    warnings: warnings === null ? [] : z.array(z.string()).parse(JSON.parse(warnings)),
  };
}

export async function listRuns(
  database: Database,
  month: Month,
  running: ReadonlySet<string>,
): Promise<readonly RunView[]> {
  const rows = await database.rows(`${RUNS} WHERE r.month = ? ORDER BY r.seq DESC LIMIT 200`, [month]);
  return rows.map((row) => runView(row, running));
}

/** Months that have a run or an extract, newest first. */
export async function listMonths(database: Database): Promise<readonly string[]> {
  const rows = await database.rows(
    'SELECT month FROM run UNION SELECT month FROM ledger_import UNION SELECT month FROM curve_import ORDER BY month DESC',
  );
  return rows.map((row) => row.text('month'));
}

interface ReconRow {
  readonly summary: ReconSummary;
  readonly pendingTotals: Totals;
  readonly runId: string;
  readonly importIds: unknown;
  /** Dead letters that became records of the run only after it was read. */
  readonly retriedSince: number;
}

/** @param runId null: of whatever run. */
async function newestRecon(
  database: Database,
  month: Month,
  source: string | null,
  runId: string | null,
): Promise<ReconRow | null> {
  const row = await database.row(
    `SELECT c.* FROM recon c JOIN run r ON r.run_id = c.run_id
     WHERE c.month = $1 AND ($2::VARCHAR IS NULL OR r.source = $2) AND ($3::VARCHAR IS NULL OR c.run_id = $3)
     ORDER BY c.seq DESC LIMIT 1`,
    [month, source, runId],
  );
  if (!row) return null;
  const letters = await letterCounts(database, row.text('run_id'), row.int('seq'));
  const suggested = row.intOrNull('suggested') ?? 0;
  return {
    retriedSince: letters.retriedSince,
    summary: {
      recon_id: row.text('recon_id'),
      run_id: row.text('run_id'),
      month,
      at: row.text('reconciled_at'),
      dead_letters: letters.open + letters.discarded,
      matched: row.int('matched'),
      breaks: row.int('breaks'),
      pending: row.int('pending'),
      ...(suggested > 0 && { suggested }),
      by_category: byCategory.parse(row.json('by_category')),
      etrm_total: totalsOf(row, 'etrm_total'),
      ledger_total: totalsOf(row, 'ledger_total'),
      recon_sha256: row.sha256('recon_sha256'),
    },
    pendingTotals: totalsOf(row, 'pending_total'),
    runId: row.text('run_id'),
    importIds: row.json('import_ids'),
  };
}

async function imports(database: Database, month: Month): Promise<readonly LedgerImportView[]> {
  const rows = await database.rows('SELECT * FROM ledger_import_current WHERE month = ? ORDER BY file_name', [
    month,
  ]);
  return rows.map(importView);
}

/** The extracts that a reconciliation read. @param ids a JSON list. */
async function importsNamed(database: Database, ids: string): Promise<readonly LedgerImportView[]> {
  const rows = await database.rows(
    `SELECT * FROM ledger_import WHERE list_contains(json_extract_string(?::JSON, '$[*]'), import_id) ORDER BY file_name`,
    [ids],
  );
  return rows.map(importView);
}

function importView(row: Row): LedgerImportView {
  return {
    importId: row.text('import_id'),
    fileName: row.text('file_name'),
    fileSha256: row.sha256('file_sha256'),
    rows: row.int('rows'),
    importedAt: row.text('imported_at'),
    totals: totalsOf(row, 'totals'),
  };
}

async function newestVerification(database: Database, month: Month): Promise<VerificationView | null> {
  const row = await database.row(
    'SELECT * FROM verification WHERE month = ? OR month IS NULL ORDER BY seq DESC LIMIT 1',
    [month],
  );
  if (!row) return null;
  const differences = row.json('differences');
  return {
    at: row.text('verified_at'),
    pages: row.int('pages'),
    records: row.int('records'),
    differences: Array.isArray(differences) ? differences.length : 0,
    auditHead: row.text('audit_head'),
  };
}

/** @param runId null: of whatever run. */
async function reports(
  database: Database,
  month: Month,
  runId: string | null,
): Promise<readonly ReportView[]> {
  const rows = await database.rows(
    `SELECT * FROM report
     WHERE month = $1 AND ($2::VARCHAR IS NULL OR recon_id IN (SELECT recon_id FROM recon WHERE run_id = $2))
     ORDER BY seq DESC, path LIMIT 50`,
    [month, runId],
  );
  return rows.map((row) => ({
    path: row.text('path'),
    format: row.text('format'),
    sha256: row.sha256('sha256'),
    at: row.text('exported_at'),
  }));
}

/** Exact totals of a run before anything was reconciled: its settlements that are not VOID, each once. */
function runTotals(database: Database, run: RunView | null): Promise<Totals> | Totals {
  if (run === null) return {};
  return totals(database, {
    sql: `SELECT * FROM (${CURRENT_SETTLEMENTS}) WHERE status <> 'VOID'`,
    parameters: [run.runId],
  });
}

export async function monthView(
  database: Database,
  month: Month,
  source: string | null,
  running: ReadonlySet<string>,
): Promise<MonthView> {
  const runs = await database.rows(
    `${RUNS} WHERE r.month = ? AND r.resource = 'settlements' AND (?::VARCHAR IS NULL OR r.source = ?) ORDER BY r.seq DESC LIMIT 50`,
    [month, source, source],
  );
  const views = runs.map((row) => runView(row, running));
  const currentRun = views.find((run) => run.state === 'done') ?? null;
  const extracts = await imports(database, month);
  const recon = await newestRecon(database, month, source, null);
  const ids = JSON.stringify(extracts.map((extract) => extract.importId));
  return {
    month,
    asOf: null,
    run: views[0] ?? null,
    currentRun,
    imports: extracts,
    recon: recon?.summary ?? null,
    reconStale:
      recon !== null &&
      (recon.runId !== currentRun?.runId ||
        recon.retriedSince > 0 ||
        JSON.stringify(recon.importIds) !== ids),
    pendingTotals: recon?.pendingTotals ?? {},
    etrmTotals: await runTotals(database, currentRun),
    verification: await newestVerification(database, month),
    reports: await reports(database, month, null),
  };
}

/**
 * The month as it was known by one of its runs: that run's records, what was reconciled from it and with which extracts.
 * @throws TieoutError `run-unknown`.
 */
export async function monthAsOf(
  database: Database,
  month: Month,
  runId: string,
  running: ReadonlySet<string>,
): Promise<MonthView> {
  const row = await database.row(
    `${RUNS} WHERE r.run_id = ? AND r.month = ? AND r.resource = 'settlements'`,
    [runId, month],
  );
  if (!row) {
    throw new TieoutError(
      'run-unknown',
      `There is no run ${runId} of settlements of ${month}; choose another.`,
      {
        run_id: runId,
      },
    );
  }
  const run = runView(row, running);
  const currentRun = run.state === 'done' ? run : null;
  const recon = await newestRecon(database, month, null, runId);
  return {
    month,
    asOf: run,
    run,
    currentRun,
    imports: recon === null ? [] : await importsNamed(database, JSON.stringify(recon.importIds)),
    recon: recon?.summary ?? null,
    reconStale: recon !== null && recon.retriedSince > 0,
    pendingTotals: recon?.pendingTotals ?? {},
    etrmTotals: await runTotals(database, currentRun),
    verification: await newestVerification(database, month),
    reports: await reports(database, month, runId),
  };
}
