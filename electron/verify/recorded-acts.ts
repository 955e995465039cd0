/** What the tables say was done against the audit chain: an act without its event means that events were taken away. */
import type { Check } from './findings.ts';

interface Recorded {
  readonly table: string;
  /** Of its event; `%` stands for anything. */
  readonly type: string;
  /** Columns that the event's payload bears under the same name. */
  readonly columns: readonly string[];
  /** A column of which the payload bears the SHA-256. */
  readonly hashed?: { readonly column: string; readonly as: string };
}

const RECORDED: readonly Recorded[] = [
  { table: 'connection_event', type: 'connection.%', columns: ['name'] },
  { table: 'run', type: 'sync.start', columns: ['run_id', 'month', 'resource', 'base_url'] },
  { table: 'run_stop', type: 'sync.%', columns: ['run_id', 'pages', 'records', 'rejected', 'run_sha256'] },
  { table: 'ledger_import', type: 'ledger.import', columns: ['import_id', 'month', 'file_sha256', 'rows'] },
  {
    table: 'ledger_reading',
    type: 'ledger.import',
    columns: ['import_id', 'mapping_sha256', 'reading', 'replaces', 'added', 'removed', 'changed'],
  },
  {
    table: 'mapping',
    type: 'mapping.save',
    columns: ['name', 'revision', 'sha256'],
    hashed: { column: 'document', as: 'sha256' },
  },
  {
    table: 'recon',
    type: 'recon.done',
    columns: ['recon_id', 'month', 'run_id', 'rules_sha256', 'matched', 'breaks', 'pending', 'recon_sha256'],
  },
  { table: 'report', type: 'report.export', columns: ['recon_id', 'month', 'format'] },
  { table: 'retention_setting_event', type: 'retention.set', columns: ['years', 'reason'] },
  { table: 'legal_hold_event', type: 'retention.%', columns: ['month', 'reason'] },
  { table: 'pruned_evidence', type: 'retention.prune', columns: ['month'] },
  { table: 'verification', type: 'verify.done', columns: ['pages', 'records', 'audit_head'] },
  { table: 'curve_import', type: 'curves.import', columns: ['import_id', 'month', 'file_sha256', 'points'] },
  { table: 'curve_tolerance_event', type: 'curves.tolerance', columns: ['curve_id', 'absolute', 'percent'] },
  {
    table: 'close_setting_event',
    type: 'close.settings',
    columns: [],
    hashed: { column: 'document', as: 'settings_sha256' },
  },
  {
    table: 'adjustment_event',
    type: 'close.adjust',
    columns: ['month', 'to_month', 'signed_run_id', 'run_id'],
  },
  { table: 'drift_finding', type: 'drift.found', columns: ['run_id'] },
  { table: 'drift_decision', type: 'drift.%', columns: ['source', 'resource', 'run_id', 'note'] },
  {
    table: 'schema_baseline_event',
    type: 'drift.%',
    columns: ['source', 'resource', 'run_id', 'note'],
    hashed: { column: 'document', as: 'schema_sha256' },
  },
];

/** The first act of each table that its event does not bear out. */
export async function checkRecordedActs({ workspace, findings }: Check): Promise<void> {
  for (const { table, type, columns, hashed } of RECORDED) {
    const same = columns.map(
      (column) => `json_extract_string(e.payload, '$.${column}') IS NOT DISTINCT FROM t.${column}::VARCHAR`,
    );
    if (hashed)
      same.push(
        `json_extract_string(e.payload, '$.${hashed.as}') IS NOT DISTINCT FROM sha256(t.${hashed.column})`,
      );
    const row = await workspace.database.row(
      `SELECT t.seq, e.type FROM ${table} t LEFT JOIN audit_event e ON e.seq = t.seq
       WHERE e.seq IS NULL OR NOT (e.type LIKE ? AND ${same.join(' AND ')}) ORDER BY t.seq LIMIT 1`,
      [type],
    );
    if (!row) continue;
    const found = row.textOrNull('type') === null ? 'no event' : 'an event of something else';
    findings.expect('audit', `event ${row.int('seq')}`, `the event of a row in ${table}`, found);
  }
}
