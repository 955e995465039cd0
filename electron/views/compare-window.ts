/**
 * Rows of the Compare tab, by window. Of a reconciliation, which never changes, the positions that a filter leaves are found
 * once and kept; a window then looks up its own rows alone, and no join is as large as the month.
 */
import type { ComparedRow, RowWindow } from '../../shared/views.ts';
import { comparedRow, comparedRows, RUN_ROWS } from '../recon/compared.ts';
import type { Database } from '../workspace/database.ts';
import type { Parameter } from '../workspace/transaction.ts';
import { likePattern, searched, total, type WindowAsked } from './windows.ts';

export interface CompareAsked extends WindowAsked {
  readonly runId: string | null;
  readonly reconId: string | null;
  readonly state: 'matched' | 'suggested' | 'pending' | 'break' | null;
  readonly search: string;
}

const SEARCHED_ITEM = ['settlement_id', 'break_id'];
const SEARCHED_ETRM = ['settlement_id', 'trade_id', 'counterparty', 'location'];
const SEARCHED_LEDGER = ['trade_id', 'counterparty', 'location'];
const SEARCHED_RUN = ['e.settlement_id', 'e.trade_id', 'e.counterparty', 'e.location'];

const HITS = `
  SELECT position FROM kept WHERE ${searched(SEARCHED_ITEM)}
  UNION
  SELECT position FROM kept
  SEMI JOIN (SELECT page, idx FROM settlement WHERE run_id = ? AND ${searched(SEARCHED_ETRM)}) e
    ON e.page = etrm_page AND e.idx = etrm_idx
  UNION
  SELECT position FROM kept
  SEMI JOIN (SELECT import_id, line FROM ledger_row WHERE ${searched(SEARCHED_LEDGER)}) l
    ON l.line = ledger_line AND l.import_id = kept.import_id`;

interface Filter {
  readonly reconId: string;
  readonly runId: string;
  readonly state: string | null;
  readonly search: string;
}

/** Tables of positions that are kept at once. */
const MOST_KEPT = 4;

interface Found {
  /** A temporary table of the reading connection, its rows in order of position. */
  readonly table: string;
  readonly total: number;
}

interface Entry {
  readonly found: Promise<Found>;
  /** Windows that are being read from it. */
  users: number;
}

/** What was found last, by filter. */
class FoundPositions {
  readonly #database: Database;
  readonly #entries = new Map<string, Entry>();
  #made = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Runs `use` on what the filter leaves, which stays until then. */
  async with<Result>(filter: Filter, use: (found: Found) => Promise<Result>): Promise<Result> {
    const key = JSON.stringify(filter);
    const entry = this.#entries.get(key) ?? this.#begin(filter);
    // Taken out and put in again, it is the newest.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users += 1;
    try {
      return await use(await entry.found);
    } catch (error) {
      this.#entries.delete(key);
      throw error;
    } finally {
      entry.users -= 1;
      await this.#forget();
    }
  }

  #begin(filter: Filter): Entry {
    this.#made += 1;
    return { found: this.#find(`compare_found_${this.#made}`, filter), users: 0 };
  }

  async #forget(): Promise<void> {
    for (const [key, { found, users }] of this.#entries) {
      if (this.#entries.size <= MOST_KEPT) return;
      if (users > 0) continue;
      this.#entries.delete(key);
      const { table } = await found;
      await this.#database.rows(`DROP TABLE IF EXISTS temp.${table}`);
    }
  }

  async #find(table: string, { reconId, runId, state, search }: Filter): Promise<Found> {
    const parameters: Parameter[] = [reconId];
    const judged = state === null ? '' : ' AND state = ?';
    if (state !== null) parameters.push(state);
    parameters.push(reconId);
    const plain = state === null || state === 'matched' ? '' : ' AND FALSE';
    const kept = `kept AS MATERIALIZED (
      SELECT position, etrm_page, etrm_idx, import_id, ledger_line, settlement_id, break_id
      FROM recon_judged WHERE recon_id = ?${judged}
      UNION ALL
      SELECT position, etrm_page, etrm_idx, import_id, ledger_line, NULL, NULL
      FROM recon_plain WHERE recon_id = ?${plain})`;
    const positions = search === '' ? 'SELECT position FROM kept' : HITS;
    if (search !== '') {
      const pattern = likePattern(search);
      parameters.push(...SEARCHED_ITEM.map(() => pattern), runId);
      parameters.push(...SEARCHED_ETRM.map(() => pattern), ...SEARCHED_LEDGER.map(() => pattern));
    }
    await this.#database.rows(
      `CREATE TEMP TABLE ${table} AS WITH ${kept} SELECT position FROM (${positions}) ORDER BY position`,
      parameters,
    );
    const counted = await total(this.#database, `SELECT count(*) AS n FROM temp.${table}`, []);
    return { table, total: counted };
  }
}

const FOUND = new WeakMap<Database, FoundPositions>();

function foundPositions(database: Database): FoundPositions {
  const known = FOUND.get(database);
  if (known) return known;
  const made = new FoundPositions(database);
  FOUND.set(database, made);
  return made;
}

async function reconWindow(
  database: Database,
  reconId: string,
  asked: CompareAsked,
): Promise<RowWindow<ComparedRow>> {
  const { offset, limit } = asked;
  const recon = await database.row(
    'SELECT run_id, matched + breaks + pending + coalesce(suggested, 0) AS items FROM recon WHERE recon_id = ?',
    [reconId],
  );
  if (!recon) return { offset, total: 0, rows: [] };
  const runId = recon.text('run_id');
  const window = async (where: string, items: number): Promise<RowWindow<ComparedRow>> => {
    const rows = await database.rows(comparedRows(where), [reconId, runId, offset, offset + limit - 1]);
    return { offset, total: items, rows: rows.map((row) => comparedRow(row, row.int('position'))) };
  };
  const filter = { reconId, runId, state: asked.state, search: asked.search.trim() };
  // Without a filter the position is the offset.
  if (filter.state === null && filter.search === '')
    return window('position BETWEEN $3 AND $4', recon.int('items'));
  return foundPositions(database).with(filter, ({ table, total: items }) =>
    window(`position IN (SELECT position FROM temp.${table} WHERE rowid BETWEEN $3 AND $4)`, items),
  );
}

async function runWindow(
  database: Database,
  runId: string,
  asked: CompareAsked,
): Promise<RowWindow<ComparedRow>> {
  const parameters: Parameter[] = [runId];
  let where = '';
  if (asked.search.trim() !== '') {
    where = ` AND ${searched(SEARCHED_RUN)}`;
    parameters.push(...SEARCHED_RUN.map(() => likePattern(asked.search)));
  }
  const rows = await database.rows(`${RUN_ROWS}${where} ORDER BY e.page, e.idx LIMIT ? OFFSET ?`, [
    ...parameters,
    asked.limit,
    asked.offset,
  ]);
  return {
    offset: asked.offset,
    total: await total(
      database,
      `SELECT count(*) AS n FROM settlement e WHERE e.run_id = ?${where}`,
      parameters,
    ),
    rows: rows.map((row, at) => comparedRow(row, asked.offset + at)),
  };
}

export async function compareWindow(
  database: Database,
  asked: CompareAsked,
): Promise<RowWindow<ComparedRow>> {
  if (asked.reconId !== null) return reconWindow(database, asked.reconId, asked);
  if (asked.runId !== null) return runWindow(database, asked.runId, asked);
  return { offset: asked.offset, total: 0, rows: [] };
}
