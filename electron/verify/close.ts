/** Breaks and the close against the audit chain and the evidence, and whether what was signed has moved since. */
import { linesOfEvent, linesText } from '../breaks/break-lines.ts';
import { movedSince, parseBinding } from '../close/binding.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Check } from './findings.ts';

/** Acts of people on breaks: each event bears the digest of its lines. */
async function checkBreakActs({ workspace, findings, request }: Check): Promise<void> {
  const { database } = workspace;
  const acts = await database.rows(
    `SELECT e.seq, e.type, json_extract_string(e.payload, '$.acts_sha256') AS digest, count(b.seq) AS n,
       count(*) FILTER (b.seq IS NOT NULL AND (b.actor <> e.actor OR b.occurred_at <> e.occurred_at)) AS others
     FROM audit_event e LEFT JOIN break_event b ON b.seq = e.seq
     WHERE e.type LIKE 'break.%' AND e.type <> 'break.follow' GROUP BY ALL ORDER BY e.seq`,
  );
  for (const act of acts) {
    request.signal.throwIfAborted();
    const seq = act.int('seq');
    const digest = sha256(linesText(await linesOfEvent(database, seq)));
    findings.expect('audit', `event ${seq} breaks`, act.textOrNull('digest') ?? 'no digest', digest);
    findings.expect('audit', `event ${seq} breaks by another`, 0, act.int('others'));
  }
  const files = await database.rows(
    'SELECT DISTINCT file_sha256, min(file_name) AS file_name FROM break_event WHERE file_sha256 IS NOT NULL GROUP BY 1 ORDER BY 1',
  );
  for (const row of files) {
    const bytes = await workspace.evidence.get(row.sha256('file_sha256'));
    const found = bytes === null ? 'missing' : sha256(bytes);
    findings.expect('audit', `attachment ${row.text('file_name')}`, row.text('file_sha256'), found);
  }
}

/** What reconciliations did to breaks. */
async function checkFollowed({ workspace, findings }: Check): Promise<void> {
  const rows = await workspace.database.rows(
    `SELECT e.seq, json_extract_string(e.payload, '$.breaks_sha256') AS digest,
       sha256(coalesce(string_agg(b.act || ' ' || b.break_id || chr(10), '' ORDER BY b.break_id, b.ordinal), '')) AS found
     FROM audit_event e LEFT JOIN break_event b ON b.seq = e.seq WHERE e.type = 'break.follow' GROUP BY ALL ORDER BY e.seq`,
  );
  for (const row of rows) {
    findings.expect(
      'audit',
      `event ${row.int('seq')} breaks`,
      row.textOrNull('digest') ?? 'no digest',
      row.text('found'),
    );
  }
  const bare = await workspace.database.row(
    `SELECT b.seq FROM break_event b LEFT JOIN audit_event e ON e.seq = b.seq AND e.type LIKE 'break.%'
     WHERE e.seq IS NULL ORDER BY b.seq LIMIT 1`,
  );
  if (bare)
    findings.expect('audit', `event ${bare.int('seq')}`, 'the event of an act on breaks', 'no such event');
}

/** Acts of the close, whose binding is kept beside them. */
async function checkCloseActs({ workspace, findings }: Check): Promise<void> {
  const rows = await workspace.database.rows(
    `SELECT c.seq, c.binding, c.binding_sha256,
       e.type IS NOT NULL AND e.actor = c.actor AND e.occurred_at = c.occurred_at
         AND e.type = 'close.' || CASE c.act WHEN 'signed' THEN 'sign' WHEN 'approved' THEN 'approve' WHEN 'returned' THEN 'return' ELSE 'reopen' END
         AND json_extract_string(e.payload, '$.month') = c.month AND json_extract_string(e.payload, '$.login') = c.login
         AND json_extract_string(e.payload, '$.reason') IS NOT DISTINCT FROM c.reason
         AND json_extract_string(e.payload, '$.binding_sha256') IS NOT DISTINCT FROM c.binding_sha256 AS same
     FROM close_event c LEFT JOIN audit_event e ON e.seq = c.seq ORDER BY c.seq`,
  );
  for (const row of rows) {
    const name = `event ${row.int('seq')}`;
    if (!row.bool('same')) findings.expect('audit', name, 'the event of an act of the close', 'another');
    const binding = row.textOrNull('binding');
    const digest = binding === null ? null : sha256(binding);
    findings.expect('close', `${name} binding`, row.textOrNull('binding_sha256') ?? 'none', digest ?? 'none');
  }
}

/** What stands signed or approved, held against what is there now. */
async function checkSigned({ workspace, findings, request }: Check): Promise<void> {
  const rows = await workspace.database.rows(
    `SELECT month, binding FROM close_standing
     WHERE act IN ('signed', 'approved') AND (?::VARCHAR IS NULL OR month = ?) ORDER BY month`,
    [request.month, request.month],
  );
  for (const row of rows) {
    const moved = await movedSince(workspace.database, parseBinding(row.text('binding')));
    for (const { part, signed, now } of moved)
      findings.expect('close', `${row.text('month')} ${part}`, signed, now);
  }
}

export async function checkClose(check: Check): Promise<void> {
  await checkBreakActs(check);
  await checkFollowed(check);
  await checkCloseActs(check);
  await checkSigned(check);
}
