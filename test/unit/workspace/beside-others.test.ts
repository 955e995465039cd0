import { describe, expect, it } from 'vitest';
import { temporaryApp } from './temporary.ts';

describe('work beside others', () => {
  it('leaves the engine as many threads as it was opened with, once all of it has ended', async () => {
    const { database } = (await temporaryApp()).workspace;
    const threads = async () =>
      (await database.row(`SELECT current_setting('threads') AS threads`))?.int('threads');
    const before = await threads();
    await Promise.all([database.besideOthers(threads), database.besideOthers(threads)]);
    expect(await threads()).toBe(before);
    await expect(database.besideOthers(() => Promise.reject(new Error('stopped')))).rejects.toThrow(
      'stopped',
    );
    expect(await threads()).toBe(before);
  });
});
