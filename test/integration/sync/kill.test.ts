import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startVendor, type Vendor } from '../../../electron/demo/vendor.ts';
import { Home, ofType, SECRET, syncArgs } from '../cli/command.ts';
import { tieout } from '../cli/in-process.ts';
import { stored } from '../workspace/stored-tables.ts';

const RECORDS = 2000;
const PAGE_SIZE = 50;
const PAGES = RECORDS / PAGE_SIZE;

let vendor: Vendor;
beforeAll(async () => {
  vendor = await startVendor({
    month: '2024-03',
    records: RECORDS,
    seed: 7,
    latencyMs: 25,
    clientSecret: SECRET,
  });
});
afterAll(() => vendor.close());

/** The same numbers in [0, 1) in every run of the test. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

const everything = `
  SELECT 'settlement' AS kind, page, idx, settlement_id AS id, version, amount_text AS text FROM settlement
  UNION ALL SELECT 'dead letter', page, idx, settlement_id, 0, raw FROM dead_letter
  UNION ALL SELECT 'page', page, 0, page_sha256, records, body_sha256 FROM page
  ORDER BY kind, page, idx`;

describe('a sync that is killed', () => {
  it('five times at random moments ends as if it never was: same hash, no record twice, nothing shown that is not kept', async () => {
    const calm = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    const args = syncArgs(vendor, '2024-03', '--page-size', String(PAGE_SIZE), '--concurrency', '2');
    const uninterrupted = await tieout([...args, '--workspace', calm.workspace, '--json']);
    expect(uninterrupted.stderr).toBe('');
    const expected = ofType(uninterrupted, 'done')[0];
    expect(expected).toMatchObject({ pages: PAGES, records: RECORDS });

    const home = new Home({ TIEOUT_CLIENT_SECRET: SECRET });
    const random = seeded(20_240_306);
    const shown = new Map<unknown, unknown>();
    for (let kill = 0; kill < 5; kill += 1) {
      const running = home.spawn([...args, '--workspace', home.workspace, '--json']);
      if (kill % 3 === 2) {
        await new Promise((resolve) => setTimeout(resolve, 100 + random() * 900));
      } else {
        let pages = 0;
        const wanted = 1 + Math.floor(random() * 5);
        await running.line((line) => {
          if (line.includes('"type":"page"')) pages += 1;
          return pages === wanted;
        });
        await new Promise((resolve) => setTimeout(resolve, random() * 40));
      }
      running.child.kill('SIGKILL');
      const ended = await running.ended;
      expect(ended.code).toBeNull();
      const whole = ended.stdout.slice(0, ended.stdout.lastIndexOf('\n') + 1);
      for (const event of ofType({ stdout: whole }, 'page')) shown.set(event.page, event.page_sha256);
      const kept = await stored(home.workspace, home.folder, 'SELECT page, page_sha256 FROM page');
      const committed = new Map(kept.map((row) => [Number(row.page), row.page_sha256]));
      for (const [page, hash] of shown) expect(committed.get(Number(page))).toBe(hash);
    }
    expect(shown.size).toBeLessThan(PAGES);

    const last = await home.json(args);
    expect(ofType(last, 'page').map(({ page }) => page)).not.toContain(1);
    expect(ofType(last, 'done')[0]).toEqual({ ...expected, run_id: expect.any(String) });
    expect(await stored(home.workspace, home.folder, everything)).toEqual(
      await stored(calm.workspace, calm.folder, everything),
    );
    const verified = await home.json(['verify']);
    expect(ofType(verified, 'verify')).toEqual([
      expect.objectContaining({ pages: PAGES, records: RECORDS, differences: 0 }),
    ]);
  });
});
