import { describe, expect, it } from 'vitest';
import { turn } from '../../../electron/turns.ts';
import { temporaryApp } from './temporary.ts';

const ENDLESS = 'SELECT sum(sin(a.range)) FROM range(100000000) a, range(1000) b';
const ENDLESS_OF = `${ENDLESS} WHERE a.range % 7 = ?`;

describe('what is only worked out', () => {
  it('is cancelled in the middle of a statement, and what waits for its turn goes on', async () => {
    const { database } = (await temporaryApp()).workspace;
    const cancel = new AbortController();
    const work = database.scratch((tx) => tx.rows(ENDLESS), cancel.signal);
    const next = database.scratch((tx) => tx.row('SELECT 42::INTEGER AS n'));
    setTimeout(() => cancel.abort(new Error('cancelled by the analyst')), 100);
    await expect(work).rejects.toThrow('cancelled by the analyst');
    expect((await next)?.int('n')).toBe(42);
  });

  it('is cancelled while a statement is still prepared', async () => {
    const { database } = (await temporaryApp()).workspace;
    const side = await database.side();
    const first = async (rows: AsyncGenerator<unknown>): Promise<unknown> => (await rows.next()).value;
    const ways: readonly ((signal: AbortSignal) => Promise<unknown>)[] = [
      (signal) => database.scratch((tx) => tx.rows(ENDLESS_OF, [3]), signal),
      (signal) => database.transaction((tx) => tx.run(ENDLESS_OF, [3]), signal),
      (signal) => first(database.stream(ENDLESS_OF, [3], signal)),
      (signal) => side.watched({ signal, onShare: () => {} }, () => side.rows(ENDLESS_OF, [3])),
    ];
    for (const way of ways) {
      for (let turns = 0; turns < 6; turns += 1) {
        const cancel = new AbortController();
        const work = way(cancel.signal);
        for (let taken = 0; taken < turns; taken += 1) await turn();
        cancel.abort(new Error('cancelled by the analyst'));
        await expect(work).rejects.toThrow('cancelled by the analyst');
      }
    }
    await side.close();
  });

  it('is not begun where it was cancelled while it waited', async () => {
    const { database } = (await temporaryApp()).workspace;
    const cancel = new AbortController();
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const first = database.scratch(() => held);
    let begun = false;
    const second = database.scratch(async () => {
      begun = true;
    }, cancel.signal);
    cancel.abort(new Error('cancelled by the analyst'));
    release();
    await first;
    await expect(second).rejects.toThrow('cancelled by the analyst');
    expect(begun).toBe(false);
  });
});
