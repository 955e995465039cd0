/** The channels of reports: what one would have, writing it, and what was written. */
import { join } from 'node:path';
import type { Topic } from '../../shared/contract.ts';
import { TieoutError } from '../../shared/errors.ts';
import { type Month, parseMonth, quarterOf } from '../../shared/month.ts';
import { writeEqr } from '../compliance/eqr.ts';
import type { Handlers } from '../ipc.ts';
import type { Asks } from '../jobs/asks.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { ReportData } from '../report/report-data.ts';
import { PastExports, previewReport, previewSheet } from '../report/report-preview.ts';
import type { Workbench } from '../workbench.ts';
import type { Dialogs } from './dialogs.ts';

type ReportChannel =
  | 'report.start'
  | 'report.eqr'
  | 'report.reveal'
  | 'report.open'
  | 'report.preview'
  | 'report.sheet'
  | 'report.pages'
  | 'report.print'
  | 'report.list';

interface ReportHandlerParts {
  readonly workbench: Pick<Workbench, 'app'>;
  readonly jobs: Jobs;
  readonly asks: Asks;
  readonly dialogs: Pick<Dialogs, 'saveReport' | 'reveal' | 'open' | 'print'>;
  readonly changed: (topics: readonly Topic[]) => void;
}

function monthOf(text: string): Month {
  const month = parseMonth(text);
  if (month === null) throw new TieoutError('month-invalid', `"${text}" is no month.`, { month: text });
  return month;
}

/** Rows of a sheet that are shown before it is written. */
const SHOWN_ROWS = 25;

export function reportHandlers(parts: ReportHandlerParts): Pick<Handlers, ReportChannel> {
  const { workbench, jobs, asks, dialogs, changed } = parts;
  const past = new PastExports();

  /** Only what was exported here is shown or opened: the renderer names no other path. */
  async function exported(month: string, path: string): Promise<string> {
    const { database } = (await workbench.app()).workspace;
    const known = await database.row('SELECT path FROM report WHERE month = ? AND path = ? LIMIT 1', [
      month,
      path,
    ]);
    if (known) return known.text('path');
    throw new TieoutError('file-not-found', `${path} is no report of ${month}.`, { path });
  }

  return {
    'report.start': async ({ month, format, sheets }) => {
      const app = await workbench.app();
      const out = await dialogs.saveReport(join(app.workspace.reports, `tieout-${month}.${format}`), format);
      if (out === null) return null;
      const begun = { kind: 'steps', step: 'Writing the report', done: 0, total: null } as const;
      const jobId = jobs.start('report', month, begun, async (context) => {
        const files = await app.report({
          month: monthOf(month),
          format,
          out,
          ...(sheets === null ? {} : { sheets: new Set(sheets) }),
          overwrite: true,
          signal: context.signal,
          onProgress: (step, done, total) => context.progress({ kind: 'steps', step, done, total }),
        });
        changed(['month']);
        return { kind: 'report', files };
      });
      return { jobId };
    },
    'report.eqr': async ({ month, span }) => {
      const app = await workbench.app();
      const quarter = quarterOf(monthOf(month));
      const [name, months] = span === 'month' ? [month, [monthOf(month)]] : [quarter.name, quarter.months];
      const out = await dialogs.saveReport(join(app.workspace.reports, `eqr-${name}.csv`), 'csv');
      if (out === null) return null;
      const begun = { kind: 'steps', step: `Writing the EQR of ${name}`, done: 0, total: null } as const;
      const jobId = jobs.start('report', month, begun, async ({ signal }) => {
        const request = { months, out, seller: null, overwrite: true, signal };
        const files = await writeEqr(app.compliance, request);
        changed(['month']);
        return { kind: 'report', files };
      });
      return { jobId };
    },
    'report.reveal': async ({ month, path }) => {
      dialogs.reveal(await exported(month, path));
      return null;
    },
    'report.open': async ({ month, path }) => {
      const refused = await dialogs.open(await exported(month, path));
      if (refused === '') return null;
      throw new TieoutError(
        'file-unreadable',
        `The system has no program that opens ${path} (${refused}); show it in its folder, and print it from a machine that has one.`,
        { path },
      );
    },
    'report.preview': async ({ month, askId }) => {
      const { workspace } = await workbench.app();
      const of = monthOf(month);
      return asks.answer(askId, (context) => previewReport(workspace, of, context));
    },
    'report.sheet': async ({ month, sheet, askId }) => {
      const { workspace } = await workbench.app();
      const of = monthOf(month);
      return asks.answer(askId, (context) => previewSheet(workspace, of, sheet, SHOWN_ROWS, context));
    },
    'report.pages': async ({ month, askId }) => {
      const { workspace } = await workbench.app();
      const of = monthOf(month);
      return asks.answer(askId, async ({ signal, onProgress }) => {
        onProgress('Reading the reconciliation', 0, null);
        const data = await ReportData.of(workspace.database.until(signal), of, workspace.evidence);
        onProgress('Drawing the pages', 0, null);
        const { pdfPages } = await import('../report/pdf/pdf-report.ts');
        return await pdfPages(data, signal);
      });
    },
    'report.print': async () => {
      const failure = await dialogs.print();
      if (failure === '') return null;
      throw new TieoutError(
        'print-failed',
        `The system did not print (${failure}); write the report as a PDF and print that from a program of the system.`,
        {},
      );
    },
    'report.list': async ({ month }) => past.list((await workbench.app()).workspace.database, monthOf(month)),
  };
}
