/** What was found of schema drift, against the text that its event bears the hash of. */

import { sha256Of } from '../../shared/digest.ts';
import { FOUND_COLUMNS, FOUND_FROM } from '../drift/record-drift.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Check } from './findings.ts';

/** Each finding as it was told is a row, and each row a finding. Events of earlier versions bear no hash. */
export async function checkDrift({ workspace, findings }: Check): Promise<void> {
  const { database, evidence } = workspace;
  const events = await database.rows(
    `SELECT seq, json_extract_string(payload, '$.findings_sha256') AS digest FROM audit_event
     WHERE type = 'drift.found' AND json_extract_string(payload, '$.findings_sha256') IS NOT NULL ORDER BY seq`,
  );
  for (const event of events) {
    const seq = event.int('seq');
    const digest = event.text('digest');
    const bytes = await evidence.get(sha256Of(digest));
    const there = bytes === null ? 'missing or unreadable' : sha256(bytes);
    if (!findings.expect('audit', `event ${seq} findings`, digest, there) || bytes === null) continue;
    const row = await database.row(
      `WITH told AS (SELECT ${FOUND_FROM.columns} FROM ${FOUND_FROM.source}),
         kept AS (SELECT ${FOUND_COLUMNS} FROM drift_finding WHERE seq = $2)
       SELECT min(position) AS position FROM (
         (SELECT * FROM told EXCEPT ALL SELECT * FROM kept) UNION ALL (SELECT * FROM kept EXCEPT ALL SELECT * FROM told))`,
      [Buffer.from(bytes).toString('utf8'), seq],
    );
    const position = row?.intOrNull('position') ?? null;
    if (position === null) continue;
    findings.expect(
      'audit',
      `event ${seq} findings`,
      'those that its hash is of',
      `another at place ${position}`,
    );
  }
}
