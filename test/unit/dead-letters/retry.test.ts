import { beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { deadLetterDetail } from '../../../electron/views/dead-letters.ts';
import type { DoneEvent } from '../../../shared/events.ts';
import { syncRecords } from '../recon/stored-month.ts';
import { temporaryApp, unwatched } from '../workspace/temporary.ts';
import {
  countsOf,
  foreignUnit,
  lettersOf,
  MARCH,
  record,
  refusedMonth,
  retryKnowing,
  verifiedKnowing,
} from './refused-month.ts';

let app: App;
let done: DoneEvent;
beforeEach(async () => {
  app = await temporaryApp();
  done = await refusedMonth(app);
});

/** Rows of the settlement table, whole. */
async function settlements(runId: string): Promise<readonly string[]> {
  const rows = await app.workspace.database.rows(
    `SELECT (s::JSON)::VARCHAR AS row FROM (SELECT * EXCLUDE (run_id, page, idx) FROM settlement WHERE run_id = ?
       ORDER BY settlement_id) s`,
    [runId],
  );
  return rows.map((row) => row.text('row'));
}

async function newestAudit() {
  const row = await app.workspace.database.row(
    'SELECT type, actor, payload FROM audit_event ORDER BY seq DESC LIMIT 1',
  );
  return { type: row?.text('type'), actor: row?.text('actor'), payload: row?.json('payload') };
}

describe('a retry', () => {
  it('commits what passes at the place where it was received, and counts it as committed', async () => {
    expect(await countsOf(app, done.run_id)).toEqual([6, 3, 3, 0, 0]);
    const result = await retryKnowing(app, lettersOf(done.run_id));
    expect(result).toMatchObject({ act: 'retry', letters: 3, passed: 2, refused: 1 });
    expect(await countsOf(app, done.run_id)).toEqual([6, 5, 1, 2, 0]);
    const placed = await app.workspace.database.rows(
      'SELECT settlement_id, page, idx FROM settlement WHERE run_id = ? ORDER BY page, idx',
      [done.run_id],
    );
    expect(placed.map((row) => [row.text('settlement_id'), row.int('page'), row.int('idx')])).toEqual([
      ['S-1', 1, 0],
      ['S-2', 1, 1],
      ['S-4', 2, 1],
      ['S-5', 3, 0],
      ['S-6', 3, 1],
    ]);
  });

  it('gives the row that typing would have given at once', async () => {
    await retryKnowing(app, lettersOf(done.run_id));
    const other = await syncRecords(
      app,
      MARCH,
      [1, 2, 4, 5, 6].map((n) => record(n)),
      2,
    );
    expect(await settlements(done.run_id)).toEqual(await settlements(other.run_id));
  });

  it('leaves the letter and the page receipts as they were', async () => {
    const kept = async () => {
      const rows = await app.workspace.database.rows(
        `SELECT (d::JSON)::VARCHAR AS row FROM (SELECT * FROM dead_letter ORDER BY page, idx) d
         UNION ALL SELECT (p::JSON)::VARCHAR FROM (SELECT * FROM page ORDER BY page) p`,
      );
      return rows.map((row) => row.text('row'));
    };
    const before = await kept();
    await retryKnowing(app, lettersOf(done.run_id));
    expect(await kept()).toEqual(before);
  });

  it('keeps the new reasons of what is refused again, and the first ones', async () => {
    await retryKnowing(app, lettersOf(done.run_id));
    const letter = await deadLetterDetail(app.workspace.database, {
      runId: done.run_id,
      page: 2,
      index: 0,
    });
    expect(letter.state).toBe('open');
    expect(letter.firstReasons.map(({ field, code }) => [field, code])).toEqual([
      ['volume_uom', 'enumeration'],
      ['price', 'null'],
    ]);
    expect(letter.reasons.map(({ field, code }) => [field, code])).toEqual([['price', 'null']]);
    expect(letter.history).toEqual([
      expect.objectContaining({ act: 'refused', actor: 'analyst', reasons: letter.reasons }),
    ]);
  });

  it('is one event of the audit chain, with a digest of what became of each letter', async () => {
    const result = await retryKnowing(app, lettersOf(done.run_id));
    expect(await newestAudit()).toEqual({
      type: 'dead-letter.retry',
      actor: 'analyst',
      payload: {
        run_ids: [done.run_id],
        letters: 3,
        passed: 2,
        refused: 1,
        letters_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
    const events = await app.workspace.database.row(
      'SELECT count(*) AS n FROM dead_letter_event WHERE seq = ?',
      [result.seq],
    );
    expect(events?.int('n')).toBe(3);
  });

  it('passes nothing where nothing was put right', async () => {
    const result = await app.retryLetters({ filter: lettersOf(done.run_id), ...unwatched });
    expect(result).toMatchObject({ letters: 3, passed: 0, refused: 3 });
    expect(await countsOf(app, done.run_id)).toEqual([6, 3, 3, 0, 0]);
  });

  it('takes a letter once: what was retried or discarded is not retried', async () => {
    await retryKnowing(app, { ...lettersOf(done.run_id), search: 'S-2' });
    await app.discardLetters({ ...lettersOf(done.run_id), search: 'S-5' }, 'paid by hand');
    expect(await retryKnowing(app, lettersOf(done.run_id))).toMatchObject({ letters: 1, passed: 0 });
    await expect(retryKnowing(app, { ...lettersOf(done.run_id), search: 'S-2' })).rejects.toMatchObject({
      code: 'nothing-to-do',
    });
  });

  it('does all or nothing where it is cancelled', async () => {
    await expect(retryKnowing(app, lettersOf(done.run_id), AbortSignal.abort())).rejects.toThrow();
    expect(await countsOf(app, done.run_id)).toEqual([6, 3, 3, 0, 0]);
    expect((await newestAudit()).type).toBe('sync.done');
  });

  it('is clean to a verification, which says how many records were retried', async () => {
    await retryKnowing(app, lettersOf(done.run_id));
    expect(await verifiedKnowing(app)).toEqual([]);
  });

  it('counts in what the next sync changed', async () => {
    await retryKnowing(app, { ...lettersOf(done.run_id), search: 'S-2' });
    const next = await syncRecords(
      app,
      MARCH,
      [1, 2, 4, 6].map((n) => record(n)),
    );
    expect(next).toMatchObject({ added: 0, changed: 0, removed: 0 });
  });

  it('works on a run that is nothing but dead letters', async () => {
    const all = await syncRecords(app, MARCH, [foreignUnit(1), '17', 'null', '"x"', '[]', foreignUnit(2)], 3);
    expect(await countsOf(app, all.run_id)).toEqual([6, 0, 6, 0, 0]);
    expect(await retryKnowing(app, lettersOf(all.run_id))).toMatchObject({
      letters: 6,
      passed: 2,
      refused: 4,
    });
    expect(await countsOf(app, all.run_id)).toEqual([6, 2, 4, 2, 0]);
    expect(await verifiedKnowing(app)).toEqual([]);
  });
});

describe('a verification after a retry finds', () => {
  beforeEach(async () => {
    await retryKnowing(app, lettersOf(done.run_id));
  });

  it.each<[string, string, RegExp]>([
    [
      'another amount',
      `UPDATE settlement SET amount_text = '1' WHERE settlement_id = 'S-2'`,
      /page 1 retried record 1$/,
    ],
    ['a record less', `DELETE FROM settlement WHERE settlement_id = 'S-5'`, /page 3 retried record 0$/],
    ['a letter less', 'DELETE FROM dead_letter WHERE page = 1', /page 1 dead letters$/],
    ['another letter', `UPDATE dead_letter SET raw = '{}' WHERE page = 1`, /page 1 dead letter 1$/],
    ['an outcome less', `DELETE FROM dead_letter_event WHERE act = 'refused'`, /^audit event \d+$/],
    ['all outcomes less', 'DELETE FROM dead_letter_event', /^audit event \d+$/],
    [
      'another outcome',
      `UPDATE dead_letter_event SET reasons = '[]' WHERE act = 'refused'`,
      /^audit event \d+$/,
    ],
    ['another actor', `UPDATE dead_letter_event SET actor = 'other'`, /^audit event \d+$/],
    [
      'a record that was never a letter',
      `INSERT INTO dead_letter_event SELECT * REPLACE (1 AS page, 0 AS idx) FROM dead_letter_event WHERE act = 'retried' LIMIT 1`,
      /^audit event \d+$/,
    ],
  ])('%s', async (_, statement, expected) => {
    await app.workspace.database.transaction((tx) => tx.run(statement));
    expect(await verifiedKnowing(app)).toContainEqual(expect.stringMatching(expected));
  });
});
