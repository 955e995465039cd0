/** What every report format is made of: one query layer, so that the totals are the same in each. */
import type { Month } from '../../shared/month.ts';
import { currentSettings } from '../close/settings.ts';
import { CURRENT_FINDINGS, FINDING_ORDER } from '../findings/list.ts';
import type { Database, Parameter } from '../workspace/database.ts';
import type { EvidenceStore } from '../workspace/evidence.ts';
import type { Row } from '../workspace/row.ts';
import { BREAK_LINES } from './report-breaks.ts';
import type { BreakLife, DeadLetterLine, FindingLine, PageLine, ReportHead } from './report-document.ts';
import { reportHead } from './report-head.ts';
import { type ItemCells, itemRows } from './report-items.ts';

/** A break as it was found, in JSON text, and what became of it. */
export interface BreakLine {
  readonly detail: string;
  readonly life: BreakLife;
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

function lifeOf(row: Row): BreakLife {
  return {
    state: row.text('state'),
    opened_at: row.textOrNull('opened_at'),
    age_days: row.int('age_days'),
    assignee: row.textOrNull('assignee'),
    reason: row.textOrNull('reason'),
    note: row.textOrNull('note'),
    decided_by: row.textOrNull('decided_by'),
    decided_at: row.textOrNull('decided_at'),
    reopenings: row.int('reopenings'),
    comments: row.int('comments'),
    attachments: row.int('attachments'),
  };
}

export class ReportData {
  readonly #database: Database;
  readonly head: ReportHead;
  /** Ages of breaks are counted from the day of delivery, as the settings of the close say. */
  readonly #byDelivery: boolean;

  private constructor(database: Database, head: ReportHead, byDelivery: boolean) {
    this.#database = database;
    this.head = head;
    this.#byDelivery = byDelivery;
  }

  /**
   * @param evidence has the rule set; without it a report has the default one alone.
   * @throws TieoutError `nothing-to-do` where the month was not reconciled.
   */
  static async of(
    database: Database,
    month: Month,
    evidence: Pick<EvidenceStore, 'get'> | null = null,
  ): Promise<ReportData> {
    const { settings } = await currentSettings(database);
    const head = await reportHead(database, month, evidence);
    return new ReportData(database, head, settings.age_by === 'business');
  }

  async *#lines<Line>(
    sql: string,
    bound: readonly Parameter[],
    line: (row: Row) => Line,
  ): AsyncGenerator<Line> {
    for await (const rows of this.#database.stream(sql, bound)) for (const row of rows) yield line(row);
  }

  /** In the order of the comparison. */
  breaks(): AsyncGenerator<BreakLine> {
    const { recon_id, read_until, reconciled_at } = this.head;
    return this.#lines(BREAK_LINES, [recon_id, read_until.seq, reconciled_at, this.#byDelivery], (row) => ({
      detail: row.text('detail'),
      life: lifeOf(row),
    }));
  }

  /** Compared items in the order of the comparison. @param states which items; null: all. */
  items(states: readonly string[] | null): AsyncGenerator<ItemCells> {
    const { recon_id, source } = this.head;
    return itemRows(this.#database, { recon_id, run_id: source.run_id }, states);
  }

  pages(): AsyncGenerator<PageLine> {
    const sql = 'SELECT * FROM page WHERE run_id = ? ORDER BY page';
    return this.#lines(sql, [this.head.source.run_id], (row) => ({
      page: row.int('page'),
      records: row.int('records'),
      rejected: row.int('rejected'),
      bytes: row.int('bytes'),
      attempts: row.int('attempts'),
      page_sha256: row.text('page_sha256'),
      body_sha256: row.text('body_sha256'),
      received_at: row.text('received_at'),
      request_id: row.text('request_id'),
    }));
  }

  deadLetters(): AsyncGenerator<DeadLetterLine> {
    return this.#lines(LETTERS, [this.head.source.run_id, this.head.audit_head.seq], (row) => ({
      page: row.int('page'),
      index: row.int('idx'),
      settlement_id: row.textOrNull('settlement_id'),
      state: row.text('state'),
      decided_by: row.textOrNull('decided_by'),
      decided_at: row.textOrNull('decided_at'),
      decision: row.textOrNull('decision'),
      reasons: row.json('reasons'),
      raw: row.text('raw'),
    }));
  }

  findings(): AsyncGenerator<FindingLine> {
    return this.#lines(`${CURRENT_FINDINGS} ${FINDING_ORDER}`, [this.head.source.run_id], (row) => ({
      page: row.int('page'),
      index: row.int('idx'),
      settlement_id: row.text('settlement_id'),
      version: row.int('version'),
      code: row.text('code'),
      field: row.text('field'),
      expected: row.text('expected'),
      found: row.text('found'),
      source_id: row.text('source_id'),
      trade_id: row.text('trade_id'),
      counterparty: row.text('counterparty'),
      location: row.text('location'),
      delivery_start: row.text('delivery_start'),
    }));
  }
}
