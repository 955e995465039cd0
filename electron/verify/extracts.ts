/** Ledger extracts from their evidence: the file's hash, every row typed anew, the control totals. */
import { asTieoutError } from '../../shared/errors.ts';
import { typedExtract } from '../ledger/typed-extract.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Row } from '../workspace/row.ts';
import { LEDGER_TEXTS } from '../workspace/row-text.ts';
import type { Check } from './findings.ts';
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
  const typed = await typedExtract(bytes, file, importId, {
    signal: request.signal,
    onProgress: () => {},
  }).catch((error: unknown) => {
    request.signal.throwIfAborted();
    return asTieoutError(error);
  });
  if (typed instanceof Error) {
    findings.expect('extract', `${file} rows`, row.int('rows'), typed.message);
    return;
  }
  findings.expect('extract', `${file} rows`, typed.rows.length, row.int('rows'));
  findings.expect('extract', `${file} totals`, JSON.stringify(typed.totals), row.text('totals'));
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
    'SELECT import_id, file_name, file_sha256, rows, totals FROM ledger_import WHERE ?::VARCHAR IS NULL OR month = ? ORDER BY seq',
    [month, month],
  );
  for (const row of imports) await checkExtract(check, row);
}
