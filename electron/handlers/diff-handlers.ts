/** What the channels of restatements do: the diff of two runs and windows of it. */
import type { Handlers } from '../ipc.ts';
import { runNamed } from '../restatement/named-run.ts';
import type { RunDiff } from '../restatement/run-diffs.ts';
import type { Workbench } from '../workbench.ts';

const ANY = { month: null, resource: 'settlements', source: null } as const;

export function diffHandlers(workbench: Workbench): Pick<Handlers, 'diff.summary' | 'diff.window'> {
  const diffOf = async (from: string, to: string): Promise<RunDiff> => {
    const app = await workbench.app();
    const { database } = app.workspace;
    return app.diffs.of(await runNamed(database, from, ANY), await runNamed(database, to, ANY));
  };
  return {
    'diff.summary': async ({ from, to }) => (await diffOf(from, to)).summary,
    'diff.window': async ({ from, to, offset, limit, ...filter }) =>
      (await diffOf(from, to)).window(filter, offset, limit),
  };
}
