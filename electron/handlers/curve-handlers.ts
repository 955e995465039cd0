/** What the channels of findings and curves do: windows, the import, tolerances, and what later curves would change. */
import type { Topic } from '../../shared/contract.ts';
import { parseTolerance } from '../../shared/curves.ts';
import { TieoutError } from '../../shared/errors.ts';
import { type Month, parseMonth } from '../../shared/month.ts';
import type { Handlers } from '../ipc.ts';
import type { Asks } from '../jobs/asks.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { curvesWindow } from '../views/curves.ts';
import { findingsSummary, findingsWindow } from '../views/findings.ts';
import type { Workbench } from '../workbench.ts';

interface CurveHandlerParts {
  readonly workbench: Workbench;
  readonly jobs: Jobs;
  readonly asks: Asks;
  readonly dialogs: { openCurves(): Promise<string | null> };
  readonly changed: (topics: readonly Topic[]) => void;
}

/** Changes that a comparison lists; all are counted. */
const LISTED = 200;

type CurveChannel = Extract<keyof Handlers, `curves.${string}` | `findings.${string}`>;

function monthOf(text: string): Month {
  const month = parseMonth(text);
  if (month === null) throw new TieoutError('month-invalid', `"${text}" is no month.`, { month: text });
  return month;
}

export function curveHandlers({
  workbench,
  jobs,
  asks,
  dialogs,
  changed,
}: CurveHandlerParts): Pick<Handlers, CurveChannel> {
  return {
    'findings.summary': async ({ runId }) =>
      findingsSummary((await workbench.app()).workspace.database, runId),
    'findings.window': async (asked) => findingsWindow((await workbench.app()).workspace.database, asked),
    'curves.window': async (asked) => {
      const app = await workbench.app();
      if (asked.offset === 0) await app.sealCurves();
      return curvesWindow(app.workspace.database, asked);
    },
    'curves.import': async (asked) => {
      const month = monthOf(asked.month);
      const path = await dialogs.openCurves();
      if (path === null) return null;
      const app = await workbench.app();
      const first = { kind: 'steps', step: 'Reading the curves', done: 0, total: null } as const;
      const jobId = jobs.start('curve-import', month, first, async (context) => {
        const curves = await app.importCurves({
          path,
          month,
          signal: context.signal,
          onProgress: (step, done, total) => context.progress({ kind: 'steps', step, done, total }),
        });
        changed(['months', 'month']);
        return { kind: 'curve-import', curves };
      });
      return { jobId };
    },
    'curves.setTolerance': async ({ curveId, tolerance }) => {
      const app = await workbench.app();
      const parsed = tolerance === null ? null : parseTolerance(tolerance);
      if (parsed !== null && 'problem' in parsed)
        throw new TieoutError('usage', `The tolerance's ${parsed.field} part ${parsed.problem}.`);
      await app.setTolerance(curveId, parsed === null ? null : parsed.tolerance);
      changed(['months']);
      return null;
    },
    'curves.compare': async ({ month, connection, askId }) => {
      const app = await workbench.app();
      const asked = { month: monthOf(month), source: connection, limit: LISTED };
      return asks.answer(askId, ({ signal }) => app.compareCurves({ ...asked, signal }));
    },
  };
}
