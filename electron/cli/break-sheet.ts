/** Breaks to a workbook and back. */
import { resolve } from 'node:path';
import { TieoutError } from '../../shared/errors.ts';
import { type BreakOptions, breakFilter } from './break-options.ts';
import { many } from './count-words.ts';
import type { CommonOptions, Session } from './session.ts';

const nothing = (): void => {};

export interface SheetExportOptions extends BreakOptions {
  readonly out: string;
  readonly overwrite?: boolean;
}

export async function breaksExport(session: Session, options: SheetExportOptions): Promise<number> {
  const filter = breakFilter(options);
  const app = await session.app();
  const { path, sha256, breaks } = await app.breaks.exportSheet({
    filter,
    out: options.out,
    overwrite: options.overwrite ?? false,
    signal: session.signal,
    onProgress: nothing,
  });
  session.out.event(
    { type: 'break-sheet', path, sha256, breaks },
    `${path}  ${many(breaks, 'break')}  ${sha256}`,
  );
  return 0;
}

export interface SheetImportOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly skipBad?: boolean;
}

/** Ends with 2 where a row has a fault, in a dry run too; with `--skip-bad` the good rows are applied and it ends with 0. */
export async function breaksImport(
  session: Session,
  file: string,
  options: SheetImportOptions,
): Promise<number> {
  const app = await session.app();
  const path = resolve(file);
  const asked = { path, skipBad: options.skipBad ?? false, signal: session.signal, onProgress: nothing };
  // Shown whole before anything is done: every fault, every change.
  const preview = await app.breaks.importSheet({ ...asked, dryRun: true });
  for (const { row, column, message } of preview.faults)
    session.out.event({ type: 'sheet-fault', row, column, message }, `row ${row}, ${column} ${message}`);
  for (const { row, breakId, act, from, to } of preview.changes)
    session.out.event(
      { type: 'sheet-change', row, break_id: breakId, act, from, to },
      `row ${row}  ${breakId}  ${act}  ${from || '-'} -> ${to || '-'}`,
    );
  const dryRun = options.dryRun ?? false;
  const result = dryRun ? preview : await app.breaks.importSheet({ ...asked, dryRun: false });
  const faults = result.faults.length;
  session.out.event(
    {
      type: 'break-import',
      ...{
        file,
        rows: result.rows,
        changes: result.changes.length,
        faults,
        applied: result.applied,
        dry_run: dryRun,
      },
    },
    `${many(result.rows, 'row')}, ${many(result.changes.length, 'change')}, ${many(faults, 'fault')}; ${dryRun ? 'nothing was applied' : `${many(result.applied, 'break')} changed`}`,
  );
  if (dryRun && faults > 0 && !asked.skipBad)
    throw new TieoutError(
      'sheet-invalid',
      `${file} has ${many(faults, 'fault')}; put them right before it is imported.`,
      { file },
    );
  return 0;
}
