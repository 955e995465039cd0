import { z } from 'zod';
import { REASON_CODES } from '../../shared/settlement.ts';
import type { DeadLetterRow } from '../../shared/views.ts';
import type { Row } from '../workspace/row.ts';

/** Add WHERE and ORDER BY on `d` (dead letter) and `r` (its run). */
export const DEAD_LETTERS = `SELECT d.run_id, d.page, d.idx, d.settlement_id, d.reasons, d.raw, r.month
  FROM dead_letter d JOIN run r ON r.run_id = d.run_id`;

const reasons = z.array(z.object({ field: z.string(), code: z.enum(REASON_CODES), message: z.string() }));
const SHOWN_RAW = 4000;

export function deadLetterRow(row: Row): DeadLetterRow {
  const raw = row.text('raw');
  return {
    runId: row.text('run_id'),
    page: row.int('page'),
    index: row.int('idx'),
    settlementId: row.textOrNull('settlement_id'),
    reasons: reasons.parse(row.json('reasons')),
    raw: raw.length > SHOWN_RAW ? `${raw.slice(0, SHOWN_RAW)}...` : raw,
  };
}
