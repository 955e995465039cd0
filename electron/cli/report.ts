/** `tieout report`: the reconciliation of a month as files that others can check. */
import { TieoutError } from '../../shared/errors.ts';
import { isReportSheet, REPORT_FORMATS, REPORT_SHEETS, type ReportSheetId } from '../../shared/report.ts';
import { reportSchemaText } from '../report/report-document.ts';
import { packCommand } from './pack.ts';
import { ProgressBar } from './progress-bar.ts';
import { type CommonOptions, monthOption, type Session } from './session.ts';
import { inSmallHeap } from './small-heap.ts';
import { inWords } from './wording.ts';

export interface ReportOptions extends CommonOptions {
  readonly month?: string;
  readonly format?: string;
  readonly out?: string;
  readonly sheets?: string;
  readonly overwrite?: boolean;
  readonly schema?: boolean;
}

/** @throws TieoutError `usage`. */
function sheetsOption(text: string): ReadonlySet<ReportSheetId> {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const strange = names.find((name) => !isReportSheet(name));
  if (strange !== undefined || names.length === 0) {
    throw new TieoutError(
      'usage',
      `--sheets has "${strange ?? ''}"; the sheets are ${REPORT_SHEETS.join(', ')}.`,
    );
  }
  return new Set(names.filter(isReportSheet));
}

function needed(value: string | undefined, option: string): string {
  if (value !== undefined) return value;
  throw new TieoutError('usage', `required option '${option}' not specified; see tieout report --help.`);
}

export async function reportCommand(session: Session, options: ReportOptions): Promise<number> {
  const { out } = session;
  if (options.schema) {
    const text = reportSchemaText().trimEnd();
    if (out.options.json) out.event({ type: 'report-schema', schema: JSON.parse(text) });
    else out.result(text);
    return 0;
  }
  const month = monthOption(needed(options.month, '--month <YYYY-MM>'));
  const named = needed(options.format, '--format <format>');
  const path = needed(options.out, '--out <path>');
  if (named === 'pack')
    return await packCommand(session, { month, out: path, overwrite: options.overwrite ?? false });
  const format = REPORT_FORMATS.find((name) => name === named);
  if (!format) {
    throw new TieoutError(
      'usage',
      named.toLowerCase() === 'eqr'
        ? 'Power sales in the form of an EQR have a command of their own: tieout eqr --month YYYY-MM --out FILE.'
        : `--format is "${named}", not one of ${[...REPORT_FORMATS, 'pack'].join(', ')}.`,
    );
  }
  const sheets = options.sheets === undefined ? null : sheetsOption(options.sheets);
  if (sheets && format !== 'xlsx' && format !== 'csv') {
    throw new TieoutError('usage', `--sheets is for xlsx and csv; a ${format} report is always whole.`);
  }
  const app = await session.app();
  const bar = new ProgressBar(out, 1);
  const files = await inSmallHeap(() =>
    app.report({
      month,
      format,
      out: path,
      ...(sheets === null ? {} : { sheets }),
      overwrite: options.overwrite ?? false,
      signal: session.signal,
      onProgress: (step, done, total) => {
        if (out.live) bar.show(total === null ? 0 : done / total, step);
      },
    }),
  );
  bar.end();
  for (const event of files) out.event(event, inWords(event));
  return 0;
}
