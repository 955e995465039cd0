/**
 * What the tables say was done against the audit chain, both ways: an act without its event means that events were taken
 * away, an event without its act that rows were.
 */
import type { Check } from './findings.ts';

interface Recorded {
  readonly table: string;
  /** Of its event; `%` stands for anything. */
  readonly type: string;
  /** Columns that the event's payload bears under the same name. */
  readonly columns: readonly string[];
  /** A column of which the payload bears the SHA-256. */
  readonly hashed?: { readonly column: string; readonly as: string };
  /** Events that each have a row here or more; none where an event may be without. */
  readonly told: readonly string[];
}

const RECORDED: readonly Recorded[] = [
  {
    table: 'connection_event',
    type: 'connection.%',
    columns: ['name'],
    told: ['connection.save', 'connection.remove'],
  },
  {
    table: 'run',
    type: 'sync.start',
    columns: ['run_id', 'month', 'resource', 'connection', 'source', 'base_url', 'start_date', 'end_date'],
    told: ['sync.start'],
  },
  {
    table: 'run_stop',
    type: 'sync.%',
    columns: ['run_id', 'pages', 'records', 'rejected', 'added', 'changed', 'removed', 'run_sha256'],
    told: ['sync.done', 'sync.failed', 'sync.cancelled'],
  },
  {
    table: 'ledger_import',
    type: 'ledger.import',
    columns: ['import_id', 'month', 'file_sha256', 'rows'],
    told: ['ledger.import'],
  },
  {
    table: 'ledger_reading',
    type: 'ledger.import',
    columns: ['import_id', 'mapping_sha256', 'reading', 'replaces', 'added', 'removed', 'changed'],
    told: [],
  },
  {
    table: 'mapping',
    type: 'mapping.save',
    columns: ['name', 'revision', 'sha256'],
    hashed: { column: 'document', as: 'sha256' },
    told: ['mapping.save'],
  },
  {
    table: 'recon',
    type: 'recon.done',
    columns: ['recon_id', 'month', 'run_id', 'rules_sha256', 'matched', 'breaks', 'pending', 'recon_sha256'],
    told: ['recon.done'],
  },
  {
    table: 'report',
    type: 'report.export',
    columns: ['recon_id', 'month', 'format'],
    told: ['report.export'],
  },
  {
    table: 'retention_setting_event',
    type: 'retention.set',
    columns: ['years', 'reason'],
    told: ['retention.set'],
  },
  {
    table: 'legal_hold_event',
    type: 'retention.%',
    columns: ['month', 'reason'],
    told: ['retention.hold', 'retention.release'],
  },
  { table: 'pruned_evidence', type: 'retention.prune', columns: ['month'], told: [] },
  {
    table: 'verification',
    type: 'verify.done',
    columns: ['pages', 'records', 'audit_head'],
    told: ['verify.done'],
  },
  {
    table: 'curve_import',
    type: 'curves.import',
    columns: ['import_id', 'month', 'file_sha256', 'points'],
    told: ['curves.import'],
  },
  {
    table: 'curve_tolerance_event',
    type: 'curves.tolerance',
    columns: ['curve_id', 'absolute', 'percent'],
    told: ['curves.tolerance'],
  },
  {
    table: 'close_setting_event',
    type: 'close.settings',
    columns: [],
    hashed: { column: 'document', as: 'settings_sha256' },
    told: ['close.settings'],
  },
  {
    table: 'adjustment_event',
    type: 'close.adjust',
    columns: ['month', 'to_month', 'signed_run_id', 'run_id'],
    told: [],
  },
  { table: 'drift_finding', type: 'drift.found', columns: ['run_id'], told: ['drift.found'] },
  { table: 'run_pin', type: 'findings.pin', columns: ['run_id'], told: ['findings.pin'] },
  {
    table: 'drift_decision',
    type: 'drift.%',
    columns: ['source', 'resource', 'run_id', 'note'],
    told: ['drift.accept', 'drift.reject'],
  },
  {
    table: 'schema_baseline_event',
    type: 'drift.%',
    columns: ['source', 'resource', 'run_id', 'note'],
    hashed: { column: 'document', as: 'schema_sha256' },
    told: ['drift.baseline', 'drift.accept'],
  },
];

/** The first event of each table that has no row there. */
async function checkTold({ workspace, findings }: Check): Promise<void> {
  for (const { table, told } of RECORDED) {
    if (told.length === 0) continue;
    const row = await workspace.database.row(
      `SELECT seq, type FROM audit_event WHERE type IN (${told.map(() => '?').join(', ')})
         AND seq NOT IN (SELECT seq FROM ${table}) ORDER BY seq LIMIT 1`,
      told,
    );
    if (!row) continue;
    findings.expect('audit', `event ${row.int('seq')}`, `a row in ${table} of ${row.text('type')}`, 'no row');
  }
}

/** The first act of each table that its event does not bear out, and the first event that has lost its act. */
export async function checkRecordedActs(check: Check): Promise<void> {
  const { workspace, findings } = check;
  await checkTold(check);
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
