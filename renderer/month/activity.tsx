/** The line that says what is going on, or what came of it last. */
import { CircleAlert, CircleCheck, CircleDashed, CirclePause, LoaderCircle } from 'lucide-react';
import { Label } from 'react-aria-components/Label';
import { ProgressBar } from 'react-aria-components/ProgressBar';
import type { JobSnapshot, StepProgress } from '../../shared/jobs.ts';
import type { RunView } from '../../shared/views.ts';
import { JOB_NAMES } from '../frame/finished-text.ts';
import { byteSize, count } from '../ui/quantity.ts';
import { localTime } from '../ui/zoned-time.ts';
import { Figure } from './figure.tsx';
import { SyncActivity } from './sync-activity.tsx';

interface ActivityProps {
  readonly running: JobSnapshot | null;
  readonly cancelling: boolean;
  readonly run: RunView | null;
  /** True where the run is not the newest one. */
  readonly past: boolean;
  readonly month: string;
}

export function Activity({ running, cancelling, run, past, month }: ActivityProps) {
  if (running?.progress.kind === 'sync') {
    return <SyncActivity job={running} progress={running.progress} cancelling={cancelling} />;
  }
  if (running?.progress.kind === 'steps') {
    return <StepActivity job={running} progress={running.progress} cancelling={cancelling} />;
  }
  return run ? <LastRun run={run} past={past} /> : <NoRun month={month} />;
}

interface StepActivityProps {
  readonly job: JobSnapshot;
  readonly progress: StepProgress;
  readonly cancelling: boolean;
}

/** What a job is at, with its bar. */
export function StepActivity({ job, progress, cancelling }: StepActivityProps) {
  const { step, done, total } = progress;
  const known = total !== null && total > 0;
  return (
    <section className="activity" aria-label="Activity" data-running>
      <LoaderCircle aria-hidden className="icon spinning" />
      <ProgressBar
        className="progress"
        isIndeterminate={!known}
        {...(known && { value: done, maxValue: total })}
      >
        {({ percentage }) => (
          <>
            <Label>
              <strong>{cancelling ? 'Cancelling' : JOB_NAMES[job.kind]}</strong> {step}
            </Label>
            <span className="progress-track">
              <span
                className="progress-bar"
                style={{ width: `${percentage ?? 30}%` }}
                data-unknown={!known || undefined}
              />
            </span>
            <span className="figure">
              {count(done)}
              {total !== null && ` of ${count(total)}`}
            </span>
          </>
        )}
      </ProgressBar>
    </section>
  );
}

const RUN_STATES = {
  running: { icon: LoaderCircle, tone: 'none', text: 'Run in progress' },
  done: { icon: CircleCheck, tone: 'ok', text: 'Last run finished' },
  failed: { icon: CircleAlert, tone: 'bad', text: 'Last run failed' },
  cancelled: { icon: CirclePause, tone: 'warn', text: 'Last run cancelled' },
  interrupted: { icon: CirclePause, tone: 'warn', text: 'Last run interrupted' },
} as const;

function LastRun({ run, past }: { readonly run: RunView; readonly past: boolean }) {
  const { icon: Icon, tone, text } = RUN_STATES[run.state];
  const dead = run.deadLetters.open + run.deadLetters.discarded;
  const deltas = [
    [run.added, 'added'],
    [run.changed, 'changed'],
    [run.removed, 'removed'],
  ] as const;
  return (
    <section className="activity" aria-label="Activity">
      <span className="mark" data-tone={tone}>
        <Icon aria-hidden className="icon" />
        <strong>{past ? text.replace('Last run', 'Run') : text}</strong>
      </span>
      <span
        title={`${run.endedAt ?? run.startedAt}, from ${run.connection}, correlation id ${run.correlationId}`}
      >
        {localTime(run.endedAt ?? run.startedAt)}
      </span>
      <Figure name="pages">{count(run.pages)}</Figure>
      <Figure name="records">{count(run.records)}</Figure>
      <Figure name="committed">{count(run.committed)}</Figure>
      <Figure name={dead === 1 ? 'dead letter' : 'dead letters'} bad={dead > 0}>
        {count(dead)}
      </Figure>
      <Figure name={run.retries === 1 ? 'retry' : 'retries'}>{count(run.retries)}</Figure>
      <Figure name="received">{byteSize(run.bytes)}</Figure>
      {deltas.map(([value, name]) =>
        value === null ? null : (
          <Figure key={name} name={name}>
            {count(value)}
          </Figure>
        ),
      )}
    </section>
  );
}

function NoRun({ month }: { readonly month: string }) {
  return (
    <section className="activity" aria-label="Activity">
      <span className="mark" data-tone="none">
        <CircleDashed aria-hidden className="icon" />
        <strong>{month} was not synced yet</strong>
      </span>
      <span className="quiet-text">Sync reads it from the vendor.</span>
    </section>
  );
}
