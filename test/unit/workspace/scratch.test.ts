import { describe, expect, it } from 'vitest';
import { temporaryApp } from './temporary.ts';

const ENDLESS = 'SELECT sum(sin(a.range)) FROM range(100000000) a, range(1000) b';

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
