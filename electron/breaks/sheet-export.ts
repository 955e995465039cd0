/** Breaks as a workbook, to be edited by many hands and imported again. */
import { resolve } from 'node:path';
import type { BreakFilter } from '../../shared/breaks.ts';
import { isoTime } from '../clock.ts';
import type { CloseParts } from '../close/parts.ts';
import { currentSettings } from '../close/settings.ts';
import { refuseExisting, type WrittenFile, writeFileSafely } from '../report/safe-file.ts';
import type { SheetPlan } from '../workbook/plan.ts';
import { workbook } from '../workbook/writer.ts';
import type { Cell } from '../workbook/writer-cells.ts';
import type { BreakBook } from './break-book.ts';
import { EDITED_TITLES, SHEET_NAME, STAMP_TITLE, sheetColumns } from './sheet-columns.ts';

export interface SheetExport {
  readonly filter: BreakFilter;
  readonly out: string;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

export interface ExportedSheet extends WrittenFile {
  readonly breaks: number;
}

/** @throws TieoutError `file-exists`, `file-unreadable`, `workspace-full`. */
export async function exportBreaks(
  parts: CloseParts,
  book: BreakBook,
  request: SheetExport,
): Promise<ExportedSheet> {
  const path = resolve(request.out);
  refuseExisting([path], request.overwrite);
  const { database } = parts.workspace;
  const { settings } = await currentSettings(database);
  const columns = sheetColumns(settings.reasons.map(({ code }) => code));
  const { total } = await book.window(request.filter, 'delivery', { offset: 0, limit: 1 });
  let breaks = 0;
  async function* rows(): AsyncGenerator<readonly Cell[]> {
    for await (const some of book.all(request.filter)) {
      request.signal.throwIfAborted();
      for (const row of some) yield columns.map(({ value }) => value(row));
      breaks += some.length;
      request.onProgress('Writing the workbook', breaks, total);
    }
  }
  const at = isoTime(parts.clock.now());
  const head = await database.row('SELECT seq, sha256 FROM audit_event ORDER BY seq DESC LIMIT 1');
  const about: readonly (readonly [string, string])[] = [
    ['Exported', at],
    ['By', parts.actor],
    ['Month', request.filter.month ?? 'every month'],
    ['Audit head', `${head?.int('seq') ?? 0} ${head?.text('sha256') ?? ''}`],
    ['To edit', EDITED_TITLES.join(', ')],
    ['Leave as they are', `all other columns; ${STAMP_TITLE} tells whether a break was worked since`],
    [
      'To decide',
      'set decision to resolved, written-off or suppressed, with a reason or a note; open takes it back',
    ],
    ['Then', 'tieout breaks import FILE --dry-run, and without --dry-run'],
  ];
  const sheets: readonly SheetPlan[] = [
    { name: SHEET_NAME, columns, rows: rows() },
    {
      name: 'Reasons',
      columns: [
        { title: 'code', kind: 'text', width: 22 },
        { title: 'meaning', kind: 'text', width: 48 },
      ],
      rows: settings.reasons.map(({ code, text }) => [code, text]),
    },
    {
      name: 'About',
      form: 'page',
      columns: [
        { title: '', kind: 'text', width: 20 },
        { title: '', kind: 'text', width: 90 },
      ],
      rows: about,
    },
  ];
  const plan = {
    title: `Breaks of ${request.filter.month ?? 'every month'}`,
    author: parts.actor,
    createdAt: at,
    sheets,
  };
  const written = await writeFileSafely(path, workbook(plan, request.signal), request.signal);
  return { ...written, breaks };
}
