import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paced } from '../../pace.ts';
import { recordJson } from '../../unit/ingest/sample-record.ts';
import { Home, ofType, type Running, SECRET, syncArgs } from '../cli/command.ts';
import { pageOf, type Script, type ScriptedVendor, scriptedVendor } from './scripted-vendor.ts';

const page: Script = (number) => pageOf([recordJson({ settlement_id: `"S-${number}"` })], number < 4);

let vendor: ScriptedVendor;
beforeAll(async () => {
  vendor = await scriptedVendor(page);
});
afterAll(() => vendor.close());

/** Interrupts a command. @returns how it ended, and the milliseconds it took. */
async function interrupted(running: Running, signal: NodeJS.Signals = 'SIGINT') {
  const begun = performance.now();
  running.child.kill(signal);
  const ended = await running.ended;
  return { ...ended, took: performance.now() - begun };
}

function sync(home: Home): Running {
  return home.spawn([...syncArgs(vendor, '2024-03'), '--workspace', home.workspace, '--json']);
}

const SENTENCE = /^tieout: The sync of 2024-03 was cancelled; [^\n]+\.\n$/;

describe('a sync that is interrupted', () => {
  it.each<[string, Script, readonly string[]]>([
    ['while it waits for a page', (number) => (number < 3 ? page(number, 1) : null), ['"page":2']],
    [
      'in a backoff of seconds',
      (number) => (number < 3 ? page(number, 1) : { status: 502, body: '' }),
      ['"page":2', '"attempt":2'],
    ],
    [
      'in a wait that the vendor asked for',
      (number) =>
        number < 3 ? page(number, 1) : { status: 429, headers: { 'retry-after': '200' }, body: '' },
      ['"page":2', '"retry-after"'],
    ],
  ])(
    '%s ends with 130 within a second, and the next goes on after the last page',
    async (_, script, moment) => {
      const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
      vendor.answer(script);
      const running = sync(home);
      await running.lines(...moment);
      const ended = await interrupted(running);
      expect(ended.code).toBe(130);
      expect(ended.took).toBeLessThan(paced(1000));
      expect(ended.stderr).toMatch(SENTENCE);
      expect(ofType(ended, 'error')).toEqual([expect.objectContaining({ code: 'cancelled' })]);
      expect(ofType(ended, 'page').map((event) => event.page)).toEqual([1, 2]);

      vendor.answer(page);
      const resumed = await home.json(syncArgs(vendor, '2024-03'));
      expect(ofType(resumed, 'page').map((event) => event.page)).toEqual([3, 4]);
      expect(ofType(resumed, 'done')).toEqual([expect.objectContaining({ pages: 4, records: 4, added: 4 })]);
    },
  );

  it('while it waits for a token, or to ask for one again, ends with 130 within a second', async () => {
    for (const answer of [() => null, () => ({ status: 503, body: '' })]) {
      const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
      let asked = 0;
      const second = new Promise<void>((resolve) => {
        vendor.answerTokens(() => {
          asked += 1;
          if (asked === (answer() === null ? 1 : 2)) resolve();
          return answer();
        });
      });
      const running = sync(home);
      await Promise.race([second, running.ended]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const ended = await interrupted(running);
      vendor.answerTokens(null);
      expect(ended.code).toBe(130);
      expect(ended.took).toBeLessThan(paced(1000));
    }
  });

  it('by SIGTERM ends as cleanly', async () => {
    const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    vendor.answer((number) => (number < 3 ? page(number, 1) : null));
    const running = sync(home);
    await running.line((line) => line.includes('"page":2'));
    const ended = await interrupted(running, 'SIGTERM');
    expect(ended).toMatchObject({ code: 130, stderr: expect.stringMatching(SENTENCE) });
    expect(ended.took).toBeLessThan(paced(1000));
  });

  it('holds its workspace until it ends: another command is refused with 5 meanwhile', async () => {
    const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    vendor.answer((number) => (number < 2 ? page(number, 1) : null));
    const running = sync(home);
    await running.line((line) => line.includes('"page":1'));
    const refused = await home.json(['verify'], { code: 5 });
    expect(refused.stderr).toMatch(/^tieout: The workspace [^\n]+ is open in another Tieout; [^\n]+\.\n$/);
    expect(ofType(refused, 'error')).toEqual([expect.objectContaining({ code: 'workspace-locked' })]);
    expect((await interrupted(running)).code).toBe(130);
    expect(ofType(await home.json(['verify']), 'verify')).toEqual([
      expect.objectContaining({ pages: 1, records: 1, differences: 0 }),
    ]);
  });
});
