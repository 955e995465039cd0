/** Brings a ledger extract into the workspace: whole or not at all, with its file as evidence and its control totals. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { add, type Decimal, ZERO } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { ImportEvent } from '../../shared/events.ts';
import type { BadRow } from '../../shared/ledger.ts';
import type { Month } from '../../shared/month.ts';
import { type Clock, isoTime } from '../clock.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import { ledgerColumns, type PlacedLedgerRow } from '../workspace/settlement-columns.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { csvRecords } from './csv-extract.ts';
import { type LedgerHeader, ledgerTyping, readHeader } from './ledger-typing.ts';

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

/** Rows that an error message names one by one; the details hold more. */
const NAMED_ROWS = 100;
const KEPT_ROWS = 10_000;
/** Rows between two looks at the signal and a turn for others. */
const PACE = 5000;

function badRowsError(file: string, bad: readonly BadRow[], count: number): TieoutError {
  const lines = bad.map(({ line, reasons }) => `line ${line} ${reasons.join(', ')}`);
  const named = lines.slice(0, NAMED_ROWS).join('; ');
  const rest = count > NAMED_ROWS ? `; and ${count - NAMED_ROWS} more` : '';
  return new TieoutError(
    'ledger-rows',
    `${count} ${count === 1 ? 'row' : 'rows'} of ${file} cannot be read, so nothing was imported: ${named}${rest}.`,
    { file, count, rows: lines },
  );
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

  let header: LedgerHeader | null = null;
  let typing: ReturnType<typeof ledgerTyping> | null = null;
  const rows: PlacedLedgerRow[] = [];
  const bad: BadRow[] = [];
  let badCount = 0;
  const totals = new Map<string, Decimal>();
  for await (const { line, cells } of csvRecords(bytes, file)) {
    if (!header || !typing) {
      header = readHeader(cells, file);
      typing = ledgerTyping(header);
      continue;
    }
    const typed = typing.type(cells);
    if ('row' in typed) {
      rows.push({ importId, line, row: typed.row });
      const { currency, amount } = typed.row;
      totals.set(currency, add(totals.get(currency) ?? ZERO, amount));
    } else {
      badCount += 1;
      if (bad.length < KEPT_ROWS) bad.push({ line, reasons: typed.reasons });
    }
    if ((rows.length + badCount) % PACE === 0) {
      request.signal.throwIfAborted();
      request.onProgress('Reading the extract', rows.length, null);
      await new Promise(setImmediate);
    }
  }
  if (!header) {
    throw new TieoutError('ledger-columns', `${file} is empty; name a CSV extract with a header line.`, {
      file,
    });
  }
  if (badCount > 0) throw badRowsError(file, bad, badCount);
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
  const sorted = Object.fromEntries([...totals].sort(([a], [b]) => (a < b ? -1 : 1)));
  const at = isoTime(clock.now());
  const columns = header.fields.map((field) => field ?? null);
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
        totals: Object.entries(sorted).map(([currency, total]) => `${currency} ${total}`),
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
      JSON.stringify(sorted),
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
    totals: sorted,
  };
}
