/** Breaks and the close against the audit chain and the evidence, and whether what was signed has moved since. */
import { movedSince, parseBinding } from '../close/binding.ts';
import { sha256 } from '../workspace/evidence.ts';
import { attempted, type Check } from './findings.ts';

/** Files that were put beside breaks. */
async function checkAttachments(check: Check): Promise<void> {
  const { workspace, findings } = check;
  const { database } = workspace;
  const files = await database.rows(
    'SELECT DISTINCT file_sha256, min(file_name) AS file_name FROM break_event WHERE file_sha256 IS NOT NULL GROUP BY 1 ORDER BY 1',
  );
  for (const row of files) {
    const name = `attachment ${row.textOrNull('file_name') ?? 'without a name'}`;
    await attempted(check, 'audit', name, async () => {
      const bytes = await workspace.evidence.get(row.sha256('file_sha256'));
      const found = bytes === null ? 'missing' : sha256(bytes);
      findings.expect('audit', name, row.text('file_sha256'), found);
    });
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

/** What rows of a reconciliation say of the breaks that it followed, beside what became of them. */
async function checkFollowedRows({ workspace, findings }: Check): Promise<void> {
  const rows = await workspace.database.rows(
    `WITH followed AS (
       SELECT e.seq, e.occurred_at, e.actor, json_extract_string(e.payload, '$.month') AS month, r.recon_id, r.seq AS recon_seq
       FROM audit_event e JOIN recon r ON r.recon_id = json_extract_string(e.payload, '$.recon_id')
       WHERE e.type = 'break.follow'),
     -- A break that is closed is shown as the last reconciliation had it.
     told AS (
       SELECT f.*, (SELECT arg_max(b.recon_id, b.seq) FROM recon b WHERE b.month = f.month AND b.seq < f.recon_seq) AS before
       FROM followed f),
     kept AS (
       SELECT b.*, t.occurred_at AS told_at, t.actor AS told_by, t.month AS told_month,
         CASE WHEN b.act = 'closed' THEN t.before ELSE t.recon_id END AS told_recon
       FROM break_event b JOIN told t ON t.seq = b.seq),
     had AS (
       SELECT k.seq, k.break_id, k.ordinal, arg_min(h.category, h.position) AS category,
         arg_min(json_extract_string(h.detail, '$.difference'), h.position) AS difference,
         arg_min(json_extract_string(h.detail, '$.currency'), h.position) AS currency
       FROM kept k JOIN recon_break h ON h.recon_id = k.told_recon AND h.break_id = k.break_id GROUP BY ALL),
     noted AS (SELECT DISTINCT note FROM break_event WHERE act = 'future-suppressed')
     SELECT k.seq, k.break_id, concat_ws(', ',
         CASE WHEN k.occurred_at <> k.told_at THEN 'at ' || k.occurred_at END,
         CASE WHEN k.actor <> k.told_by THEN 'by ' || k.actor END,
         CASE WHEN k.month <> k.told_month THEN 'month ' || k.month END,
         CASE WHEN k.recon_id IS DISTINCT FROM k.told_recon THEN 'reconciliation ' || k.recon_id END,
         CASE WHEN k.ordinal <> CASE k.act WHEN 'suppressed' THEN 1 ELSE 0 END THEN 'ordinal ' || k.ordinal END,
         CASE WHEN k.category IS DISTINCT FROM h.category THEN 'category ' || coalesce(k.category, 'empty') END,
         CASE WHEN k.difference IS DISTINCT FROM h.difference THEN 'difference ' || coalesce(k.difference, 'empty') END,
         CASE WHEN k.currency IS DISTINCT FROM h.currency THEN 'currency ' || coalesce(k.currency, 'empty') END,
         CASE WHEN k.reason IS NOT NULL THEN 'reason ' || k.reason END,
         CASE WHEN k.assignee IS NOT NULL THEN 'assignee ' || k.assignee END,
         CASE WHEN k.file_name IS NOT NULL THEN 'file ' || k.file_name END,
         CASE WHEN k.file_sha256 IS NOT NULL THEN 'file ' || k.file_sha256 END,
         CASE WHEN k.note IS NOT NULL AND (k.act <> 'suppressed' OR k.note NOT IN (SELECT note FROM noted)) THEN 'note ' || k.note END
       ) AS found
     FROM kept k LEFT JOIN had h ON h.seq = k.seq AND h.break_id = k.break_id AND h.ordinal = k.ordinal
     WHERE found <> '' QUALIFY row_number() OVER (PARTITION BY k.seq ORDER BY k.break_id) <= 5 ORDER BY k.seq, k.break_id`,
  );
  for (const row of rows) {
    const name = `event ${row.int('seq')} break ${row.text('break_id')}`;
    findings.expect('audit', name, 'as its reconciliation had it', row.text('found'));
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
  await checkAttachments(check);
  await checkFollowed(check);
  await checkFollowedRows(check);
  await checkSigned(check);
}
