/** What the channels of dead letters do: windows, the detail, and the acts. */
import { basename } from 'node:path';
import type { Topic } from '../../shared/contract.ts';
import type { ProfileName } from '../../shared/dead-letters.ts';
import { TieoutError } from '../../shared/errors.ts';
import { letterCounts } from '../dead-letters/letter-counts.ts';
import type { LetterFilter } from '../dead-letters/letter-filter.ts';
import { retryProfile } from '../dead-letters/retry.ts';
import type { Handlers } from '../ipc.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Profile } from '../profile/profile.ts';
import { readProfileFile } from '../profile/profile-file.ts';
import { isNew } from '../profile/profile-store.ts';
import { typingDifferences } from '../profile/typing-differences.ts';
import { deadLettersWindow, reasonGroups, shownDeadLetter } from '../views/dead-letters.ts';
import type { Workbench } from '../workbench.ts';
import type { Dialogs } from './dialogs.ts';

interface LetterHandlerParts {
  readonly workbench: Pick<Workbench, 'app'>;
  readonly jobs: Jobs;
  readonly dialogs: Pick<Dialogs, 'openProfile'>;
  readonly changed: (topics: readonly Topic[]) => void;
}

type Asked = Omit<LetterFilter, 'runIds' | 'places'> & {
  readonly runId: string;
  readonly places?: readonly { readonly page: number; readonly index: number }[] | null;
};

function filterOf({ runId, state, code, field, search, places }: Asked): LetterFilter {
  return {
    runIds: [runId],
    state,
    code,
    field,
    search,
    places: places?.map((place) => ({ runId, ...place })) ?? null,
  };
}

/** What a letter's new state may change on the screens. */
const ACTED: readonly Topic[] = ['month', 'compare', 'dead-letters'];

function nameOf({ name, revision, sha256 }: Profile): ProfileName {
  return { name, revision, sha256 };
}

type LetterChannel = Extract<keyof Handlers, `deadLetters.${string}`>;

export function letterHandlers({
  workbench,
  jobs,
  dialogs,
  changed,
}: LetterHandlerParts): Pick<Handlers, LetterChannel> {
  /** Profiles that were picked for a retry, by their SHA-256. */
  const picked = new Map<string, Profile>();

  return {
    'deadLetters.window': async (asked) =>
      deadLettersWindow((await workbench.app()).workspace.database, filterOf(asked), asked),
    'deadLetters.summary': async ({ runId, state }) => {
      const { database } = (await workbench.app()).workspace;
      const filter = filterOf({ runId, state, code: null, field: null, search: '' });
      return { counts: await letterCounts(database, runId), groups: await reasonGroups(database, filter) };
    },
    'deadLetters.show': async (place) => shownDeadLetter((await workbench.app()).workspace.database, place),
    'deadLetters.pickProfile': async ({ runId }) => {
      const path = await dialogs.openProfile();
      if (path === null) return null;
      const { database } = (await workbench.app()).workspace;
      const profile = await readProfileFile(path);
      // What would be refused when it is kept is told before anything is asked of the analyst.
      profile.mapping('settlements');
      await isNew(database, profile);
      const instead = await retryProfile(database, runId);
      picked.set(profile.sha256, profile);
      return {
        file: basename(path),
        profile: nameOf(profile),
        instead: nameOf(instead),
        differences: typingDifferences(instead, profile),
      };
    },
    'deadLetters.retry': async ({ profile: digest, ...asked }) => {
      const app = await workbench.app();
      const given = digest === null ? null : picked.get(digest);
      if (given === undefined)
        throw new TieoutError('usage', 'That profile was not chosen in this window; choose it again.');
      // Before the job begins, so that a refusal is answered at once.
      const profile = given === null ? null : await app.connections.keepProfile(given);
      const first = { kind: 'steps', step: 'Typing dead letters again', done: 0, total: null } as const;
      const jobId = jobs.start('retry', asked.month, first, async (context) => {
        const retry = await app.retryLetters({
          ...{ filter: filterOf(asked), profile },
          signal: context.signal,
          onProgress: (step, done, total) => context.progress({ kind: 'steps', step, done, total }),
        });
        changed(ACTED);
        return { kind: 'retry', retry };
      });
      return { jobId };
    },
    'deadLetters.decide': async (asked) => {
      const app = await workbench.app();
      const filter = filterOf(asked);
      const result = await (asked.act === 'discard'
        ? app.discardLetters(filter, asked.reason)
        : app.reopenLetters(filter, asked.reason));
      changed(ACTED);
      return result;
    },
  };
}
