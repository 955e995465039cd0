/** Dead letters as screens and the command show them: by window, one by one with its history, and grouped by reason. */
import { z } from 'zod';
import type { LetterHistory, LetterPlace, ReasonGroup } from '../../shared/dead-letters.ts';
import { LETTER_STATES, type LetterState, letterId } from '../../shared/dead-letters.ts';
import { TieoutError } from '../../shared/errors.ts';
import { type FieldReason, REASON_CODES } from '../../shared/settlement.ts';
import type { DeadLetterDetail, DeadLetterRow, RowWindow } from '../../shared/views.ts';
import { type LetterFilter, letterCondition } from '../dead-letters/letter-filter.ts';
import type { Database } from '../workspace/database.ts';
import type { Row } from '../workspace/row.ts';
import type { Reader } from '../workspace/transaction.ts';

const reasonList = z.array(z.object({ field: z.string(), code: z.enum(REASON_CODES), message: z.string() }));

/** Characters of a record that a list shows. */
const SHOWN_RAW = 4000;
/** Characters of a record that a detail shows: more would only stop the window. */
const DETAIL_RAW = 1_000_000;
/** Reasons that are told apart: fields times codes, so that there are hardly ever more. */
const MOST_GROUPS = 500;

function stateOf(text: string): LetterState {
  return LETTER_STATES.find((state) => state === text) ?? 'open';
}

function reasonsOf(text: string | null): readonly FieldReason[] {
  return text === null ? [] : reasonList.parse(JSON.parse(text));
}

const LISTED = `run_id, page, idx, settlement_id, state, reasons, left(raw, ${SHOWN_RAW}) AS raw, length(raw) AS raw_length`;
const IN_ORDER = 'ORDER BY run_id, page, idx';

function deadLetterRow(row: Row): DeadLetterRow {
  const raw = row.text('raw');
  return {
    runId: row.text('run_id'),
    page: row.int('page'),
    index: row.int('idx'),
    settlementId: row.textOrNull('settlement_id'),
    state: stateOf(row.text('state')),
    reasons: reasonsOf(row.text('reasons')),
    raw: row.int('raw_length') > SHOWN_RAW ? `${raw}...` : raw,
  };
}

/**
 * Letters at places that were chosen (a relation `chosen` with `run_id`, `page`, `idx`): what became of them is looked up
 * for them alone, because a view over all of a run's letters would work that out for each.
 */
const CHOSEN_ROWS = `
  SELECT d.run_id, d.page, d.idx, d.settlement_id, coalesce(s.state, 'open') AS state,
    coalesce(s.reasons, d.reasons) AS reasons, left(d.raw, ${SHOWN_RAW}) AS raw, length(d.raw) AS raw_length, c.total
  FROM chosen c
  JOIN dead_letter d ON d.run_id = c.run_id AND d.page = c.page AND d.idx = c.idx
  LEFT JOIN (
    SELECT e.run_id, e.page, e.idx,
      CASE arg_max(e.act, e.seq) FILTER (e.act <> 'refused')
        WHEN 'retried' THEN 'retried' WHEN 'discarded' THEN 'discarded' ELSE 'open' END AS state,
      arg_max(e.reasons, e.seq) FILTER (e.act = 'refused') AS reasons
    FROM dead_letter_event e SEMI JOIN chosen k ON k.run_id = e.run_id AND k.page = e.page AND k.idx = e.idx
    GROUP BY e.run_id, e.page, e.idx) s
    ON s.run_id = d.run_id AND s.page = d.page AND s.idx = d.idx
  ORDER BY d.run_id, d.page, d.idx`;

export async function deadLettersWindow(
  database: Reader,
  filter: LetterFilter,
  window: { readonly offset: number; readonly limit: number },
): Promise<RowWindow<DeadLetterRow>> {
  const { sql, parameters } = letterCondition(filter);
  // One look at the letters, for their places alone: a search reads every record.
  const rows = await database.rows(
    `WITH hit AS MATERIALIZED (SELECT run_id, page, idx FROM dead_letter_current WHERE ${sql}),
     chosen AS MATERIALIZED (
       SELECT *, (SELECT count(*) FROM hit) AS total FROM hit ${IN_ORDER} LIMIT ? OFFSET ?)
     ${CHOSEN_ROWS}`,
    [...parameters, window.limit, window.offset],
  );
  const first = rows[0];
  const { offset } = window;
  if (first) return { offset, total: first.int('total'), rows: rows.map(deadLetterRow) };
  const counted =
    offset === 0
      ? null
      : await database.row(`SELECT count(*) AS n FROM dead_letter_current WHERE ${sql}`, parameters);
  return { offset, total: counted?.int('n') ?? 0, rows: [] };
}

/** Every letter under the filter, a batch at a time. */
export async function* deadLettersOf(
  database: Database,
  filter: LetterFilter,
): AsyncGenerator<DeadLetterRow> {
  const { sql, parameters } = letterCondition(filter);
  const stream = database.stream(
    `SELECT ${LISTED} FROM dead_letter_current WHERE ${sql} ${IN_ORDER}`,
    parameters,
  );
  for await (const rows of stream) for (const row of rows) yield deadLetterRow(row);
}

const ACTS = [
  'retried',
  'refused',
  'discarded',
  'reopened',
] as const satisfies readonly LetterHistory['act'][];

/** @throws TieoutError `dead-letter-unknown`. */
export async function deadLetterDetail(database: Reader, place: LetterPlace): Promise<DeadLetterDetail> {
  const key = [place.runId, place.page, place.index];
  const row = await database.row(
    `SELECT d.*, r.month, r.source FROM dead_letter_current d JOIN run r ON r.run_id = d.run_id
     WHERE d.run_id = ? AND d.page = ? AND d.idx = ?`,
    key,
  );
  if (!row) {
    throw new TieoutError(
      'dead-letter-unknown',
      `There is no dead letter ${letterId(place)}; see tieout dead-letters list.`,
      { run_id: place.runId, page: place.page, index: place.index },
    );
  }
  const events = await database.rows(
    'SELECT * FROM dead_letter_event WHERE run_id = ? AND page = ? AND idx = ? ORDER BY seq',
    key,
  );
  const raw = row.text('raw');
  return {
    ...place,
    month: row.text('month'),
    source: row.text('source'),
    settlementId: row.textOrNull('settlement_id'),
    state: stateOf(row.text('state')),
    reasons: reasonsOf(row.text('reasons')),
    firstReasons: reasonsOf(row.text('first_reasons')),
    raw,
    history: events.map((event) => ({
      at: event.text('occurred_at'),
      actor: event.text('actor'),
      act: ACTS.find((act) => act === event.text('act')) ?? 'refused',
      reason: event.textOrNull('reason'),
      profileSha256: event.textOrNull('profile_sha256'),
      reasons: reasonsOf(event.textOrNull('reasons')),
    })),
  };
}

/** The same, with a record that no window could show cut short. */
export async function shownDeadLetter(database: Reader, place: LetterPlace): Promise<DeadLetterDetail> {
  const detail = await deadLetterDetail(database, place);
  return detail.raw.length > DETAIL_RAW
    ? { ...detail, raw: `${detail.raw.slice(0, DETAIL_RAW)}...` }
    : detail;
}

/** Letters under the filter by what they were refused for, the most frequent first. */
export async function reasonGroups(database: Reader, filter: LetterFilter): Promise<readonly ReasonGroup[]> {
  const { sql, parameters } = letterCondition(filter);
  const rows = await database.rows(
    `WITH reasoned AS (
       SELECT run_id, page, idx,
         unnest(from_json(reasons, '[{"field":"VARCHAR","code":"VARCHAR","message":"VARCHAR"}]')) AS reason
       FROM dead_letter_current WHERE ${sql}),
     grouped AS (
       SELECT reason.field AS field, reason.code AS code, count(DISTINCT (run_id, page, idx)) AS letters,
         min(struct_pack(run_id := run_id, page := page, idx := idx, message := reason.message)) AS first
       FROM reasoned GROUP BY reason.field, reason.code)
     SELECT field, code, letters, first.run_id AS run_id, first.page AS page, first.idx AS idx, first.message AS message
     FROM grouped ORDER BY letters DESC, field, code LIMIT ${MOST_GROUPS}`,
    parameters,
  );
  return rows.map((row) => ({
    field: row.text('field'),
    code: row.text('code'),
    letters: row.int('letters'),
    example: {
      runId: row.text('run_id'),
      page: row.int('page'),
      index: row.int('idx'),
      message: row.text('message'),
    },
  }));
}
