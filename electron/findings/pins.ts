/**
 * What a run of settlements is checked with, fixed before its first page: the newest trades, the chosen snapshots of
 * curves, each with its hash, and the tolerances in force. A run that is resumed or looked at later keeps its own.
 */
import { CHOSEN_SNAPSHOTS, sealRuns } from '../curves/snapshots.ts';
import { TOLERANCE_COLUMNS } from '../curves/tolerances.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import { sha256 } from '../workspace/evidence.ts';
import { instantText } from '../workspace/stored-types.ts';
import type { Reader, Transaction } from '../workspace/transaction.ts';
import { type CheckTables, checkTables, dropCheckTables } from './check-tables.ts';

/** A run of settlements, and which records may be held against it. */
export interface CheckedRun {
  readonly runId: string;
  readonly source: string;
  readonly month: string;
}

const COLUMNS = 'kind, position, source_id, curve_id, as_of, records, sha256, absolute, percent';

/** Pins that an audit event names one by one; all of them are in its hash. */
const NAMED = 100;

/**
 * The newest finished run of trades of the source for the month; for trades that it lacks, that of the other months,
 * newest first. A higher position goes before a lower one. $1: month, $2: source.
 */
const CHOSEN_TRADES = `
  SELECT *, row_number() OVER (ORDER BY month = $1, seq) AS position FROM (
    SELECT run_id, month, seq, run_sha256 FROM run_state
    WHERE resource = 'trades' AND outcome = 'done' AND source = $2
    QUALIFY row_number() OVER (PARTITION BY month ORDER BY seq DESC) = 1)`;

/** What would be pinned now, into the pins of `tables`. Nothing is stored. */
export async function choosePins(
  tx: Transaction,
  tables: CheckTables,
  { source, month }: CheckedRun,
): Promise<void> {
  // Of the trades only runs that a trade is taken from: the others say nothing about any settlement.
  await tx.run(
    `CREATE TEMP TABLE ${tables.pin} AS
     WITH chosen AS (${CHOSEN_TRADES}),
     winning AS (
       SELECT t.run_id FROM trade t JOIN chosen c ON c.run_id = t.run_id
       QUALIFY row_number() OVER (PARTITION BY t.trade_id, t.deal_leg ORDER BY c.position DESC) = 1),
     used AS (SELECT run_id, count(*) AS records FROM winning GROUP BY run_id)
     SELECT 'trades' AS kind, c.position, c.run_id AS source_id, NULL::VARCHAR AS curve_id, NULL::TIMESTAMP AS as_of,
       u.records, c.run_sha256 AS sha256, NULL::VARCHAR AS absolute, NULL::VARCHAR AS percent
     FROM chosen c JOIN used u ON u.run_id = c.run_id
     UNION ALL
     SELECT 'curve', s.position, s.source_id, s.curve_id, s.as_of, s.points, s.sha256, ${TOLERANCE_COLUMNS}
     FROM (${CHOSEN_SNAPSHOTS}) s LEFT JOIN curve_tolerance l ON l.curve_id = s.curve_id`,
    [month, source],
  );
}

/** What the run was pinned to, into the pins of `tables`. @returns how many. */
export async function readPins(tx: Transaction, tables: CheckTables, runId: string): Promise<number> {
  await tx.run(`CREATE TEMP TABLE ${tables.pin} AS SELECT ${COLUMNS} FROM run_pin WHERE run_id = ?`, [runId]);
  return countPins(tx, tables);
}

async function countPins(tx: Transaction, tables: CheckTables): Promise<number> {
  const row = await tx.row(`SELECT count(*) AS n FROM temp.${tables.pin}`);
  return row?.int('n') ?? 0;
}

export interface PinsSaid {
  /** SHA-256 over the pins, one line each (docs/curves.md). */
  readonly pins_sha256: string;
  readonly trades: number;
  readonly snapshots: number;
  /** The first of them, in words. */
  readonly first: readonly string[];
}

/** What the chain says of pins. @param relation with the columns of a pin. */
export async function describePins(
  reader: Reader,
  relation: string,
  parameters: readonly string[] = [],
): Promise<PinsSaid> {
  const rows = await reader.rows(
    `SELECT kind, source_id, curve_id, ${instantText('as_of')} AS known_at, records, sha256, absolute, percent
     FROM ${relation} ORDER BY kind DESC, curve_id, position`,
    parameters,
  );
  const pins = rows.map((row) => ({
    kind: row.text('kind'),
    source: row.text('source_id'),
    curve: row.textOrNull('curve_id'),
    asOf: row.textOrNull('known_at'),
    records: row.int('records'),
    sha256: row.text('sha256'),
    absolute: row.textOrNull('absolute'),
    percent: row.textOrNull('percent'),
  }));
  const lines = pins.map(
    (pin) =>
      `${JSON.stringify([pin.kind, pin.source, pin.curve, pin.asOf, pin.sha256, pin.absolute, pin.percent])}\n`,
  );
  return {
    pins_sha256: sha256(lines.join('')),
    trades: pins.filter(({ kind }) => kind === 'trades').reduce((sum, { records }) => sum + records, 0),
    snapshots: pins.filter(({ kind }) => kind === 'curve').length,
    first: pins
      .slice(0, NAMED)
      .map((pin) =>
        pin.kind === 'trades'
          ? `${pin.records} trades of run ${pin.source}, ${pin.sha256}`
          : `${pin.curve} as of ${pin.asOf}, tolerance ${pin.absolute} or ${pin.percent} %, ${pin.sha256}`,
      ),
  };
}

/**
 * Pins what is known now, once a run, or reads what was pinned when the run began.
 * @returns false where there is nothing to check with.
 */
export async function pin(
  tx: Transaction,
  tables: CheckTables,
  run: CheckedRun,
  act: { readonly at: string; readonly actor: string },
): Promise<boolean> {
  const known = await tx.row(
    `SELECT EXISTS (SELECT 1 FROM run_pin WHERE run_id = ?) AS pinned,
       EXISTS (SELECT 1 FROM run WHERE resource IN ('trades', 'curves')) OR EXISTS (SELECT 1 FROM curve_import) AS others`,
    [run.runId],
  );
  if (!known?.bool('pinned') && !known?.bool('others')) return false;
  await dropCheckTables(tx, tables);
  if (known.bool('pinned')) {
    await readPins(tx, tables, run.runId);
    return true;
  }
  // A run that has pages began when nothing was known: its last pages are not checked otherwise than its first.
  const begun = await tx.row('SELECT 1 AS found FROM page WHERE run_id = ? LIMIT 1', [run.runId]);
  if (begun) return false;
  await sealRuns(tx, act);
  await choosePins(tx, tables, run);
  if ((await countPins(tx, tables)) === 0) {
    await tx.run(`DROP TABLE temp.${tables.pin}`);
    return false;
  }
  const said = await describePins(tx, `temp.${tables.pin}`);
  const seq = await appendAudit(tx, {
    ...act,
    type: 'findings.pin',
    payload: { run_id: run.runId, month: run.month, ...said },
  });
  await tx.run(`INSERT INTO run_pin SELECT ?, ?, ${COLUMNS} FROM temp.${tables.pin}`, [run.runId, seq]);
  return true;
}

/**
 * Pins a run once more to what it was pinned to, for a database made anew: to be called where what is known is what was
 * known then. @param seq of the audit event that told of it. @returns what the event should have said.
 */
export async function pinAgain(tx: Transaction, run: CheckedRun, seq: number): Promise<PinsSaid> {
  const tables = checkTables(run.runId, 'again');
  await dropCheckTables(tx, tables);
  await choosePins(tx, tables, run);
  const said = await describePins(tx, `temp.${tables.pin}`);
  await tx.run(`INSERT INTO run_pin SELECT ?, ?, ${COLUMNS} FROM temp.${tables.pin}`, [run.runId, seq]);
  await tx.run(`DROP TABLE temp.${tables.pin}`);
  return said;
}
