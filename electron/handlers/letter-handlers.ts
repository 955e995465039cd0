/** What the channels of dead letters do: windows, the detail, and the acts. */
import type { Topic } from '../../shared/contract.ts';
import { letterCounts } from '../dead-letters/letter-counts.ts';
import type { LetterFilter } from '../dead-letters/letter-filter.ts';
import type { Handlers } from '../ipc.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { deadLettersWindow, reasonGroups, shownDeadLetter } from '../views/dead-letters.ts';
import type { Workbench } from '../workbench.ts';

interface LetterHandlerParts {
  readonly workbench: Workbench;
  readonly jobs: Jobs;
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

type LetterChannel = Extract<keyof Handlers, `deadLetters.${string}`>;

export function letterHandlers({
  workbench,
  jobs,
  changed,
}: LetterHandlerParts): Pick<Handlers, LetterChannel> {
  return {
    'deadLetters.window': async (asked) =>
      deadLettersWindow((await workbench.app()).workspace.database, filterOf(asked), asked),
    'deadLetters.summary': async ({ runId, state }) => {
      const { database } = (await workbench.app()).workspace;
      const filter = filterOf({ runId, state, code: null, field: null, search: '' });
      return { counts: await letterCounts(database, runId), groups: await reasonGroups(database, filter) };
    },
    'deadLetters.show': async (place) => shownDeadLetter((await workbench.app()).workspace.database, place),
    'deadLetters.retry': async (asked) => {
      const app = await workbench.app();
      const first = { kind: 'steps', step: 'Typing dead letters again', done: 0, total: null } as const;
      const jobId = jobs.start('retry', asked.month, first, async (context) => {
        const retry = await app.retryLetters({
          filter: filterOf(asked),
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
