/** What a judgement used, read again from where it is kept. */
import { z } from 'zod';
import { decimal } from '../../shared/decimal.ts';
import type { Evidence } from '../../shared/recon.ts';

const exact = z.string().transform((text) => decimal(text));

const tolerance = z.object({
  value: exact,
  absolute: exact.exactOptional(),
  percent: exact.exactOptional(),
  derived: z
    .object({
      stage: z.string(),
      mode: z.string(),
      roundings: z.number(),
      half_unit: exact,
      half_price_unit: exact,
      volume: exact,
      value: exact,
      expected: exact.exactOptional(),
    })
    .exactOptional(),
});

/** Earlier reconciliations have less of it. */
export const storedEvidence = z.object({
  tolerance: tolerance.exactOptional(),
  volume_tolerance: tolerance.exactOptional(),
  units: z.array(z.object({ from: z.string(), to: z.string(), factor: exact })).exactOptional(),
  fx: z
    .array(z.object({ from: z.string(), to: z.string(), rate: exact, source: z.string(), date: z.string() }))
    .exactOptional(),
  currencies: z.array(z.object({ currency: z.string(), etrm: exact, ledger: exact })).exactOptional(),
  superseded: z.object({ rows: z.number(), amounts: z.record(z.string(), exact) }).exactOptional(),
});

export function parseEvidence(text: string): Evidence {
  return storedEvidence.parse(JSON.parse(text));
}
