/** An act on thousands of breaks: told of while it goes on, and done as a whole or not at all. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { Asks } from '../../../electron/jobs/asks.ts';
import { EVERY_BREAK } from '../../../shared/breaks.ts';
import { MARCH, syncAmounts } from '../close/worked-month.ts';
import { temporaryApp, temporaryFolder, unwatched } from '../workspace/temporary.ts';

const POSTINGS = 12_000;
const ALL = { filter: { ...EVERY_BREAK, month: MARCH }, ids: null };
const RESOLVE = { act: 'resolve', reason: 'TIMING', note: '' } as const;

let app: App;

beforeAll(async () => {
  app = await temporaryApp();
  await syncAmounts(app, ['1']);
  const path = join(temporaryFolder(), 'ledger.csv');
  const rows = Array.from({ length: POSTINGS }, (_, at) => `L-${at},1,USD`);
  writeFileSync(path, ['settlement_id,amount,currency', 'S-1,1,USD', ...rows, ''].join('\n'));
  await app.importLedger({ path, month: MARCH, ...unwatched });
  await app.reconcile({ month: MARCH, source: null, ...unwatched });
});

async function standing() {
  const { states } = await app.breaks.summary(MARCH);
  const { database } = app.workspace;
  const acts = await database.row(`SELECT count(*) AS n FROM break_event WHERE act = 'resolved'`);
  const audited = await database.row(`SELECT count(*) AS n FROM audit_event WHERE type = 'break.resolve'`);
  return { open: states.open, resolved: acts?.int('n'), audited: audited?.int('n') };
}

describe('an act on many breaks', () => {
  it.each(['Choosing the breaks', 'Checking each break', 'Recording what was decided'])(
    'does nothing where it is cancelled while it says "%s"',
    async (step) => {
      const asks = new Asks(() => {});
      const answer = asks.act('act', ({ signal, onProgress }) =>
        app.breaks.act(ALL, RESOLVE, {
          signal,
          onProgress: (text, done, total) => {
            onProgress(text, done, total);
            if (text === step && (step !== 'Recording what was decided' || done > 0)) asks.cancel('act');
          },
        }),
      );
      await expect(answer).rejects.toMatchObject({
        code: 'cancelled',
        message: 'Cancelled; nothing was changed.',
      });
      expect(await standing()).toEqual({ open: POSTINGS, resolved: 0, audited: 0 });
    },
  );

  it('says how far it is, and that it was done where Cancel came too late', async () => {
    const asks = new Asks(() => {});
    const told: string[] = [];
    const result = await asks.act('act', async ({ signal }) => {
      const onProgress = (step: string, done: number, total: number | null) =>
        told.push(`${step} ${done} ${total}`);
      const done = await app.breaks.act(ALL, RESOLVE, { signal, onProgress });
      asks.cancel('act');
      return done;
    });
    expect(result).toMatchObject({ act: 'resolve', breaks: POSTINGS });
    expect(told).toEqual([
      'Choosing the breaks 0 null',
      `Checking each break 0 ${POSTINGS}`,
      ...[0, 5000, 10_000].map((done) => `Recording what was decided ${done} ${POSTINGS}`),
    ]);
    expect(await standing()).toEqual({ open: 0, resolved: POSTINGS, audited: 1 });
  });
});
