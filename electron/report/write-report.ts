/** Exports a month's reconciliation with a manifest of hashes, and records the export in the audit chain. */
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { ReportEvent } from '../../shared/events.ts';
import type { Month } from '../../shared/month.ts';
import { type Clock, isoTime } from '../clock.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { csvSheets } from './csv-report.ts';
import { jsonReport } from './json-report.ts';
import { ReportData } from './report-data.ts';
import { refuseExisting, type WrittenFile, writeFileSafely } from './safe-file.ts';

export const REPORT_FORMATS = ['csv', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

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
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

interface Planned {
  readonly path: string;
  readonly pieces: AsyncIterable<string>;
}

function plan(data: ReportData, request: ReportRequest): readonly Planned[] {
  const wished = resolve(request.out);
  const main = extname(wished) === '' ? join(wished, `tieout-${request.month}.${request.format}`) : wished;
  if (request.format === 'json') return [{ path: main, pieces: jsonReport(data) }];
  const extension = extname(main);
  const stem = basename(main, extension);
  return csvSheets(data).map(({ name, pieces }) => ({
    path: name === '' ? main : join(dirname(main), `${stem}.${name}${extension}`),
    pieces,
  }));
}

function manifest(data: ReportData, files: readonly WrittenFile[]): string {
  const { head } = data;
  const document = {
    format: 'tieout-manifest-1',
    month: head.month,
    preparer: head.preparer,
    reconciled_at: head.reconciled_at,
    app_version: head.app_version,
    control: {
      pages: head.source.pages,
      records: head.source.records,
      rejected: head.source.rejected,
      committed: head.source.committed,
      dead_letters: head.source.dead_letters,
      matched: head.matched,
      breaks: head.breaks,
      pending: head.pending,
      etrm_total: head.etrm_total,
      ledger_total: head.ledger_total,
    },
    hashes: {
      run_sha256: head.source.run_sha256,
      recon_sha256: head.recon_sha256,
      rules_sha256: head.rules_sha256,
      audit_head: head.audit_head,
      extracts: head.extracts.map(({ file, sha256 }) => ({ file, sha256 })),
    },
    files: files.map(({ path, sha256, bytes }) => ({ name: basename(path), sha256, bytes })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * @returns the report's own file first, its manifest last.
 * @throws TieoutError `nothing-to-do`, `file-exists`, `file-unreadable`, `workspace-full`.
 */
export async function writeReport(
  parts: ReportParts,
  request: ReportRequest,
): Promise<readonly ReportEvent[]> {
  const { database } = parts.workspace;
  const data = await ReportData.of(database, request.month);
  const planned = plan(data, request);
  const manifestPath = `${planned[0]?.path ?? resolve(request.out)}.manifest.json`;
  refuseExisting([...planned.map(({ path }) => path), manifestPath], request.overwrite);

  const files: WrittenFile[] = [];
  for (const { path, pieces } of planned) {
    request.onProgress(`Writing ${basename(path)}`, files.length, planned.length + 1);
    files.push(await writeFileSafely(path, pieces, request.signal));
  }
  request.onProgress('Writing the manifest', files.length, planned.length + 1);
  files.push(await writeFileSafely(manifestPath, [manifest(data, files)], request.signal));

  const at = isoTime(parts.clock.now());
  await database.transaction(async (tx) => {
    const seq = await appendAudit(tx, {
      at,
      actor: parts.actor,
      type: 'report.export',
      payload: {
        month: request.month,
        recon_id: data.head.recon_id,
        format: request.format,
        folder: dirname(manifestPath),
        files: files.map(({ path, sha256 }) => `${sha256}  ${basename(path)}`),
      },
    });
    for (const { path, sha256 } of files) {
      await tx.run('INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?)', [
        seq,
        request.month,
        data.head.recon_id,
        path,
        request.format,
        sha256,
        at,
      ]);
    }
  });
  return files.map(({ path, sha256 }) => ({ type: 'report', path, sha256 }));
}
