/** What the channels of restatements do: the diff of two runs and windows of it. */
import type { Handlers } from '../ipc.ts';
import type { Asks } from '../jobs/asks.ts';
import { runNamed } from '../restatement/named-run.ts';
import type { DiffWatch, RunDiff } from '../restatement/run-diffs.ts';
import type { Workbench } from '../workbench.ts';

const ANY = { month: null, resource: 'settlements', source: null } as const;

export function diffHandlers(
  workbench: Workbench,
  asks: Asks,
): Pick<Handlers, 'diff.summary' | 'diff.window'> {
  const diffOf = async (from: string, to: string, watch?: DiffWatch): Promise<RunDiff> => {
    const app = await workbench.app();
    const { database } = app.workspace;
    return app.diffs.of(await runNamed(database, from, ANY), await runNamed(database, to, ANY), watch);
  };
  return {
    'diff.summary': ({ from, to, askId }) =>
      asks.answer(askId, async (watch) => (await diffOf(from, to, watch)).summary),
    'diff.window': async ({ from, to, offset, limit, ...filter }) =>
      (await diffOf(from, to)).window(filter, offset, limit),
  };
}
