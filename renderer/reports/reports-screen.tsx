import { useMutation, useQuery } from '@tanstack/react-query';
import { FileDown, FileText } from 'lucide-react';
import { useState } from 'react';
import type { Month } from '../../shared/month.ts';
import {
  REPORT_FORMATS,
  REPORT_SHEETS,
  type ReportFormat,
  type ReportPreview,
  type ReportSheetId,
} from '../../shared/report.ts';
import type { MonthProps } from '../frame/shown-month.ts';
import { SHORTCUTS } from '../month/actions.ts';
import { jobsQuery } from '../month/queries.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { MonthField } from '../ui/month-field.tsx';
import { AskedLine, JobLine } from '../ui/progress-line.tsx';
import { EqrPane } from './eqr-pane.tsx';
import { PagesPane } from './pages-pane.tsx';
import { PastExportsPane } from './past-exports.tsx';
import { previewQuery, writeReport } from './queries.ts';
import { SheetPane } from './sheet-pane.tsx';
import { TotalsTable } from './totals-table.tsx';

/** Reports of a month: what one would have, writing it, and those that were written. */
export function ReportsScreen({ month, known, onMonth }: MonthProps) {
  return (
    <main className="screen reports" aria-label="Reports">
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
      <MonthReports key={month} month={month} />
    </main>
  );
}

function MonthReports({ month }: { readonly month: Month }) {
  const preview = useQuery(previewQuery(month));
  if (preview.error?.code === 'nothing-to-do') {
    return (
      <Empty icon={FileText} title={`${month} has not been reconciled`}>
        <p>
          A report tells of a reconciliation. Sync the month, import its ledger extract and reconcile them.
        </p>
      </Empty>
    );
  }
  if (preview.error) return <ErrorNotice error={preview.error} onRetry={() => void preview.refetch()} />;
  if (!preview.data)
    return (
      <section aria-busy="true" aria-label="Reading the reconciliation">
        <AskedLine label="report-preview" what="Reading the reconciliation" />
      </section>
    );
  return (
    <>
      <NewReport preview={preview.data} />
      <PastExportsPane month={month} />
      <EqrPane month={month} />
    </>
  );
}

const FORMAT_WORDS: Readonly<Record<ReportFormat, readonly [string, string]>> = {
  xlsx: ['Workbook', 'for a reviewer: a sheet a table, numbers and dates as such'],
  pdf: ['PDF', 'to read, print and sign: summary, charts, breaks'],
  csv: ['CSV', 'a file a sheet'],
  json: ['JSON', 'for programs; its schema is published'],
};

function NewReport({ preview }: { readonly preview: ReportPreview }) {
  const { month } = preview;
  const jobs = useQuery(jobsQuery);
  const write = useMutation(writeReport);
  const [format, setFormat] = useState<ReportFormat>('xlsx');
  const [chosen, setChosen] = useState<ReadonlySet<ReportSheetId>>(new Set(REPORT_SHEETS));
  const [shown, setShown] = useState<ReportSheetId>('summary');
  const bySheet = format === 'xlsx' || format === 'csv';
  const running =
    jobs.data?.findLast((job) => job.kind === 'report' && job.state === 'running' && job.month === month) ??
    null;

  function choose(id: ReportSheetId, on: boolean): void {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  }

  const sheets = chosen.size === REPORT_SHEETS.length || !bySheet ? null : [...chosen];
  return (
    <section className="reports-part" aria-label="New report">
      <header className="screen-head">
        <h1>Report of {month}</h1>
        <ActionButton
          label="Write the report"
          hint="Choose where it goes; its manifest of hashes lies beside it"
          icon={FileDown}
          primary
          isPending={write.isPending}
          isDisabled={running !== null || (bySheet && chosen.size === 0)}
          onPress={() => write.mutate({ month, format, sheets })}
        />
      </header>
      {write.error && <ErrorNotice error={write.error} onDismiss={() => write.reset()} />}
      {running && <JobLine job={running} />}
      <fieldset className="reports-formats">
        <legend>Format</legend>
        {REPORT_FORMATS.map((name) => (
          <label key={name} className="reports-format">
            <input type="radio" name="format" checked={format === name} onChange={() => setFormat(name)} />
            <strong>{FORMAT_WORDS[name][0]}</strong>
            <span className="muted">{FORMAT_WORDS[name][1]}</span>
          </label>
        ))}
      </fieldset>
      <TotalsTable preview={preview} />
      {format === 'pdf' && <PagesPane month={month} />}
      {format !== 'pdf' && (
        <div className="reports-sheets">
          <ul aria-label="Sheets" className="reports-sheet-list">
            {preview.sheets.map(({ id, title, rows }) => (
              <li key={id} data-current={shown === id || undefined}>
                <input
                  type="checkbox"
                  aria-label={`Write ${title}`}
                  checked={!bySheet || chosen.has(id)}
                  disabled={!bySheet}
                  onChange={(event) => choose(id, event.target.checked)}
                />
                <button type="button" aria-pressed={shown === id} onClick={() => setShown(id)}>
                  <span>{title}</span>
                  <span className="number">{rows === null ? '' : rows.toLocaleString('en-US')}</span>
                </button>
              </li>
            ))}
          </ul>
          <SheetPane month={month} sheet={shown} />
        </div>
      )}
    </section>
  );
}
