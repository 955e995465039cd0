import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Database } from '../../../electron/workspace/database.ts';
import { temporaryFolder } from './temporary.ts';

const LONG = 'SELECT count(*) AS n FROM range(30000) a(i), range(30000) b(j) WHERE (i * j) % 7 = ?';
const SHORT = 'SELECT count(*) AS n FROM range(2000) a(i) WHERE i % 7 = ?';

/** Asks again and again, as long as there are answers. */
async function askOn(ask: () => Promise<unknown>): Promise<string> {
  try {
    for (;;) await ask();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('a database that is closed', () => {
  it.each([LONG, SHORT])('ends what is asked of it first, which is told so: %s', async (sql) => {
    const folder = temporaryFolder();
    for (let round = 0; round < 25; round += 1) {
      const database = await Database.open(join(folder, `${round}.duckdb`));
      const side = await database.side();
      const drained = async (): Promise<void> => {
        for await (const rows of database.stream(sql, [1])) expect(rows.length).toBe(1);
      };
      const asking = [
        askOn(() => database.rows(sql, [1])),
        askOn(() => database.rows(sql, [2])),
        askOn(() => side.rows(sql, [3])),
        askOn(drained),
        askOn(() => database.apart((apart) => apart.rows(sql, [4]))),
      ];
      await new Promise((resolve) => setTimeout(resolve, round));
      await database.close();
      for (const said of await Promise.all(asking)) expect(said).toMatch(/closed/);
    }
  });

  it('begins no transaction any more, and finishes those that wait', async () => {
    const database = await Database.open(join(temporaryFolder(), 'late.duckdb'));
    const waiting = database.transaction((tx) => tx.run('CREATE TABLE kept AS SELECT 1 AS n'));
    const closing = database.close();
    let begun = false;
    const late = database.transaction(async () => {
      begun = true;
    });
    await expect(late).rejects.toThrow('closed');
    await waiting;
    await closing;
    expect(begun).toBe(false);
  });
});
