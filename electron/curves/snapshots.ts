/** Snapshots of curves: sealed with their hash when they come in, chosen for a month. */
import type { Sha256 } from '../../shared/digest.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import { sha256 } from '../workspace/evidence.ts';
import { instantText } from '../workspace/stored-types.ts';
import type { Reader, Transaction } from '../workspace/transaction.ts';
import { snapshotsOf } from './snapshot-hash.ts';

/** Snapshots that an audit event names one by one; all of them are in its hash. */
const NAMED = 100;

/** What an audit event says of snapshots that were sealed. */
export interface Sealed {
  readonly snapshots: number;
  /** SHA-256 over the hashes of the snapshots in the order of curve and as-of, each followed by a newline. */
  readonly snapshots_sha256: Sha256;
  /** The first of them: `CURVE as of 2024-04-01T00:00:00Z, 743 points, <sha256>`. */
  readonly first: readonly string[];
}

/** @param relation SQL of snapshots of one source. @param parameters bound in it. */
export async function readSealed(
  reader: Reader,
  relation: string,
  parameters: readonly string[] = [],
): Promise<Sealed> {
  const rows = await reader.rows(
    `SELECT curve_id, ${instantText('as_of')} AS known_at, points, sha256 FROM ${relation} ORDER BY curve_id, as_of`,
    parameters,
  );
  return {
    snapshots: rows.length,
    snapshots_sha256: sha256(rows.map((row) => `${row.text('sha256')}\n`).join('')),
    first: rows
      .slice(0, NAMED)
      .map(
        (row) =>
          `${row.text('curve_id')} as of ${row.text('known_at')}, ${row.int('points')} points, ${row.text('sha256')}`,
      ),
  };
}

/** Works the snapshots of a source out into `temp.sealing`, for the audit event that comes before they are kept. */
export async function stageSnapshots(tx: Transaction, sourceId: string): Promise<Sealed> {
  await tx.run('DROP TABLE IF EXISTS temp.sealing');
  await tx.run(`CREATE TEMP TABLE sealing AS ${snapshotsOf('run_id = ?')}`, [sourceId]);
  return readSealed(tx, 'temp.sealing');
}

/** Keeps what was staged. @param seq of the audit event that names it. */
export async function keepStaged(tx: Transaction, seq: number): Promise<void> {
  await tx.run(
    `INSERT INTO curve_snapshot
     SELECT source_id, ?, curve_id, as_of, points, delivery_start, delivery_end, sha256 FROM temp.sealing
     ORDER BY curve_id, as_of`,
    [seq],
  );
  await tx.run('DROP TABLE temp.sealing');
}

/** Seals the snapshots of every finished run of curves that are not sealed yet, oldest run first. */
export async function sealRuns(
  tx: Transaction,
  act: { readonly at: string; readonly actor: string },
): Promise<void> {
  const runs = await tx.rows(
    `SELECT run_id, month FROM run_state r
     WHERE resource = 'curves' AND outcome = 'done'
       AND NOT EXISTS (SELECT 1 FROM curve_snapshot s WHERE s.source_id = r.run_id)
     ORDER BY seq`,
  );
  for (const run of runs) {
    const runId = run.text('run_id');
    const sealed = await stageSnapshots(tx, runId);
    if (sealed.snapshots === 0) continue;
    const seq = await appendAudit(tx, {
      ...act,
      type: 'curves.seal',
      payload: { run_id: runId, month: run.text('month'), ...sealed },
    });
    await keepStaged(tx, seq);
  }
}

/**
 * The snapshots that a month's settlements of a source are compared with, as rows of `curve_snapshot` with their
 * `position` (later is higher): of the newest finished run of each source and of the current imports; a curve that the
 * source itself or an import has is not taken from other sources. One that a later snapshot of the same curve spans
 * from its first delivery to its last is out. $1: month, $2: source.
 */
export const CHOSEN_SNAPSHOTS = `
  WITH known AS (
    SELECT s.*, TRUE AS own FROM curve_snapshot s
    JOIN curve_import_current i ON i.import_id = s.source_id WHERE i.month = $1
    UNION ALL
    SELECT s.*, r.source = $2 AS own FROM curve_snapshot s
    JOIN (
      SELECT run_id, source FROM run_state WHERE resource = 'curves' AND outcome = 'done' AND month = $1
      QUALIFY row_number() OVER (PARTITION BY source ORDER BY seq DESC) = 1) r ON r.run_id = s.source_id
  ), eligible AS (
    SELECT *, row_number() OVER (PARTITION BY curve_id ORDER BY as_of, seq, source_id) AS position
    FROM known QUALIFY own OR NOT bool_or(own) OVER (PARTITION BY curve_id)
  )
  SELECT e.* EXCLUDE (own) FROM eligible e
  WHERE NOT EXISTS (
    SELECT 1 FROM eligible n
    WHERE n.curve_id = e.curve_id AND n.position > e.position
      AND n.delivery_start <= e.delivery_start AND n.delivery_end >= e.delivery_end)`;
