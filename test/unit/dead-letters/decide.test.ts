import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import type { LetterFilter } from '../../../electron/dead-letters/letter-filter.ts';
import {
  deadLetterDetail,
  deadLettersOf,
  deadLettersWindow,
  reasonGroups,
} from '../../../electron/views/dead-letters.ts';
import { letterId } from '../../../shared/dead-letters.ts';
import type { DoneEvent } from '../../../shared/events.ts';
import { syncRecords } from '../recon/stored-month.ts';
import { temporaryApp } from '../workspace/temporary.ts';
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
async function open(): Promise<void> {
  app = await temporaryApp();
  done = await refusedMonth(app);
}

async function ids(filter: LetterFilter): Promise<readonly string[]> {
  const found = [];
  for await (const letter of deadLettersOf(app.workspace.database, filter)) {
    found.push(`${letter.page}:${letter.index} ${letter.state}`);
  }
  return found;
}

describe('a discard', () => {
  beforeEach(open);

  it('keeps the letter, its reason and its actor, and is counted as dead', async () => {
    const filter = { ...lettersOf(done.run_id), code: 'null', field: 'price' };
    expect(await app.discardLetters(filter, '  never priced ')).toMatchObject({ act: 'discard', letters: 1 });
    expect(await countsOf(app, done.run_id)).toEqual([6, 3, 2, 0, 1]);
    const letter = await deadLetterDetail(app.workspace.database, { runId: done.run_id, page: 2, index: 0 });
    expect(letter).toMatchObject({
      state: 'discarded',
      history: [{ act: 'discarded', actor: 'analyst', reason: 'never priced' }],
    });
    const audit = await app.workspace.database.row(
      'SELECT type, payload FROM audit_event ORDER BY seq DESC LIMIT 1',
    );
    expect(audit?.text('type')).toBe('dead-letter.discard');
    expect(audit?.json('payload')).toMatchObject({ letters: 1, reason: 'never priced' });
  });

  it('needs a reason that says something', async () => {
    for (const reason of ['', ' \n\t', 'x'.repeat(2001)]) {
      await expect(app.discardLetters(lettersOf(done.run_id), reason)).rejects.toMatchObject({
        code: 'usage',
      });
    }
    expect(await countsOf(app, done.run_id)).toEqual([6, 3, 3, 0, 0]);
  });

  it('is taken back by a reopening, after which the letter can be retried', async () => {
    await app.discardLetters(lettersOf(done.run_id), 'paid by hand');
    await expect(retryKnowing(app, lettersOf(done.run_id))).rejects.toMatchObject({ code: 'nothing-to-do' });
    const one = { ...lettersOf(done.run_id), places: [{ runId: done.run_id, page: 1, index: 1 }] };
    expect(await app.reopenLetters(one, '')).toMatchObject({ act: 'reopen', letters: 1 });
    expect(await countsOf(app, done.run_id)).toEqual([6, 3, 1, 0, 2]);
    expect(await retryKnowing(app, one)).toMatchObject({ passed: 1 });
    expect(await countsOf(app, done.run_id)).toEqual([6, 4, 0, 1, 2]);
    await expect(app.reopenLetters(one, '')).rejects.toMatchObject({ code: 'nothing-to-do' });
  });
});

describe('received = committed + open + discarded', () => {
  beforeAll(open);

  it('holds after any acts on any letters, and the workspace stays clean to a verification', async () => {
    const places = fc.subarray([
      [1, 1],
      [2, 0],
      [3, 0],
    ]);
    const act = fc.constantFrom('retry', 'discard', 'reopen');
    const acts = fc.array(fc.record({ act, places }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(acts, async (chosen) => {
        const { run_id: runId } = await syncRecords(
          app,
          MARCH,
          [record(1), foreignUnit(2), record(3, { price: 'null' }), record(4), foreignUnit(5), record(6)],
          2,
        );
        for (const { act: done, places: some } of chosen) {
          const filter = {
            ...lettersOf(runId),
            places: some.map(([page = 0, index = 0]) => ({ runId, page, index })),
          };
          const acting =
            done === 'retry'
              ? retryKnowing(app, filter)
              : done === 'discard'
                ? app.discardLetters(filter, 'why')
                : app.reopenLetters(filter, '');
          await acting.catch((error: unknown) => expect(error).toMatchObject({ code: 'nothing-to-do' }));
          const [received = 0, committed, open = 0, retried = 0, discarded = 0] = await countsOf(app, runId);
          expect(received).toBe(6);
          expect(committed).toBe(received - open - discarded);
          expect(open + retried + discarded).toBe(3);
          const rows = await app.workspace.database.row(
            'SELECT count(*) AS n FROM settlement WHERE run_id = ?',
            [runId],
          );
          expect(rows?.int('n')).toBe(committed);
          const states = await ids(lettersOf(runId));
          expect(states.filter((text) => text.endsWith('open'))).toHaveLength(open);
        }
      }),
      { numRuns: 12 },
    );
    expect(await verifiedKnowing(app)).toEqual([]);
  });
});

describe('a filter', () => {
  beforeAll(async () => {
    await open();
    await app.discardLetters({ ...lettersOf(done.run_id), field: 'price' }, 'why');
    await retryKnowing(app, { ...lettersOf(done.run_id), search: 'S-5' });
  });

  it.each<[string, Partial<LetterFilter>, readonly string[]]>([
    ['nothing', {}, ['1:1 open', '2:0 discarded', '3:0 retried']],
    ['a state', { state: 'discarded' }, ['2:0 discarded']],
    ['a code', { code: 'enumeration' }, ['1:1 open', '2:0 discarded', '3:0 retried']],
    ['a field', { field: 'price' }, ['2:0 discarded']],
    ['a field and a code of another field', { field: 'price', code: 'enumeration' }, []],
    ['a text in the record', { search: 's-5' }, ['3:0 retried']],
    ['a text with what LIKE takes for a wildcard', { search: 'S_5' }, []],
    ['a text in a reason', { search: 'price is null' }, ['2:0 discarded']],
    ['a quote', { search: `'"--` }, []],
  ])('on %s', async (_, filter, expected) => {
    const asked = { ...lettersOf(done.run_id), ...filter };
    expect(await ids(asked)).toEqual(expected);
    const window = await deadLettersWindow(app.workspace.database, asked, { offset: 1, limit: 1 });
    expect(window.total).toBe(expected.length);
    expect(window.rows.map(({ page, index, state }) => `${page}:${index} ${state}`)).toEqual(
      expected.slice(1, 2),
    );
  });
});

describe('letters by reason', () => {
  beforeAll(open);

  it('are counted once a reason, the most frequent first, each with its first letter', async () => {
    const groups = await reasonGroups(app.workspace.database, lettersOf(done.run_id));
    expect(
      groups.map(({ field, code, letters, example }) => [field, code, letters, letterId(example)]),
    ).toEqual([
      ['volume_uom', 'enumeration', 3, `${done.run_id.slice(0, 8)}:1:1`],
      ['price', 'null', 1, `${done.run_id.slice(0, 8)}:2:0`],
    ]);
    expect(groups[0]?.example.message).toMatch(/^volume_uom is "MWHR"/);
  });
});
