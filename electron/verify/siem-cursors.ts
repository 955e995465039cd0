/**
 * How far events went to SIEM targets. What a receiver acknowledged, refused or failed at is in no event; what is looked
 * at is whether the rows can have come about one after another.
 */
import type { Check } from './findings.ts';

export async function checkSiem({ workspace, findings }: Check): Promise<void> {
  const { database } = workspace;
  const cursor = await database.row(
    `SELECT target_id, ordinal FROM (
       SELECT *, row_number() OVER (PARTITION BY target_id ORDER BY ordinal) AS place FROM siem_cursor_event)
     WHERE ordinal <> place OR seq < 0 OR seq > (SELECT max(seq) FROM audit_event) OR reason NOT IN ('set', 'delivered')
     ORDER BY target_id, ordinal LIMIT 1`,
  );
  if (cursor)
    findings.expect(
      'audit',
      `SIEM target ${cursor.text('target_id')}`,
      'one place of its cursor after another',
      `another at its place ${cursor.int('ordinal')}`,
    );
  const failure = await database.row(
    `SELECT target_id, ordinal FROM (
       SELECT *, row_number() OVER (PARTITION BY target_id ORDER BY ordinal) AS place,
         (SELECT max(c.ordinal) FROM siem_cursor_event c WHERE c.target_id = f.target_id) AS cursors FROM siem_failure f)
     WHERE ordinal <> place OR cursor_ordinal > coalesce(cursors, 0) ORDER BY ALL LIMIT 1`,
  );
  if (failure)
    findings.expect(
      'audit',
      `SIEM target ${failure.text('target_id')}`,
      'failures one after another',
      `another at its place ${failure.int('ordinal')}`,
    );
}
