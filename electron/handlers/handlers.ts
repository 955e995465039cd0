/** What each channel of the contract does: a thin call of a service, and word to the window of what changed. */
import { randomUUID } from 'node:crypto';
import type { Topic } from '../../shared/contract.ts';
import { sha256Of } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { StepProgress } from '../../shared/jobs.ts';
import { type Month, parseMonth } from '../../shared/month.ts';
import { Secret } from '../credentials/secret.ts';
import { ALL_DRIFT, type DriftFilter, driftSummary, driftWindow } from '../drift/drift-rows.ts';
import type { Handlers } from '../ipc.ts';
import type { Asks } from '../jobs/asks.ts';
import type { JobContext, Jobs } from '../jobs/jobs.ts';
import { monthSyncJob } from '../jobs/month-sync-job.ts';
import type { Profile } from '../profile/profile.ts';
import { readProfileFile } from '../profile/profile-file.ts';
import { findRules } from '../recon/rule-store.ts';
import { compareWindow } from '../views/compare-window.ts';
import { listMonths, listRuns, monthAsOf, monthView } from '../views/months.ts';
import { attemptsWindow, breaksWindow, pagesWindow } from '../views/windows.ts';
import { SAMPLE, type Workbench } from '../workbench.ts';
import { breakHandlers } from './break-handlers.ts';
import { reconTopics, syncTopics } from './changed-topics.ts';
import { closeHandlers } from './close-handlers.ts';
import { curveHandlers } from './curve-handlers.ts';
import type { Dialogs } from './dialogs.ts';
import { diffHandlers } from './diff-handlers.ts';
import { type DroppedFiles, extractHandlers } from './extract-handlers.ts';
import { letterHandlers } from './letter-handlers.ts';
import { packHandlers } from './pack-handlers.ts';
import { reportHandlers } from './report-handlers.ts';
import { ruleHandlers } from './rule-handlers.ts';
import { siemHandlers } from './siem-handlers.ts';

export interface HandlerParts {
  readonly workbench: Workbench;
  readonly jobs: Jobs;
  readonly asks: Asks;
  readonly dialogs: Dialogs;
  readonly dropped: DroppedFiles;
  readonly changed: (topics: readonly Topic[]) => void;
}

function monthOf(text: string): Month {
  const month = parseMonth(text);
  if (month === null) throw new TieoutError('month-invalid', `"${text}" is no month.`, { month: text });
  return month;
}

function step(text: string): StepProgress {
  return { kind: 'steps', step: text, done: 0, total: null };
}

function stepsInto(context: JobContext): (text: string, done: number, total: number | null) => void {
  return (text, done, total) => context.progress({ kind: 'steps', step: text, done, total });
}

function driftOf(asked: {
  readonly month: string;
  readonly connection: string | null;
  readonly runId: string | null;
}): DriftFilter {
  return { ...ALL_DRIFT, source: asked.connection, month: monthOf(asked.month), runId: asked.runId };
}

export function createHandlers({ workbench, jobs, asks, dialogs, dropped, changed }: HandlerParts): Handlers {
  /** Ids of runs that this process works on now. */
  const running = new Set<string>();
  /** Profiles that were picked, by their SHA-256, until a connection is saved with them. */
  const picked = new Map<string, Profile>();
  const siem = siemHandlers(workbench, dialogs, changed);

  const importFile = (path: string, month: Month): string =>
    jobs.start('import', month, step('Reading the extract'), async (context) => {
      const app = await workbench.app();
      const imported = await app.importLedger({
        path,
        month,
        signal: context.signal,
        onProgress: stepsInto(context),
      });
      changed(['months', 'month', 'compare']);
      return { kind: 'import', imported };
    });

  return {
    'app.info': () => workbench.info(),
    'workspace.rebuild': async () => {
      await asks.stop();
      await jobs.stop();
      const jobId = jobs.start('rebuild', '', step('Looking at the workspace'), async (context) => {
        const { signal } = context;
        const rebuilt = await workbench.rebuild({ signal, onProgress: stepsInto(context) });
        // What was found is read before the workspace is shown.
        if (rebuilt.differences.length === 0) changed(['app']);
        return { kind: 'rebuild', rebuild: rebuilt.event, differences: rebuilt.differences };
      });
      return { jobId };
    },
    'sample.open': async () => {
      await asks.stop();
      await jobs.stop();
      const sample = await workbench.openSample();
      changed(['app', 'connections', ...syncTopics, ...reconTopics]);
      return sample;
    },
    'sample.close': async () => {
      await asks.stop();
      await jobs.stop();
      await workbench.closeSample();
      changed(['app', 'connections', ...syncTopics, ...reconTopics]);
      return null;
    },

    'connections.list': async () => (await workbench.app()).connections.list(),
    'connections.save': async ({ secret, profile: digest, ...input }) => {
      const app = await workbench.app();
      const profile = digest === null ? null : (picked.get(digest) ?? sha256Of(digest));
      const view = await app.connections.save(
        { ...input, profile },
        secret === null ? null : new Secret(secret),
      );
      changed(['connections']);
      return view;
    },
    'connections.pickFile': ({ what }) => dialogs.openPem(what),
    'connections.pickProfile': async () => {
      const path = await dialogs.openProfile();
      if (path === null) return null;
      const profile = await readProfileFile(path);
      const { name, revision, sha256 } = profile;
      picked.set(sha256, profile);
      return { name, revision, sha256 };
    },
    'connections.remove': async ({ name }) => {
      await (await workbench.app()).connections.remove(name);
      changed(['connections']);
      return null;
    },

    ...siem,

    'months.list': async () => listMonths((await workbench.app()).workspace.database),
    'month.view': async ({ month, connection, runId }) => {
      const { database } = (await workbench.app()).workspace;
      return runId === null
        ? monthView(database, monthOf(month), connection, running)
        : monthAsOf(database, monthOf(month), runId, running);
    },
    'runs.list': async ({ month }) =>
      listRuns((await workbench.app()).workspace.database, monthOf(month), running),

    'sync.start': async ({ connection, month, resource }) => {
      const app = await workbench.app();
      // Known before the job begins, so that a missing secret is answered at once.
      const source = await app.connections.source(connection);
      const secret = await app.connections.secret(connection);
      const asked = { source, secret, month: monthOf(month), resource, connection };
      return { jobId: monthSyncJob(jobs, app, asked, running, changed) };
    },
    'ledger.import': async ({ month }) => {
      const path = await dialogs.openExtract();
      return path === null ? null : { jobId: importFile(path, monthOf(month)) };
    },
    'ledger.importSample': async ({ month }) => {
      if (month !== SAMPLE.month) {
        throw new TieoutError('usage', `The sample extract is of ${SAMPLE.month}; choose that month.`);
      }
      return { jobId: importFile(workbench.sampleLedger(), monthOf(month)) };
    },
    'recon.start': async ({ month, connection, rules: wanted }) => {
      const app = await workbench.app();
      const rules = await findRules(app.workspace.database, wanted ?? 'default');
      const jobId = jobs.start('reconcile', month, step('Matching'), async (context) => {
        const recon = await app.reconcile({
          month: monthOf(month),
          source: connection,
          rules,
          signal: context.signal,
          onProgress: stepsInto(context),
        });
        changed(reconTopics);
        return { kind: 'reconcile', recon };
      });
      return { jobId };
    },
    'verify.start': async ({ month }) => {
      const app = await workbench.app();
      const of = month === null ? null : monthOf(month);
      const jobId = jobs.start(
        'verify',
        month ?? 'all',
        step('Checking the audit chain'),
        async (context) => {
          const verify = await app.verify({
            month: of,
            signal: context.signal,
            onProgress: stepsInto(context),
          });
          changed(['month', 'pages']);
          const event = {
            type: 'verify',
            month: verify.month,
            pages: verify.pages,
            records: verify.records,
            retried: verify.retried,
            audit_events: verify.auditEvents,
            differences: verify.differences.length,
          } as const;
          return { kind: 'verify', verify, event };
        },
      );
      return { jobId };
    },
    'job.status': async ({ jobId }) => jobs.status(jobId),
    'job.list': async () => jobs.list(),
    'job.cancel': async ({ jobId }) => {
      jobs.cancel(jobId);
      return null;
    },

    'ask.cancel': async ({ askId }) => {
      asks.cancel(askId);
      return null;
    },

    'pages.window': async (asked) => pagesWindow((await workbench.app()).workspace.database, asked),
    'attempts.window': async (asked) => attemptsWindow((await workbench.app()).workspace.database, asked),
    'compare.window': async (asked) => compareWindow((await workbench.app()).workspace.database, asked),
    'breaks.window': async (asked) => breaksWindow((await workbench.app()).workspace.database, asked),
    'drift.summary': async (asked) =>
      driftSummary((await workbench.app()).workspace.database, driftOf(asked)),
    'drift.window': async ({ offset, limit, ...asked }) =>
      driftWindow((await workbench.app()).workspace.database, driftOf(asked), { offset, limit }),
    'drift.decide': async ({ decision, note, rows, ...asked }) => {
      const choice = { field: null, kind: null, rows };
      const app = await workbench.app();
      const decided = await app.decideDrift({
        filter: driftOf({ ...asked, runId: null }),
        choice,
        decision,
        note,
      });
      changed(['drift']);
      return { decided: decided.length };
    },
    ...letterHandlers({ workbench, jobs, dialogs, changed }),
    ...diffHandlers(workbench, asks),
    ...breakHandlers({ workbench, jobs, asks, dialogs, newId: randomUUID, changed }),
    ...closeHandlers(workbench, changed),
    ...ruleHandlers(workbench, asks, changed),
    ...packHandlers({ workbench, jobs, dialogs, changed }),
    ...reportHandlers({ workbench, jobs, asks, dialogs, changed }),
    ...curveHandlers({ workbench, jobs, asks, dialogs, changed }),
    ...extractHandlers({ workbench, jobs, asks, dialogs, dropped, changed }),
  };
}
