/** The form of a JSON report, as a schema: docs/report.schema.json is made from it. */
import { z } from 'zod';

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
/** Amounts by currency. */
const totals = z.record(z.string(), decimal);
/** RFC 3339, UTC. */
const instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/);
/** A place in the audit chain. */
const auditPlace = z.strictObject({ seq: z.int().min(1), sha256 });

const source = z.strictObject({
  run_id: z.string(),
  connection: z.string().nullable(),
  base_url: z.string(),
  resource: z.string(),
  start_date: z.string(),
  end_date: z.string(),
  page_size: count,
  correlation_id: z.string(),
  started_at: instant,
  ended_at: instant.nullable(),
  pages: count,
  records: count,
  rejected: count.describe('Refused when they were received.'),
  committed: count.describe('Records that this reconciliation read: with dead_letters they are records.'),
  dead_letters: count,
  dead_letters_open: count,
  dead_letters_discarded: count,
  dead_letters_retried: count.describe('Retried before the reconciliation, and committed.'),
  dead_letters_retried_since: count.describe('Retried after it: open to it.'),
  run_sha256: sha256,
});

const extract = z.strictObject({
  file: z.string(),
  sha256,
  rows: count,
  totals,
  mapping: z.string().nullable().describe('Null: by the names of its columns.'),
  mapping_sha256: sha256.nullable(),
});

const waterfallStep = z.strictObject({
  currency: z.string(),
  step: z.string(),
  label: z.string(),
  amount: decimal,
  count: count.nullable(),
});

const closeAct = z.strictObject({
  seq: z.int().min(1),
  act: z.string(),
  at: instant,
  actor: z.string(),
  login: z.string(),
  reason: z.string().nullable(),
  binding_sha256: sha256.nullable(),
});

export const reportHead = z.strictObject({
  month: z.string(),
  recon_id: z.string(),
  reconciled_at: instant,
  preparer: z.string(),
  app_version: z.string(),
  source,
  profile: z.strictObject({ name: z.string(), revision: z.int(), sha256 }).nullable(),
  extracts: z.array(extract),
  matched: count,
  breaks: count,
  pending: count,
  suggested: count,
  by_category: z.record(z.string(), count),
  break_states: z
    .record(z.string(), count)
    .describe('What became of the breaks: how many are open, resolved, ...'),
  findings: z.record(z.string(), count).describe('Warnings about accepted records, by code.'),
  etrm_total: totals,
  ledger_total: totals,
  pending_total: totals,
  waterfall: z
    .array(waterfallStep)
    .describe(
      'From ETRM total to ledger total by currency: the first step is the one, the sum of all is the other.',
    ),
  rules_sha256: sha256,
  rules: z.unknown().describe('The rule set in force; null where it is not kept.'),
  recon_sha256: sha256,
  audit_head: auditPlace.describe('Of the event that recorded the reconciliation.'),
  read_until: auditPlace.describe('The last event that this report tells of: what came later is not in it.'),
  sign_off: z.strictObject({ state: z.string(), acts: z.array(closeAct) }),
});
export type ReportHead = z.infer<typeof reportHead>;

const side = z.strictObject({
  rows: count,
  version: z.int().nullable(),
  status: z.string().nullable(),
  counterparty: z.string().nullable(),
  direction: z.string().nullable(),
  delivery_start: instant.nullable(),
  delivery_end: instant.nullable(),
  volume: decimal.nullable(),
  volume_uom: z.string().nullable(),
  price: decimal.nullable(),
  price_uom: z.string().nullable(),
  amount: decimal.nullable(),
  currency: z.string().nullable(),
});

const usedTolerance = z.strictObject({
  value: decimal.describe('What the difference was held against.'),
  absolute: decimal.optional(),
  percent: decimal.optional(),
  derived: z
    .strictObject({
      stage: z.string(),
      mode: z.string(),
      roundings: count,
      half_unit: decimal,
      half_price_unit: decimal,
      volume: decimal,
      value: decimal,
      expected: decimal.optional(),
    })
    .optional()
    .describe('What rounding may come to; expected is the amount that the rule rounds to.'),
});

const evidence = z
  .strictObject({
    tolerance: usedTolerance.optional().describe('Of amounts.'),
    volume_tolerance: usedTolerance.optional(),
    units: z.array(z.strictObject({ from: z.string(), to: z.string(), factor: decimal })).optional(),
    fx: z
      .array(
        z.strictObject({
          from: z.string(),
          to: z.string(),
          rate: decimal,
          source: z.string(),
          date: z.string(),
        }),
      )
      .optional(),
    currencies: z
      .array(z.strictObject({ currency: z.string(), etrm: decimal, ledger: decimal }))
      .optional()
      .describe('What each side has in each currency, where they are not one.'),
    superseded: z
      .strictObject({ rows: count, amounts: totals })
      .optional()
      .describe('Postings that a newer version of theirs replaces.'),
  })
  .describe('What it was judged with beyond plain figures; absent where that is nothing.');

const item = z.looseObject({
  settlement_id: z.string().nullable(),
  trade_id: z.string().nullable(),
  location: z.string().nullable(),
  charge_type: z.string().nullable(),
  timezone: z.string().nullable(),
  state: z.string(),
  category: z.string().nullable(),
  break_id: z.string().nullable(),
  difference: decimal.nullable(),
  evidence: evidence.optional(),
  differing: z.array(z.string()),
  etrm: side.nullable(),
  ledger: side.nullable(),
});

const breakLife = z.strictObject({
  state: z.string(),
  opened_at: instant.nullable(),
  age_days: count,
  assignee: z.string().nullable(),
  reason: z.string().nullable(),
  note: z.string().nullable(),
  decided_by: z.string().nullable(),
  decided_at: instant.nullable(),
  reopenings: count,
  comments: count,
  attachments: count,
});
export type BreakLife = z.infer<typeof breakLife>;

const listedBreak = z.looseObject({
  break_id: z.string(),
  category: z.string(),
  currency: z.string(),
  etrm_amount: decimal.nullable(),
  ledger_amount: decimal.nullable(),
  difference: decimal,
  explained: z.record(z.string(), decimal).describe('Parts of the difference; they sum to it.'),
  differences: z.array(
    z.looseObject({ field: z.string(), etrm: z.string().nullable(), ledger: z.string().nullable() }),
  ),
  evidence: evidence.optional(),
  life: breakLife.describe('What became of it up to read_until. Ages are of the day of the reconciliation.'),
});

const page = z.strictObject({
  page: z.int().min(1),
  records: count,
  rejected: count,
  bytes: count,
  attempts: count,
  page_sha256: sha256,
  body_sha256: sha256,
  received_at: instant,
  request_id: z.string(),
});
export type PageLine = z.infer<typeof page>;

const deadLetter = z.strictObject({
  page: z.int().min(1),
  index: count,
  settlement_id: z.string().nullable(),
  state: z.string().describe('As the reconciliation knew it.'),
  decided_by: z.string().nullable(),
  decided_at: instant.nullable(),
  decision: z.string().nullable().describe('Why it was discarded.'),
  reasons: z.unknown(),
  raw: z.string(),
});
export type DeadLetterLine = z.infer<typeof deadLetter>;

const finding = z.strictObject({
  page: z.int().min(1),
  index: count,
  settlement_id: z.string(),
  version: z.int(),
  code: z.string(),
  field: z.string(),
  expected: z.string(),
  found: z.string(),
  source_id: z.string(),
  trade_id: z.string(),
  counterparty: z.string(),
  location: z.string(),
  delivery_start: instant,
});
export type FindingLine = z.infer<typeof finding>;

const document = z.strictObject({
  format: z.literal('tieout-report-1'),
  ...reportHead.shape,
  break_list: z.array(listedBreak),
  items: z.array(item),
  pages: z.array(page),
  dead_letters: z.array(deadLetter),
  finding_list: z.array(finding),
});

/** JSON Schema, draft 2020-12. */
export function reportSchemaText(): string {
  const schema = z.toJSONSchema(document, {
    override: ({ jsonSchema }) => {
      // What zod adds to whole numbers by itself says nothing to a reader.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return `${JSON.stringify({ title: 'Tieout reconciliation report', ...schema }, null, 2)}\n`;
}
