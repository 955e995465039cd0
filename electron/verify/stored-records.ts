/** Typed records as they lie in their table, against what typing makes of their pages today. */
import type { RecordSchema } from '../ingest/record-schema.ts';
import { type RowPiece, withRows } from '../workspace/staged-rows.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** Rows that were retried dead letters are held against their own typing (`retried-records.ts`). */
const RETRIED = `SELECT page, idx FROM dead_letter_event WHERE run_id = $1 AND act = 'retried'`;

/** Columns that rows of a run without a profile, of an earlier version, have not got. */
const LATER: ReadonlySet<string> = new Set(['price_type', 'market', 'market_label', 'repeated_hour']);

/** A page typed anew. */
export interface TypedRows {
  readonly page: number;
  /** As `workspace/staged-rows.ts` takes them. */
  readonly rows: RowPiece;
}

/** The first record of a page that is not as it should be. */
export interface RecordDifference {
  readonly page: number;
  /** Place in the page, from 0. */
  readonly index: number;
  readonly expected: string;
  readonly found: string;
}

export interface StoredRun {
  readonly runId: string;
  readonly schema: RecordSchema;
  /** True where it was typed before there were profiles. */
  readonly early: boolean;
}

/** @param pages in order, without a gap. @returns of each page that differs, its first difference. */
export async function differingRecords(
  { database }: Workspace,
  { runId, schema, early }: StoredRun,
  pages: readonly TypedRows[],
): Promise<readonly RecordDifference[]> {
  const [first, last] = [pages[0]?.page, pages.at(-1)?.page];
  if (first === undefined || last === undefined) return [];
  return await database.apart((reader) =>
    withRows(
      reader,
      schema,
      pages.map(({ rows }) => rows),
      async (typed, all) => {
        const columns = all.filter((name) => !['page', 'idx'].includes(name) && !(early && LATER.has(name)));
        const named = ['page', 'idx', ...columns].join(', ');
        // Each row with how often it is there, so that a doubled one shows.
        const counted = (from: string): string =>
          `SELECT ${named}, row_number() OVER (PARTITION BY page, idx) AS copy FROM ${from} WHERE (page, idx) NOT IN (${RETRIED})`;
        const said = (side: string): string =>
          `concat_ws(', ', ${columns
            .map(
              (name) =>
                `CASE WHEN t.${name} IS DISTINCT FROM s.${name} THEN '${name} ' || coalesce(${side}.${name}::VARCHAR, 'empty') END`,
            )
            .join(', ')})`;
        const differs = columns.map((name) => `t.${name} IS DISTINCT FROM s.${name}`).join(' OR ');
        const both = `WITH t AS (${counted(typed)}),
         s AS (${counted(`(SELECT ${named} FROM ${schema.table} WHERE run_id = $1 AND page BETWEEN $2 AND $3)`)})`;
        const from = `FROM t FULL JOIN s ON t.page = s.page AND t.idx = s.idx AND t.copy = s.copy
         WHERE t.page IS NULL OR s.page IS NULL OR ${differs}`;
        const of = [runId, first, last];
        // Hardly ever is there one, and its words take the engine longer to plan than some pages to compare.
        if ((await reader.row(`${both} SELECT 1 AS found ${from} LIMIT 1`, of)) === null) return [];
        const rows = await reader.rows(
          `${both}
         SELECT coalesce(t.page, s.page) AS page, coalesce(t.idx, s.idx) AS idx,
           CASE WHEN t.page IS NULL THEN 'no row' WHEN s.page IS NULL THEN 'a row' ELSE ${said('t')} END AS expected,
           CASE WHEN s.page IS NULL THEN 'missing' WHEN t.page IS NULL THEN 'a row' ELSE ${said('s')} END AS found
         ${from}
         QUALIFY row_number() OVER (PARTITION BY coalesce(t.page, s.page) ORDER BY coalesce(t.idx, s.idx), coalesce(t.copy, s.copy)) = 1
         ORDER BY 1`,
          of,
        );
        return rows.map((row) => ({
          page: row.int('page'),
          index: row.int('idx'),
          expected: row.text('expected'),
          found: row.text('found'),
        }));
      },
    ),
  );
}
