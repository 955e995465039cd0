/** What every report format is made of: one query layer, so that the totals are the same in each. */
import type { Decimal } from '../../shared/decimal.ts';
import type { Month } from '../../shared/month.ts';
import type { Evidence } from '../../shared/recon.ts';
import { currentSettings } from '../close/settings.ts';
import { CURRENT_FINDINGS, FINDING_ORDER } from '../findings/list.ts';
import { parseEvidence } from '../recon/stored-evidence.ts';
import type { EvidenceStore } from '../workspace/evidence.ts';
import type { Row } from '../workspace/row.ts';
import type { Parameter, StreamReader } from '../workspace/transaction.ts';
import { BREAK_LINES } from './report-breaks.ts';
import type { BreakLife, DeadLetterLine, FindingLine, PageLine, ReportHead } from './report-document.ts';
import { reportHead } from './report-head.ts';
import { type ItemCells, itemRows, packedItems } from './report-items.ts';

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

/** An item with what it was judged with. */
interface JudgedLine {
  readonly state: string;
  readonly category: string | null;
  readonly settlement_id: string | null;
  readonly currency: string | null;
  readonly etrm_amount: Decimal | null;
  readonly ledger_amount: Decimal | null;
  readonly difference: Decimal | null;
  readonly evidence: Evidence;
}

export class ReportData {
  readonly #reader: StreamReader;
  readonly head: ReportHead;
  /** Ages of breaks are counted from the day of delivery, as the settings of the close say. */
  readonly #byDelivery: boolean;

  private constructor(reader: StreamReader, head: ReportHead, byDelivery: boolean) {
    this.#reader = reader;
    this.head = head;
    this.#byDelivery = byDelivery;
  }

  /**
   * @param evidence has the rule set; without it a report has the default one alone.
   * @throws TieoutError `nothing-to-do` where the month was not reconciled.
   */
  static async of(
    reader: StreamReader,
    month: Month,
    evidence: Pick<EvidenceStore, 'get'> | null = null,
  ): Promise<ReportData> {
    const { settings } = await currentSettings(reader);
    const head = await reportHead(reader, month, evidence);
    return new ReportData(reader, head, settings.age_by === 'business');
  }

  async *#lines<Line>(
    sql: string,
    bound: readonly Parameter[],
    line: (row: Row) => Line,
  ): AsyncGenerator<Line> {
    for await (const rows of this.#reader.stream(sql, bound)) for (const row of rows) yield line(row);
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
    return itemRows(this.#reader, { recon_id, run_id: source.run_id }, states);
  }

  /** The same, each in one text (`workbook/packed-row.ts`). */
  packedItems(states: readonly string[]): AsyncGenerator<string> {
    const { recon_id, source } = this.head;
    return packedItems(this.#reader, { recon_id, run_id: source.run_id }, states);
  }

  /** Items that were judged with more than plain figures, the first ones. @param most of them. */
  async judgedWith(most: number): Promise<{ readonly all: number; readonly lines: readonly JudgedLine[] }> {
    const among = 'FROM recon_judged WHERE recon_id = $1 AND evidence IS NOT NULL';
    const bound = [this.head.recon_id];
    const counted = await this.#reader.row(`SELECT count(*) AS n ${among}`, bound);
    const rows = await this.#reader.rows(
      `SELECT state, category, settlement_id, currency, etrm_amount, ledger_amount, difference, evidence ${among}
       ORDER BY position LIMIT $2`,
      [...bound, most],
    );
    const lines = rows.map((row) => ({
      state: row.text('state'),
      category: row.textOrNull('category'),
      settlement_id: row.textOrNull('settlement_id'),
      currency: row.textOrNull('currency'),
      etrm_amount: row.decimalOrNull('etrm_amount'),
      ledger_amount: row.decimalOrNull('ledger_amount'),
      difference: row.decimalOrNull('difference'),
      evidence: parseEvidence(row.text('evidence')),
    }));
    return { all: counted?.int('n') ?? 0, lines };
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
