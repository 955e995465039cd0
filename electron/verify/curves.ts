/**
 * Curves and findings: every snapshot's hash from its points, every imported point from its file, what each run was
 * pinned to, and its findings worked out again from that.
 */
import { asTieoutError } from '../../shared/errors.ts';
import { parseMonth } from '../../shared/month.ts';
import { readCurveFile } from '../curves/curve-file.ts';
import { storePoints } from '../curves/import-curves.ts';
import { snapshotsOf } from '../curves/snapshot-hash.ts';
import { readSealed } from '../curves/snapshots.ts';
import { findingDifferences } from '../findings/derive-findings.ts';
import { describePins } from '../findings/pins.ts';
import { sha256 } from '../workspace/evidence.ts';
import type { Row } from '../workspace/row.ts';
import { attempted, type Check } from './findings.ts';

const POINT = `page, idx, curve_id, as_of, delivery_start, delivery_end, price, price_text, price_uom, currency, commodity,
  timezone, location, updated_at`;

/** Each sealed source of the month: its snapshots against its points, and against the event that sealed it. */
async function checkSource({ workspace, findings }: Check, row: Row): Promise<void> {
  const sourceId = row.text('source_id');
  const { database } = workspace;
  const different = await database.row(
    `WITH kept AS (SELECT * FROM curve_snapshot WHERE source_id = $1), made AS (${snapshotsOf('run_id = $1')})
     SELECT coalesce(k.curve_id, m.curve_id) AS curve_id, k.sha256 AS kept, m.sha256 AS made
     FROM kept k FULL JOIN made m ON m.curve_id = k.curve_id AND m.as_of = k.as_of
     WHERE k.sha256 IS DISTINCT FROM m.sha256 OR k.points <> m.points OR k.delivery_start <> m.delivery_start
       OR k.delivery_end <> m.delivery_end
     ORDER BY 1 LIMIT 1`,
    [sourceId],
  );
  if (different) {
    const made = different.textOrNull('made') ?? 'no points';
    const kept = different.textOrNull('kept') ?? 'no snapshot';
    const name = `${different.text('curve_id')} of ${sourceId}`;
    findings.expect('curve', name, made, kept === made ? 'other bounds or another count' : kept);
  }
  const sealed = await readSealed(database, '(SELECT * FROM curve_snapshot WHERE source_id = ?)', [sourceId]);
  findings.expect(
    'audit',
    `snapshots of ${sourceId}`,
    row.textOrNull('audited') ?? 'no event',
    sealed.snapshots_sha256,
  );
}

/** The points of an import against its file, in every column. */
async function checkImport({ workspace, request, findings }: Check, row: Row): Promise<void> {
  const file = row.text('file_name');
  const importId = row.text('import_id');
  const stored = row.sha256('file_sha256');
  const bytes = await workspace.evidence.get(stored);
  if (bytes === null) {
    findings.expect('curve', file, stored, 'missing or unreadable');
    return;
  }
  if (!findings.expect('curve', file, stored, sha256(bytes))) return;
  findings.expect('curve', `${file} bytes`, bytes.length, row.int('bytes'));
  const month = parseMonth(row.text('month'));
  if (month === null) return;
  const { signal } = request;
  const rows = await readCurveFile(bytes, file, month, { signal, onProgress: () => {} }).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      return asTieoutError(error);
    },
  );
  if (rows instanceof Error) {
    findings.expect('curve', `${file} points`, row.int('points'), rows.message);
    return;
  }
  const again = `${importId} typed anew`;
  const differing = await workspace.database.scratch(async (tx) => {
    await storePoints(tx, again, rows);
    const [kept, made] = ['$1', '$2'].map((id) => `SELECT ${POINT} FROM curve_point WHERE run_id = ${id}`);
    return tx.row(
      `SELECT count(*) AS n, min(idx) AS line FROM (
         (${kept} EXCEPT ALL ${made}) UNION ALL (${made} EXCEPT ALL ${kept}))`,
      [importId, again],
    );
  });
  const count = differing?.int('n') ?? 0;
  findings.expect(
    'curve',
    `${file} points that differ`,
    0,
    count === 0 ? 0 : `${count}, the first at line ${differing?.intOrNull('line')}`,
  );
}

/** What a run was checked with, and what was found with it. */
async function checkRun({ workspace, findings }: Check, row: Row): Promise<void> {
  const runId = row.text('run_id');
  const { database } = workspace;
  const said = await describePins(database, '(SELECT * FROM run_pin WHERE run_id = $1)', [runId]);
  findings.expect('audit', `pins of run ${runId}`, row.textOrNull('audited') ?? 'no event', said.pins_sha256);
  if (row.textOrNull('audited') !== null) {
    findings.expect(
      'audit',
      `pinned trades of run ${runId}`,
      row.intOrNull('trades') ?? said.trades,
      said.trades,
    );
  }
  const miscounted = await database.row(
    `SELECT p.curve_id, p.records, s.points FROM run_pin p
     JOIN curve_snapshot s ON s.source_id = p.source_id AND s.curve_id = p.curve_id AND s.as_of = p.as_of
     WHERE p.run_id = ? AND p.records <> s.points ORDER BY p.curve_id, p.position LIMIT 1`,
    [runId],
  );
  if (miscounted) {
    const name = `${miscounted.text('curve_id')} of run ${runId} points`;
    findings.expect('curve', name, miscounted.int('points'), miscounted.int('records'));
  }
  const strange = await database.row(
    `SELECT coalesce(p.curve_id, 'trades') AS name, p.sha256 AS pinned, coalesce(s.sha256, r.run_sha256) AS kept
     FROM run_pin p
     LEFT JOIN curve_snapshot s ON s.source_id = p.source_id AND s.curve_id = p.curve_id AND s.as_of = p.as_of
     LEFT JOIN run_state r ON p.kind = 'trades' AND r.run_id = p.source_id
     WHERE p.run_id = ? AND p.sha256 IS DISTINCT FROM coalesce(s.sha256, r.run_sha256)
     ORDER BY p.kind, p.curve_id, p.position LIMIT 1`,
    [runId],
  );
  if (strange) {
    const name = `${strange.text('name')} of run ${runId}`;
    findings.expect('curve', name, strange.text('pinned'), strange.textOrNull('kept') ?? 'missing');
    return;
  }
  const { count, first } = await database.scratch((tx) => findingDifferences(tx, runId));
  findings.expect('finding', `findings of run ${runId}`, 0, count === 0 ? 0 : `${count}, the first ${first}`);
}

export async function checkCurves(check: Check): Promise<void> {
  const { workspace, request } = check;
  const { database } = workspace;
  const { month } = request;
  const sources = await database.rows(
    `SELECT s.source_id, json_extract_string(e.payload, '$.snapshots_sha256') AS audited
     FROM (SELECT source_id, any_value(seq) AS seq FROM curve_snapshot GROUP BY source_id) s
     LEFT JOIN audit_event e ON e.seq = s.seq AND e.type IN ('curves.seal', 'curves.import')
     WHERE $1::VARCHAR IS NULL OR s.source_id IN (
       SELECT import_id FROM curve_import WHERE month = $1 UNION ALL SELECT run_id FROM run WHERE month = $1)
     ORDER BY s.seq`,
    [month],
  );
  for (const row of sources) {
    request.signal.throwIfAborted();
    await attempted(check, 'curve', `source ${row.text('source_id')}`, () => checkSource(check, row));
  }
  const imports = await database.rows(
    'SELECT * FROM curve_import WHERE $1::VARCHAR IS NULL OR month = $1 ORDER BY seq',
    [month],
  );
  for (const row of imports)
    await attempted(check, 'curve', row.text('file_name'), () => checkImport(check, row));
  const runs = await database.rows(
    `SELECT r.run_id, json_extract_string(e.payload, '$.pins_sha256') AS audited,
       json_extract(e.payload, '$.trades')::BIGINT AS trades
     FROM run r
     LEFT JOIN (SELECT run_id, any_value(seq) AS seq FROM run_pin GROUP BY run_id) p ON p.run_id = r.run_id
     LEFT JOIN audit_event e ON e.seq = p.seq AND e.type = 'findings.pin'
       AND json_extract_string(e.payload, '$.run_id') = r.run_id
     WHERE ($1::VARCHAR IS NULL OR r.month = $1)
       AND (p.run_id IS NOT NULL OR r.run_id IN (SELECT run_id FROM finding))
     ORDER BY r.seq`,
    [month],
  );
  for (const row of runs) {
    request.signal.throwIfAborted();
    await attempted(check, 'finding', `run ${row.text('run_id')}`, () => checkRun(check, row));
  }
}
