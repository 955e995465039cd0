/** What is said when a job has ended, in one sentence. */
import { assertNever } from '../../shared/errors.ts';
import type { JobKind, JobResult, JobSnapshot } from '../../shared/jobs.ts';
import { counted } from '../ui/quantity.ts';
import type { NoticeTone } from '../ui/tone.ts';

export const JOB_NAMES: Readonly<Record<JobKind, string>> = {
  sync: 'Sync',
  import: 'Import',
  'curve-import': 'Import of curves',
  reconcile: 'Reconciliation',
  verify: 'Verification',
  report: 'Report',
  'pack-check': 'Check of a pack',
  retry: 'Retry of dead letters',
  sample: 'Sample',
  rebuild: 'Rebuild',
  'break-export': 'Workbook of breaks',
  'break-import': 'Edited workbook',
};

export interface Finished {
  readonly tone: NoticeTone;
  readonly text: string;
}

function done(month: string, result: JobResult): Finished {
  switch (result.kind) {
    case 'sync': {
      const { pages, records, rejected } = result.done;
      return {
        tone: rejected > 0 ? 'warn' : 'ok',
        text: `Sync of ${month} done: ${counted(pages, 'page')}, ${counted(records, 'record')}, ${counted(rejected, 'rejected record')}.`,
      };
    }
    case 'import':
      return {
        tone: 'ok',
        text: `Imported ${counted(result.imported.rows, 'ledger row')} for ${month}.`,
      };
    case 'curve-import':
      return {
        tone: 'ok',
        text: `Imported ${counted(result.curves.points, 'point')} of ${counted(result.curves.snapshots, 'curve')} for ${month}.`,
      };
    case 'reconcile': {
      const { matched, breaks, pending } = result.recon;
      return {
        tone: breaks > 0 ? 'warn' : 'ok',
        text: `Reconciled ${month}: ${counted(matched, 'match', 'matches')}, ${counted(breaks, 'break')}, ${pending} pending.`,
      };
    }
    case 'verify': {
      const { pages, records, differences } = result.verify;
      const checked = `${counted(pages, 'page')} and ${counted(records, 'record')}`;
      return differences.length === 0
        ? { tone: 'ok', text: `Verified ${checked}: every hash is as recorded.` }
        : { tone: 'bad', text: `Verified ${checked}: ${counted(differences.length, 'difference')} found.` };
    }
    case 'retry': {
      const { letters, passed, refused } = result.retry;
      return {
        tone: refused > 0 ? 'warn' : 'ok',
        text: `Retried ${counted(letters, 'dead letter')} of ${month}: ${counted(passed, 'record')} committed, ${refused} refused again.`,
      };
    }
    case 'report':
      return { tone: 'ok', text: `Report of ${month} written: ${counted(result.files.length, 'file')}.` };
    case 'pack-check': {
      const { path, differences } = result.pack;
      return differences.length === 0
        ? { tone: 'ok', text: `Checked ${path}: everything agrees.` }
        : { tone: 'bad', text: `Checked ${path}: ${counted(differences.length, 'difference')} found.` };
    }
    case 'break-export':
      return { tone: 'ok', text: `Wrote ${counted(result.breaks, 'break')} to ${result.path}.` };
    case 'break-import':
      return {
        tone: result.faults > 0 ? 'warn' : 'ok',
        text: `Changed ${counted(result.breaks, 'break')}${result.faults > 0 ? `; ${counted(result.faults, 'fault')} left out` : ''}.`,
      };
    case 'rebuild': {
      const { runs, records } = result.rebuild;
      const made = `Rebuilt the workspace: ${counted(runs, 'run')}, ${counted(records, 'record')}`;
      return result.differences.length === 0
        ? { tone: 'ok', text: `${made}; everything agrees.` }
        : { tone: 'bad', text: `${made}; ${counted(result.differences.length, 'difference')} found.` };
    }
    case 'sample':
      return { tone: 'ok', text: `The sample workspace is ready with ${result.month}.` };
    default:
      return assertNever(result);
  }
}

export function finished(job: JobSnapshot): Finished {
  const name = job.month === '' ? JOB_NAMES[job.kind] : `${JOB_NAMES[job.kind]} of ${job.month}`;
  if (job.state === 'cancelled') return { tone: 'info', text: `${name} cancelled.` };
  if (job.error) return { tone: 'bad', text: `${name} failed: ${job.error.message}` };
  if (job.result) return done(job.month, job.result);
  return { tone: 'info', text: `${name} ended.` };
}
