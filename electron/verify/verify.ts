/**
 * Re-performs what the workspace claims: every body against its hash, every page hash from the raw bytes, every typed
 * record from its page, the run hashes, the newest reconciliation, the exported reports and the audit chain.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { TieoutError } from '../../shared/errors.ts';
import type { VerifyDifference, VerifyResult } from '../../shared/jobs.ts';
import { type Month, parseMonth } from '../../shared/month.ts';
import { type Clock, isoTime } from '../clock.ts';
import { decodeBody } from '../etrm/canonical/charset.ts';
import { readPage } from '../etrm/canonical/page.ts';
import { typePage } from '../ingest/page-records.ts';
import { type SettlementTyping, settlementTyping } from '../ingest/settlement-record.ts';
import { derive } from '../recon/reconcile.ts';
import { DEFAULT_RULES, rulesSha256 } from '../recon/rules.ts';
import { dropStaging } from '../recon/staging.ts';
import { runSha256 } from '../sync/run-totals.ts';
import { AUDIT_ROWS, appendAudit, verifyAudit } from '../workspace/audit-chain.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Row } from '../workspace/row.ts';
import type { Workspace } from '../workspace/workspace.ts';

export interface VerifyParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
}

export interface VerifyRequest {
  /** Null: every month. */
  readonly month: Month | null;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

interface PageCheck {
  readonly runId: string;
  readonly page: number;
  readonly verified: boolean;
}

/** Ends a transaction that was only worked in, not for. */
class Undo extends Error {}

class Verification {
  readonly #parts: VerifyParts;
  readonly #request: VerifyRequest;
  readonly #typing: SettlementTyping = settlementTyping();
  readonly differences: VerifyDifference[] = [];
  readonly checks: PageCheck[] = [];
  runs = 0;
  pages = 0;
  records = 0;
  reports = 0;

  constructor(parts: VerifyParts, request: VerifyRequest) {
    this.#parts = parts;
    this.#request = request;
  }

  #expect(
    subject: VerifyDifference['subject'],
    name: string,
    expected: string | number,
    found: string | number,
  ): boolean {
    if (expected === found) return true;
    this.differences.push({ subject, name, expected: String(expected), found: String(found) });
    return false;
  }

  async allRuns(): Promise<void> {
    const { database } = this.#parts.workspace;
    const { month } = this.#request;
    const runs = await database.rows(
      'SELECT run_id, month, resource, outcome, run_sha256 FROM run_state WHERE ?::VARCHAR IS NULL OR month = ? ORDER BY seq',
      [month, month],
    );
    const counted = await database.row(
      'SELECT count(*) AS n FROM page JOIN run USING (run_id) WHERE ?::VARCHAR IS NULL OR month = ?',
      [month, month],
    );
    const total = counted?.int('n') ?? 0;
    for (const run of runs) {
      await this.#run(run, total);
      this.runs += 1;
    }
  }

  async #run(run: Row, total: number): Promise<void> {
    const { database } = this.#parts.workspace;
    const runId = run.text('run_id');
    const pages = await database.rows('SELECT * FROM page WHERE run_id = ? ORDER BY page', [runId]);
    const audited = new Map<number, string>();
    for (const row of await database.rows(
      `SELECT json_extract(payload, '$.page')::BIGINT AS page, json_extract_string(payload, '$.page_sha256') AS page_sha256
       FROM audit_event WHERE type = 'sync.page' AND json_extract_string(payload, '$.run_id') = ?`,
      [runId],
    )) {
      audited.set(row.int('page'), row.text('page_sha256'));
    }
    for (const page of pages) {
      this.#request.signal.throwIfAborted();
      const before = this.differences.length;
      await this.#page(runId, run.text('resource'), page);
      const name = `${run.text('month')} page ${page.int('page')}`;
      this.#expect('audit', name, audited.get(page.int('page')) ?? 'no event', page.text('page_sha256'));
      this.checks.push({ runId, page: page.int('page'), verified: this.differences.length === before });
      this.pages += 1;
      this.#request.onProgress('Checking pages', this.pages, total);
      await new Promise(setImmediate);
    }
    this.#expect('run', `${run.text('month')} pages`, audited.size, pages.length);
    const expected = run.textOrNull('run_sha256');
    if (run.textOrNull('outcome') === 'done' && expected !== null) {
      const found = runSha256(pages.map((page) => page.text('page_sha256')));
      this.#expect('run', `${run.text('month')} run ${runId}`, expected, found);
    }
  }

  async #page(runId: string, resource: string, page: Row): Promise<void> {
    const { evidence, database } = this.#parts.workspace;
    const number = page.int('page');
    const name = `run ${runId} page ${number}`;
    const stored = page.sha256('body_sha256');
    const body = await evidence.get(stored);
    if (body === null) {
      this.#expect('body', name, stored, 'missing or unreadable');
      return;
    }
    if (!this.#expect('body', name, stored, sha256(body))) return;
    const { utf8 } = decodeBody(body, page.textOrNull('content_type'));
    const reading = readPage(utf8);
    if (reading.kind !== 'records') {
      this.#expect('page', name, page.text('page_sha256'), reading.kind);
      return;
    }
    if (!this.#expect('page', name, page.text('page_sha256'), reading.pageSha256)) return;
    this.#expect('records', `${name} received`, reading.records.length / 2, page.int('records'));
    this.records += page.int('records');
    if (resource !== 'settlements') return;
    const typed = typePage(utf8, reading.records, this.#typing, () => {});
    const dead = await database.row('SELECT count(*) AS n FROM dead_letter WHERE run_id = ? AND page = ?', [
      runId,
      number,
    ]);
    this.#expect('records', `${name} dead letters`, typed.deadLetters.length, dead?.int('n') ?? 0);
    const rows = await database.rows(
      `SELECT idx, settlement_id, version, volume_text, price_text, amount_text, currency, status
       FROM settlement WHERE run_id = ? AND page = ? ORDER BY idx`,
      [runId, number],
    );
    const derived = typed.accepted.map(({ index, settlement: s }) =>
      [index, s.settlement_id, s.version, s.volume, s.price, s.amount, s.currency, s.status].join('|'),
    );
    const kept = rows.map((row) =>
      [
        row.int('idx'),
        row.text('settlement_id'),
        row.int('version'),
        row.text('volume_text'),
        row.text('price_text'),
        row.text('amount_text'),
        row.text('currency'),
        row.text('status'),
      ].join('|'),
    );
    this.#expect('records', `${name} committed`, derived.length, kept.length);
    const at = derived.findIndex((line, place) => line !== kept[place]);
    if (at >= 0) this.#expect('records', `${name} record ${at}`, derived[at] ?? '', kept[at] ?? 'missing');
  }

  async extracts(): Promise<void> {
    const { database, evidence } = this.#parts.workspace;
    const { month } = this.#request;
    const imports = await database.rows(
      'SELECT import_id, file_name, file_sha256, rows FROM ledger_import WHERE ?::VARCHAR IS NULL OR month = ? ORDER BY seq',
      [month, month],
    );
    for (const row of imports) {
      const bytes = await evidence.get(row.sha256('file_sha256'));
      this.#expect(
        'extract',
        row.text('file_name'),
        row.text('file_sha256'),
        bytes === null ? 'missing or unreadable' : sha256(bytes),
      );
      const kept = await database.row('SELECT count(*) AS n FROM ledger_row WHERE import_id = ?', [
        row.text('import_id'),
      ]);
      this.#expect('extract', `${row.text('file_name')} rows`, row.int('rows'), kept?.int('n') ?? 0);
    }
  }

  /** The newest reconciliation of each month, worked out again from what it read. */
  async recons(): Promise<void> {
    const { database } = this.#parts.workspace;
    const { month } = this.#request;
    const recons = await database.rows(
      `SELECT month, run_id, import_ids, rules_sha256, recon_sha256 FROM recon
       WHERE ?::VARCHAR IS NULL OR month = ?
       QUALIFY row_number() OVER (PARTITION BY month ORDER BY seq DESC) = 1 ORDER BY month`,
      [month, month],
    );
    for (const row of recons) {
      const of = parseMonth(row.text('month'));
      const importIds = row.json('import_ids');
      if (of === null || !Array.isArray(importIds) || row.text('rules_sha256') !== rulesSha256(DEFAULT_RULES))
        continue;
      let found = 'not derived';
      await database
        .transaction(async (tx) => {
          const basis = {
            month: of,
            runId: row.text('run_id'),
            importIds: importIds.map(String),
            rules: DEFAULT_RULES,
          };
          found = (await derive(tx, basis, this.#request)).outcome.recon_sha256;
          await dropStaging(tx);
          throw new Undo();
        })
        .catch((error: unknown) => {
          if (!(error instanceof Undo)) throw error;
        });
      this.#expect('recon', of, row.text('recon_sha256'), found);
    }
  }

  /** Reports that still lie where they were written; one that was moved away is no difference. */
  async exported(): Promise<void> {
    const { month } = this.#request;
    const rows = await this.#parts.workspace.database.rows(
      `SELECT path, sha256 FROM report WHERE ?::VARCHAR IS NULL OR month = ?
       QUALIFY row_number() OVER (PARTITION BY path ORDER BY seq DESC) = 1 ORDER BY path`,
      [month, month],
    );
    for (const row of rows) {
      const path = row.text('path');
      if (!existsSync(path)) continue;
      this.reports += 1;
      this.#expect('report', path, row.text('sha256'), sha256(await readFile(path)));
    }
  }
}

/** @throws TieoutError `nothing-to-do` where the month was never synced. */
export async function verify(parts: VerifyParts, request: VerifyRequest): Promise<VerifyResult> {
  const { database } = parts.workspace;
  const { month, onProgress } = request;
  const work = new Verification(parts, request);
  onProgress('Checking the audit chain', 0, null);
  const audit = await verifyAudit(database.stream(AUDIT_ROWS));
  if (audit.fault) {
    const { seq, problem, expected, found } = audit.fault;
    work.differences.push({ subject: 'audit', name: `event ${seq} (${problem})`, expected, found });
  }
  await work.allRuns();
  if (month !== null && work.runs === 0) {
    throw new TieoutError(
      'nothing-to-do',
      `${month} was never synced, so there is nothing to verify; run the sync first.`,
      { month },
    );
  }
  onProgress('Checking extracts and reconciliation', 0, null);
  await work.extracts();
  await work.recons();
  await work.exported();
  request.signal.throwIfAborted();

  const result: VerifyResult = {
    month,
    at: isoTime(parts.clock.now()),
    runs: work.runs,
    pages: work.pages,
    records: work.records,
    reports: work.reports,
    auditEvents: audit.events,
    auditHead: audit.head,
    differences: work.differences,
  };
  await database.transaction(async (tx) => {
    const seq = await appendAudit(tx, {
      at: result.at,
      actor: parts.actor,
      type: 'verify.done',
      payload: {
        month,
        pages: work.pages,
        records: work.records,
        differences: work.differences.length,
        audit_head: audit.head,
      },
    });
    await tx.run('INSERT INTO verification VALUES (?, ?, ?, ?, ?, ?, ?)', [
      seq,
      month,
      result.at,
      work.pages,
      work.records,
      JSON.stringify(work.differences),
      audit.head,
    ]);
    for (const check of work.checks) {
      await tx.run('INSERT INTO page_check VALUES (?, ?, ?, ?)', [
        check.runId,
        check.page,
        seq,
        check.verified,
      ]);
    }
  });
  return result;
}
