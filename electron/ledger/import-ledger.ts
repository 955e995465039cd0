/** Brings a ledger extract into the workspace: whole or not at all, with its file as evidence and its control totals. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Sha256 } from '../../shared/digest.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { ImportEvent } from '../../shared/events.ts';
import type { ExtractChanges, ExtractTotals, TotalsCheck } from '../../shared/extracts.ts';
import type { Month } from '../../shared/month.ts';
import { type Clock, isoTime } from '../clock.ts';
import { assertOpen } from '../close/lock.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Database } from '../workspace/database.ts';
import type { Transaction } from '../workspace/transaction.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { expectColumns, type OpenExtract } from './extract-source.ts';
import { changesOf } from './import-changes.ts';
import { DEFAULT_MAPPING, type ExtractMapping } from './mapping.ts';
import { keepMappingDocument, saveMapping } from './mapping-store.ts';
import { resetBulk, setBulk } from './plain-rows.ts';
import { NotPlain, type StagedRows, stageRows, withStaged } from './staged-extract.ts';
import {
  type DirectExtract,
  directExtract,
  type Stored,
  storeDirectly,
  storeExactly,
  storeStaged,
} from './store-extract.ts';
import { expectTotals, openInput, type Reading } from './typed-extract.ts';

export interface ImportParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
  readonly newId: () => string;
}

export interface ImportRequest extends Reading {
  readonly path: string;
  readonly month: Month;
  /** By header names where it is not given. */
  readonly mapping?: ExtractMapping;
}

/** No buffer holds more. */
const MOST_BYTES = 2 ** 31 - 1;

export async function readExtractFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ERR_FS_FILE_TOO_LARGE') {
      throw new TieoutError(
        'file-unreadable',
        `The file ${path} has more than ${MOST_BYTES} bytes; split it into several extracts of the month.`,
        { path },
      );
    }
    const missing = code === 'ENOENT';
    throw new TieoutError(
      missing ? 'file-not-found' : 'file-unreadable',
      `The file ${path} ${missing ? 'does not exist' : 'cannot be read'}; name an extract (CSV, XLSX or Parquet).`,
      { path },
      { cause: error },
    );
  }
}

/** Where files lie that the engine is to read; emptied when the workspace is opened. */
export function stagingFolder(folder: string): string {
  return join(folder, 'staging');
}

export interface Storing {
  readonly database: Database;
  /** `scratch` undoes all of it. */
  readonly as: 'transaction' | 'scratch';
  readonly open: OpenExtract;
  readonly mapping: ExtractMapping;
  readonly importId: string;
  readonly staging: string;
}

/** Stores the postings of an extract and runs `work` in the same transaction. */
export async function storing<Result>(
  { database, as, open, mapping, importId, staging }: Storing,
  reading: Reading,
  work: (tx: Transaction, stored: Stored) => Promise<Result>,
): Promise<Result> {
  const { signal } = reading;
  const alone = (run: (tx: Transaction) => Promise<Result>): Promise<Result> =>
    as === 'transaction' ? database.transaction(run, signal) : database.scratch(run, signal);
  const done = await withStaged(open, staging, signal, async (ready) => {
    const direct = directExtract(open, ready);
    const stages = async (tx: Transaction): Promise<StagedRows> => {
      await setBulk(tx);
      return await stageRows(tx, ready, reading);
    };
    const staged = async (tx: Transaction, rows: StagedRows): Promise<Result> =>
      work(tx, await storeStaged(tx, open, mapping, importId, rows, reading));
    const directly = async (tx: Transaction, extract: DirectExtract): Promise<Result> => {
      await setBulk(tx);
      return await work(tx, await storeDirectly(tx, open, mapping, importId, extract, reading));
    };
    try {
      const result =
        direct !== null
          ? await alone((tx) => directly(tx, direct))
          : await database.staged(stages, staged, {
              end: as === 'transaction' ? 'COMMIT' : 'ROLLBACK',
              signal,
            });
      return { result };
    } catch (error) {
      if (error instanceof NotPlain) return null;
      throw error;
    } finally {
      await resetBulk(database);
    }
  });
  if (done) return done.result;
  return await alone(async (tx) => work(tx, await storeExactly(tx, open, mapping, importId, reading)));
}

interface Imported {
  readonly importId: string;
  readonly at: string;
  readonly bytes: Uint8Array;
  readonly fileSha256: Sha256;
  readonly totals: ExtractTotals;
  readonly checks: readonly TotalsCheck[];
  readonly changes: ExtractChanges | null;
}

/** `USD -21`, in the order of the totals. */
export function totalTexts(totals: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(totals).map(([name, total]) => `${name} ${total}`);
}

/** What `ledger_reading` holds of an import, in its order. */
export function readingRow(
  importId: string,
  seq: number,
  open: OpenExtract,
  mapping: ExtractMapping,
  {
    totals,
    checks,
    changes,
  }: {
    readonly totals: ExtractTotals;
    readonly checks: readonly TotalsCheck[];
    readonly changes: ExtractChanges | null;
  },
): readonly (string | number | null)[] {
  return [
    ...[importId, seq, mapping.named?.sha256 ?? null, JSON.stringify(open.reading)],
    ...[JSON.stringify(totals.volumes), JSON.stringify(checks), changes?.replaces ?? null],
    ...[
      changes?.added ?? null,
      changes?.removed ?? null,
      changes?.changed ?? null,
      changes?.unchanged ?? null,
    ],
  ];
}

export const INSERT_READING = 'INSERT INTO ledger_reading VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';

async function record(
  tx: Transaction,
  { actor }: ImportParts,
  { month, mapping = DEFAULT_MAPPING }: ImportRequest,
  open: OpenExtract,
  imported: Imported,
): Promise<void> {
  const { importId, at, bytes, fileSha256, totals, checks, changes } = imported;
  const { named } = mapping;
  await saveMapping(tx, mapping, { at, actor });
  const seq = await appendAudit(tx, {
    at,
    actor,
    type: 'ledger.import',
    payload: {
      import_id: importId,
      month,
      file: open.file,
      file_sha256: fileSha256,
      rows: totals.rows,
      totals: totalTexts(totals.amounts),
      volumes: totalTexts(totals.volumes),
      mapping: named === null ? null : `${named.name} ${named.revision}`,
      mapping_sha256: named?.sha256 ?? null,
      reading: JSON.stringify(open.reading),
      checked: checks.map(
        ({ line, field, of, said, summed }) => `line ${line} ${field} ${of ?? 'all'} ${said} ${summed}`,
      ),
      replaces: changes?.replaces ?? null,
      added: changes?.added ?? null,
      removed: changes?.removed ?? null,
      changed: changes?.changed ?? null,
    },
  });
  await tx.run('INSERT INTO ledger_import VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    ...[importId, seq, month, open.file, fileSha256, bytes.length, totals.rows],
    ...[at, actor, JSON.stringify(open.plan.columns), JSON.stringify(totals.amounts)],
  ]);
  await tx.run(INSERT_READING, readingRow(importId, seq, open, mapping, imported));
}

/** The bytes, if they are no file that the month has under another name. */
async function expectNew(
  { workspace }: ImportParts,
  month: Month,
  file: string,
  fileSha256: Sha256,
): Promise<void> {
  const same = await workspace.database.row(
    'SELECT file_name FROM ledger_import_current WHERE month = ? AND file_sha256 = ? AND file_name <> ?',
    [month, fileSha256, file],
  );
  if (!same) return;
  throw new TieoutError(
    'ledger-rows',
    `${file} is byte for byte the extract ${same.text('file_name')} that ${month} already has; importing it would count every posting twice.`,
    { file },
  );
}

/**
 * A file of the same name replaces the month's earlier one; another name adds to it.
 * @throws TieoutError `file-*`, `ledger-encoding`, `ledger-columns`, `ledger-rows` (all faults named), `ledger-totals`,
 *   `workbook-invalid`, `mapping-invalid`, `workspace-*`.
 */
export async function importLedger(parts: ImportParts, request: ImportRequest): Promise<ImportEvent> {
  const { workspace, clock } = parts;
  const { month, mapping = DEFAULT_MAPPING, signal, onProgress } = request;
  const { database, evidence } = workspace;
  const file = basename(request.path);
  // Known before a large file is read; what counts is asked again in the transaction.
  await assertOpen(database, month);
  onProgress('Reading the extract', 0, null);
  const bytes = await readExtractFile(request.path);
  const staging = stagingFolder(workspace.folder);
  const open = await openInput({ bytes, file, mapping, told: null, database, staging });
  try {
    expectColumns(open);
    signal.throwIfAborted();
    const importId = parts.newId();
    // Packed and flushed while the rows are looked at and written for the engine; a file without an import is harmless.
    const putting = evidence.put(bytes);
    putting.catch(() => {});
    const at = isoTime(clock.now());
    const imported = await storing(
      { database, as: 'transaction', open, mapping, importId, staging },
      { signal, onProgress },
      async (tx, stored) => {
        await assertOpen(tx, month);
        if (stored.typing.faults.count > 0) throw stored.typing.faults.error(file);
        expectTotals(file, mapping, stored.checks);
        const { totals } = stored.typing.sums;
        onProgress('Storing the rows', totals.rows, totals.rows);
        const fileSha256 = await putting;
        await expectNew(parts, month, file, fileSha256);
        if (mapping.named !== null) await keepMappingDocument(evidence, mapping);
        const before = await tx.row(
          'SELECT import_id FROM ledger_import_current WHERE month = ? AND file_name = ?',
          [month, file],
        );
        const changes = before === null ? null : await changesOf(tx, before.text('import_id'), importId);
        signal.throwIfAborted();
        const all: Imported = { importId, at, bytes, fileSha256, totals, checks: stored.checks, changes };
        await record(tx, parts, request, open, all);
        return all;
      },
    );
    return importEvent(month, open, mapping, imported);
  } finally {
    await open.close();
  }
}

function importEvent(
  month: Month,
  open: OpenExtract,
  mapping: ExtractMapping,
  imported: Imported,
): ImportEvent {
  const { importId, at, fileSha256, totals, checks, changes } = imported;
  const { named } = mapping;
  return {
    type: 'import',
    at,
    import_id: importId,
    month,
    file: open.file,
    rows: totals.rows,
    file_sha256: fileSha256,
    totals: totals.amounts,
    volumes: totals.volumes,
    format: open.reading.format,
    encoding: open.reading.encoding,
    encoding_found: open.reading.encoding_found,
    delimiter: open.reading.delimiter,
    sheet: open.reading.sheet,
    header_line: open.reading.header_line,
    numbers: open.reading.numbers,
    mapping: named === null ? null : { name: named.name, revision: named.revision, sha256: named.sha256 },
    checks,
    changes,
  };
}
