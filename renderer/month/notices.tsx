/** What the analyst must not overlook: it stands above the tables until it is no longer so. */
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { JobSnapshot } from '../../shared/jobs.ts';
import type { MonthView, RunView } from '../../shared/views.ts';
import { JOB_NAMES } from '../frame/finished-text.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { Notice } from '../ui/notice.tsx';
import { count, counted } from '../ui/quantity.ts';
import type { MonthActions } from './actions.ts';
import { VerifyDifferences } from './verify-differences.tsx';

interface NoticesProps {
  readonly view: MonthView;
  readonly running: JobSnapshot | null;
  readonly ended: JobSnapshot | null;
  readonly verified: JobSnapshot | null;
  readonly actions: MonthActions;
  readonly onDeadLetters: () => void;
}

export function Notices({ view, running, ended, verified, actions, onDeadLetters }: NoticesProps) {
  const [dismissed, setDismissed] = useState<string | null>(null);
  const { run, currentRun, recon } = view;
  const shown = currentRun ?? run;
  const dead = shown ? shown.deadLetters.open + shown.deadLetters.discarded : 0;
  const problem = running === null && ended && ended.jobId !== dismissed ? ended : null;
  const dismiss = () => setDismissed(problem?.jobId ?? null);
  const differences = verified?.result?.kind === 'verify' ? verified.result.verify.differences : [];

  return (
    <div className="notices">
      {actions.error && <ErrorNotice error={actions.error} onDismiss={actions.dismissError} />}
      {problem?.error && problem.state === 'failed' && (
        <ErrorNotice error={problem.error} onDismiss={dismiss} />
      )}
      {problem?.state === 'cancelled' && (
        <Notice tone="info" onDismiss={dismiss}>
          {JOB_NAMES[problem.kind]} cancelled.{' '}
          {problem.progress.kind === 'sync'
            ? `${counted(problem.progress.pages, 'page')} with ${counted(problem.progress.records, 'record')} are committed; Sync resumes after them.`
            : 'Nothing was changed.'}
        </Notice>
      )}
      {running === null && run && problem === null && <Unfinished run={run} currentRun={currentRun} />}
      {shown && dead > 0 && (
        <Notice
          tone="warn"
          actions={
            <Button className="button small" onPress={onDeadLetters}>
              Show dead letters
            </Button>
          }
        >
          <strong>{counted(dead, 'dead letter')}</strong> among the {counted(shown.records, 'record')} of this
          run ({deadLettersWords(shown)}), in no total and in no comparison.
        </Notice>
      )}
      {recon && view.reconStale && (
        <Notice
          tone="warn"
          actions={
            <Button
              className="button small"
              isDisabled={actions.reconcile.disabled}
              onPress={actions.reconcile.act}
            >
              Reconcile again
            </Button>
          }
        >
          <strong>The reconciliation is stale:</strong> a run or an extract is newer than it. Totals, breaks
          and reports still show the older comparison.
        </Notice>
      )}
      {shown && shown.warnings.length > 0 && <Warnings warnings={shown.warnings} />}
      {differences.length > 0 && <VerifyDifferences differences={differences} by="the last verification" />}
    </div>
  );
}

function deadLettersWords({ deadLetters: { open, retried, discarded } }: RunView): string {
  return [
    `${count(open)} open`,
    ...(discarded > 0 ? [`${count(discarded)} discarded`] : []),
    ...(retried > 0 ? [`${count(retried)} more retried and committed`] : []),
  ].join(', ');
}

function Unfinished({ run, currentRun }: { readonly run: RunView; readonly currentRun: RunView | null }) {
  if (run.state === 'done' || run.state === 'running') return null;
  return (
    <Notice tone={run.state === 'failed' ? 'bad' : 'info'}>
      <strong>
        The last sync{' '}
        {run.state === 'interrupted'
          ? 'was interrupted'
          : run.state === 'failed'
            ? 'failed'
            : 'was cancelled'}
      </strong>{' '}
      after {counted(run.pages, 'committed page')}; Sync resumes there.{' '}
      {run.error && <span>{run.error} </span>}
      {currentRun && 'Totals and comparison show the last finished run.'}
    </Notice>
  );
}

function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  const [first] = warnings;
  if (warnings.length === 1) return <Notice tone="warn">{first}</Notice>;
  return (
    <Notice tone="warn">
      <details>
        <summary>{counted(warnings.length, 'warning')} in this run</summary>
        <ul>
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      </details>
    </Notice>
  );
}
