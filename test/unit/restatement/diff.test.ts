import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import type { ChangeFilter } from '../../../electron/restatement/change-rows.ts';
import { runNamed } from '../../../electron/restatement/named-run.ts';
import { type RunDiff, RunDiffs } from '../../../electron/restatement/run-diffs.ts';
import type { SideReader } from '../../../electron/workspace/side-reader.ts';
import { TieoutError } from '../../../shared/errors.ts';
import type { Change } from '../../../shared/restatement.ts';
import { recordJson } from '../ingest/sample-record.ts';
import { syncRecords } from '../recon/stored-month.ts';
import { monthOf, temporaryApp } from '../workspace/temporary.ts';

const MARCH = monthOf('2024-03');
const SCOPE = { month: MARCH, resource: 'settlements', source: null } as const;
const ALL: ChangeFilter = { kind: null, field: null, search: '' };

let app: App;
beforeAll(async () => {
  app = await temporaryApp();
});

function record(n: number, change: Readonly<Record<string, string | undefined>> = {}): string {
  return recordJson({ settlement_id: `"S-${n}"`, ...change });
}

async function diffOf(from = 'previous', to = 'latest', diffs = app.diffs): Promise<RunDiff> {
  const { database } = app.workspace;
  return diffs.of(await runNamed(database, from, SCOPE), await runNamed(database, to, SCOPE));
}

/** Diffs of the workspace, and the readers that they have open. */
function countedReaders(): { readonly diffs: RunDiffs; readonly readers: ReadonlySet<SideReader> } {
  const { database } = app.workspace;
  const readers = new Set<SideReader>();
  const side = async (): Promise<SideReader> => {
    const reader = await database.side();
    readers.add(reader);
    const close = async (): Promise<void> => {
      readers.delete(reader);
      await reader.close();
    };
    return { ...reader, close };
  };
  return {
    diffs: new RunDiffs({ row: (sql, parameters) => database.row(sql, parameters), side }),
    readers,
  };
}

/** Syncs both. @returns their diff, its changes by settlement, and what the second sync said of itself. */
async function resynced(before: readonly string[], after: readonly string[]) {
  const first = await syncRecords(app, MARCH, before, 50);
  const done = await syncRecords(app, MARCH, after, 50);
  const diff = await diffOf(first.run_id, done.run_id);
  const { rows } = await diff.window(ALL, 0, 500);
  return { done, summary: diff.summary, changes: new Map(rows.map((row) => [row.settlement_id, row])), diff };
}

function fieldsOf(change: Change | undefined): readonly string[] | undefined {
  return change?.fields.map(({ field, from, to }) => `${field} ${from} -> ${to}`);
}

describe('a diff of two runs', () => {
  it('tells added, removed and changed settlements, with every field that differs', async () => {
    const { summary, changes } = await resynced(
      [record(1), record(2), record(3)],
      [record(2, { version: '2', price: '40.164347', amount: '-2008.21735' }), record(3), record(4)],
    );
    expect(summary).toMatchObject({ added: 1, removed: 1, changed: 1, unchanged: 1, identical_rows: 1 });
    expect(summary.from).toMatchObject({ rows: 3, settlements: 3, dead_letters: 0, retried: 0 });
    expect(changes.get('S-2')).toMatchObject({ kind: 'changed', from_version: 1, to_version: 2 });
    expect(fieldsOf(changes.get('S-2'))).toEqual([
      'version 1 -> 2',
      'price 28.348916 -> 40.164347',
      'amount -1417.44580 -> -2008.21735',
    ]);
    expect(changes.get('S-1')).toMatchObject({
      kind: 'removed',
      from_version: 1,
      to_version: null,
      from_amount: '-1417.44580',
      to_amount: null,
      fields: [],
    });
    expect(changes.get('S-4')).toMatchObject({ kind: 'added', from_occurrences: 0, to_occurrences: 1 });
    expect(changes.has('S-3')).toBe(false);
  });

  it('keeps apart what has only another version or time of change', async () => {
    const { summary, changes } = await resynced(
      [record(1), record(2), record(3)],
      [
        record(1, { version: '2' }),
        record(2, { updated_at: '"2024-05-01T00:00:00Z"' }),
        record(3, { price: '28.3489160' }),
      ],
    );
    expect(summary).toMatchObject({ changed: 0, reversioned: 2, unchanged: 1, identical_rows: 1 });
    expect(fieldsOf(changes.get('S-1'))).toEqual(['version 1 -> 2']);
    expect(fieldsOf(changes.get('S-2'))).toEqual([
      'updated_at 2024-04-02T08:15:30.500000Z -> 2024-05-01T00:00:00Z',
    ]);
  });

  it('counts identical rows and does not merge them', async () => {
    const { summary, changes } = await resynced(
      [record(1), record(2), record(2), record(3), record(3), record(3, { amount: '-1' })],
      [record(1), record(1), record(1), record(2), record(2), record(3)],
    );
    expect(summary).toMatchObject({ changed: 0, repeated: 2, unchanged: 1, identical_rows: 4 });
    expect(summary.from).toMatchObject({ rows: 6, settlements: 3 });
    expect(changes.get('S-1')).toMatchObject({ kind: 'repeated', from_occurrences: 1, to_occurrences: 3 });
    expect(changes.get('S-3')).toMatchObject({ kind: 'repeated', from_occurrences: 2, to_occurrences: 1 });
  });

  it('says of a removed settlement that the later run received and refused it', async () => {
    const { summary, changes, done } = await resynced(
      [record(1), record(2)],
      [record(1), record(2, { price: 'null' })],
    );
    expect(summary).toMatchObject({ removed: 1, removed_dead_letters: 1 });
    expect(summary.to.dead_letters).toBe(1);
    expect(changes.get('S-2')).toMatchObject({
      kind: 'removed',
      dead_letter: `${done.run_id.slice(0, 8)}:1:1`,
    });
  });

  it('goes by the highest version of each settlement, and shows digits that no DECIMAL holds', async () => {
    const wide = '12345678901234567890.000000000000001';
    const { changes, summary } = await resynced(
      [record(1), record(1, { version: '2', amount: wide })],
      [record(1, { version: '3', amount: `${wide}1` }), record(1)],
    );
    expect(summary).toMatchObject({ changed: 1, unchanged: 0 });
    expect(fieldsOf(changes.get('S-1'))).toEqual(['version 2 -> 3', `amount ${wide} -> ${wide}1`]);
  });

  it('filters by kind, field and text, by window, in the order of delivery', async () => {
    const hour = (n: number): string => `2024-03-05T${String(n).padStart(2, '0')}:00:00Z`;
    const at = (n: number) => ({ delivery_start: `"${hour(n)}"`, delivery_end: `"${hour(n + 1)}"` });
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    const { diff } = await resynced(
      numbers.map((n) => record(n, at(20 - n))),
      numbers.map((n) =>
        record(n, { ...at(20 - n), ...(n % 2 === 0 ? { amount: '-1' } : { status: '"DISPUTED"' }) }),
      ),
    );
    const all = await diff.window(ALL, 0, 500);
    expect(all.rows.map(({ settlement_id: id }) => id)).toEqual(numbers.map((n) => `S-${n}`).reverse());
    const some = await diff.window({ ...ALL, kind: 'changed', field: 'amount' }, 2, 3);
    expect(some).toMatchObject({ offset: 2, total: 10 });
    expect(some.rows.map(({ settlement_id: id }) => id)).toEqual(['S-14', 'S-12', 'S-10']);
    expect((await diff.window({ ...ALL, search: 's-7' }, 0, 9)).rows).toHaveLength(1);
    expect((await diff.window({ ...ALL, search: 'S_7' }, 0, 9)).total).toBe(0);
    expect((await diff.window({ ...ALL, kind: 'added' }, 0, 9)).total).toBe(0);
    expect(diff.summary.by_field).toEqual([
      { field: 'amount', changes: 10 },
      { field: 'status', changes: 10 },
    ]);
  });

  it('says the same when it is asked again, and of many diffs keeps only some', async () => {
    const runs = await app.workspace.database.rows(
      `SELECT run_id FROM run_state WHERE outcome = 'done' ORDER BY seq DESC LIMIT 6`,
    );
    const ids = runs.map((row) => row.text('run_id'));
    const { diffs, readers } = countedReaders();
    const first = await diffOf(ids[1], ids[0], diffs);
    expect(await diffOf(ids[1], ids[0], diffs)).toBe(first);
    for (const id of ids.slice(1)) await diffOf(id, ids[0], diffs);
    for (const id of ids.slice(2)) await diffOf(id, ids[1], diffs);
    const again = await diffOf(ids[1], ids[0], diffs);
    expect(again).not.toBe(first);
    expect(again.summary).toEqual(first.summary);
    await expect.poll(() => readers.size).toBe(4);
  });

  it('is told of while it is worked out, ends when it is cancelled, and can be asked for again', async () => {
    const first = await syncRecords(app, MARCH, [record(1), record(2)], 50);
    const second = await syncRecords(app, MARCH, [record(1), record(2, { amount: '7' })], 50);
    const { database } = app.workspace;
    const [from, to] = [
      await runNamed(database, first.run_id, SCOPE),
      await runNamed(database, second.run_id, SCOPE),
    ];
    const { diffs, readers } = countedReaders();
    for (const step of ['Counting the rows', 'Comparing the runs', 'Counting what differs']) {
      const abort = new AbortController();
      const told: string[] = [];
      const onProgress = (text: string): void => {
        told.push(text);
        if (text === step) abort.abort(new TieoutError('cancelled', 'Cancelled by the analyst.'));
      };
      const cancelled = diffs.of(from, to, { signal: abort.signal, onProgress });
      await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
      expect(told.at(-1)).toBe(step);
    }
    await expect.poll(() => readers.size).toBe(0);
    expect((await diffs.of(from, to)).summary).toMatchObject({ changed: 1, unchanged: 1 });
  });

  it('keeps nobody else waiting while it is worked out, and stops in the middle of a statement', async () => {
    const first = await syncRecords(app, MARCH, [record(1)], 50);
    const second = await syncRecords(app, MARCH, [record(1, { amount: '7' })], 50);
    const { database } = app.workspace;
    const side = await database.side();
    const abort = new AbortController();
    const shares: number[] = [];
    const long = side.watched(
      {
        signal: abort.signal,
        onShare: (share) => {
          shares.push(share);
          if (shares.length === 2) abort.abort(new TieoutError('cancelled', 'Cancelled by the analyst.'));
        },
      },
      () =>
        side.rows('SELECT count(*) FROM range(200000) a, range(200000) b WHERE (a.range * b.range) % 7 = 1'),
    );
    const ended = expect(long).rejects.toMatchObject({ code: 'cancelled' });
    const summary = (
      await app.diffs.of(
        await runNamed(database, first.run_id, SCOPE),
        await runNamed(database, second.run_id, SCOPE),
      )
    ).summary;
    expect(summary.changed).toBe(1);
    await ended;
    expect(shares.every((share) => share >= 0 && share < 1)).toBe(true);
    side.close();
  });

  it('agrees with what the sync itself said it changed, and with a comparison row by row, whatever came', async () => {
    const row = fc.record({
      n: fc.integer({ min: 1, max: 8 }),
      version: fc.integer({ min: 1, max: 3 }),
      amount: fc.constantFrom('-1417.4458', '-1417.44580', '-5', '"123456789012345678901.5"'),
      status: fc.constantFrom('"FINAL"', '"ACTUAL"'),
      agreement: fc.constantFrom('"EEI-7"', 'null'),
      updated: fc.constantFrom('"2024-04-02T08:00:00Z"', 'null'),
    });
    type Sample = typeof row extends fc.Arbitrary<infer Value> ? Value : never;
    const json = ({ n, version, amount, status, agreement, updated }: Sample): string =>
      record(n, { version: String(version), amount, status, agreement, updated_at: updated });
    const book = fc.array(row, { minLength: 1, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(book, book, async (before, after) => {
        const { done, summary, changes } = await resynced(before.map(json), after.map(json));
        // The source has older runs: what the sync said is against the one right before.
        expect({ added: done.added, changed: done.changed, removed: done.removed }).toEqual({
          added: summary.added,
          changed: summary.changed,
          removed: summary.removed,
        });
        const value = (sample: Sample): string =>
          sample.amount.startsWith('-1417') ? '-1417' : sample.amount;
        const text = (sample: Sample): string =>
          JSON.stringify([value(sample), sample.status, sample.agreement]);
        const whole = (sample: Sample): string =>
          JSON.stringify([sample.n, text(sample), sample.version, sample.updated]);
        const current = (samples: readonly Sample[], n: number): Sample | undefined =>
          samples
            .filter((sample) => sample.n === n)
            .reduce<Sample | undefined>(
              (best, sample) => (best === undefined || sample.version > best.version ? sample : best),
              undefined,
            );
        const times = (samples: readonly Sample[], of: Sample): number =>
          samples.filter((sample) => whole(sample) === whole(of)).length;
        let unchanged = 0;
        for (let n = 1; n <= 8; n += 1) {
          const [was, is] = [current(before, n), current(after, n)];
          const change = changes.get(`S-${n}`);
          const kind =
            !was && !is
              ? undefined
              : !was
                ? 'added'
                : !is
                  ? 'removed'
                  : text(was) !== text(is)
                    ? 'changed'
                    : whole(was) !== whole(is)
                      ? 'reversioned'
                      : times(before, was) !== times(after, is)
                        ? 'repeated'
                        : undefined;
          expect(change?.kind).toBe(kind);
          if (was && is && kind === undefined) unchanged += 1;
          if (change) {
            expect(change.from_occurrences).toBe(was ? times(before, was) : 0);
            expect(change.to_occurrences).toBe(is ? times(after, is) : 0);
          }
        }
        expect(summary.unchanged).toBe(unchanged);
        const left = before.map(whole);
        const paired = after.map(whole).filter((print) => {
          const at = left.indexOf(print);
          if (at >= 0) left.splice(at, 1);
          return at >= 0;
        });
        expect(summary.identical_rows).toBe(paired.length);
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});

describe('a run is named', () => {
  it('by its id, by the start of it, or by its rank', async () => {
    const { database } = app.workspace;
    const latest = await runNamed(database, 'latest', SCOPE);
    const previous = await runNamed(database, 'previous', SCOPE);
    expect((await runNamed(database, latest.runId, SCOPE)).runId).toBe(latest.runId);
    expect(previous.runId).not.toBe(latest.runId);
    await expect(runNamed(database, 'id-', SCOPE)).rejects.toMatchObject({ code: 'run-unknown' });
    await expect(runNamed(database, 'nothing', SCOPE)).rejects.toMatchObject({ code: 'run-unknown' });
    await expect(runNamed(database, '', SCOPE)).rejects.toMatchObject({ code: 'run-unknown' });
    await expect(runNamed(database, 'latest', { ...SCOPE, month: monthOf('2023-01') })).rejects.toMatchObject(
      {
        code: 'nothing-to-do',
      },
    );
  });
});
