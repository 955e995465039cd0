/** An edited workbook of breaks applied: every change checked, previewed and audited; where one is wrong, none is made. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { EVERY_BREAK, type SheetChange, type SheetFault, type SheetPreview } from '../../shared/breaks.ts';
import { TieoutError } from '../../shared/errors.ts';
import { isoTime } from '../clock.ts';
import { assertOpen } from '../close/lock.ts';
import type { CloseParts } from '../close/parts.ts';
import { currentSettings } from '../close/settings.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Transaction } from '../workspace/transaction.ts';
import { actBounds, chosenBreaks } from './break-acts.ts';
import { type BreakLine, linesText, storeLines } from './break-lines.ts';
import { planRow } from './sheet-plan.ts';
import { type EditedSheet, readSheet } from './sheet-read.ts';

export interface SheetImport {
  readonly path: string;
  /** Only works out what would change. */
  readonly dryRun: boolean;
  /** Applies the good rows where others have faults. */
  readonly skipBad: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

export interface ImportedSheet extends SheetPreview {
  /** Breaks that were changed; 0 in a dry run. */
  readonly applied: number;
}

const MOST_BYTES = 500_000_000;

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    if (bytes.length <= MOST_BYTES) return bytes;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new TieoutError(
      missing ? 'file-not-found' : 'file-unreadable',
      `The file ${path} ${missing ? 'does not exist' : 'cannot be read'}; name a workbook of tieout breaks export.`,
      { path },
      { cause: error },
    );
  }
  throw new TieoutError('file-unreadable', `The file ${path} is larger than any workbook of breaks.`, {
    path,
  });
}

interface Planned {
  readonly changes: readonly SheetChange[];
  readonly lines: readonly BreakLine[];
  readonly faults: readonly SheetFault[];
}

/** Rows whose sheet has no fault of its form, held against the breaks in the transaction. */
async function planned(tx: Transaction, parts: CloseParts, sheet: EditedSheet): Promise<Planned> {
  const { settings } = await currentSettings(tx);
  const ids = sheet.rows.map(({ cell }) => cell('break_id'));
  const chosen = await chosenBreaks(tx, { filter: EVERY_BREAK, ids }, parts.clock.now());
  const bounds = await actBounds(tx, settings, chosen);
  const breaks = new Map(chosen.map((one) => [one.row.breakId, one]));
  const locks = new Map<string, string | null>();
  for (const month of new Set(chosen.map(({ row }) => row.month))) {
    const lock = await assertOpen(tx, month).then(
      () => null,
      (error: unknown) => {
        if (error instanceof TieoutError && error.code === 'month-locked') return error.message;
        throw error;
      },
    );
    locks.set(month, lock);
  }
  const changes: SheetChange[] = [];
  const lines: BreakLine[] = [];
  const faults: SheetFault[] = [...sheet.faults];
  const bad = new Set(sheet.faults.map(({ row }) => row));
  const seen = new Map<string, number>();
  for (const row of sheet.rows) {
    const id = row.cell('break_id');
    const before = seen.get(id);
    if (before !== undefined) {
      faults.push({ row: row.row, column: 'break_id', message: `${id} stands in row ${before} already` });
      continue;
    }
    seen.set(id, row.row);
    const aside = bad.has(row.row) ? { limits: bounds.limits.aside() } : {};
    const plan = planRow(row, {
      ...{ settings, bounds: { ...bounds, ...aside }, actor: parts.actor, breaks },
      lockOf: (month) => locks.get(month) ?? null,
      clean: (text) => parts.redactor.redact(text),
    });
    faults.push(...plan.faults);
    if (plan.faults.length > 0 || bad.has(row.row)) continue;
    changes.push(...plan.changes);
    lines.push(...plan.lines);
  }
  return { changes, lines, faults: faults.sort((a, b) => a.row - b.row) };
}

/** Faults that are told in the sentence; all are in the details. */
const TOLD = 3;

function refusedSheet(file: string, faults: readonly SheetFault[]): TieoutError {
  const words = faults.map(({ row, column, message }) => `row ${row}, ${column} ${message}`);
  const more = faults.length > TOLD ? `; and ${faults.length - TOLD} more` : '';
  return new TieoutError(
    'sheet-invalid',
    `${file} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}, so nothing of it was applied: ${words.slice(0, TOLD).join('; ')}${more}; put them right, or leave those rows out with --skip-bad.`,
    { file, faults: words },
  );
}

/** @throws TieoutError `file-*`, `workbook-invalid`, `sheet-invalid` with every fault, `nothing-to-do`. */
export async function importBreaks(parts: CloseParts, request: SheetImport): Promise<ImportedSheet> {
  const { workspace, actor } = parts;
  const file = basename(request.path);
  request.onProgress('Reading the workbook', 0, null);
  const bytes = await readBytes(request.path);
  const sheet = await readSheet(bytes, file, request.signal);
  request.onProgress('Checking what was edited', 0, sheet.rows.length);
  if (request.dryRun) {
    const { changes, faults } = await workspace.database.scratch(
      (tx) => planned(tx, parts, sheet),
      request.signal,
    );
    return { rows: sheet.rows.length, changes, faults, applied: 0 };
  }
  const sheetSha256 = await workspace.evidence.put(bytes);
  return workspace.database.transaction(async (tx) => {
    request.signal.throwIfAborted();
    const { changes, lines, faults } = await planned(tx, parts, sheet);
    if (faults.length > 0 && !request.skipBad) throw refusedSheet(file, faults);
    if (lines.length === 0) {
      throw new TieoutError(
        'nothing-to-do',
        `${file} changes nothing${faults.length > 0 ? ' that could be applied' : ''}; edit it, save it, and import it again.`,
        { file },
      );
    }
    const at = isoTime(parts.clock.now());
    const applied = new Set(lines.map(({ breakId }) => breakId)).size;
    const digest = await workspace.evidence.put(Buffer.from(linesText(lines)));
    const seq = await appendAudit(tx, {
      at,
      actor,
      type: 'break.import',
      payload: {
        months: [...new Set(lines.map(({ month }) => month))].sort(),
        file,
        file_sha256: sheetSha256,
        rows: sheet.rows.length,
        breaks: applied,
        changes: lines.length,
        faults: faults.length,
        acts_sha256: digest,
      },
    });
    await storeLines(tx, { seq, at, actor }, lines, request);
    return { rows: sheet.rows.length, changes, faults, applied };
  });
}
