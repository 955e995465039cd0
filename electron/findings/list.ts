/** Findings as they are counted, listed and shown: those of the current version of each settlement. */
import { z } from 'zod';
import { TieoutError } from '../../shared/errors.ts';
import { FINDING_CODES, type FindingCode, type FindingCounts, isFindingCode } from '../../shared/findings.ts';
import type { FindingRow } from '../../shared/views.ts';
import type { Row } from '../workspace/row.ts';
import { instantText } from '../workspace/stored-types.ts';
import type { Reader } from '../workspace/transaction.ts';

/** A higher version of the settlement is in the run: what was found of this one is past. */
const SUPERSEDED = `EXISTS (
    SELECT 1 FROM settlement n WHERE n.run_id = $1 AND n.settlement_id = f.settlement_id AND n.version > f.version)`;

/** Of one run. $1: run id; add conditions on `f`, `s` with AND, then the order. */
export const CURRENT_FINDINGS = `
  SELECT f.*, s.trade_id, s.counterparty, s.location, s.curve_id, s.timezone, s.price_uom, s.currency,
    ${instantText('s.delivery_start')} AS delivery_start, ${instantText('s.delivery_end')} AS delivery_end
  FROM finding f JOIN settlement s ON s.run_id = $1 AND s.page = f.page AND s.idx = f.idx
  WHERE f.run_id = $1 AND NOT ${SUPERSEDED}`;

export const FINDING_ORDER = 'ORDER BY f.page, f.idx, f.code, f.field';

/** Counts by code; the sum is what `findings list` lists. */
export async function countFindings(reader: Reader, runId: string): Promise<FindingCounts> {
  const rows = await reader.rows(
    `SELECT f.code, count(*) AS n FROM finding f WHERE f.run_id = $1 AND NOT ${SUPERSEDED} GROUP BY f.code`,
    [runId],
  );
  const counted = new Map(rows.map((row) => [row.text('code'), row.int('n')]));
  const by_code: Partial<Record<FindingCode, number>> = {};
  let total = 0;
  for (const code of FINDING_CODES) {
    const n = counted.get(code) ?? 0;
    if (n === 0) continue;
    by_code[code] = n;
    total += n;
  }
  return { total, by_code };
}

const detail = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

function codeOf(text: string): FindingCode {
  if (isFindingCode(text)) return text;
  throw new TieoutError('internal', `The finding code ${text} is unknown; this is a defect.`);
}

export function findingRow(row: Row): FindingRow {
  return {
    runId: row.text('run_id'),
    page: row.int('page'),
    index: row.int('idx'),
    settlementId: row.text('settlement_id'),
    version: row.int('version'),
    code: codeOf(row.text('code')),
    field: row.text('field'),
    expected: row.text('expected'),
    found: row.text('found'),
    sourceId: row.text('source_id'),
    detail: detail.parse(row.json('detail')),
    tradeId: row.text('trade_id'),
    counterparty: row.text('counterparty'),
    location: row.text('location'),
    curveId: row.textOrNull('curve_id'),
    timezone: row.text('timezone'),
    priceUom: row.text('price_uom'),
    currency: row.text('currency'),
    deliveryStart: row.text('delivery_start'),
    deliveryEnd: row.text('delivery_end'),
  };
}
