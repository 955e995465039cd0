/** Brings a file of curves into the workspace: whole or not at all, with the file as evidence and a hash a snapshot. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { BIGINT, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import { TieoutError } from '../../shared/errors.ts';
import type { CurveImportEvent } from '../../shared/events.ts';
import type { Month } from '../../shared/month.ts';
import { type Clock, isoTime } from '../clock.ts';
import { assertOpen } from '../close/lock.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import { STORED_DECIMAL, storedDecimal, storedInstant } from '../workspace/stored-types.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Reading, readCurveFile } from './curve-file.ts';
import type { CurveRow } from './curve-rows.ts';
import { keepStaged, sealRuns, stageSnapshots } from './snapshots.ts';

export interface CurveImportParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
  readonly newId: () => string;
}

export interface CurveImportRequest extends Reading {
  readonly path: string;
  readonly month: Month;
}

async function readFileOfCurves(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new TieoutError(
      missing ? 'file-not-found' : 'file-unreadable',
      `The file ${path} ${missing ? 'does not exist' : 'cannot be read'}; name a CSV file of curves.`,
      { path },
      { cause: error },
    );
  }
}

/** Adds points to the table `curve_point`; a point's place is its line. */
export async function storePoints(
  tx: Transaction,
  sourceId: string,
  rows: readonly CurveRow[],
): Promise<void> {
  await tx.append(
    'curve_point',
    [
      VARCHAR,
      BIGINT,
      BIGINT,
      VARCHAR,
      TIMESTAMP,
      TIMESTAMP,
      TIMESTAMP,
      STORED_DECIMAL,
      VARCHAR,
      VARCHAR,
      VARCHAR,
      VARCHAR,
      VARCHAR,
      VARCHAR,
      TIMESTAMP,
    ],
    [
      rows.map(() => sourceId),
      rows.map(() => 0n),
      rows.map((row) => BigInt(row.line)),
      rows.map((row) => row.curve_id),
      rows.map((row) => storedInstant(row.as_of)),
      rows.map((row) => storedInstant(row.delivery_start)),
      rows.map((row) => storedInstant(row.delivery_end)),
      rows.map((row) => storedDecimal(row.price)),
      rows.map((row) => row.price),
      rows.map((row) => row.price_uom),
      rows.map((row) => row.currency),
      rows.map((row) => row.commodity),
      rows.map((row) => row.timezone),
      rows.map((row) => row.location),
      rows.map((row) => storedInstant(row.updated_at)),
    ],
  );
}

/**
 * A file of the same name replaces the month's earlier one for runs to come; what is pinned stays.
 * @throws TieoutError `file-*`, `curve-encoding`, `curve-columns`, `curve-rows` (all bad rows named), `workspace-*`.
 */
export async function importCurves(
  parts: CurveImportParts,
  request: CurveImportRequest,
): Promise<CurveImportEvent> {
  const { workspace } = parts;
  const { month } = request;
  const file = basename(request.path);
  request.onProgress('Reading the curves', 0, null);
  const bytes = await readFileOfCurves(request.path);
  const rows = await readCurveFile(bytes, file, month, request);
  request.signal.throwIfAborted();

  const importId = parts.newId();
  const fileSha256 = await workspace.evidence.put(bytes);
  const at = isoTime(parts.clock.now());
  const { actor } = parts;
  request.onProgress('Storing the points', rows.length, rows.length);
  return workspace.database.transaction(async (tx) => {
    await assertOpen(tx, month);
    // In the order in which they became known: of two snapshots of one instant the later one counts.
    await sealRuns(tx, { at, actor });
    await storePoints(tx, importId, rows);
    const sealed = await stageSnapshots(tx, importId);
    const seq = await appendAudit(tx, {
      at,
      actor,
      type: 'curves.import',
      payload: {
        import_id: importId,
        month,
        file,
        file_sha256: fileSha256,
        points: rows.length,
        ...sealed,
      },
    });
    await tx.run('INSERT INTO curve_import VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
      importId,
      seq,
      month,
      file,
      fileSha256,
      bytes.length,
      rows.length,
      at,
      actor,
    ]);
    await keepStaged(tx, seq);
    return {
      type: 'curve-import',
      at,
      import_id: importId,
      month,
      file,
      points: rows.length,
      snapshots: sealed.snapshots,
      file_sha256: fileSha256,
      snapshots_sha256: sealed.snapshots_sha256,
    };
  });
}
