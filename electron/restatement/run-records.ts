/** The typed records of a run as they were known at a time. */

import { TieoutError } from '../../shared/errors.ts';
import type { Month } from '../../shared/month.ts';
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';
import { knownSettlements } from '../dead-letters/known-settlements.ts';
import { type KnownCounts, letterCounts } from '../dead-letters/letter-counts.ts';
import type { Database, Reader } from '../workspace/database.ts';
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

/** One record: every field as text, null where it has none. */
export interface KnownRecord {
  readonly page: number;
  /** Place in the page, from 0. */
  readonly index: number;
  /** When it was a dead letter before; null where it was accepted at once. */
  readonly retriedAt: string | null;
  readonly fields: Readonly<Record<string, string | null>>;
}

/** In page order. @param limit null: all. */
export async function* knownRecords(
  database: Database,
  { run, knownUntil }: KnownRun,
  limit: number | null,
): AsyncGenerator<KnownRecord> {
  const known = await knownSettlements(database, run.runId, knownUntil);
  const columns = SETTLEMENT_FIELDS.map((field) => `${fieldText(field, 's')} AS "${field}"`).join(', ');
  const stream = database.stream(
    `SELECT s.page, s.idx, e.occurred_at AS retried_at, ${columns} FROM (${known.sql}) s
     LEFT JOIN dead_letter_event e
       ON e.run_id = s.run_id AND e.page = s.page AND e.idx = s.idx AND e.act = 'retried'
     ORDER BY s.page, s.idx ${limit === null ? '' : 'LIMIT ?'}`,
    [...known.parameters, ...(limit === null ? [] : [limit])],
  );
  for await (const rows of stream) {
    for (const row of rows) {
      yield {
        page: row.int('page'),
        index: row.int('idx'),
        retriedAt: row.textOrNull('retried_at'),
        fields: Object.fromEntries(SETTLEMENT_FIELDS.map((field) => [field, row.textOrNull(field)])),
      };
    }
  }
}
