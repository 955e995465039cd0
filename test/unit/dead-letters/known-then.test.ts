/** What was made of a run before some of its dead letters were retried stays what it was. */
import { describe, expect, it } from 'vitest';
import { ReportData } from '../../../electron/report/report-data.ts';
import { knownRun, recordLines } from '../../../electron/restatement/run-records.ts';
import { monthView } from '../../../electron/views/months.ts';
import { importRows, reconciled } from '../recon/stored-month.ts';
import { temporaryApp } from '../workspace/temporary.ts';
import { lettersOf, MARCH, refusedMonth, retryKnowing, verifiedKnowing } from './refused-month.ts';

function posting(n: number): Readonly<Record<string, string>> {
  return { settlement_id: `S-${n}`, amount: '-1417.4458', currency: 'USD' };
}

describe('a reconciliation', () => {
  it('is stale after a retry, verifies as it was, and takes the record in when it is made again', async () => {
    const app = await temporaryApp();
    const { database } = app.workspace;
    const done = await refusedMonth(app);
    await importRows(app, MARCH, 'ledger.csv', [1, 2, 4, 6].map(posting));
    const { recon: before } = await reconciled(app, MARCH);
    expect(before).toMatchObject({ matched: 3, breaks: 1, dead_letters: 3 });
    const source = async () => (await ReportData.of(database, MARCH)).head.source;
    expect(await source()).toMatchObject({
      records: 6,
      rejected: 3,
      committed: 3,
      dead_letters: 3,
      dead_letters_retried_since: 0,
    });
    expect((await monthView(database, MARCH, null, new Set())).reconStale).toBe(false);

    await retryKnowing(app, { ...lettersOf(done.run_id), search: 'S-2' });
    await app.discardLetters({ ...lettersOf(done.run_id), search: 'S-5' }, 'why');
    const view = await monthView(database, MARCH, null, new Set());
    expect(view.reconStale).toBe(true);
    expect(view.recon).toMatchObject({ recon_sha256: before.recon_sha256, dead_letters: 3 });
    expect(view.currentRun).toMatchObject({
      records: 6,
      committed: 4,
      deadLetters: { open: 1, retried: 1, discarded: 1 },
    });
    expect(await verifiedKnowing(app)).toEqual([]);
    expect(await source()).toMatchObject({
      committed: 3,
      dead_letters: 3,
      dead_letters_open: 2,
      dead_letters_discarded: 1,
      dead_letters_retried: 0,
      dead_letters_retried_since: 1,
    });

    const { recon: after } = await reconciled(app, MARCH);
    expect(after).toMatchObject({ matched: 4, breaks: 0, dead_letters: 2 });
    expect((await monthView(database, MARCH, null, new Set())).reconStale).toBe(false);
    expect(await source()).toMatchObject({
      committed: 4,
      dead_letters: 2,
      dead_letters_open: 1,
      dead_letters_retried: 1,
      dead_letters_retried_since: 0,
    });
    const data = await ReportData.of(database, MARCH);
    const letters = [];
    for await (const { page, index, state, decision } of data.deadLetters())
      letters.push([page, index, state, decision]);
    expect(letters).toEqual([
      [1, 1, 'retried', null],
      [2, 0, 'open', null],
      [3, 0, 'discarded', 'why'],
    ]);
    expect(await verifiedKnowing(app)).toEqual([]);
  });
});

describe('the records of a run', () => {
  it('as of a time before a retry lack what was retried, and say of the rest when it was', async () => {
    const app = await temporaryApp();
    const { database } = app.workspace;
    const done = await refusedMonth(app);
    const then = await database.row('SELECT max(occurred_at) AS at FROM audit_event');
    const at = then?.text('at') ?? '';
    // The clock of a retry here is the machine's own, which is later.
    await retryKnowing(app, { ...lettersOf(done.run_id), search: 'S-2' });
    const listed = async (asOf: string | null) => {
      const known = await knownRun(database, { month: MARCH, run: null, asOf, source: null });
      const ids = [];
      for await (const line of recordLines(database, known, 'json', null)) {
        const { settlement_id: id, retried_at: retried } = JSON.parse(line);
        ids.push(`${id}${retried === null ? '' : ' retried'}`);
      }
      return { ids, committed: known.counts.committed, open: known.counts.open };
    };
    expect(await listed(at)).toEqual({ ids: ['S-1', 'S-4', 'S-6'], committed: 3, open: 3 });
    expect(await listed(null)).toEqual({
      ids: ['S-1', 'S-2 retried', 'S-4', 'S-6'],
      committed: 4,
      open: 2,
    });
    await expect(listed('2000-01-01T00:00:00.000Z')).rejects.toMatchObject({ code: 'nothing-to-do' });
  });
});
