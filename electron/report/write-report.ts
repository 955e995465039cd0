/** Exports a month's reconciliation with a manifest of hashes, and records the export in the audit chain. */
import { basename, dirname } from 'node:path';
import type { ReportEvent } from '../../shared/events.ts';
import type { Month } from '../../shared/month.ts';
import type { ReportFormat, ReportSheetId } from '../../shared/report.ts';
import { type Clock, isoTime } from '../clock.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { manifestText } from './manifest.ts';
import { ReportData } from './report-data.ts';
import { EVERY_SHEET, mainPath, planReport } from './report-plan.ts';
import { refuseExisting, SafeFiles, type WrittenFile } from './safe-file.ts';

export interface ReportParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
}

export interface ReportRequest {
  readonly month: Month;
  readonly format: ReportFormat;
  /** A file; for CSV its sheets lie beside it. Without an extension, a folder. */
  readonly out: string;
  /** What a workbook or CSV files are to have; not given: everything. */
  readonly sheets?: ReadonlySet<ReportSheetId>;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

/** Rows between two words of progress. */
const PACE_BYTES = 1024 * 1024;

/** The pieces, with word of how much was written. */
async function* counted(
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<string | Uint8Array> {
  let bytes = 0;
  let told = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes - told >= PACE_BYTES) {
      told = bytes;
      onBytes(bytes);
    }
    yield piece;
  }
}

/**
 * @returns the report's own file first, its manifest last.
 * @throws TieoutError `nothing-to-do`, `file-exists`, `file-unreadable`, `workspace-full`. Nothing is written then.
 */
export async function writeReport(
  parts: ReportParts,
  request: ReportRequest,
): Promise<readonly ReportEvent[]> {
  const { database, evidence } = parts.workspace;
  const { month, format, signal, onProgress } = request;
  onProgress('Reading the reconciliation', 0, null);
  const data = await ReportData.of(database, month, evidence);
  const main = mainPath(request.out, month, format);
  const planned = planReport(data, format, main, request.sheets ?? EVERY_SHEET, signal);
  const manifestPath = `${main}.manifest.json`;
  refuseExisting([...planned.map(({ path }) => path), manifestPath], request.overwrite);

  const safe = new SafeFiles(request.overwrite, signal);
  const files: WrittenFile[] = [];
  try {
    for (const { path, pieces } of planned) {
      const name = basename(path);
      const say = (bytes: number): void =>
        onProgress(`Writing ${name}, ${Math.round(bytes / PACE_BYTES)} MB`, files.length, planned.length + 1);
      onProgress(`Writing ${name}`, files.length, planned.length + 1);
      files.push(await safe.write(path, counted(pieces, say)));
    }
    onProgress('Writing the manifest', files.length, planned.length + 1);
    files.push(await safe.write(manifestPath, [manifestText(data.head, files)]));
    signal.throwIfAborted();
    await safe.place();
  } finally {
    await safe.discard();
  }

  const at = isoTime(parts.clock.now());
  await database.transaction(async (tx) => {
    const seq = await appendAudit(tx, {
      at,
      actor: parts.actor,
      type: 'report.export',
      payload: {
        month,
        recon_id: data.head.recon_id,
        format,
        folder: dirname(manifestPath),
        files: files.map(({ path, sha256 }) => `${sha256}  ${basename(path)}`),
        recon_sha256: data.head.recon_sha256,
        read_until: data.head.read_until.sha256,
      },
    });
    for (const { path, sha256 } of files) {
      await tx.run('INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?)', [
        seq,
        month,
        data.head.recon_id,
        path,
        format,
        sha256,
        at,
      ]);
    }
  });
  return files.map(({ path, sha256 }) => ({ type: 'report', path, sha256 }));
}
