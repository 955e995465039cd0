/** The events of `--json` as the design documents them: names and types of their fields; more may follow. */
import { z } from 'zod';

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const count = z.int().min(0);
const totals = z.record(z.string().regex(/^[A-Z]{3}$/), decimal);
const text = z.string().min(1);

export const EVENT_FIELDS = {
  token: z.object({ at: time, correlation_id: text, expires_in: z.number(), refresh_at: time }),
  retry: z.object({
    at: time,
    correlation_id: text,
    request_id: text,
    method: z.enum(['GET', 'POST']),
    url: z.url(),
    attempt: count,
    status: z.int().nullable(),
    error: text.nullable(),
    delay_ms: count,
    reason: z.enum(['retry-after', 'backoff']),
  }),
  page: z.object({
    at: time,
    run_id: text,
    page: count,
    records: count,
    rejected: count,
    page_sha256: sha256,
    body_sha256: sha256,
    bytes: count,
    attempts: count,
    elapsed_ms: count,
  }),
  drift: z.object({ field: text, kind: z.enum(['added', 'missing', 'type']), expected: text, seen: text }),
  'dead-letter': z.object({
    page: count,
    index: count,
    settlement_id: text.nullable(),
    reasons: z.array(z.object({ field: z.string(), code: text, message: text })).min(1),
  }),
  warning: z.object({ at: time, code: text, message: text }),
  done: z.object({
    run_id: text,
    month: text,
    pages: count,
    records: count,
    rejected: count,
    added: count,
    changed: count,
    removed: count,
    run_sha256: sha256,
  }),
  import: z.object({ file: text, month: text, rows: count, file_sha256: sha256, totals }),
  recon: z.object({
    month: text,
    matched: count,
    breaks: count,
    pending: count,
    by_category: z.record(z.string(), count),
    etrm_total: totals,
    ledger_total: totals,
    recon_sha256: sha256,
  }),
  break: z.object({
    break_id: text,
    category: text,
    settlement_id: text.nullable(),
    etrm_amount: decimal.nullable(),
    ledger_amount: decimal.nullable(),
    difference: decimal,
    explained: z.object({ volume: decimal, price: decimal, rounding: decimal }),
  }),
  report: z.object({ path: text, sha256 }),
  verify: z.object({
    month: text.nullable(),
    pages: count,
    records: count,
    audit_events: count,
    differences: count,
  }),
  error: z.object({ code: text, message: text }),
} as const;

const BY_TYPE: Readonly<Record<string, z.ZodType>> = EVENT_FIELDS;

/** What is wrong with an event, in words; null where nothing is. */
export function faultOf(event: { readonly type: string }): string | null {
  const schema = BY_TYPE[event.type];
  if (!schema) return `${event.type} is not documented`;
  const parsed = schema.safeParse(event);
  return parsed.success ? null : `${event.type}: ${z.prettifyError(parsed.error)}`;
}
