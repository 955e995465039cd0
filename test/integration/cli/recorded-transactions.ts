/** What each transaction of the product adds to which table, and which audit events it adds: watched, not believed. */
import { Database } from '../../../electron/workspace/database.ts';
import type { Reader, Transaction } from '../../../electron/workspace/transaction.ts';

export interface AuditEvent {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface Recorded {
  /** Rows added by table; less than zero where some were taken away. Without `audit_event` itself. */
  readonly added: Readonly<Record<string, number>>;
  readonly events: readonly AuditEvent[];
}

/** Tables of a workspace, without what lives only as long as a connection. */
export async function tablesOf(reader: Reader): Promise<readonly string[]> {
  const rows = await reader.rows(
    `SELECT table_name FROM duckdb_tables()
     WHERE NOT internal AND NOT temporary AND database_name = current_database() ORDER BY table_name`,
  );
  return rows.map((row) => row.text('table_name'));
}

async function countsOf(tx: Transaction): Promise<Map<string, number>> {
  const tables = await tablesOf(tx);
  if (tables.length === 0) return new Map();
  const rows = await tx.rows(
    tables.map((table) => `SELECT '${table}' AS name, count(*) AS n FROM "${table}"`).join(' UNION ALL '),
  );
  return new Map(rows.map((row) => [row.text('name'), row.int('n')]));
}

async function eventsAfter(tx: Transaction, count: number): Promise<readonly AuditEvent[]> {
  const rows = await tx.rows('SELECT type, payload FROM audit_event WHERE seq > ? ORDER BY seq', [count]);
  return rows.map((row) => {
    const payload: unknown = row.json('payload');
    if (typeof payload !== 'object' || payload === null) throw new Error('a payload is no object');
    return { type: row.text('type'), payload: Object.fromEntries(Object.entries(payload)) };
  });
}

/** Watches every transaction of this process until `end` is called; those that wrote nothing are left out. */
export function recordTransactions(): { readonly recorded: readonly Recorded[]; end(): void } {
  const recorded: Recorded[] = [];
  const { transaction, staged } = Database.prototype;
  /** @returns the work, watched; `keep` is for when it is committed. */
  const watched = <Given extends readonly unknown[], Result>(
    work: (tx: Transaction, ...given: Given) => Promise<Result>,
  ) => {
    let written: Recorded | null = null;
    return {
      work: async (tx: Transaction, ...given: Given): Promise<Result> => {
        const before = await countsOf(tx);
        const result = await work(tx, ...given);
        const after = await countsOf(tx);
        const added = [...after]
          .map(([table, count]) => [table, count - (before.get(table) ?? 0)] as const)
          .filter(([table, count]) => count !== 0 && table !== 'audit_event');
        const chain = after.has('audit_event');
        const events = chain ? await eventsAfter(tx, before.get('audit_event') ?? 0) : [];
        written = { added: Object.fromEntries(added), events };
        return result;
      },
      keep: (): void => {
        if (written && (Object.keys(written.added).length > 0 || written.events.length > 0))
          recorded.push(written);
      },
    };
  };
  Database.prototype.transaction = async function recording<Result>(
    this: Database,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const watch = watched(work);
    const result = await transaction.call(this, watch.work);
    watch.keep();
    return result as Result;
  };
  Database.prototype.staged = async function recording<Prepared, Result>(
    this: Database,
    prepare: (tx: Transaction) => Promise<Prepared>,
    work: (tx: Transaction, prepared: Prepared) => Promise<Result>,
    options: Parameters<Database['staged']>[2] = {},
  ): Promise<Result> {
    const watch = watched(work);
    const result = await staged.call(
      this,
      prepare,
      watch.work as (tx: Transaction, prepared: unknown) => Promise<unknown>,
      options,
    );
    // What is undone was not written.
    if (options.end !== 'ROLLBACK') watch.keep();
    return result as Result;
  };
  return {
    recorded,
    end: () => {
      Database.prototype.transaction = transaction;
      Database.prototype.staged = staged;
    },
  };
}
