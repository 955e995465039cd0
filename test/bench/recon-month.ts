/**
 * A month made by the engine for measuring: so many settlements, as many postings of which some differ in every way that
 * is counted, in a workspace of its own; and the same rows as two CSV files.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type App, openApp } from '../../electron/app.ts';
import { systemClock } from '../../electron/clock.ts';
import { memoryKeychain } from '../../electron/credentials/keychain.ts';
import { Redactor } from '../../electron/credentials/secret.ts';
import { createLog } from '../../electron/log/log.ts';

export interface BenchMonth {
  readonly rows: number;
  /** Of a thousand postings, how many differ from their settlement. */
  readonly breaksPerMille: number;
  /** Of a thousand rows of each side, how many share one key. */
  readonly sameKeyPerMille: number;
}

export const BENCH_MONTH = '2024-03';
const RUN = 'bench-run';
const IMPORT = 'bench-import';
const PAGE_SIZE = 1000;

export async function openBench(folder: string): Promise<App> {
  const redactor = new Redactor();
  return openApp({
    workspaceFolder: folder,
    appVersion: 'bench',
    actor: 'bench',
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    keychain: memoryKeychain(),
    redactor,
    log: createLog([], redactor),
  });
}

/** Columns that both sides have, made of the row number `i`; amounts to the cent, as a volume of a thousandth times a price of a cent gives. */
const VALUES = `
  'S-' || lpad(n::VARCHAR, 9, '0') AS settlement_id, 1::BIGINT AS version,
  'T-' || lpad((n // 744)::VARCHAR, 6, '0') AS trade_id, 0::BIGINT AS deal_leg,
  'Counterparty ' || (n // 744 % 40) AS counterparty, 'Tie Power LLC' AS legal_entity, 'EEI-' || (n // 744 % 40) AS agreement,
  'POWER' AS commodity, 'ENERGY' AS charge_type, CASE WHEN n // 744 % 2 = 0 THEN 'BUY' ELSE 'SELL' END AS direction,
  TIMESTAMP '2024-03-01 05:00:00' + INTERVAL 1 HOUR * (n % 744) AS delivery_start,
  TIMESTAMP '2024-03-01 06:00:00' + INTERVAL 1 HOUR * (n % 744) AS delivery_end,
  'America/New_York' AS timezone, 'HUB-' || (n // 744 % 25) AS location,
  ((n * 7919 % 90000 + 1000) / 1000)::DECIMAL(38,12) AS volume, 'MWH' AS volume_uom,
  ((n * 104729 % 9000 - 500) / 100)::DECIMAL(38,12) AS price, 'USD/MWH' AS price_uom, 'USD' AS currency, 'FINAL' AS status`;

const FIELDS = `settlement_id, version, trade_id, deal_leg, counterparty, legal_entity, agreement, commodity, charge_type, direction,
  delivery_start, delivery_end, timezone, location, volume, volume_text, volume_uom, price, price_text, price_uom,
  amount, amount_text, currency, status`;

const trimmed = (column: string): string => `rtrim(rtrim(${column}::VARCHAR, '0'), '.')`;

/** @param changes `volume`, `price`, `amount` of the ledger side, in SQL over the row. */
function side({ rows, sameKeyPerMille }: BenchMonth, offPerMille: number | null): string {
  const number = sameKeyPerMille > 0 ? `CASE WHEN i % 1000 < ${sameKeyPerMille} THEN 0 ELSE i END` : 'i';
  const off = offPerMille === null ? 'FALSE' : `(i * 7 % 1000 < ${offPerMille})`;
  return `
    SELECT i, * EXCLUDE (volume, price, i), volume, ${trimmed('volume')} AS volume_text, price, ${trimmed('price')} AS price_text,
      amount, ${trimmed('amount')} AS amount_text
    FROM (
      SELECT *, round(CASE WHEN direction = 'BUY' THEN -1 ELSE 1 END * volume::DECIMAL(18,3) * price::DECIMAL(18,2), 2)::DECIMAL(38,12)
        + CASE WHEN off AND kind = 2 THEN 1 ELSE 0 END + (i % 3 - 1) * CASE WHEN ${offPerMille === null ? 'FALSE' : 'i % 11 = 0'} THEN 0.005 ELSE 0 END AS amount
      FROM (
        SELECT * EXCLUDE (volume, price, currency), volume + CASE WHEN off AND kind = 0 THEN 1 ELSE 0 END AS volume,
          price + CASE WHEN off AND kind = 1 THEN 1 ELSE 0 END AS price,
          CASE WHEN off AND kind = 3 THEN 'EUR' ELSE currency END AS currency
        FROM (SELECT range AS i, ${off} AS off, range // 1000 % 5 AS kind, ${number} AS n, ${VALUES} FROM range(${rows}))))
    ${offPerMille === null ? '' : 'WHERE NOT (off AND kind = 4)'}`;
}

/** Makes the month and closes nothing. @param folder of the CSV files; null: none is written. */
export async function makeMonth(app: App, month: BenchMonth, folder: string | null): Promise<void> {
  const { database } = app.workspace;
  await database.transaction(async (tx) => {
    await tx.run(
      `INSERT INTO run (run_id, seq, source, base_url, resource, month, start_date, end_date, page_size, correlation_id,
         started_at, actor, app_version)
       VALUES (?, 0, 'bench', 'http://127.0.0.1', 'settlements', ?, '2024-03-01', '2024-03-31', 1000, 'c', '2024-04-01T00:00:00Z', 'bench', 'bench')`,
      [RUN, BENCH_MONTH],
    );
    await tx.run(
      `INSERT INTO run_stop VALUES (?, 0, '2024-04-01T00:00:01Z', 'done', NULL, ?, ?, 0, 0, 0, 0, '')`,
      [RUN, Math.ceil(month.rows / PAGE_SIZE), month.rows],
    );
    await tx.run(
      `INSERT INTO page SELECT ?, range + 1, '2024-04-01T00:00:00Z', 'r', '', '', 0, NULL, 'utf-8', ${PAGE_SIZE}, 0, TRUE, 1, 1, NULL, NULL
       FROM range(${Math.ceil(month.rows / PAGE_SIZE)})`,
      [RUN],
    );
    await tx.run(
      `INSERT INTO settlement (run_id, page, idx, ${FIELDS}) SELECT ?, i // ${PAGE_SIZE} + 1, i % ${PAGE_SIZE}, ${FIELDS} FROM (${side(month, null)})`,
      [RUN],
    );
    await tx.run(
      `INSERT INTO ledger_import (import_id, seq, month, file_name, file_sha256, bytes, rows, imported_at, actor, columns, totals)
       VALUES (?, 0, ?, 'bench.csv', '', 0, ?, '2024-04-01T00:00:02Z', 'bench', '[]', '{}')`,
      [IMPORT, BENCH_MONTH, month.rows],
    );
    await tx.run(
      `INSERT INTO ledger_row (import_id, line, ${FIELDS.replace(', status', '')}) SELECT ?, i + 2, ${FIELDS.replace(', status', '')} FROM (${side(month, month.breaksPerMille)})`,
      [IMPORT],
    );
  });
  await database.checkpoint();
  if (folder === null) return;
  const columns = FIELDS.replace(/(volume|price|amount), \1_text/g, '$1_text AS $1');
  await database.rows(`COPY (SELECT ${columns} FROM settlement) TO '${join(folder, 'etrm.csv')}' (HEADER)`);
  await database.rows(
    `COPY (SELECT ${columns.replace(', status', '')} FROM ledger_row) TO '${join(folder, 'ledger.csv')}' (HEADER)`,
  );
}
