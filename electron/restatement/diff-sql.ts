/**
 * Two runs held against each other by the engine. The rules are those of a run's own totals (`sync/run-totals.ts`): of
 * each settlement the highest version, the first placed where that came twice; decimals by value where the engine holds
 * them; a version or a time of change alone is no change.
 */
import { SETTLEMENT_FIELDS } from '../../shared/settlement.ts';

const DECIMALS: ReadonlySet<string> = new Set(['volume', 'price', 'amount']);
/** What says which statement a settlement is of, and not what it is. */
const OF_THE_STATEMENT: ReadonlySet<string> = new Set(['version', 'updated_at']);

/** SQL that is true where a field of two rows differs. */
function differs(field: string, one: string, other: string): string {
  const [a, b] = [`${one}.${field}`, `${other}.${field}`];
  if (!DECIMALS.has(field)) return `${a} IS DISTINCT FROM ${b}`;
  return `(${a}_text IS DISTINCT FROM ${b}_text AND (${a} IS NULL OR ${b} IS NULL OR ${a} <> ${b}))`;
}

const FIELDS = SETTLEMENT_FIELDS.filter((field) => field !== 'settlement_id');
const SAME_ROW = FIELDS.map((field) => `NOT ${differs(field, 's', 'c')}`).join(' AND ');
const VALUES_DIFFER = FIELDS.filter((field) => !OF_THE_STATEMENT.has(field))
  .map((field) => differs(field, 'n', 'o'))
  .join(' OR ');
const STATEMENT_DIFFERS = FIELDS.filter((field) => OF_THE_STATEMENT.has(field))
  .map((field) => differs(field, 'n', 'o'))
  .join(' OR ');
const DIFFERING = FIELDS.map((field) => `CASE WHEN ${differs(field, 'n', 'o')} THEN '${field}' END`).join(
  ', ',
);

/** Every field of a row as one text, decimals by value: rows of the same print are identical. */
const PRINT = SETTLEMENT_FIELDS.map((field) => {
  const text = DECIMALS.has(field) ? `coalesce(${field}::VARCHAR, ${field}_text)` : `${field}::VARCHAR`;
  return `coalesce(length(${text}) || '=' || ${text}, '-')`;
}).join(' || ');

/** The tables of one diff: what is worked out once and then read by window. */
export interface DiffTables {
  readonly changes: string;
  /** Settlements that come more than once in a run: hardly ever any, and the only ones that need a sort. */
  readonly doubled: string;
}

/** Each diff has a reader of its own. */
export const TABLES: DiffTables = { changes: 'temp.run_diff', doubled: 'temp.run_diff_doubled' };

/** Each settlement of a run once, with how many rows are identical to that one. Bound: the run, twice. */
function current({ doubled }: DiffTables): string {
  return `
    SELECT *, 1 AS occurrences FROM settlement
    WHERE run_id = ? AND settlement_id NOT IN (SELECT settlement_id FROM ${doubled})
    UNION ALL
    SELECT c.*, (SELECT count(*) FROM settlement s WHERE s.run_id = c.run_id AND s.settlement_id = c.settlement_id
      AND s.settlement_id IN (SELECT settlement_id FROM ${doubled}) AND ${SAME_ROW}) AS occurrences
    FROM (
      SELECT * FROM settlement
      WHERE run_id = ? AND settlement_id IN (SELECT settlement_id FROM ${doubled})
      QUALIFY row_number() OVER (PARTITION BY settlement_id ORDER BY version DESC, page, idx) = 1) c`;
}

/** Bound: the earlier run, the later run. */
export function createDoubled({ doubled }: DiffTables): string {
  return `CREATE TEMP TABLE ${bare(doubled)} AS
    SELECT DISTINCT settlement_id FROM (
      SELECT settlement_id FROM settlement WHERE run_id IN (?, ?) GROUP BY run_id, settlement_id HAVING count(*) > 1)`;
}

function bare(table: string): string {
  return table.replace('temp.', '');
}

/** Bound: later run twice, earlier run twice, both, later run, earlier run. */
export function createChanges(tables: DiffTables): string {
  return `CREATE TEMP TABLE ${bare(tables.changes)} AS
    WITH n AS NOT MATERIALIZED (${current(tables)}), o AS NOT MATERIALIZED (${current(tables)}),
    pair AS (
      SELECT coalesce(n.settlement_id, o.settlement_id) AS settlement_id,
        coalesce(n.delivery_start, o.delivery_start) AS delivery_start,
        o.page AS from_page, o.idx AS from_idx, n.page AS to_page, n.idx AS to_idx,
        coalesce(o.occurrences, 0) AS from_occurrences, coalesce(n.occurrences, 0) AS to_occurrences,
        CASE WHEN o.settlement_id IS NULL THEN 'added' WHEN n.settlement_id IS NULL THEN 'removed'
          WHEN ${VALUES_DIFFER} THEN 'changed' WHEN ${STATEMENT_DIFFERS} THEN 'reversioned'
          WHEN o.occurrences <> n.occurrences THEN 'repeated' END AS kind,
        CASE WHEN o.settlement_id IS NULL OR n.settlement_id IS NULL THEN []
          ELSE list_filter([${DIFFERING}], lambda field: field IS NOT NULL) END AS fields
      FROM n FULL JOIN o ON n.settlement_id = o.settlement_id),
    letter AS (
      SELECT run_id, settlement_id, min(struct_pack(page := page, idx := idx)) AS place FROM dead_letter_current
      WHERE run_id IN (?, ?) AND state <> 'retried' AND settlement_id IS NOT NULL GROUP BY run_id, settlement_id)
    SELECT row_number() OVER (ORDER BY p.delivery_start, p.settlement_id) - 1 AS position, p.*, l.place AS letter
    FROM pair p
    LEFT JOIN letter l ON l.settlement_id = p.settlement_id
      AND ((p.kind = 'removed' AND l.run_id = ?) OR (p.kind = 'added' AND l.run_id = ?))
    WHERE p.kind IS NOT NULL`;
}

/**
 * Rows that both runs have, of settlements that come more than once: each paired with one. Bound: earlier run and later
 * run, twice.
 */
export function doubledIdentical({ doubled }: DiffTables): string {
  return `SELECT coalesce(sum(least(earlier, later)), 0)::BIGINT AS n FROM (
    SELECT count(*) FILTER (run_id = ?) AS earlier, count(*) FILTER (run_id = ?) AS later
    FROM settlement WHERE run_id IN (?, ?) AND settlement_id IN (SELECT settlement_id FROM ${doubled})
    GROUP BY ${PRINT})`;
}
