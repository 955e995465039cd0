/** Cancel, and the workspace it leaves behind. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paced } from '../../pace.ts';
import { type Matrix, openMatrix, PAGES } from './support/matrix.ts';
import { withTokens } from './support/open-vendor.ts';
import { pageBody } from './support/settlements.ts';
import { type Answer, hang, json, serve, status } from './support/test-server.ts';

let matrix: Matrix;
beforeEach(async () => {
  matrix = await openMatrix();
});
afterEach(async () => {
  await matrix.close();
  await matrix.remove();
});

describe('a sync that is cancelled', () => {
  it.each([
    ['while a page is awaited', hang, false],
    ['in a backoff', status(429, { 'retry-after': '200' }), true],
  ])(
    '%s: ends within 200 ms, exit 130; the next one goes on after the committed pages',
    async (_, odd, sleeps) => {
      let well = false;
      let stuck = 0;
      const answer: Answer = (response, seen, request) => {
        const page = Number(seen.url.searchParams.get('page'));
        if (page === 3 && !well) {
          stuck += 1;
          return odd(response, seen, request);
        }
        json(response, pageBody(page, PAGES));
      };
      const server = await serve(withTokens(answer));
      const source = { baseUrl: server.origin, tokenUrl: `${server.origin}/oauth2/token` };
      const cancel = new AbortController();
      const before = matrix.clock.sleeps.length;
      if (sleeps) matrix.clock.holdSleeps();
      const sync = matrix.sync(source, {}, 2, cancel.signal);
      await expect.poll(() => (sleeps ? matrix.clock.sleeps.length > before : stuck > 0)).toBe(true);
      await expect
        .poll(async () => (await matrix.app.workspace.database.rows('SELECT 1 FROM page')).length)
        .toBe(2);
      const begun = performance.now();
      cancel.abort();
      const cancelled = await sync;
      const took = performance.now() - begun;
      expect(took).toBeLessThan(paced(200));
      expect(cancelled).toMatchObject({ outcome: 'cancelled', exitCode: 130, committed: 2 });
      well = true;
      const asked = server.seen.length;
      const done = await matrix.sync(source);
      expect(done).toMatchObject({ outcome: 'done', committed: PAGES, warnings: [] });
      expect(server.seen.slice(asked).map(({ url }) => url.searchParams.get('page'))).not.toContain('2');
    },
  );
});
