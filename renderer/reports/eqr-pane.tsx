import { useMutation, useQuery } from '@tanstack/react-query';
import { FileDown } from 'lucide-react';
import { type Month, quarterOf } from '../../shared/month.ts';
import { jobsQuery } from '../month/queries.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { writeEqr } from './queries.ts';

/** Power sales of the month, or of its quarter, in the form of an EQR's transactions. */
export function EqrPane({ month }: { readonly month: Month }) {
  const jobs = useQuery(jobsQuery);
  const write = useMutation(writeEqr);
  const job = jobs.data?.find(({ jobId }) => jobId === write.data?.jobId) ?? null;
  const running = job?.state === 'running';
  const files = job?.result?.kind === 'report' ? job.result.files : [];
  const quarter = quarterOf(month).name;
  return (
    <section className="reports-part" aria-label="EQR">
      <h2>Power sales for the EQR</h2>
      <p className="muted">
        Sales of power and capacity in USD, with the fields of FERC’s Electric Quarterly Report; what the
        records do not say is listed beside the file. It prepares a filing and is none.
      </p>
      <div className="reports-export-head">
        {(['month', 'quarter'] as const).map((span) => (
          <ActionButton
            key={span}
            label={`Write ${span === 'month' ? month : quarter} as EQR`}
            hint="Choose where it goes"
            icon={FileDown}
            isPending={write.isPending && write.variables?.span === span}
            isDisabled={running || write.isPending}
            onPress={() => write.mutate({ month, span })}
          />
        ))}
      </div>
      {write.error && <ErrorNotice error={write.error} onDismiss={() => write.reset()} />}
      {job?.error && <ErrorNotice error={job.error} onDismiss={() => write.reset()} />}
      {files.length > 0 && (
        <ul className="reports-exports">
          {files.map(({ path, sha256 }) => (
            <li key={path}>
              {path} <code className="muted">{sha256}</code>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
