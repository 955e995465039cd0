/** The way that letters are put right for good: the connection gets a profile that knows the vendor's words. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../electron/app.ts';
import { parseProfile } from '../../../electron/profile/parse-profile.ts';
import type { Profile } from '../../../electron/profile/profile.ts';
import { deadLetterDetail } from '../../../electron/views/dead-letters.ts';
import type { DoneEvent } from '../../../shared/events.ts';
import { temporaryApp, unwatched } from '../workspace/temporary.ts';
import { countsOf, lettersOf, MARCH, refusedMonth } from './refused-month.ts';

/** Says what `MWHR` is. */
const units: Profile = parseProfile(
  JSON.stringify({
    profile: 1,
    name: 'units',
    revision: 1,
    resources: {
      settlements: {
        path: '/api/v2/settlements',
        fields: { volume_uom: { from: 'volume_uom', values: { MWHR: 'MWH' } } },
      },
    },
  }),
  'units.json',
  [],
);

let app: App;
let done: DoneEvent;
beforeAll(async () => {
  app = await temporaryApp();
  done = await refusedMonth(app);
});

async function connect(profile: Profile | null, to = app): Promise<void> {
  await to.connections.save(
    {
      name: 'vendor',
      baseUrl: 'https://vendor.example',
      tokenUrl: 'https://vendor.example/token',
      clientId: 'svc',
      scope: '',
      caFile: null,
      allowHttp: false,
      profile,
    },
    null,
  );
}

describe('a retry after the connection got another profile', () => {
  it('types with the present profile, which its events name, and is clean to a verification', async () => {
    await connect(null);
    const all = lettersOf(done.run_id);
    expect(await app.retryLetters({ filter: all, ...unwatched })).toMatchObject({ passed: 0, refused: 3 });
    await connect(units);
    expect(await app.retryLetters({ filter: all, ...unwatched })).toMatchObject({ passed: 2, refused: 1 });
    expect(await countsOf(app, done.run_id)).toEqual([6, 5, 1, 2, 0]);
    const letter = await deadLetterDetail(app.workspace.database, { runId: done.run_id, page: 1, index: 1 });
    expect(letter.history.map(({ act, profileSha256 }) => [act, profileSha256])).toEqual([
      ['refused', null],
      ['retried', units.sha256],
    ]);
    // What it was typed with is kept: another profile of the connection changes nothing of it.
    await connect(null);
    const verified = await app.verify({ month: MARCH, ...unwatched });
    expect(verified.differences).toEqual([]);
    expect(verified.retried).toBe(2);
  });

  it('types with the profile of the run once its connection was removed', async () => {
    const removed = await temporaryApp();
    await connect(units, removed);
    const { run_id } = await refusedMonth(removed);
    // As if it had been typed with what did not know the unit yet.
    await removed.workspace.database.transaction((tx) =>
      tx.run('UPDATE run SET profile_sha256 = ?', [units.sha256]),
    );
    await removed.connections.remove('vendor');
    const all = lettersOf(run_id);
    expect(await removed.retryLetters({ filter: all, ...unwatched })).toMatchObject({
      passed: 2,
      refused: 1,
    });
  });

  it('types with a profile that is named, where the run never had a connection', async () => {
    const named = await temporaryApp();
    const { run_id } = await refusedMonth(named);
    const filter = lettersOf(run_id);
    const profile = await named.connections.keepProfile(units);
    expect(await named.retryLetters({ filter, profile, ...unwatched })).toMatchObject({
      passed: 2,
      refused: 1,
    });
    expect((await named.verify({ month: MARCH, ...unwatched })).differences).toEqual([]);
  });
});
