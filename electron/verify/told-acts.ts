/** What events tell of acts of people: what they set, imported, reconciled, exported, decided and signed. */
import { BREAK_ACTS } from '../../shared/breaks.ts';
import {
  ACT,
  ACTOR,
  AT,
  documents,
  flag,
  LINES,
  member,
  members,
  only,
  SEQ,
  type ToldTable,
} from './told-table.ts';

const CONNECTION = ['base_url', 'token_url', 'client_id', 'scope', 'ca_file', 'settings', 'profile_sha256'];

/** Acts on breaks, whose lines lie in the evidence as `breaks/break-lines.ts` writes them. */
const BREAK_EVENTS = [...BREAK_ACTS, 'import'].map((act) => `break.${act}`);
const BREAK_LINE = [
  'break_id',
  'ordinal',
  'month',
  'act',
  'recon_id',
  'reason',
  'note',
  'assignee',
  'file_name',
  'file_sha256',
  'category',
  'difference',
  'currency',
];

export const TOLD_ACTS: readonly ToldTable[] = [
  {
    table: 'connection_event',
    types: ['connection.save', 'connection.remove'],
    key: ['seq'],
    columns: {
      ...{ seq: SEQ, changed_at: AT, name: member('name'), removed: flag(`e.type = 'connection.remove'`) },
      ...Object.fromEntries(CONNECTION.map((name) => [name, only('connection.save', member(name))])),
      allow_http: only('connection.save', flag(`json_extract_string(e.payload, '$.allow_http') = 'yes'`)),
    },
  },
  documents('profile', 'profile.save'),
  documents('mapping', 'mapping.save'),
  documents('rule_set', 'rules.save'),
  {
    table: 'ledger_import',
    types: ['ledger.import'],
    key: ['seq'],
    columns: {
      ...{ seq: SEQ, imported_at: AT, actor: ACTOR, file_name: member('file') },
      ...members('import_id', 'month', 'file_sha256', 'rows'),
    },
  },
  {
    table: 'ledger_reading',
    types: ['ledger.import'],
    key: ['seq'],
    columns: {
      seq: SEQ,
      ...members('import_id', 'mapping_sha256', 'reading', 'replaces', 'added', 'removed', 'changed'),
    },
    // Imports of before there were mappings have none.
    when: `json_exists(e.payload, '$.reading')`,
  },
  {
    table: 'recon',
    types: ['recon.done'],
    key: ['seq'],
    columns: {
      ...{ seq: SEQ, reconciled_at: AT, actor: ACTOR },
      ...members('recon_id', 'month', 'run_id', 'import_ids', 'rules_sha256', 'matched', 'breaks', 'pending'),
      ...members('suggested', 'recon_sha256'),
    },
  },
  {
    table: 'report',
    types: ['report.export'],
    key: ['seq', 'sha256', 'path'],
    columns: {
      ...{ seq: SEQ, exported_at: AT, ...members('month', 'recon_id', 'format'), sha256: 'left(u.file, 64)' },
      // The folder may be written with either mark between names, and end with one.
      path: `rtrim(json_extract_string(e.payload, '$.folder'), '/\\') || CASE WHEN contains(json_extract_string(e.payload, '$.folder'), '/') THEN '/' ELSE '\\' END || substr(u.file, 67)`,
    },
    each: `, unnest(json_extract_string(e.payload, '$.files[*]')) AS u(file)`,
  },
  {
    table: 'verification',
    types: ['verify.done'],
    key: ['seq'],
    columns: { seq: SEQ, verified_at: AT, ...members('month', 'pages', 'records', 'audit_head') },
  },
  {
    table: 'curve_import',
    types: ['curves.import'],
    key: ['seq'],
    columns: {
      ...{ seq: SEQ, imported_at: AT, actor: ACTOR, file_name: member('file') },
      ...members('import_id', 'month', 'file_sha256', 'points'),
    },
  },
  {
    table: 'curve_tolerance_event',
    types: ['curves.tolerance'],
    key: ['seq'],
    columns: { seq: SEQ, changed_at: AT, actor: ACTOR, ...members('curve_id', 'absolute', 'percent') },
  },
  {
    table: 'schema_baseline_event',
    types: ['drift.baseline', 'drift.accept'],
    key: ['seq'],
    columns: {
      ...{ seq: SEQ, changed_at: AT, actor: ACTOR, ...members('source', 'resource', 'run_id') },
      ...{ note: only('drift.accept', member('note')), document: member('schema_sha256') },
    },
    hashed: ['document'],
  },
  {
    table: 'drift_decision',
    types: ['drift.accept', 'drift.reject'],
    key: ['seq', 'field', 'kind', 'aspect'],
    columns: {
      ...{ seq: SEQ, decided_at: AT, actor: ACTOR, decision: `${ACT} || 'ed'` },
      ...members('source', 'resource', 'run_id', 'note'),
      // A member may have spaces in its name, so that what was decided is found by what its run found.
      ...{ field: 'f.field', kind: 'f.kind', aspect: 'f.aspect', finding_seq: 'f.seq::VARCHAR' },
    },
    each: `, unnest(json_extract_string(e.payload, '$.findings[*]')) AS u(named)
      JOIN drift_finding f ON f.run_id = json_extract_string(e.payload, '$.run_id')
        AND u.named = f.field || ' ' || f.kind || CASE WHEN f.aspect = '' THEN '' ELSE ' ' || f.aspect END`,
  },
  {
    table: 'match_decision',
    types: ['match.confirm', 'match.reject', 'match.unmatch', 'match.restore'],
    key: ['seq', 'match_id'],
    columns: {
      ...{ seq: SEQ, occurred_at: AT, actor: ACTOR, act: ACT, ...members('month', 'reason') },
      ...{ match_id: 'u.target ->> 0', key: 'u.target ->> 1' },
    },
    document: 'matches_sha256',
    each: `, unnest(from_json(d.document::JSON, '["JSON"]')) AS u(target)`,
  },
  {
    table: 'close_setting_event',
    types: ['close.settings'],
    key: ['seq'],
    columns: {
      ...{ seq: SEQ, changed_at: AT, actor: ACTOR },
      ...{ sha256: member('settings_sha256'), document: member('settings_sha256') },
    },
    hashed: ['document'],
  },
  {
    table: 'close_event',
    types: ['close.sign', 'close.approve', 'close.return', 'close.reopen'],
    key: ['seq'],
    columns: {
      ...{
        seq: SEQ,
        occurred_at: AT,
        actor: ACTOR,
        ...members('month', 'login', 'reason', 'binding_sha256'),
      },
      act: `CASE e.type WHEN 'close.sign' THEN 'signed' WHEN 'close.approve' THEN 'approved' ELSE ${ACT} || 'ed' END`,
      binding: member('binding_sha256'),
    },
    hashed: ['binding'],
  },
  {
    table: 'adjustment_event',
    types: ['close.adjust'],
    key: ['seq', 'settlement_id', 'currency'],
    columns: {
      ...{ seq: SEQ, occurred_at: AT, actor: ACTOR },
      ...members('month', 'to_month', 'signed_run_id', 'run_id'),
      ...{
        settlement_id: 'u.line::JSON ->> 0',
        currency: 'u.line::JSON ->> 1',
        amount: 'u.line::JSON ->> 2',
      },
    },
    document: 'adjustments_sha256',
    each: LINES,
  },
  {
    table: 'retention_setting_event',
    types: ['retention.set'],
    key: ['seq'],
    columns: { seq: SEQ, changed_at: AT, actor: ACTOR, ...members('years', 'reason') },
  },
  {
    table: 'legal_hold_event',
    types: ['retention.hold', 'retention.release'],
    key: ['seq'],
    columns: {
      ...{ seq: SEQ, occurred_at: AT, actor: ACTOR, ...members('month', 'reason') },
      act: `CASE e.type WHEN 'retention.hold' THEN 'placed' ELSE 'released' END`,
    },
  },
  {
    table: 'pruned_evidence',
    types: ['retention.prune'],
    key: ['seq', 'sha256', 'kind'],
    columns: { seq: SEQ, ...members('month'), sha256: 'left(u.line, 64)', kind: 'substr(u.line, 67)' },
    document: 'list_sha256',
    each: LINES,
  },
  {
    table: 'siem_target_event',
    types: ['siem.save', 'siem.remove'],
    key: ['seq'],
    columns: {
      ...{ seq: SEQ, changed_at: AT, actor: ACTOR, removed: flag(`e.type = 'siem.remove'`) },
      ...members('target_id', 'name'),
      settings: only('siem.save', member('settings')),
      secret: only('siem.save', `replace(${member('secret')}, 'kept', 'keychain')`),
    },
  },
  {
    table: 'siem_cursor_event',
    types: ['siem.save'],
    key: ['target_id', 'moved_at'],
    columns: {
      ...{ target_id: member('target_id'), moved_at: AT, reason: `'set'` },
      seq: `(CASE json_extract_string(e.payload, '$.from') WHEN 'now' THEN e.seq
        ELSE coalesce(TRY_CAST(json_extract_string(e.payload, '$.from') AS BIGINT), 1) END - 1)::VARCHAR`,
    },
    // A target that was there before goes on where it was, unless it is told where to begin.
    when: `json_extract_string(e.payload, '$.from') IS NOT NULL OR NOT EXISTS (
      SELECT 1 FROM audit_event b WHERE b.type = 'siem.save' AND b.seq < e.seq
        AND json_extract_string(b.payload, '$.target_id') = json_extract_string(e.payload, '$.target_id'))`,
    rows: `t.reason = 'set'`,
    named: (of) => `'SIEM target ' || ${of('target_id')}`,
  },
  {
    table: 'break_event',
    types: BREAK_EVENTS,
    key: ['seq', 'break_id', 'ordinal'],
    columns: {
      ...{ seq: SEQ, occurred_at: AT, actor: ACTOR },
      ...Object.fromEntries(BREAK_LINE.map((name, at) => [name, `u.line::JSON ->> ${at}`])),
    },
    document: 'acts_sha256',
    each: LINES,
    // What a reconciliation did to breaks is held in `close.ts`.
    rows: `t.seq NOT IN (SELECT seq FROM audit_event WHERE type = 'break.follow')`,
  },
];
