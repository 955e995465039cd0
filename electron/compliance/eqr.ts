/**
 * Power sales of a month or a quarter in the form of an EQR's transaction data: the fields that the settlements have, and
 * beside the file what they have not. It prepares a filing and is none.
 */
import { resolve } from 'node:path';
import { csvLine } from '../../shared/csv.ts';
import { type Decimal, decimal, divide, multiply, normalise } from '../../shared/decimal.ts';
import { TieoutError } from '../../shared/errors.ts';
import type { ReportEvent } from '../../shared/events.ts';
import type { Month } from '../../shared/month.ts';
import { type Clock, isoTime } from '../clock.ts';
import { safeText } from '../report/csv-report.ts';
import { refuseExisting, SafeFiles, type WrittenFile } from '../report/safe-file.ts';
import { appendAudit } from '../workspace/audit-chain.ts';
import type { Row } from '../workspace/row.ts';
import { instantText } from '../workspace/stored-types.ts';
import type { Reader } from '../workspace/transaction.ts';
import type { Workspace } from '../workspace/workspace.ts';
import {
  EQR_DICTIONARY,
  EQR_FIELDS,
  type EqrField,
  increment,
  localTime,
  minutesBetween,
  NEVER_THERE,
  rateType,
  rateUnits,
  zoneCode,
} from './eqr-fields.ts';

export interface EqrParts {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly actor: string;
}

export interface EqrRequest {
  readonly months: readonly Month[];
  readonly out: string;
  /** Where a record names no legal entity; null: left empty. */
  readonly seller: string | null;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
}

/** The run that a month's reconciliation read, else its newest finished one. */
async function runOf(reader: Reader, month: Month): Promise<string> {
  const row = await reader.row(
    `SELECT coalesce((SELECT run_id FROM recon WHERE month = $1 ORDER BY seq DESC LIMIT 1),
       (SELECT run_id FROM run_state WHERE month = $1 AND resource = 'settlements' AND outcome = 'done' ORDER BY seq DESC LIMIT 1)) AS run_id`,
    [month],
  );
  const runId = row?.textOrNull('run_id') ?? null;
  if (runId !== null) return runId;
  throw new TieoutError(
    'nothing-to-do',
    `${month} has no finished sync of settlements; run the sync first.`,
    {
      month,
    },
  );
}

/** Current settlements of power and capacity with the trade of each, where one was synced. Bound: run id, month. */
const SALES = `
  WITH current AS (
    SELECT * FROM settlement WHERE run_id = $1
    QUALIFY row_number() OVER (PARTITION BY settlement_id ORDER BY version DESC, page, idx) = 1),
  ticket AS (
    SELECT t.trade_id, t.deal_leg, t.trade_date, t.price_type FROM trade t
    WHERE t.run_id = (SELECT run_id FROM run_state WHERE month = $2 AND resource = 'trades' AND outcome = 'done'
      AND source = (SELECT source FROM run WHERE run_id = $1) ORDER BY seq DESC LIMIT 1)
    QUALIFY row_number() OVER (PARTITION BY t.trade_id, t.deal_leg ORDER BY t.version DESC NULLS LAST, page, idx) = 1)
  SELECT s.settlement_id, s.counterparty, s.legal_entity, s.agreement, s.commodity, s.charge_type, s.direction, s.status,
    ${instantText('s.delivery_start')} AS delivery_start, ${instantText('s.delivery_end')} AS delivery_end, s.timezone,
    s.location, s.volume_text, s.volume_uom, s.price_text, s.price_uom, s.amount_text, s.currency,
    t.trade_date, coalesce(s.price_type, t.price_type) AS price_type
  FROM current s LEFT JOIN ticket t ON t.trade_id = s.trade_id AND coalesce(t.deal_leg, 0) = s.deal_leg
  ORDER BY s.delivery_start, s.settlement_id`;

/** Why a settlement is in no EQR; null where it is. */
function leftOut(row: Row): string | null {
  if (row.text('commodity') !== 'POWER' && row.text('commodity') !== 'CAPACITY')
    return 'neither power nor capacity';
  if (row.text('direction') !== 'SELL') return 'purchases';
  if (row.text('status') === 'VOID') return 'void';
  return row.text('currency') === 'USD' ? null : 'not in USD';
}

const HOUR = decimal('60');

/** Energy in MWh: MW are held over the whole window. */
function megawattHours(row: Row, minutes: number): Decimal | null {
  const volume = row.decimal('volume_text');
  if (row.text('volume_uom') === 'MWH') return normalise(volume);
  if (row.text('volume_uom') !== 'MW' || !Number.isInteger(minutes)) return null;
  return divide(multiply(volume, decimal(String(minutes))), HOUR, 12);
}

type EqrRow = Partial<Record<EqrField, string>>;

function transaction(row: Row, number: number, seller: string | null): EqrRow {
  const zone = row.text('timezone');
  const [start, end] = [row.text('delivery_start'), row.text('delivery_end')];
  const minutes = minutesBetween(start, end);
  const capacity = row.text('commodity') === 'CAPACITY';
  const energy = !capacity && row.text('charge_type').toUpperCase() === 'ENERGY';
  const units = rateUnits(row.text('price_uom'));
  const hours = energy ? megawattHours(row, minutes) : null;
  const found: Record<string, string | null> = {
    transaction_unique_id: `T${number}`,
    seller_company_name: row.textOrNull('legal_entity') ?? seller,
    customer_company_name: row.text('counterparty'),
    contract_service_agreement: row.textOrNull('agreement'),
    transaction_unique_identifier: row.text('settlement_id'),
    transaction_begin_date: localTime(start, zone),
    transaction_end_date: localTime(end, zone),
    trade_date: row.textOrNull('trade_date')?.replaceAll('-', '') ?? null,
    type_of_rate: rateType(row.textOrNull('price_type')),
    time_zone: zoneCode(zone),
    point_of_delivery_specific_location: row.text('location'),
    increment_name: increment(minutes),
    product_name: capacity ? 'CAPACITY' : energy ? 'ENERGY' : 'OTHER',
    transaction_quantity: row.text('volume_text'),
    price: row.text('price_text'),
    rate_units: units,
    standardized_quantity: hours,
    standardized_price: energy && units === '$/MWH' ? row.text('price_text') : null,
    total_transaction_charge: row.text('amount_text'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== null && value !== ''));
}

const NUMBERS: ReadonlySet<string> = new Set([
  'transaction_quantity',
  'price',
  'standardized_quantity',
  'standardized_price',
  'total_transaction_charge',
]);

interface Tally {
  rows: number;
  readonly filled: Map<string, number>;
  readonly leftOut: Map<string, number>;
}

async function* lines(
  parts: EqrParts,
  request: EqrRequest,
  runs: readonly string[],
  tally: Tally,
): AsyncGenerator<string> {
  yield csvLine(EQR_FIELDS);
  for (const [at, runId] of runs.entries()) {
    const bound = [runId, request.months[at] ?? ''];
    for await (const rows of parts.workspace.database.stream(SALES, bound)) {
      request.signal.throwIfAborted();
      for (const row of rows) {
        const why = leftOut(row);
        if (why !== null) {
          tally.leftOut.set(why, (tally.leftOut.get(why) ?? 0) + 1);
          continue;
        }
        tally.rows += 1;
        const found = transaction(row, tally.rows, request.seller);
        for (const field of Object.keys(found)) tally.filled.set(field, (tally.filled.get(field) ?? 0) + 1);
        yield csvLine(
          EQR_FIELDS.map((field) => {
            const value = found[field] ?? null;
            return value === null || NUMBERS.has(field) ? value : safeText(value);
          }),
        );
      }
    }
  }
}

function companion(request: EqrRequest, runs: readonly string[], tally: Tally): string {
  const absent = EQR_FIELDS.map((field) => ({
    field,
    filled: tally.filled.get(field) ?? 0,
    empty: tally.rows - (tally.filled.get(field) ?? 0),
    why: NEVER_THERE[field] ?? 'the settlement, or its trade, does not say it',
  })).filter(({ empty, field }) => empty > 0 || NEVER_THERE[field] !== undefined);
  const document = {
    format: 'tieout-eqr-1',
    dictionary: EQR_DICTIONARY,
    notice:
      'Prepared from settlements. This is no filing, and no claim that one is due or complete: check it against the dictionary in force, and add what is absent.',
    months: request.months,
    run_ids: runs,
    transactions: tally.rows,
    times:
      'YYYYMMDDHHMM on the clocks of the time zone beside them; an end is the instant at which delivery ended.',
    absent,
    left_out: Object.fromEntries([...tally.leftOut].sort()),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * @returns the CSV file, and the list of what is absent beside it.
 * @throws TieoutError `nothing-to-do` where a month was not synced; `file-exists`, `file-unreadable`, `workspace-full`.
 */
export async function writeEqr(parts: EqrParts, request: EqrRequest): Promise<readonly ReportEvent[]> {
  const { database } = parts.workspace;
  const path = resolve(request.out);
  const beside = `${path}.absent.json`;
  refuseExisting([path, beside], request.overwrite);
  const runs: string[] = [];
  for (const month of request.months) runs.push(await runOf(database, month));
  const tally: Tally = { rows: 0, filled: new Map(), leftOut: new Map() };
  const safe = new SafeFiles(request.overwrite, request.signal);
  const files: WrittenFile[] = [];
  try {
    files.push(await safe.write(path, lines(parts, request, runs, tally)));
    files.push(await safe.write(beside, [companion(request, runs, tally)]));
    await safe.place();
  } finally {
    await safe.discard();
  }
  await database.transaction(async (tx) => {
    await appendAudit(tx, {
      at: isoTime(parts.clock.now()),
      actor: parts.actor,
      type: 'eqr.export',
      payload: {
        months: request.months,
        run_ids: runs,
        transactions: tally.rows,
        files: files.map((file) => `${file.sha256}  ${file.path}`),
      },
    });
  });
  return files.map((file) => ({ type: 'report', path: file.path, sha256: file.sha256 }));
}
