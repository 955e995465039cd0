/** What the channels of worked breaks do. */
import { basename, join } from 'node:path';
import type { Topic } from '../../shared/contract.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { Handlers } from '../ipc.ts';
import type { Asks } from '../jobs/asks.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { writeFileSafely } from '../report/safe-file.ts';
import type { Workbench } from '../workbench.ts';
import type { Dialogs } from './dialogs.ts';

interface BreakHandlerParts {
  readonly workbench: Workbench;
  readonly jobs: Jobs;
  readonly asks: Asks;
  readonly dialogs: Pick<Dialogs, 'openEvidence' | 'openSheet' | 'saveSheet' | 'saveEvidence'>;
  readonly newId: () => string;
  readonly changed: (topics: readonly Topic[]) => void;
}

/** What an act on breaks may change on the screens. */
const ACTED: readonly Topic[] = ['breaks', 'close', 'month'];

type BreakChannel = Extract<keyof Handlers, `worked.${string}`>;

export function breakHandlers({
  workbench,
  jobs,
  asks,
  dialogs,
  newId,
  changed,
}: BreakHandlerParts): Pick<Handlers, BreakChannel> {
  /** The page names no file that was not chosen in a dialog of ours. */
  const picked = new Map<string, string>();
  const first = (step: string) => ({ kind: 'steps', step, done: 0, total: null }) as const;

  return {
    'worked.window': async ({ filter, sort, offset, limit }) =>
      (await workbench.app()).breaks.window(filter, sort, { offset, limit }),
    'worked.summary': async ({ month }) => (await workbench.app()).breaks.summary(month),
    'worked.show': async ({ breakId }) => (await workbench.app()).breaks.detail(breakId),
    'worked.act': async ({ filter, ids, change, askId }) => {
      const { breaks } = await workbench.app();
      const result = await asks.act(askId, (watch) => breaks.act({ filter, ids }, change, watch));
      changed(ACTED);
      return result;
    },
    'worked.attach': async ({ filter, ids, note, askId }) => {
      const path = await dialogs.openEvidence();
      if (path === null) return null;
      const { breaks } = await workbench.app();
      const result = await asks.act(askId, (watch) => breaks.attach({ filter, ids }, path, note, watch));
      changed(ACTED);
      return result;
    },
    'worked.saveFile': async ({ breakId, sha256 }) => {
      const { name, bytes } = await (await workbench.app()).breaks.attachment(breakId, sha256);
      const path = await dialogs.saveEvidence(name);
      if (path === null) return null;
      await writeFileSafely(path, [bytes], new AbortController().signal);
      return { path };
    },
    'worked.export': async ({ filter }) => {
      const app = await workbench.app();
      const name = `tieout-breaks-${filter.month ?? 'all'}.xlsx`;
      const out = await dialogs.saveSheet(join(app.workspace.reports, name));
      if (out === null) return null;
      const jobId = jobs.start(
        'break-export',
        filter.month ?? '',
        first('Writing the workbook'),
        async (context) => {
          const { path, breaks } = await app.breaks.exportSheet({
            ...{ filter, out, overwrite: true, signal: context.signal },
            onProgress: (step, done, total) => context.progress({ kind: 'steps', step, done, total }),
          });
          return { kind: 'break-export', path, breaks };
        },
      );
      return { jobId };
    },
    'worked.pickSheet': async ({ askId }) => {
      const path = await dialogs.openSheet();
      if (path === null) return null;
      const { breaks } = await workbench.app();
      const { rows, changes, faults } = await asks.answer(askId, (context) =>
        breaks.importSheet({ path, dryRun: true, skipBad: false, ...context }),
      );
      const sheet = newId();
      picked.set(sheet, path);
      return { sheet, file: basename(path), preview: { rows, changes, faults } };
    },
    'worked.applySheet': async ({ sheet, skipBad }) => {
      const path = picked.get(sheet);
      if (path === undefined)
        throw new TieoutError('usage', 'That workbook was not chosen in this window; choose it again.');
      const app = await workbench.app();
      const jobId = jobs.start('break-import', '', first('Reading the workbook'), async (context) => {
        const { applied, faults } = await app.breaks.importSheet({
          ...{ path, dryRun: false, skipBad, signal: context.signal },
          onProgress: (step, done, total) => context.progress({ kind: 'steps', step, done, total }),
        });
        picked.delete(sheet);
        changed(ACTED);
        return { kind: 'break-import', breaks: applied, faults: faults.length };
      });
      return { jobId };
    },
  };
}
