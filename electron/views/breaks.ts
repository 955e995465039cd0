/** Breaks as they were stored: one JSON document each, in the order of the comparison. */
import { z } from 'zod';
import { decimal } from '../../shared/decimal.ts';
import { ALL_BREAK_CATEGORIES, type Break } from '../../shared/recon.ts';
import { storedEvidence } from '../recon/stored-evidence.ts';
import type { Database } from '../workspace/database.ts';

const exact = z.string().transform((text) => decimal(text));

const stored = z.object({
  break_id: z.string(),
  category: z.enum(ALL_BREAK_CATEGORIES),
  settlement_id: z.string().nullable(),
  trade_id: z.string().nullable(),
  deal_leg: z.number().nullable(),
  charge_type: z.string().nullable(),
  location: z.string().nullable(),
  counterparty: z.string().nullable(),
  delivery_start: z.string().nullable(),
  delivery_end: z.string().nullable(),
  timezone: z.string().nullable(),
  currency: z.string(),
  etrm_amount: exact.nullable(),
  ledger_amount: exact.nullable(),
  difference: exact,
  explained: z.object({ volume: exact, price: exact, rounding: exact, fx: exact.exactOptional() }),
  differences: z.array(
    z.object({ field: z.string(), etrm: z.string().nullable(), ledger: z.string().nullable() }),
  ),
  evidence: storedEvidence.exactOptional(),
  etrm_rows: z.number(),
  ledger_rows: z.number(),
});

export function parseBreak(detail: string): Break {
  return stored.parse(JSON.parse(detail));
}

export async function* breaksOf(database: Database, reconId: string): AsyncGenerator<Break> {
  const sql = 'SELECT detail FROM recon_break WHERE recon_id = ? ORDER BY position';
  for await (const rows of database.stream(sql, [reconId])) {
    for (const row of rows) yield parseBreak(row.text('detail'));
  }
}
