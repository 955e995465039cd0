/** A month in a real workspace: given records served by the embedded vendor and synced, given rows imported. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '../../../electron/app.ts';
import { Secret } from '../../../electron/credentials/secret.ts';
import { startVendor } from '../../../electron/demo/vendor.ts';
import type { Row } from '../../../electron/workspace/row.ts';
import type { DoneEvent, ImportEvent } from '../../../shared/events.ts';
import type { Month } from '../../../shared/month.ts';
import type { ReconSummary } from '../../../shared/recon.ts';
import { temporaryFolder, unwatched } from '../workspace/temporary.ts';

/** Syncs records, given as JSON texts in the vendor's order, on pages of so many. */
export async function syncRecords(
  app: App,
  month: Month,
  records: readonly string[],
  pageSize = 1000,
  connection = 'vendor',
): Promise<DoneEvent> {
  const recordsFile = join(temporaryFolder(), 'records.jsonl');
  writeFileSync(recordsFile, records.map((record) => `${record}\n`).join(''));
  const vendor = await startVendor({ month, records: 1, seed: 1, recordsFile });
  try {
    return await app.sync({
      source: {
        connection,
        baseUrl: vendor.baseUrl,
        tokenUrl: vendor.tokenUrl,
        clientId: vendor.clientId,
        scope: '',
        caFile: null,
        allowHttp: false,
      },
      secret: new Secret(vendor.clientSecret),
      month,
      resource: 'settlements',
      pageSize,
      concurrency: 4,
      backoffFactorS: 0.01,
      signal: unwatched.signal,
      emit: () => {},
      onRun: () => {},
    });
  } finally {
    await vendor.close();
  }
}

function csvCell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Imports rows, given by column; the columns are those of the first. */
export async function importRows(
  app: App,
  month: Month,
  name: string,
  rows: readonly Readonly<Record<string, string>>[],
): Promise<ImportEvent> {
  const path = join(temporaryFolder(), name);
  const columns = Object.keys(rows[0] ?? { settlement_id: '', amount: '', currency: '' });
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  writeFileSync(path, lines.map((cells) => `${cells.map(csvCell).join(',')}\n`).join(''));
  return app.importLedger({ path, month, ...unwatched });
}

/** Reconciles. @returns the summary and the stored items by key, breaks with their `detail`. */
export async function reconciled(
  app: App,
  month: Month,
): Promise<{ readonly recon: ReconSummary; readonly items: ReadonlyMap<string, Row> }> {
  const recon = await app.reconcile({ month, source: null, ...unwatched });
  const rows = await app.workspace.database.rows(
    `SELECT i.*, b.detail FROM recon_item i
     LEFT JOIN recon_break b ON b.recon_id = i.recon_id AND b.position = i.position WHERE i.recon_id = ?`,
    [recon.recon_id],
  );
  return { recon, items: new Map(rows.map((row) => [row.text('key'), row])) };
}
