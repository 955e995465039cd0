/** Which of the session's jobs a month's screen shows. */
import type { JobKind, JobSnapshot } from '../../shared/jobs.ts';

/** The month's running job, else null. */
export function runningJob(jobs: readonly JobSnapshot[], month: string): JobSnapshot | null {
  return jobs.findLast((job) => job.month === month && job.state === 'running') ?? null;
}

/** The month's job that ended last, of the given kinds or of any. */
export function endedJob(
  jobs: readonly JobSnapshot[],
  month: string,
  kinds?: readonly JobKind[],
): JobSnapshot | null {
  return jobs
    .filter((job) => job.month === month && job.state !== 'running' && (kinds?.includes(job.kind) ?? true))
    .reduce<JobSnapshot | null>((last, job) => (last && endOf(last) > endOf(job) ? last : job), null);
}

function endOf(job: JobSnapshot): number {
  return Date.parse(job.startedAt) + job.elapsedMs;
}
