import { describe, expect, it } from 'vitest';
import type { Database } from '../../../electron/workspace/database.ts';
import { temporaryApp } from './temporary.ts';

const WRITE = `INSERT INTO run_warning VALUES ('r', '2024-04-01T00:00:00Z', 'code', 'message')`;

async function warnings(database: Database): Promise<number> {
  return (await database.row('SELECT count(*)::INTEGER AS n FROM run_warning'))?.int('n') ?? -1;
}

/** What the writing connection still has of the work before. */
async function leftBehind(database: Database): Promise<readonly string[]> {
  return database.scratch(async (tx) => {
    const rows = await tx.rows(
      `SELECT table_name AS name FROM duckdb_tables() WHERE temporary
       UNION ALL SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal ORDER BY name`,
    );
    return rows.map((row) => row.text('name'));
  });
}

describe('a transaction with tables that are staged before it', () => {
  it('reads what was staged, also where it was settled on the way, and leaves nothing of it', async () => {
    const { database } = (await temporaryApp()).workspace;
    const sum = await database.staged(
      async (tx) => {
        await tx.run('CREATE TEMP TABLE first AS SELECT range AS n FROM range(3000)');
        await tx.settle?.();
        await tx.run('CREATE TEMP TABLE second AS SELECT n * 2 AS n FROM temp.first');
        await tx.run(
          'CREATE TEMP VIEW both_of_them AS SELECT * FROM temp.first UNION ALL SELECT * FROM temp.second',
        );
        return 'prepared';
      },
      async (tx, prepared) => {
        await tx.run(WRITE);
        return [prepared, (await tx.row('SELECT sum(n)::INTEGER AS n FROM temp.both_of_them'))?.int('n')];
      },
    );
    expect(sum).toEqual(['prepared', (3 * (2999 * 3000)) / 2]);
    expect(await warnings(database)).toBe(1);
    expect(await leftBehind(database)).toEqual([]);
  });

  it('cannot write anything else before it begins', async () => {
    const { database } = (await temporaryApp()).workspace;
    let begun = false;
    const work = database.staged(
      async (tx) => {
        await tx.run('CREATE TEMP TABLE first AS SELECT 1 AS n');
        await tx.settle?.();
        await tx.run(WRITE);
      },
      async () => {
        begun = true;
      },
    );
    await expect(work).rejects.toThrow();
    expect(begun).toBe(false);
    expect(await warnings(database)).toBe(0);
    expect(await leftBehind(database)).toEqual([]);
  });

  it('is cancelled in the middle of what it commits, and keeps nothing', async () => {
    const { database } = (await temporaryApp()).workspace;
    const cancel = new AbortController();
    const work = database.staged(
      (tx) => tx.run('CREATE TEMP TABLE first AS SELECT 1 AS n'),
      async (tx) => {
        await tx.run(WRITE);
        setTimeout(() => cancel.abort(new Error('cancelled by the analyst')), 50);
        await tx.rows('SELECT sum(sin(a.range)) FROM range(100000000) a, range(1000) b');
      },
      { signal: cancel.signal },
    );
    await expect(work).rejects.toThrow('cancelled by the analyst');
    expect(await warnings(database)).toBe(0);
    expect(await leftBehind(database)).toEqual([]);
    await database.transaction((tx) => tx.run(WRITE), cancel.signal).catch(() => {});
    expect(await warnings(database)).toBe(0);
  });

  it('keeps nothing where it fails or is to be undone', async () => {
    const { database } = (await temporaryApp()).workspace;
    const stage = (tx: { run(sql: string): Promise<void> }): Promise<void> =>
      tx.run('CREATE TEMP TABLE first AS SELECT 1 AS n');
    const failing = database.staged(stage, async (tx) => {
      await tx.run(WRITE);
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    await database.staged(stage, (tx) => tx.run(WRITE), { end: 'ROLLBACK' });
    expect(await warnings(database)).toBe(0);
    expect(await leftBehind(database)).toEqual([]);
  });

  it('lets nobody write between the two', async () => {
    const { database } = (await temporaryApp()).workspace;
    let other: Promise<void> = Promise.resolve();
    const seen = await database.staged(
      async (tx) => {
        other = database.transaction((another) => another.run(WRITE));
        await tx.settle?.();
      },
      async (tx) => (await tx.row('SELECT count(*)::INTEGER AS n FROM run_warning'))?.int('n'),
    );
    await other;
    expect(seen).toBe(0);
    expect(await warnings(database)).toBe(1);
  });
});
