/** The old database's tables beside the new one's: what is in no event is carried over, everything else is held against it. */
import type { Remains } from '../workspace/remains.ts';
import type { Row } from '../workspace/row.ts';
import type { ReplayParts } from './replay-parts.ts';

interface Carried {
  /** What is lost where the old one cannot be read. */
  readonly lost: string;
  /** The table that has a row where there is something to lose. */
  readonly of: string;
}

/** Tables of what is no act. */
export const CARRIED: ReadonlyMap<string, Carried> = new Map([
  ['attempt', { lost: 'the log of requests (retries are in the audit chain)', of: 'run' }],
  [
    'siem_cursor_event',
    { lost: 'how far each SIEM target had got: events are sent to it once more', of: 'siem_target_event' },
  ],
  ['siem_failure', { lost: 'what went wrong at SIEM targets', of: 'siem_target_event' }],
  ['siem_refusal', { lost: 'what SIEM targets refused', of: 'siem_target_event' }],
]);

/** Neither carried nor compared: they tell of the database itself. */
const OWN: ReadonlySet<string> = new Set(['workspace', 'migration']);

const PAIRS: ReadonlySet<string> = new Set(['recon_match', 'recon_pair']);

/** @returns what is lost of them, in words. */
export async function carryOver({ database, remains }: ReplayParts): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const [name, { lost, of }] of CARRIED) {
    const rows = await remains?.rows(
      name,
      (table) => `SELECT count(*) AS n, count(hash(t)) AS r FROM ${table} t`,
    );
    if (remains && rows && rows.length > 0) {
      await database.transaction(async (tx) => {
        await tx.run(`DELETE FROM "${name}"`);
        await remains.take(tx, name, 'TRUE');
      });
    } else if (await database.row(`SELECT 1 AS found FROM "${of}" LIMIT 1`)) {
      gone.push(lost);
    }
  }
  return gone;
}

/**
 * Tells of each table in which the old database is not what evidence and chain give.
 * @param further the chain goes further than the old database, which may lack rows.
 */
export async function compareTables(parts: ReplayParts, further: boolean): Promise<void> {
  const tables = await parts.database.rows(
    `SELECT table_name FROM duckdb_tables()
     WHERE database_name = current_database() AND NOT internal AND NOT temporary ORDER BY table_name`,
  );
  for (const row of tables) {
    parts.signal.throwIfAborted();
    const name = row.text('table_name');
    if (!CARRIED.has(name) && !OWN.has(name)) await compareTable(parts, name, further);
  }
}

async function compareTable(parts: ReplayParts, name: string, further: boolean): Promise<void> {
  const { database, remains, findings } = parts;
  const columns = remains?.tables.get(name);
  if (!remains || !columns) return;
  const list = columns.map((column) => `"${column}"`).join(', ');
  const digest = (table: string): string =>
    `SELECT count(*) AS n, coalesce(sum(hash(${list})::HUGEINT), 0)::VARCHAR AS digest FROM ${table}`;
  const old = await remains.rows(name, digest);
  if (old === null) {
    findings.expect('records', `table ${name}`, 'a table that can be read', 'a damaged one; it is made anew');
    return;
  }
  const now = await database.row(digest(`"${name}"`));
  if (same(old[0], now)) return;
  if (name === 'page_schema' && (await sameSchemas(parts, remains))) return;
  if (PAIRS.has(name) && (await samePairs(parts, remains, further))) return;
  // Found by their rows: a table as large as memory is compared this way only where it differs.
  const [one, other] = [`SELECT ${list} FROM "${name}"`, `SELECT ${list} FROM ${remains.table(name)}`];
  const row = await database.row(
    `SELECT (SELECT count(*) FROM (${other} EXCEPT ALL ${one})) AS gone, (SELECT count(*) FROM (${one} EXCEPT ALL ${other})) AS made,
       (SELECT min(concat_ws(' ', ${columns
         .slice(0, 3)
         .map((column) => `"${column}"`)
         .join(', ')})) FROM (
         (${other} EXCEPT ALL ${one}) UNION ALL (${one} EXCEPT ALL ${other}))) AS first`,
  );
  const [gone, anew] = [row?.int('gone') ?? 0, row?.int('made') ?? 0];
  if (further && gone === 0) return;
  findings.expect(
    'records',
    `table ${name}`,
    'what evidence and audit chain give',
    `${gone} rows that are not (${anew} in their place), the first at ${row?.textOrNull('first') ?? 'no place'}`,
  );
}

function same(old: Row | undefined, now: Row | null): boolean {
  return (
    old !== undefined &&
    now !== null &&
    old.int('n') === now.int('n') &&
    old.text('digest') === now.text('digest')
  );
}

/**
 * Pairs of an early version lie in `recon_match` by their ids; made anew they all lie in `recon_pair` by number.
 * @returns false also where they cannot be read.
 */
async function samePairs({ database }: ReplayParts, remains: Remains, further: boolean): Promise<boolean> {
  if (!(await remains.rows('recon_match', (table) => `SELECT 1 AS found FROM ${table} LIMIT 1`))?.length)
    return false;
  const now = 'SELECT seq, position, etrm_page, etrm_idx, import_no, ledger_line FROM recon_pair';
  const numbered = `SELECT r.seq, position, etrm_page, etrm_idx,
      list_position(from_json(r.import_ids, '["VARCHAR"]'), import_id) - 1 AS import_no, ledger_line
    FROM ${remains.table('recon_match')} LEFT JOIN recon r USING (recon_id)`;
  const old = remains.tables.has('recon_pair')
    ? `SELECT * FROM (${numbered} UNION ALL ${now.replace('recon_pair', remains.table('recon_pair'))})`
    : numbered;
  const row = await database.row(
    `SELECT (SELECT count(*) FROM (${old} EXCEPT ALL ${now})) AS gone, (SELECT count(*) FROM (${now} EXCEPT ALL ${old})) AS made`,
  );
  return row?.int('gone') === 0 && (further || row.int('made') === 0);
}

/** The members and codes of a page are listed as the thread that read it came to know them: their order says nothing. */
async function sameSchemas({ database }: ReplayParts, remains: Remains): Promise<boolean> {
  const old = remains.table('page_schema');
  const rows = await database.rows(
    `SELECT n.document AS now, o.document AS old FROM page_schema n
     FULL JOIN ${old} o ON o.run_id = n.run_id AND o.page = n.page WHERE n.document IS DISTINCT FROM o.document`,
  );
  return rows.every((row) => ordered(row.textOrNull('now')) === ordered(row.textOrNull('old')));
}

function ordered(document: string | null): string | null {
  if (document === null) return null;
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const texts = value.map((each) => JSON.stringify(sorted(each)));
      return texts.every((text) => /^[[{]/.test(text)) ? texts.sort() : texts;
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, sorted(each)]));
  };
  return JSON.stringify(sorted(JSON.parse(document)));
}
