/** Breaks as they are read: listed by window, summed up, streamed, and one with its history. */
import type {
  BreakFilter,
  BreakSort,
  BreakSummary,
  WorkedBreak,
  WorkedBreakDetail,
} from '../../shared/breaks.ts';
import { decimal } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { RowWindow } from '../../shared/views.ts';
import type { Clock } from '../clock.ts';
import { currentSettings, type StoredSettings } from '../close/settings.ts';
import { parseBreak } from '../views/breaks.ts';
import type { Database } from '../workspace/database.ts';
import type { Row } from '../workspace/row.ts';
import { kindOf } from './break-lines.ts';
import { breakCondition, categoryOf, summarise, workedBreak } from './break-rows.ts';
import { makeBreakTable, TABLE_ORDERS } from './break-table.ts';
import { underStanding } from './standing-suppressions.ts';

interface Table {
  readonly name: string;
  readonly settings: StoredSettings;
}

interface Kept {
  /** What it was made from: another key, another table. */
  readonly key: string;
  readonly table: Promise<Table>;
}

/** Months whose tables are kept: those that are looked at. */
const KEPT = 2;
/** Tables that were replaced and may still be read by a question that came before. */
const RETIRED = 4;
/** Rows read at once. */
const BATCH = 5000;

export class BreakBook {
  readonly #database: Database;
  readonly #clock: Clock;
  /** By month; empty: every month. */
  readonly #tables = new Map<string, Kept>();
  readonly #retired: Promise<Table>[] = [];
  #count = 0;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** The table of a month as it stands now; null: of every month. */
  async #table(month: string | null): Promise<Table> {
    const now = this.#clock.now();
    const row = await this.#database.row(
      `SELECT (SELECT coalesce(max(seq), 0) FROM break_event) AS acts, (SELECT coalesce(max(seq), 0) FROM recon) AS recons,
         (SELECT coalesce(max(seq), 0) FROM close_setting_event) AS settings`,
    );
    const key = `${row?.int('acts')} ${row?.int('recons')} ${row?.int('settings')} ${Math.floor(now / 86_400_000)}`;
    const of = month ?? '';
    const known = this.#tables.get(of);
    if (known?.key === key) return known.table;
    const table = this.#make(month, now);
    // The last one asked for is the last to go.
    this.#tables.delete(of);
    this.#tables.set(of, { key, table });
    table.catch(() => {
      if (this.#tables.get(of)?.table === table) this.#tables.delete(of);
    });
    if (known) this.#retired.push(known.table);
    for (const [old, { table: gone }] of [...this.#tables].slice(0, -KEPT)) {
      this.#tables.delete(old);
      this.#retired.push(gone);
    }
    await this.#dropRetired();
    return table;
  }

  async #make(month: string | null, now: number): Promise<Table> {
    this.#count += 1;
    const name = `break_book_${this.#count}`;
    const settings = await currentSettings(this.#database);
    await makeBreakTable(this.#database, name, month, { ageBy: settings.settings.age_by, now });
    return { name, settings };
  }

  async #dropRetired(): Promise<void> {
    while (this.#retired.length > RETIRED) {
      const gone = await this.#retired.shift()?.catch(() => null);
      if (gone) await this.#database.rows(`DROP TABLE IF EXISTS temp.${gone.name}`);
    }
  }

  async window(
    filter: BreakFilter,
    sort: BreakSort,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): Promise<RowWindow<WorkedBreak>> {
    const { name } = await this.#table(filter.month);
    const { sql, parameters } = breakCondition(filter, null);
    const counted = await this.#database.row(
      `SELECT count(*) AS n FROM temp.${name} WHERE ${sql}`,
      parameters,
    );
    const rows = await this.#database.rows(
      `SELECT * FROM temp.${name} WHERE ${sql} ORDER BY ${TABLE_ORDERS[sort]} LIMIT ? OFFSET ?`,
      [...parameters, limit, offset],
    );
    return { offset, total: counted?.int('n') ?? 0, rows: rows.map(workedBreak) };
  }

  async summary(month: string | null): Promise<BreakSummary> {
    const { name, settings } = await this.#table(month);
    return summarise(this.#database, name, settings.settings.reasons);
  }

  /** All under the filter, in batches. */
  async *all(filter: BreakFilter, sort: BreakSort = 'delivery'): AsyncGenerator<readonly WorkedBreak[]> {
    if (sort !== 'delivery') {
      for (let offset = 0; ; offset += BATCH) {
        const { rows } = await this.window(filter, sort, { offset, limit: BATCH });
        if (rows.length > 0) yield rows;
        if (rows.length < BATCH) return;
      }
    }
    const { sql, parameters } = breakCondition(filter, null);
    for (let last = 0; ; ) {
      const { name } = await this.#table(filter.month);
      const rows = await this.#database.rows(
        `SELECT * FROM temp.${name} WHERE ${sql} AND ordinal > ? ORDER BY ordinal LIMIT ?`,
        [...parameters, last, BATCH],
      );
      if (rows.length > 0) yield rows.map(workedBreak);
      if (rows.length < BATCH) return;
      last = rows.at(-1)?.int('ordinal') ?? last;
    }
  }

  /** @throws TieoutError `break-unknown`. */
  async detail(breakId: string): Promise<WorkedBreakDetail> {
    const life = await this.#database.row('SELECT month FROM break_event WHERE break_id = ? LIMIT 1', [
      breakId,
    ]);
    if (!life) throw unknownBreak(breakId);
    const { name } = await this.#table(life.text('month'));
    const row = await this.#database.row(`SELECT * FROM temp.${name} WHERE break_id = ?`, [breakId]);
    if (!row) throw unknownBreak(breakId);
    const found = await this.#database.row(
      'SELECT detail FROM recon_break WHERE recon_id = ? AND break_id = ? ORDER BY position LIMIT 1',
      [row.text('recon_id'), breakId],
    );
    if (!found) throw unknownBreak(breakId);
    const events = await this.#database.rows(
      'SELECT * FROM break_event WHERE break_id = ? ORDER BY seq, ordinal',
      [breakId],
    );
    const shown = { reconId: row.text('recon_id'), breakId };
    return {
      row: workedBreak(row),
      standing: (await underStanding(this.#database, [shown])).has(breakId),
      found: parseBreak(found.text('detail')),
      history: events.map(historyOf),
    };
  }
}

function historyOf(row: Row): WorkedBreakDetail['history'][number] {
  const category = row.textOrNull('category');
  const difference = row.textOrNull('difference');
  return {
    seq: row.int('seq'),
    act: kindOf(row.text('act')),
    at: row.text('occurred_at'),
    actor: row.text('actor'),
    reason: row.textOrNull('reason'),
    note: row.textOrNull('note'),
    assignee: row.textOrNull('assignee'),
    fileName: row.textOrNull('file_name'),
    fileSha256: row.textOrNull('file_sha256'),
    category: category === null ? null : categoryOf(category),
    difference: difference === null ? null : decimal(difference),
    currency: row.textOrNull('currency'),
  };
}

function unknownBreak(breakId: string): TieoutError {
  return new TieoutError(
    'break-unknown',
    `There is no break ${breakId}; see tieout breaks list, or reconcile its month first.`,
    { break_id: breakId },
  );
}
