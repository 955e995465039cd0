/** What every report format is made of: one query layer, so that the totals are the same in each. */

import { z } from 'zod';
import { TieoutError } from '../../shared/errors.ts';
import type { Month } from '../../shared/month.ts';
import { letterCounts } from '../dead-letters/letter-counts.ts';
import type { Database } from '../workspace/database.ts';
import type { Row } from '../workspace/row.ts';
import { ITEM_CSV } from './item-csv.ts';
import { ITEM_JSON } from './item-json.ts';

const totals = z.record(z.string(), z.string());

/** Facts of the month: where it came from, what it came to, under which hashes. All times are of the run, none of the clock. */
export interface ReportHead {
  readonly month: string;
  readonly recon_id: string;
  readonly reconciled_at: string;
  readonly preparer: string;
  readonly app_version: string;
  readonly source: {
    readonly run_id: string;
    readonly connection: string | null;
    readonly base_url: string;
    readonly resource: string;
    readonly start_date: string;
    readonly end_date: string;
    readonly page_size: number;
    readonly correlation_id: string;
    readonly started_at: string;
    readonly ended_at: string | null;
    readonly pages: number;
    readonly records: number;
    /** Refused when they were received. */
    readonly rejected: number;
    /** Records that this reconciliation read: with `dead_letters` they are `records`. */
    readonly committed: number;
    readonly dead_letters: number;
    readonly dead_letters_open: number;
    readonly dead_letters_discarded: number;
    /** Retried before the reconciliation, and committed. */
    readonly dead_letters_retried: number;
    /** Retried after it: open to it. */
    readonly dead_letters_retried_since: number;
    readonly run_sha256: string;
  };
  readonly extracts: readonly {
    readonly file: string;
    readonly sha256: string;
    readonly rows: number;
    readonly totals: Record<string, string>;
  }[];
  readonly matched: number;
  readonly breaks: number;
  readonly pending: number;
  readonly by_category: Record<string, number>;
  readonly etrm_total: Record<string, string>;
  readonly ledger_total: Record<string, string>;
  readonly rules_sha256: string;
  readonly recon_sha256: string;
  /** Of the event that recorded the reconciliation. */
  readonly audit_head: { readonly seq: number; readonly sha256: string };
}

export interface PageLine {
  readonly page: number;
  readonly records: number;
  readonly rejected: number;
  readonly bytes: number;
  readonly attempts: number;
  readonly page_sha256: string;
  readonly body_sha256: string;
  readonly received_at: string;
  readonly request_id: string;
}

export interface DeadLetterLine {
  readonly page: number;
  readonly index: number;
  readonly settlement_id: string | null;
  /** As the reconciliation knew it. */
  readonly state: string;
  /** Of the discard or retry; null where the letter is open. */
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  /** Why it was discarded. */
  readonly decision: string | null;
  readonly reasons: unknown;
  readonly raw: string;
}

/** Bound: run id, the reconciliation's place in the audit chain. What was retried after it is open to it. */
const LETTERS = `
  SELECT d.page, d.idx, d.settlement_id, d.reasons, d.raw,
    CASE e.act WHEN 'retried' THEN 'retried' WHEN 'discarded' THEN 'discarded' ELSE 'open' END AS state,
    CASE WHEN e.act <> 'reopened' THEN e.actor END AS decided_by,
    CASE WHEN e.act <> 'reopened' THEN e.occurred_at END AS decided_at,
    CASE WHEN e.act = 'discarded' THEN e.reason END AS decision
  FROM dead_letter d
  LEFT JOIN (
    SELECT * FROM dead_letter_event WHERE act <> 'refused' AND (act <> 'retried' OR seq <= $2)
    QUALIFY row_number() OVER (PARTITION BY run_id, page, idx ORDER BY seq DESC) = 1) e
    ON e.run_id = d.run_id AND e.page = d.page AND e.idx = d.idx
  WHERE d.run_id = $1 ORDER BY d.page, d.idx`;

export class ReportData {
  readonly #database: Database;
  readonly head: ReportHead;

  private constructor(database: Database, head: ReportHead) {
    this.#database = database;
    this.head = head;
  }

  /** @throws TieoutError `nothing-to-do` where the month was not reconciled. */
  static async of(database: Database, month: Month): Promise<ReportData> {
    const recon = await database.row(
      `SELECT r.*, a.sha256 AS audit_sha256 FROM recon r JOIN audit_event a ON a.seq = r.seq
       WHERE r.month = ? ORDER BY r.seq DESC LIMIT 1`,
      [month],
    );
    if (!recon) {
      throw new TieoutError(
        'nothing-to-do',
        `${month} has not been reconciled; run the reconciliation first.`,
        { month },
      );
    }
    const run = await database.row(
      `SELECT r.*, s.pages, s.records, s.rejected FROM run_state r
       JOIN (SELECT run_id, count(*) AS pages, sum(records)::BIGINT AS records, sum(rejected)::BIGINT AS rejected FROM page GROUP BY run_id
             UNION ALL SELECT run_id, 0, 0, 0 FROM run WHERE run_id NOT IN (SELECT run_id FROM page)) s ON s.run_id = r.run_id
       WHERE r.run_id = ?`,
      [recon.text('run_id')],
    );
    if (!run)
      throw new TieoutError(
        'internal',
        `The run of the reconciliation ${recon.text('recon_id')} is not there.`,
      );
    const letters = await letterCounts(database, run.text('run_id'), recon.int('seq'));
    const ids = z.array(z.string()).parse(recon.json('import_ids'));
    const extracts: Row[] = [];
    for (const id of ids) {
      const row = await database.row(
        'SELECT file_name, file_sha256, rows, totals FROM ledger_import WHERE import_id = ?',
        [id],
      );
      if (row) extracts.push(row);
    }
    return new ReportData(database, {
      month,
      recon_id: recon.text('recon_id'),
      reconciled_at: recon.text('reconciled_at'),
      preparer: recon.text('actor'),
      app_version: run.text('app_version'),
      source: {
        run_id: run.text('run_id'),
        connection: run.textOrNull('connection'),
        base_url: run.text('base_url'),
        resource: run.text('resource'),
        start_date: run.text('start_date'),
        end_date: run.text('end_date'),
        page_size: run.int('page_size'),
        correlation_id: run.text('correlation_id'),
        started_at: run.text('started_at'),
        ended_at: run.textOrNull('ended_at'),
        pages: run.int('pages'),
        records: run.int('records'),
        rejected: run.int('rejected'),
        committed: letters.committed,
        dead_letters: letters.open + letters.discarded,
        dead_letters_open: letters.open,
        dead_letters_discarded: letters.discarded,
        dead_letters_retried: letters.retried,
        dead_letters_retried_since: letters.retriedSince,
        run_sha256: run.text('run_sha256'),
      },
      extracts: extracts.map((row) => ({
        file: row.text('file_name'),
        sha256: row.text('file_sha256'),
        rows: row.int('rows'),
        totals: totals.parse(row.json('totals')),
      })),
      matched: recon.int('matched'),
      breaks: recon.int('breaks'),
      pending: recon.int('pending'),
      by_category: z.record(z.string(), z.number()).parse(recon.json('by_category')),
      etrm_total: totals.parse(recon.json('etrm_total')),
      ledger_total: totals.parse(recon.json('ledger_total')),
      rules_sha256: recon.text('rules_sha256'),
      recon_sha256: recon.text('recon_sha256'),
      audit_head: { seq: recon.int('seq'), sha256: recon.text('audit_sha256') },
    });
  }

  /** Break details as JSON text, in the order of the comparison. */
  async *breaks(): AsyncGenerator<string> {
    const sql = 'SELECT detail FROM recon_break WHERE recon_id = ? ORDER BY position';
    for await (const rows of this.#database.stream(sql, [this.head.recon_id])) {
      for (const row of rows) yield row.text('detail');
    }
  }

  /** Compared items as JSON text, rendered by the engine. */
  async *itemTexts(): AsyncGenerator<string> {
    for await (const rows of this.#database.stream(ITEM_JSON, [this.head.recon_id])) {
      for (const row of rows) yield row.text('item');
    }
  }

  /** The same as CSV records without their line end. */
  async *itemLines(): AsyncGenerator<string> {
    for await (const rows of this.#database.stream(ITEM_CSV, [this.head.recon_id])) {
      for (const row of rows) yield row.text('line');
    }
  }

  async *pages(): AsyncGenerator<PageLine> {
    const sql = 'SELECT * FROM page WHERE run_id = ? ORDER BY page';
    for await (const rows of this.#database.stream(sql, [this.head.source.run_id])) {
      for (const row of rows) {
        yield {
          page: row.int('page'),
          records: row.int('records'),
          rejected: row.int('rejected'),
          bytes: row.int('bytes'),
          attempts: row.int('attempts'),
          page_sha256: row.text('page_sha256'),
          body_sha256: row.text('body_sha256'),
          received_at: row.text('received_at'),
          request_id: row.text('request_id'),
        };
      }
    }
  }

  async *deadLetters(): AsyncGenerator<DeadLetterLine> {
    const bound = [this.head.source.run_id, this.head.audit_head.seq];
    for await (const rows of this.#database.stream(LETTERS, bound)) {
      for (const row of rows) {
        yield {
          page: row.int('page'),
          index: row.int('idx'),
          settlement_id: row.textOrNull('settlement_id'),
          state: row.text('state'),
          decided_by: row.textOrNull('decided_by'),
          decided_at: row.textOrNull('decided_at'),
          decision: row.textOrNull('decision'),
          reasons: row.json('reasons'),
          raw: row.text('raw'),
        };
      }
    }
  }
}
