import { useMutation, useQuery } from '@tanstack/react-query';
import { Archive, FileCheck2, PackageCheck } from 'lucide-react';
import type { Month } from '../../shared/month.ts';
import type { MonthProps } from '../frame/shown-month.ts';
import { SHORTCUTS } from '../month/actions.ts';
import { jobsQuery } from '../month/queries.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { MonthField } from '../ui/month-field.tsx';
import { JobLine } from '../ui/progress-line.tsx';
import { PackResult } from './pack-result.tsx';
import { checkPack, writePack } from './queries.ts';
import { RetentionPane } from './retention-pane.tsx';

/** Evidence packs, written and checked, and how long months are kept. */
export function PacksScreen({ month, known, onMonth }: MonthProps) {
  return (
    <main className="screen packs" aria-label="Evidence">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is no toolbar */}
      <div className="toolbar" role="group" aria-label="Month">
        <MonthField
          value={month}
          onChange={onMonth}
          known={known}
          previousShortcut={SHORTCUTS.previousMonth}
          nextShortcut={SHORTCUTS.nextMonth}
        />
      </div>
      <Packs month={month} />
      <RetentionPane />
    </main>
  );
}

function Packs({ month }: { readonly month: Month }) {
  const jobs = useQuery(jobsQuery);
  const check = useMutation(checkPack);
  const write = useMutation(writePack);
  const checked = jobs.data?.findLast(({ kind }) => kind === 'pack-check') ?? null;
  const writing =
    jobs.data?.findLast((job) => job.kind === 'report' && job.state === 'running' && job.month === month) ??
    null;
  const error = check.error ?? write.error;
  return (
    <section className="packs-part" aria-label="Evidence packs">
      <header className="packs-head">
        <h1>Evidence packs</h1>
        <ActionButton
          label={`Write the pack of ${month}`}
          hint="One zip with the report, the raw pages, the extracts, the rules, the audit chain and a verifier"
          icon={Archive}
          isPending={write.isPending}
          isDisabled={writing !== null}
          onPress={() => write.mutate(month)}
        />
        <ActionButton
          label="Check a pack"
          hint="Work everything in a pack again: hashes, audit chain, totals, matches and breaks"
          icon={FileCheck2}
          primary
          isPending={check.isPending}
          isDisabled={checked?.state === 'running'}
          onPress={() => check.mutate()}
        />
      </header>
      {error && (
        <ErrorNotice
          error={error}
          onDismiss={() => {
            check.reset();
            write.reset();
          }}
        />
      )}
      {writing && <JobLine job={writing} />}
      {checked?.state === 'running' ? (
        <JobLine job={checked} />
      ) : checked?.error ? (
        <ErrorNotice error={checked.error} />
      ) : checked?.result?.kind === 'pack-check' ? (
        <PackResult pack={checked.result.pack} />
      ) : (
        <Empty icon={PackageCheck} title="No pack was checked yet">
          <p>
            A pack is checked from its own bytes, as the verify.py in it does on a machine that has only
            Python. Nothing of this workspace is used.
          </p>
        </Empty>
      )}
    </section>
  );
}
