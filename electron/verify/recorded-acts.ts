/**
 * What the tables say was done against the audit chain, row by row and both ways: a row without its event means that
 * events were taken away, an event without its row that rows were, and what a row has besides is what its event tells.
 */
import { sha256Of } from '../../shared/digest.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Row } from '../workspace/row.ts';
import type { Reader } from '../workspace/transaction.ts';
import type { Check } from './findings.ts';
import { TOLD_ACTS } from './told-acts.ts';
import { TOLD_RUNS } from './told-runs.ts';
import { type ToldTable, UNTOLD } from './told-table.ts';

const TOLD_TABLES: readonly ToldTable[] = [...TOLD_RUNS, ...TOLD_ACTS];

/** Rows of which several share an event that bears only their hash, which is held elsewhere: whose event it is. */
interface SharedEvent {
  readonly table: string;
  readonly types: readonly string[];
  /** A column that the event's payload bears, under one of these names. */
  readonly column: string;
  readonly members: readonly string[];
}

const SHARED_EVENTS: readonly SharedEvent[] = [
  // Of drift before what was found was kept.
  { table: 'drift_finding', types: ['drift.found'], column: 'run_id', members: ['run_id'] },
  { table: 'run_pin', types: ['findings.pin'], column: 'run_id', members: ['run_id'] },
  {
    table: 'curve_snapshot',
    types: ['curves.seal', 'curves.import'],
    column: 'source_id',
    members: ['run_id', 'import_id'],
  },
];

/** Rows of one table that are told one by one. */
const LISTED = 20;
/** Characters of a value that are shown. */
const SHOWN = 200;

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(', ');
}

/**
 * Reads the documents that events tell rows by into a temporary table.
 * @returns numbers of the events of which it is gone: nothing is said of their rows.
 */
async function loadDocuments(
  reader: Reader,
  { workspace, findings, request }: Check,
): Promise<readonly number[]> {
  await reader.rows('CREATE TEMP TABLE told_document (sha256 VARCHAR, document VARCHAR)');
  const gone: number[] = [];
  const loaded = new Set<string>();
  for (const { document, types } of TOLD_TABLES) {
    if (document === undefined) continue;
    const events = await reader.rows(
      `SELECT seq, json_extract_string(payload, '$.${document}') AS digest FROM audit_event
       WHERE type IN (${quoted(types)}) ORDER BY seq`,
    );
    for (const event of events) {
      request.signal.throwIfAborted();
      const digest = event.textOrNull('digest');
      // Events of earlier versions bear none.
      const bytes = digest === null ? null : await workspace.evidence.get(sha256Of(digest));
      const there = bytes === null ? 'missing or unreadable' : sha256(bytes);
      const name = `event ${event.int('seq')} document`;
      if (digest === null || !findings.expect('audit', name, digest, there) || bytes === null) {
        gone.push(event.int('seq'));
      } else if (!loaded.has(there)) {
        loaded.add(there);
        await reader.rows('INSERT INTO told_document VALUES (?, ?)', [
          there,
          Buffer.from(bytes).toString('utf8'),
        ]);
      }
    }
  }
  return gone;
}

/** Rows that are not what is told of them, each with what it should be and what was found. $1: the last event. */
function differingSql(
  told: ToldTable,
  gone: readonly number[],
): { readonly any: string; readonly all: string } {
  const {
    table,
    types,
    key,
    columns,
    hashed = [],
    each = '',
    document,
    when = 'TRUE',
    rows = 'TRUE',
    named,
  } = told;
  const names = Object.keys(columns);
  const join =
    document === undefined
      ? ''
      : `JOIN temp.told_document d ON d.sha256 = json_extract_string(e.payload, '$.${document}')`;
  const kept = (name: string): string =>
    hashed.includes(name) ? `sha256(t."${name}") AS "${name}"` : `t."${name}"::VARCHAR AS "${name}"`;
  const numbered = key.includes('seq');
  const out = gone.length === 0 ? 'FALSE' : `t.seq IN (${gone.join(', ')})`;
  const counted = (from: string): string =>
    `SELECT *, row_number() OVER (PARTITION BY ${key.map((name) => `"${name}"`).join(', ')}) AS copy FROM (${from})`;
  const differs = (name: string): string =>
    `(m."${name}" IS DISTINCT FROM k."${name}" AND m."${name}" IS DISTINCT FROM ${UNTOLD})`;
  const shown = (side: string, name: string): string =>
    `'${name} ' || coalesce(left(${side}."${name}", ${SHOWN}), 'empty')`;
  const said = (side: string): string =>
    `concat_ws(', ', ${names.map((name) => `CASE WHEN ${differs(name)} THEN ${shown(side, name)} END`).join(', ')})`;
  const whole = `concat_ws(', ', ${key.map((name) => shown('k', name)).join(', ')})`;
  const bare = (name: string): string => `coalesce(m."${name}", k."${name}")`;
  const called = named?.(bare) ?? `'event ' || ${bare('seq')}`;
  const both = `WITH m AS (${counted(
    `SELECT e.seq AS at_seq, e.type AS told_type, ${names.map((name) => `${columns[name]} AS "${name}"`).join(', ')}
     FROM audit_event e ${join} ${each} WHERE e.type IN (${quoted(types)}) AND e.seq <= $1 AND (${when})`,
  )}), k AS (${counted(
    `SELECT ${names.map(kept).join(', ')} FROM "${table}" t WHERE (${rows}) AND ${numbered ? `(t.seq <= $1 OR t.seq NOT IN (SELECT seq FROM audit_event)) AND NOT (${out})` : '$1 > 0'}`,
  )})`;
  const from = `FROM m FULL JOIN k ON m.copy = k.copy AND ${key.map((name) => `m."${name}" IS NOT DISTINCT FROM k."${name}"`).join(' AND ')}
  WHERE m.copy IS NULL OR k.copy IS NULL OR ${names.map(differs).join(' OR ')}`;
  return {
    any: `${both} SELECT 1 AS found ${from} LIMIT 1`,
    all: `${both} SELECT ${called} AS name, count(*) OVER () AS n, m.copy IS NULL AS more, k.copy IS NULL AS gone,
        m.told_type AS type, ${said('m')} AS expected, ${said('k')} AS found, ${whole} AS whole
      ${from} ORDER BY m.at_seq NULLS LAST, ${key.map(bare).join(', ')} LIMIT ${LISTED}`,
  };
}

function tell({ findings }: Check, table: string, row: Row): void {
  const name = row.text('name');
  if (row.bool('gone')) findings.expect('audit', name, `a row in ${table} of ${row.text('type')}`, 'no row');
  else if (row.bool('more'))
    findings.expect(
      'audit',
      name,
      `the event of a row in ${table}`,
      `no event that tells of it: ${row.text('whole')}`,
    );
  else findings.expect('audit', name, `${table} ${row.text('expected')}`, row.text('found'));
}

async function checkShared(reader: Reader, { findings }: Check): Promise<void> {
  for (const { table, types, column, members } of SHARED_EVENTS) {
    const told = members.map((name) => `json_extract_string(e.payload, '$.${name}')`).join(', ');
    const row = await reader.row(
      `SELECT t.seq, e.type FROM "${table}" t LEFT JOIN audit_event e ON e.seq = t.seq
       WHERE e.seq IS NULL OR NOT (e.type IN (${quoted(types)}) AND coalesce(${told}) = t."${column}") ORDER BY t.seq LIMIT 1`,
    );
    if (row) {
      const found = row.textOrNull('type') === null ? 'no event' : 'an event of something else';
      findings.expect('audit', `event ${row.int('seq')}`, `the event of a row in ${table}`, found);
    }
    const bare = await reader.row(
      `SELECT seq, type FROM audit_event WHERE type IN (${quoted(types)})
         AND seq NOT IN (SELECT seq FROM "${table}") ORDER BY seq LIMIT 1`,
    );
    if (bare)
      findings.expect(
        'audit',
        `event ${bare.int('seq')}`,
        `a row in ${table} of ${bare.text('type')}`,
        'no row',
      );
  }
}

/** @param last number of the last event that was walked: what came since is looked at next time. */
export async function checkRecordedActs(check: Check, last: number): Promise<void> {
  const { workspace, findings, request } = check;
  await workspace.database.apart(async (reader) => {
    const gone = await loadDocuments(reader, check);
    for (const told of TOLD_TABLES) {
      request.signal.throwIfAborted();
      const { any, all } = differingSql(told, gone);
      // Hardly ever is there one, and the words of it take the engine longer to plan than to look.
      if ((await reader.row(any, [last])) === null) continue;
      const rows = await reader.rows(all, [last]);
      for (const row of rows) tell(check, told.table, row);
      const more = (rows[0]?.int('n') ?? 0) - rows.length;
      if (more > 0)
        findings.expect(
          'audit',
          `table ${told.table}`,
          'what its events tell',
          `${more} more rows that differ`,
        );
    }
    await checkShared(reader, check);
  });
}
