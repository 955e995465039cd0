/** Ledger extracts from their evidence: the file's hash, every row typed anew, the control totals. */
import { asTieoutError } from '../../shared/errors.ts';
import { keysOf } from '../ledger/import-changes.ts';
import { stagingFolder } from '../ledger/import-ledger.ts';
import { DEFAULT_MAPPING } from '../ledger/mapping.ts';
import { storedMapping } from '../ledger/mapping-store.ts';
import { storedReading } from '../ledger/stored-reading.ts';
import { type TypedExtract, typedExtract } from '../ledger/typed-extract.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Row } from '../workspace/row.ts';
import { LEDGER_TEXTS } from '../workspace/row-text.ts';
import { attempted, type Check } from './findings.ts';
import { differingRow } from './stored-rows.ts';

async function checkExtract({ workspace, request, findings }: Check, row: Row): Promise<void> {
  const file = row.text('file_name');
  const stored = row.sha256('file_sha256');
  const bytes = await workspace.evidence.get(stored);
  if (bytes === null) {
    findings.expect('extract', file, stored, 'missing or unreadable');
    return;
  }
  if (!findings.expect('extract', file, stored, sha256(bytes))) return;
  const importId = row.text('import_id');
  const { database, folder } = workspace;
  const digest = row.sha256OrNull('mapping_sha256');
  const told = row.textOrNull('reading');
  const typing = async (): Promise<TypedExtract> => {
    // One of before there were mappings was read by header names.
    const mapping = digest === null ? DEFAULT_MAPPING : await storedMapping(database, digest);
    const input = {
      bytes,
      file,
      mapping,
      told: told === null ? null : storedReading(told),
      unrecorded: told === null,
      database,
    };
    return await typedExtract({ ...input, staging: stagingFolder(folder) }, importId, {
      signal: request.signal,
      onProgress: () => {},
    });
  };
  const typed = await typing().catch((error: unknown) => {
    request.signal.throwIfAborted();
    return asTieoutError(error);
  });
  if (typed instanceof Error) {
    findings.expect('extract', `${file} rows`, row.int('rows'), typed.message);
    return;
  }
  findings.expect('extract', `${file} rows`, typed.rows.length, row.int('rows'));
  findings.expect('extract', `${file} bytes`, bytes.length, row.int('bytes'));
  // What an earlier version called its columns is its own.
  if (told !== null)
    findings.expect(
      'extract',
      `${file} columns`,
      JSON.stringify(typed.open.plan.columns),
      row.text('columns'),
    );
  findings.expect('extract', `${file} totals`, JSON.stringify(typed.totals.amounts), row.text('totals'));
  const volumes = row.textOrNull('volumes');
  if (volumes !== null)
    findings.expect('extract', `${file} volumes`, JSON.stringify(typed.totals.volumes), volumes);
  const checks = row.textOrNull('checks');
  if (checks !== null) findings.expect('extract', `${file} checks`, JSON.stringify(typed.checks), checks);
  const replaces = row.textOrNull('replaces');
  const unchanged = row.intOrNull('unchanged');
  if (replaces !== null) {
    const gone = (row.intOrNull('removed') ?? 0) + (row.intOrNull('changed') ?? 0);
    const left = (await keysOf(database, replaces)) - gone;
    findings.expect('extract', `${file} unchanged`, left, unchanged ?? 'none');
  } else findings.expect('extract', `${file} unchanged`, 'none', unchanged ?? 'none');
  const difference = await differingRow(
    workspace.database,
    LEDGER_TEXTS,
    { where: 'import_id = ?', parameters: [importId] },
    typed.rows,
  );
  if (difference !== null) {
    findings.expect('extract', `${file} line ${difference.place[0]}`, difference.expected, difference.found);
  }
}

export async function checkExtracts(check: Check): Promise<void> {
  const { month } = check.request;
  const imports = await check.workspace.database.rows(
    `SELECT i.*, r.mapping_sha256, r.reading, r.volumes, r.checks, r.replaces, r.removed, r.changed,
       r.unchanged
     FROM ledger_import i LEFT JOIN ledger_reading r ON r.import_id = i.import_id
     WHERE ?::VARCHAR IS NULL OR i.month = ? ORDER BY i.seq`,
    [month, month],
  );
  for (const row of imports)
    await attempted(check, 'extract', row.text('file_name'), () => checkExtract(check, row));
}
