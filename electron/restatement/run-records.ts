/** The typed records of a run as they were known at a time. */

import { TieoutError } from '../../shared/errors.ts';
import type { Month } from '../../shared/month.ts';
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';
import { knownSettlements } from '../dead-letters/known-settlements.ts';
import { type KnownCounts, letterCounts } from '../dead-letters/letter-counts.ts';
import { cell, safe } from '../report/item-csv.ts';
import type { Database } from '../workspace/database.ts';
import type { Reader } from '../workspace/transaction.ts';
import { fieldText } from './field-text.ts';
import { type NamedRun, runNamed } from './named-run.ts';

/** A run, and until which event of the audit chain it is known. */
export interface KnownRun {
  readonly run: NamedRun;
  /** Null: as it is known now. */
  readonly knownUntil: number | null;
  readonly counts: KnownCounts;
}

export interface KnownAsked {
  readonly month: Month;
  /** An id, the first characters of it, `latest` or `previous`; null: the newest that had finished then. */
  readonly run: string | null;
  /** RFC 3339, UTC; null: now. */
  readonly asOf: string | null;
  /** Null: of any source. */
  readonly source: string | null;
}

/** @throws TieoutError `nothing-to-do` where no run had finished then; `run-unknown`. */
export async function knownRun(reader: Reader, asked: KnownAsked): Promise<KnownRun> {
  const { month, asOf } = asked;
  const scope = { month, resource: 'settlements', source: asked.source } as const;
  if (asOf === null) {
    const run = await runNamed(reader, asked.run ?? 'latest', scope);
    return { run, knownUntil: null, counts: await letterCounts(reader, run.runId) };
  }
  const then = await reader.row('SELECT max(seq) AS seq FROM audit_event WHERE occurred_at <= ?', [asOf]);
  const knownUntil = then?.intOrNull('seq') ?? 0;
  const finished = await reader.row(
    `SELECT r.run_id FROM run r JOIN run_stop s ON s.run_id = r.run_id AND s.outcome = 'done' AND s.seq <= $1
     WHERE r.month = $2 AND r.resource = 'settlements' AND ($3::VARCHAR IS NULL OR r.source = $3)
       AND ($4::VARCHAR IS NULL OR r.run_id = $4)
     ORDER BY r.seq DESC LIMIT 1`,
    [
      knownUntil,
      month,
      asked.source,
      asked.run === null ? null : (await runNamed(reader, asked.run, scope)).runId,
    ],
  );
  if (!finished) {
    const which = asked.run === null ? 'no run' : `no run ${asked.run}`;
    throw new TieoutError(
      'nothing-to-do',
      `At ${asOf}, ${which} of ${month} had finished; give a later time.`,
      {
        month,
      },
    );
  }
  const run = await runNamed(reader, finished.text('run_id'), scope);
  return { run, knownUntil, counts: await letterCounts(reader, run.runId, knownUntil) };
}

/** How records are listed: one JSON object, one CSV record, or one line for a person. */
export type RecordForm = 'json' | 'csv' | 'words';

const INTEGERS: ReadonlySet<string> = new Set(['version', 'deal_leg']);

/** Fields that vendors write freely: a spreadsheet must not run them. */
const FREE: ReadonlySet<string> = new Set([
  'settlement_id',
  'trade_id',
  'counterparty',
  'legal_entity',
  'agreement',
  'invoice_no',
  'gl_account',
  'charge_type',
  'location',
  'price_uom',
  'curve_id',
]);

/** When a record was a dead letter before; null where it was accepted at once. */
const RETRIED_AT = 'e.occurred_at';

const JSON_PAIRS = SETTLEMENT_FIELDS.map(
  (field) => `'${field}', ${INTEGERS.has(field) ? `s.${field}` : fieldText(field, 's')}`,
);

const CSV_CELLS = SETTLEMENT_FIELDS.map((field) =>
  FREE.has(field) ? safe(`s.${field}`) : cell(fieldText(field, 's')),
);

const WORDS = [
  `s.page || ':' || s.idx`,
  `s.settlement_id || ' v' || s.version`,
  fieldText('delivery_start', 's'),
  `s.volume_text || ' ' || s.volume_uom`,
  's.price_text',
  `s.amount_text || ' ' || s.currency`,
  's.status',
  `'retried ' || ${RETRIED_AT}`,
];

/** Rendered by the engine: one text a record instead of thirty values. */
const LINES: Readonly<Record<RecordForm, string>> = {
  json: `json_object('type', 'record', 'page', s.page, 'index', s.idx, 'retried_at', ${RETRIED_AT}, ${JSON_PAIRS.join(', ')})::VARCHAR`,
  csv: [cell('s.page'), cell('s.idx'), cell(RETRIED_AT), ...CSV_CELLS].join(" || ',' || "),
  words: `concat_ws('  ', ${WORDS.join(', ')})`,
};

export const RECORD_CSV_HEADER: readonly string[] = ['page', 'index', 'retried_at', ...SETTLEMENT_FIELDS];

/** Records that are put in order at once: bounds the memory whatever the run's size. */
const ORDERED_AT_ONCE = 50_000;

/** First and last pages, in order, that together hold about so many records. */
async function pageRanges(reader: Reader, runId: string): Promise<readonly (readonly [number, number])[]> {
  const pages = await reader.rows('SELECT page, records FROM page WHERE run_id = ? ORDER BY page', [runId]);
  const ranges: [number, number][] = [];
  let held = ORDERED_AT_ONCE;
  for (const row of pages) {
    const page = row.int('page');
    const range = ranges.at(-1);
    if (range && held < ORDERED_AT_ONCE) range[1] = page;
    else {
      ranges.push([page, page]);
      held = 0;
    }
    held += row.int('records');
  }
  return ranges;
}

/** The records in page order, a line each without its end. @param limit null: all. */
export async function* recordLines(
  database: Database,
  { run, knownUntil }: KnownRun,
  form: RecordForm,
  limit: number | null,
): AsyncGenerator<string> {
  const known = await knownSettlements(database, run.runId, knownUntil);
  let left = limit ?? Number.POSITIVE_INFINITY;
  for (const [first, last] of await pageRanges(database, run.runId)) {
    const stream = database.stream(
      `SELECT ${LINES[form]} AS line FROM (${known.sql}) s
       LEFT JOIN (
         SELECT page, idx, occurred_at FROM dead_letter_event WHERE run_id = ? AND act = 'retried') e
         ON e.page = s.page AND e.idx = s.idx
       WHERE s.page BETWEEN ? AND ? ORDER BY s.page, s.idx`,
      [...known.parameters, run.runId, first, last],
    );
    for await (const rows of stream) {
      for (const row of rows) {
        if (left <= 0) return;
        left -= 1;
        yield row.text('line');
      }
    }
  }
}
