/** Brings a ledger extract into the workspace: whole or not at all, with its file as evidence and its control totals. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { TieoutError } from '../../shared/errors.ts';
import type { ImportEvent } from '../../shared/events.ts';
import type { Month } from '../../shared/month.ts';
import { type Clock, isoTime } from '../clock.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import { ledgerColumns } from '../workspace/ledger-columns.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { typedExtract } from './typed-extract.ts';

export interface ImportParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
  readonly newId: () => string;
}

export interface ImportRequest {
  readonly path: string;
  readonly month: Month;
  readonly signal: AbortSignal;
  readonly onProgress: (step: string, done: number, total: number | null) => void;
}

async function readExtract(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new TieoutError(
      missing ? 'file-not-found' : 'file-unreadable',
      `The file ${path} ${missing ? 'does not exist' : 'cannot be read'}; name a CSV extract.`,
      { path },
      { cause: error },
    );
  }
}

/**
 * A file of the same name replaces the month's earlier one; another name adds to it.
 * @throws TieoutError `file-*`, `ledger-encoding`, `ledger-columns`, `ledger-rows` (all bad rows named), `workspace-*`.
 */
export async function importLedger(parts: ImportParts, request: ImportRequest): Promise<ImportEvent> {
  const { workspace, clock } = parts;
  const file = basename(request.path);
  request.onProgress('Reading the extract', 0, null);
  const bytes = await readExtract(request.path);
  const importId = parts.newId();

  const { columns, rows, totals } = await typedExtract(bytes, file, importId, request);
  const { database } = workspace;
  request.signal.throwIfAborted();

  const fileSha256 = await workspace.evidence.put(bytes);
  const same = await database.row(
    'SELECT file_name FROM ledger_import_current WHERE month = ? AND file_sha256 = ? AND file_name <> ?',
    [request.month, fileSha256, file],
  );
  if (same) {
    throw new TieoutError(
      'ledger-rows',
      `${file} is byte for byte the extract ${same.text('file_name')} that ${request.month} already has; importing it would count every posting twice.`,
      { file },
    );
  }
  const at = isoTime(clock.now());
  request.onProgress('Storing the rows', rows.length, rows.length);
  await database.transaction(async (tx) => {
    const seq = await appendAudit(tx, {
      at,
      actor: parts.actor,
      type: 'ledger.import',
      payload: {
        import_id: importId,
        month: request.month,
        file,
        file_sha256: fileSha256,
        rows: rows.length,
        totals: Object.entries(totals).map(([currency, total]) => `${currency} ${total}`),
      },
    });
    await tx.run('INSERT INTO ledger_import VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
      importId,
      seq,
      request.month,
      file,
      fileSha256,
      bytes.length,
      rows.length,
      at,
      parts.actor,
      JSON.stringify(columns),
      JSON.stringify(totals),
    ]);
    const stored = ledgerColumns(rows);
    await tx.append('ledger_row', stored.types, stored.columns);
  });
  return {
    type: 'import',
    at,
    import_id: importId,
    month: request.month,
    file,
    rows: rows.length,
    file_sha256: fileSha256,
    totals: totals,
  };
}
