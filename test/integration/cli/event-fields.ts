/** The events of `--json` as the design documents them: names and types of their fields; more may follow. */
import { z } from 'zod';

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const count = z.int().min(0);
const totals = z.record(z.string().regex(/^[A-Z]{3}$/), decimal);
const text = z.string().min(1);

const diffRun = z.object({
  run_id: text,
  source: text,
  ended_at: time,
  run_sha256: sha256,
  rows: count,
  settlements: count,
  dead_letters: count,
  retried: count,
});

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
  drift: z.union([
    // At its first sight, against our own record.
    z.strictObject({
      type: z.literal('drift'),
      field: z.string(),
      kind: z.enum(['added', 'missing', 'type']),
      expected: text,
      seen: text,
    }),
    // At the end of the run, against the accepted schema; as it is listed, with what was decided.
    z.object({
      run_id: text,
      field: z.string(),
      kind: z.enum(['added', 'missing', 'type', 'null', 'widened', 'value']),
      aspect: z.string(),
      severity: z.enum(['breaking', 'warning', 'info']),
      expected: text,
      seen: text,
      count,
      first_page: count.nullable(),
      first_index: count.nullable(),
      sample: z.string().max(60).nullable(),
    }),
  ]),
  'dead-letter': z.object({
    page: count,
    index: count,
    settlement_id: text.nullable(),
    reasons: z.array(z.object({ field: z.string(), code: text, message: text })).min(1),
  }),
  'dead-letters': z.object({
    month: text.nullable(),
    run_ids: z.array(text),
    letters: count,
    received: count,
    committed: count,
    open: count,
    retried: count,
    discarded: count,
    reasons: z.array(
      z.object({
        field: z.string(),
        code: text,
        letters: count,
        example: z.object({ id: text, message: text }),
      }),
    ),
  }),
  'dead-letter-act': z.object({
    act: z.enum(['retry', 'discard', 'reopen']),
    at: time,
    letters: count,
    passed: count,
    refused: count,
    seq: count,
  }),
  diff: z.object({
    month: text,
    resource: text,
    from: diffRun,
    to: diffRun,
    added: count,
    removed: count,
    changed: count,
    reversioned: count,
    repeated: count,
    unchanged: count,
    removed_dead_letters: count,
    identical_rows: count,
    by_field: z.array(z.object({ field: text, changes: count })),
  }),
  change: z.object({
    kind: z.enum(['added', 'removed', 'changed', 'reversioned', 'repeated']),
    settlement_id: text,
    from_version: count.nullable(),
    to_version: count.nullable(),
    from_occurrences: count,
    to_occurrences: count,
    from_amount: decimal.nullable(),
    to_amount: decimal.nullable(),
    fields: z.array(z.object({ field: text, from: text.nullable(), to: text.nullable() })),
    dead_letter: text.nullable(),
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
    dead_letters: count,
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
    retried: count,
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
