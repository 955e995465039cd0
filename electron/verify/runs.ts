/** Runs from their evidence: every body and page hash from the raw bytes, every record typed anew, the run hashes. */
import { z } from 'zod';

import { decodeBody } from '../etrm/canonical/charset.ts';
import { readPage } from '../etrm/canonical/page.ts';
import { type DeadLetter, rawText, typePage } from '../ingest/page-records.ts';
import { type SettlementTyping, settlementTyping } from '../ingest/settlement-record.ts';
import { runSha256 } from '../sync/run-totals.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Row } from '../workspace/row.ts';
import { SETTLEMENT_TEXTS } from '../workspace/row-text.ts';
import type { PlacedSettlement } from '../workspace/settlement-columns.ts';
import type { Check } from './findings.ts';
import { differingRow } from './stored-rows.ts';

export interface PageCheck {
  readonly runId: string;
  readonly page: number;
  readonly verified: boolean;
}

/** A page whose bytes were in order, typed anew, with its settlements yet to be held against the table. */
interface TypedSettlements {
  readonly page: number;
  readonly name: string;
  readonly settlements: readonly PlacedSettlement[];
}

/** Settlements that are held against the table at once: the engine compares many as fast as few. */
const BATCH = 20_000;

export class RunChecks {
  readonly #check: Check;
  readonly #typing: SettlementTyping = settlementTyping();
  #waiting: TypedSettlements[] = [];
  readonly checks: PageCheck[] = [];
  runs = 0;
  pages = 0;
  records = 0;

  constructor(check: Check) {
    this.#check = check;
  }

  async all(): Promise<void> {
    const { database } = this.#check.workspace;
    const { month } = this.#check.request;
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
    const { workspace, request, findings } = this.#check;
    const { database } = workspace;
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
    const faulty = new Set<number>();
    for (const page of pages) {
      request.signal.throwIfAborted();
      const before = findings.differences.length;
      await this.#page(runId, run.text('resource'), page);
      const name = `${run.text('month')} page ${page.int('page')}`;
      findings.expect('audit', name, audited.get(page.int('page')) ?? 'no event', page.text('page_sha256'));
      if (findings.differences.length > before) faulty.add(page.int('page'));
      if (this.#waiting.reduce((count, { settlements }) => count + settlements.length, 0) >= BATCH) {
        await this.#compareWaiting(runId, faulty);
      }
      this.pages += 1;
      request.onProgress('Checking pages', this.pages, total);
      await new Promise(setImmediate);
    }
    await this.#compareWaiting(runId, faulty);
    for (const page of pages) {
      this.checks.push({ runId, page: page.int('page'), verified: !faulty.has(page.int('page')) });
    }
    findings.expect('run', `${run.text('month')} pages`, audited.size, pages.length);
    const expected = run.textOrNull('run_sha256');
    if (run.textOrNull('outcome') === 'done' && expected !== null) {
      const found = runSha256(pages.map((page) => page.text('page_sha256')));
      findings.expect('run', `${run.text('month')} run ${runId}`, expected, found);
    }
  }

  async #page(runId: string, resource: string, page: Row): Promise<void> {
    const { workspace, findings } = this.#check;
    const number = page.int('page');
    const name = `run ${runId} page ${number}`;
    const stored = page.sha256('body_sha256');
    const body = await workspace.evidence.get(stored);
    if (body === null) {
      findings.expect('body', name, stored, 'missing or unreadable');
      return;
    }
    if (!findings.expect('body', name, stored, sha256(body))) return;
    const { utf8 } = decodeBody(body, page.textOrNull('content_type'));
    const reading = readPage(utf8);
    if (reading.kind !== 'records') {
      findings.expect('page', name, page.text('page_sha256'), reading.kind);
      return;
    }
    if (!findings.expect('page', name, page.text('page_sha256'), reading.pageSha256)) return;
    findings.expect('records', `${name} received`, reading.records.length / 2, page.int('records'));
    this.records += page.int('records');
    if (resource === 'settlements') await this.#settlements(runId, page, name, utf8, reading.records);
    else await this.#untyped(runId, number, name, utf8, reading.records);
  }

  /** Types a page anew: its dead letters are held against those kept, its settlements wait. */
  async #settlements(
    runId: string,
    page: Row,
    name: string,
    utf8: Uint8Array,
    spans: Uint32Array,
  ): Promise<void> {
    const { workspace, findings } = this.#check;
    const number = page.int('page');
    const typed = typePage(utf8, spans, this.#typing, () => {});
    findings.expect('records', `${name} rejected`, typed.deadLetters.length, page.int('rejected'));
    this.#waiting.push({
      page: number,
      name,
      settlements: typed.accepted.map(({ index, settlement }) => ({
        runId,
        page: number,
        index,
        settlement,
      })),
    });
    const letters = await workspace.database.rows(
      'SELECT idx, settlement_id, reasons, raw FROM dead_letter WHERE run_id = ? AND page = ? ORDER BY idx',
      [runId, number],
    );
    const expected = typed.deadLetters.map(letterText);
    const kept = letters.map(keptLetterText);
    findings.expect('records', `${name} dead letters`, expected.length, kept.length);
    const at = expected.findIndex((letter, place) => letter !== kept[place]);
    if (at >= 0) {
      findings.expect(
        'records',
        `${name} dead letter ${typed.deadLetters[at]?.index}`,
        expected[at] ?? '',
        kept[at] ?? 'missing',
      );
    }
  }

  /** Holds the waiting settlements against the table: together, and page by page only where they differ. */
  async #compareWaiting(runId: string, faulty: Set<number>): Promise<void> {
    const { workspace, findings } = this.#check;
    const waiting = this.#waiting;
    this.#waiting = [];
    const [first, last] = [waiting[0], waiting.at(-1)];
    if (!first || !last) return;
    const differing = (from: TypedSettlements, to: TypedSettlements, pages: readonly TypedSettlements[]) =>
      differingRow(
        workspace.database,
        SETTLEMENT_TEXTS,
        { where: 'run_id = ? AND page BETWEEN ? AND ?', parameters: [runId, from.page, to.page] },
        pages.flatMap(({ settlements }) => settlements),
      );
    if ((await differing(first, last, waiting)) === null) return;
    for (const typed of waiting) {
      const difference = await differing(typed, typed, [typed]);
      if (difference === null) continue;
      faulty.add(typed.page);
      const name = `${typed.name} record ${difference.place[1]}`;
      findings.expect('records', name, difference.expected, difference.found);
    }
  }

  /** Records of other resources, kept as they came. */
  async #untyped(
    runId: string,
    page: number,
    name: string,
    utf8: Uint8Array,
    spans: Uint32Array,
  ): Promise<void> {
    const { workspace, findings } = this.#check;
    const rows = await workspace.database.rows(
      'SELECT record FROM resource_record WHERE run_id = ? AND page = ? ORDER BY idx',
      [runId, page],
    );
    findings.expect('records', `${name} kept`, spans.length / 2, rows.length);
    for (let at = 0; at < spans.length; at += 2) {
      const expected = rawText(utf8, spans[at] ?? 0, spans[at + 1] ?? 0);
      const found = rows[at / 2]?.text('record') ?? 'missing';
      if (!findings.expect('records', `${name} record ${at / 2}`, expected, found)) return;
    }
  }
}

/** Place, fields and codes of the reasons, and the record as received; the reasons' words may be worded anew. */
function letterText({ index, settlementId, reasons, raw }: DeadLetter): string {
  return JSON.stringify([index, settlementId, reasons.map(({ field, code }) => `${field} ${code}`), raw]);
}

const keptReasons = z.array(z.object({ field: z.string(), code: z.string() }));

function keptLetterText(row: Row): string {
  const reasons = keptReasons.safeParse(row.json('reasons')).data ?? [];
  const codes = reasons.map(({ field, code }) => `${field} ${code}`);
  return JSON.stringify([row.int('idx'), row.textOrNull('settlement_id'), codes, row.text('raw')]);
}
