/** What a report would have, and what became of those that were written. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { decimal, grouped, subtract } from '../../shared/decimal.ts';
import type { Month } from '../../shared/month.ts';
import type {
  ExportedFile,
  PastExport,
  ReportPreview,
  ReportRows,
  ReportSheetId,
} from '../../shared/report.ts';
import type { AskContext } from '../jobs/asks.ts';
import type { Cell } from '../workbook/writer-cells.ts';
import type { Database } from '../workspace/database.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { ReportData } from './report-data.ts';
import { SHEETS } from './report-sheets.ts';

/** @throws TieoutError `nothing-to-do` where the month was not reconciled; the signal's reason. */
export async function previewReport(
  { database, evidence }: Workspace,
  month: Month,
  { signal, onProgress }: AskContext,
): Promise<ReportPreview> {
  onProgress('Reading the reconciliation', 0, null);
  const data = await ReportData.of(database.until(signal), month, evidence);
  const { head } = data;
  const currencies = [
    ...new Set([...Object.keys(head.etrm_total), ...Object.keys(head.ledger_total)]),
  ].sort();
  return {
    month,
    reconciledAt: head.reconciled_at,
    preparer: head.preparer,
    reconSha256: head.recon_sha256,
    sheets: SHEETS.map(({ id, title, count }) => ({ id, title, rows: count(data) })),
    totals: currencies.map((currency) => {
      const etrm = decimal(head.etrm_total[currency] ?? '0');
      const ledger = decimal(head.ledger_total[currency] ?? '0');
      return { currency, etrm, ledger, difference: subtract(ledger, etrm) };
    }),
  };
}

function shown(cell: Cell, numeric: boolean): string {
  const value = typeof cell === 'object' && cell !== null ? cell.value : cell;
  if (value === null) return '';
  return numeric && /^-?\d+(\.\d+)?$/.test(String(value)) ? grouped(String(value)) : String(value);
}

/** @param most rows. @throws TieoutError `nothing-to-do`; the signal's reason. */
export async function previewSheet(
  { database, evidence }: Workspace,
  month: Month,
  id: ReportSheetId,
  most: number,
  { signal, onProgress }: AskContext,
): Promise<ReportRows> {
  onProgress('Reading the reconciliation', 0, null);
  const data = await ReportData.of(database.until(signal), month, evidence);
  const sheet = SHEETS.find((one) => one.id === id);
  if (!sheet) return { columns: [], rows: [] };
  const columns = sheet.columns.map(({ title, kind }) => ({
    title,
    numeric: kind === 'decimal' || kind === 'integer',
  }));
  onProgress('Reading its first rows', 0, null);
  const rows: (readonly string[])[] = [];
  for await (const row of sheet.rows(data)) {
    rows.push(columns.map(({ numeric }, at) => shown(row[at] ?? null, numeric).slice(0, 500)));
    if (rows.length === most) break;
  }
  return { columns, rows };
}

/** The newest of them; a month is not exported a hundred times. */
const LISTED = 25;

export class PastExports {
  /** Hashes of files as they lie on the disk, by path, size and time: a large one is not read again for each look. */
  readonly #known = new Map<string, string>();

  async #hashOf(path: string): Promise<string | null> {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile()) return null;
    const key = `${path} ${stat.size} ${stat.mtimeMs} ${stat.ino}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(path)) hash.update(chunk);
    } catch {
      return null;
    }
    const digest = hash.digest('hex');
    this.#known.set(key, digest);
    return digest;
  }

  /** Newest first. */
  async list(database: Database, month: Month): Promise<readonly PastExport[]> {
    const rows = await database.rows(
      `SELECT r.seq, r.path, r.sha256, r.format, r.exported_at, a.actor
       FROM report r JOIN audit_event a ON a.seq = r.seq
       WHERE r.month = $1 AND r.seq IN (SELECT DISTINCT seq FROM report WHERE month = $1 ORDER BY seq DESC LIMIT ${LISTED})
       ORDER BY r.seq DESC, r.rowid`,
      [month],
    );
    const exported = new Map<number, { head: Omit<PastExport, 'files'>; files: ExportedFile[] }>();
    for (const row of rows) {
      const [seq, path, sha256] = [row.int('seq'), row.text('path'), row.text('sha256')];
      const head = { seq, at: row.text('exported_at'), actor: row.text('actor'), format: row.text('format') };
      const one = exported.get(seq) ?? { head, files: [] };
      const found = await this.#hashOf(path);
      one.files.push({
        path,
        sha256,
        state: found === null ? 'gone' : found === sha256 ? 'same' : 'changed',
      });
      exported.set(seq, one);
    }
    return [...exported.values()].map(({ head, files }) => ({ ...head, files }));
  }
}
