/** Long work of the window: started at once, watched by snapshots about ten times a second, cancelled by id. */
import { asTieoutError, TieoutError } from '../../shared/errors.ts';
import type { JobKind, JobResult, JobSnapshot, StepProgress, SyncProgress } from '../../shared/jobs.ts';
import { type Clock, isoTime } from '../clock.ts';

export interface JobParts {
  readonly clock: Clock;
  readonly newId: () => string;
  /** Told of each snapshot that is worth showing; exactly one of a job is not `running`. */
  readonly onSnapshot: (snapshot: JobSnapshot) => void;
}

export interface JobContext {
  readonly signal: AbortSignal;
  /** The newest state of the work; told to the window when it is next due. */
  progress(progress: SyncProgress | StepProgress): void;
}

type Work = (context: JobContext) => Promise<JobResult>;

/** Between two snapshots of a running job. */
const PACE_MS = 100;
/** Ended jobs that a latecomer may still ask for. */
const KEPT = 50;

interface Job {
  snapshot: JobSnapshot;
  readonly abort: AbortController;
  readonly begun: number;
  due: NodeJS.Timeout | null;
  done: Promise<void>;
}

export class Jobs {
  readonly #parts: JobParts;
  readonly #jobs = new Map<string, Job>();

  constructor(parts: JobParts) {
    this.#parts = parts;
  }

  /** @returns the job's id, while the work goes on. */
  start(kind: JobKind, month: string, first: SyncProgress | StepProgress, work: Work): string {
    const { clock, newId } = this.#parts;
    const jobId = newId();
    const begun = clock.monotonic();
    const job: Job = {
      snapshot: {
        jobId,
        seq: 0,
        kind,
        month,
        state: 'running',
        startedAt: isoTime(clock.now()),
        elapsedMs: 0,
        progress: first,
        result: null,
        error: null,
      },
      abort: new AbortController(),
      begun,
      due: null,
      done: Promise.resolve(),
    };
    this.#jobs.set(jobId, job);
    this.#forget();
    this.#tell(job, {});
    job.done = this.#run(job, work);
    return jobId;
  }

  async #run(job: Job, work: Work): Promise<void> {
    const context: JobContext = {
      signal: job.abort.signal,
      progress: (progress) => {
        if (job.snapshot.state !== 'running') return;
        job.snapshot = { ...job.snapshot, progress };
        job.due ??= setTimeout(() => {
          job.due = null;
          this.#tell(job, {});
        }, PACE_MS);
      },
    };
    try {
      const result = await work(context);
      this.#end(job, { state: 'done', result });
    } catch (error) {
      const known = job.abort.signal.aborted
        ? new TieoutError('cancelled', 'Cancelled; what was committed stays.', {}, { cause: error })
        : asTieoutError(error);
      this.#end(job, { state: known.code === 'cancelled' ? 'cancelled' : 'failed', error: known.toShape() });
    }
  }

  #end(job: Job, change: Partial<JobSnapshot>): void {
    if (job.due) clearTimeout(job.due);
    job.due = null;
    this.#tell(job, change);
  }

  #tell(job: Job, change: Partial<JobSnapshot>): void {
    const elapsedMs = Math.round(this.#parts.clock.monotonic() - job.begun);
    job.snapshot = { ...job.snapshot, ...change, seq: job.snapshot.seq + 1, elapsedMs };
    this.#parts.onSnapshot(job.snapshot);
  }

  #forget(): void {
    const ended = [...this.#jobs].filter(([, job]) => job.snapshot.state !== 'running');
    for (const [id] of ended.slice(0, Math.max(0, ended.length - KEPT))) this.#jobs.delete(id);
  }

  status(jobId: string): JobSnapshot | null {
    return this.#jobs.get(jobId)?.snapshot ?? null;
  }

  list(): readonly JobSnapshot[] {
    return [...this.#jobs.values()].map((job) => job.snapshot);
  }

  /** An unknown or ended job is no error: it has what was asked for. */
  cancel(jobId: string): void {
    this.#jobs.get(jobId)?.abort.abort(new TieoutError('cancelled', 'Cancelled by the analyst.'));
  }

  /** Cancels whatever runs and waits for it. */
  async stop(): Promise<void> {
    for (const job of this.#jobs.values())
      job.abort.abort(new TieoutError('cancelled', 'Tieout is closing.'));
    await Promise.all([...this.#jobs.values()].map((job) => job.done));
  }
}
