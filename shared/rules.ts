/** A rule set as its file has it: what may stand where, with the texts that an editor shows. */
import { z } from 'zod';
import { decimal, parseDecimal } from './decimal.ts';
import type { Sha256 } from './digest.ts';
import { ALL_BREAK_CATEGORIES, BREAK_CATEGORIES } from './recon.ts';
import { STATUSES, VOLUME_UNITS } from './settlement.ts';

const FORMAT = 1;

/** Fields of which a key may be made. */
export const KEY_FIELDS = [
  'settlement_id',
  'trade_id',
  'deal_leg',
  'counterparty',
  'legal_entity',
  'agreement',
  'invoice_no',
  'gl_account',
  'commodity',
  'charge_type',
  'direction',
  'delivery_start',
  'delivery_end',
  'timezone',
  'location',
  'volume_uom',
  'price_uom',
  'currency',
  'due_date',
] as const;

/** Fields of which a rule may say that a difference in them does not matter to it. */
export const COMPARED_FIELDS = [
  'currency',
  'volume_uom',
  'price_uom',
  'direction',
  'delivery_start',
  'delivery_end',
  'counterparty',
  'legal_entity',
  'agreement',
  'version',
  'volume',
  'price',
] as const;
export type ComparedField = (typeof COMPARED_FIELDS)[number];

function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `is not known here; there are ${known}` : undefined,
  });
}

const exact = z
  .string()
  .refine((text) => parseDecimal(text) !== null && /^\d+(\.\d+)?$/.test(text), {
    error: 'is no decimal of 0 or more in plain notation, such as "0.01"',
  })
  .transform((text) => decimal(text))
  .meta({ pattern: '^\\d+(\\.\\d+)?$' });

const positive = exact.refine((value) => /[1-9]/.test(value), { error: 'is 0; it must be more' });

const currencyCode = z
  .string()
  .regex(/^[A-Z]{3}$/, 'is no ISO 4217 code, such as "USD"')
  .meta({ examples: ['USD'] });

const zone = z.string().refine(
  (name) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: name });
      return true;
    } catch {
      return false;
    }
  },
  { error: 'is no time zone that is known here, such as "America/New_York"' },
);

const pattern = z.string().refine(
  (text) => {
    try {
      new RegExp(text, 'u');
      // The engine's expressions know neither.
      return !/\(\?[=!<]|\\[1-9]/.test(text);
    } catch {
      return false;
    }
  },
  { error: 'is no regular expression without look-around and back references' },
);

/** Steps that a text goes through, in order. */
const step = z
  .union([
    z.enum(['upper', 'lower', 'trim']),
    strict({
      substring: strict({ from: z.int().min(1), length: z.int().min(1).max(1000) }),
    }),
    strict({
      capture: pattern.meta({ description: 'The first group of the expression, or all of what it finds.' }),
    }),
    strict({ remove: pattern.meta({ description: 'What the expression finds is taken out.' }) }),
    strict({ day: zone }),
    strict({ hour: zone }),
  ])
  .meta({
    description:
      'upper, lower, trim; {"substring": {"from": 1, "length": 3}}; {"capture": "^(\\\\w+)-"}; {"remove": "\\\\s"}; {"day": ZONE} and {"hour": ZONE} of a time of delivery, as the clocks there show it.',
  });

const part = z
  .union([
    z.enum(KEY_FIELDS),
    strict({ field: z.enum(KEY_FIELDS), steps: z.array(step).default([]) }),
    strict({ text: z.string() }),
  ])
  .meta({
    description: 'A field; a field with the steps that it goes through; or a text that is always the same.',
  });

const sideKey = z.array(part).min(1, 'is empty; name at least one field').max(12);

const key = z
  .union([
    z.literal('identity', { error: 'is neither "identity" nor a list of fields' }),
    sideKey,
    strict({ etrm: sideKey, ledger: sideKey }),
  ])
  .meta({
    description:
      '"identity": settlement_id where the posting has it, else trade_id, deal_leg, delivery_start, location and charge_type. Or a list of parts, joined; or one list for each side. A row in which a part is empty meets none.',
  });

const derived = strict({
  stage: z.enum(['interval', 'line', 'charge', 'invoice']).meta({
    description:
      'Where amounts were rounded: interval, each settlement; line, each posting; charge, once for each charge type; invoice, once.',
  }),
  mode: z.enum(['half-even', 'half-up']),
  decimals: z.int().min(0).max(12).default(2).meta({ description: 'Of the rounded amount.' }),
}).meta({
  description:
    'Roundings x half a unit of the amount, plus volume x half the last digit of the price; of volumes the first alone. Held against what lies between the ledger and the ETRM side as it is once rounded at this stage in this mode.',
});

const tolerance = strict({
  absolute: exact.optional(),
  percent: exact.optional().meta({ description: 'Of the ETRM side, in per cent.' }),
  derived: derived.optional(),
}).meta({
  description: 'The largest of those given. Tested on what remains between the sums of the two sides.',
});

const rule = strict({
  name: z.string().trim().min(1, 'is empty; give the rule a name').max(80),
  enabled: z.boolean().optional().meta({
    description: 'false: kept in its place, and passed over. Without it the rule is tried.',
  }),
  key,
  kind: z.enum(['1:1', '1:N', 'N:1', 'N:M']).default('N:M').meta({
    description: 'Settlements to postings. More than one on a side are matched by their sum.',
  }),
  ignore: z.array(z.enum(COMPARED_FIELDS)).default([]).meta({
    description: 'Fields in which the sides may differ.',
  }),
  tolerance: tolerance.default({}),
  volume_tolerance: tolerance.default({}),
  window: strict({
    field: z.enum(['delivery_start', 'due_date', 'posting_date']),
    days_before: z.int().min(0).max(366),
    days_after: z.int().min(0).max(366),
  })
    .optional()
    .meta({
      description:
        'How many calendar days, as the clocks of the settlement show them, the posting may lie before or after it: by its delivery or due date; posting_date is held against the due date, or the delivery where there is none.',
    }),
  outcome: z.enum(['automatic', 'suggested']).default('automatic').meta({
    description: 'suggested: neither matched nor a break until an analyst confirms it.',
  }),
});

const rate = strict({
  from: currencyCode,
  to: currencyCode,
  rate: positive.meta({ description: 'Units of `to` for one of `from`.' }),
  source: z.string().trim().min(1, 'is empty; say where the rate is from'),
  date: z.string().regex(/^\d{4}-\d\d-\d\d$/, 'is no date, YYYY-MM-DD'),
});

const unit = strict({
  from: z.enum(VOLUME_UNITS),
  to: z.enum(VOLUME_UNITS),
  factor: positive.meta({ description: 'Units of `to` in one of `from`.' }),
});

export const ruleDocument = strict({
  format: z.literal(FORMAT, { error: `is not ${FORMAT}, the format that this Tieout reads` }),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'is no name of small letters, digits and hyphens, at most 60'),
  revision: z.int().min(1),
  description: z.string().max(2000).default(''),
  rules: z.array(rule).min(1, 'is empty; give at least one rule').max(50).meta({
    description:
      'In order; the first that matches a row has it. What none matches is a break, judged by identity with the tolerance and the ignored fields of the first rule.',
  }),
  ledger: z.enum(['postings', 'delta', 'cumulative']).default('postings').meta({
    description:
      'postings: every live posting counts, and every field is compared. delta: later postings of a settlement add to earlier ones; version and price are those of the newest. cumulative: the newest version of a posting replaces the earlier ones.',
  }),
  pending: z.array(z.enum(STATUSES)).default(['ESTIMATED', 'DISPUTED', 'VOID']).meta({
    description:
      'Settlements of these statuses are pending, not breaks, unless the ledger differs in amount.',
  }),
  not_yet_due_after: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d$/, 'is no date, YYYY-MM-DD')
    .optional()
    .meta({ description: 'Settlements without a posting that are due after this day are pending.' }),
  categories: z
    .array(z.enum(ALL_BREAK_CATEGORIES))
    .default([...BREAK_CATEGORIES])
    .meta({
      description: 'A break has the first that applies.',
    }),
  units: z.array(unit).default([]).meta({
    description: 'Volumes are compared in the ETRM unit, converted by these factors.',
  }),
  fx: z.array(rate).default([]).meta({
    description: 'Postings in another currency are compared in the ETRM currency, converted at these rates.',
  }),
});

export type RuleSet = z.output<typeof ruleDocument>;
export type Rule = RuleSet['rules'][number];
export type RuleKey = Rule['key'];
export type KeyPart = z.output<typeof part>;
export type Tolerance = z.output<typeof tolerance>;
export type Derived = z.output<typeof derived>;

/** As a list shows it; the built-in one was saved by nobody. */
export interface ListedRules {
  readonly name: string;
  readonly revision: number;
  readonly sha256: Sha256;
  /** RFC 3339, UTC. */
  readonly savedAt: string | null;
  readonly actor: string | null;
}

interface DryRunCounts {
  readonly rules: string;
  readonly revision: number;
  readonly matched: number;
  readonly suggested: number;
  readonly pending: number;
  readonly breaks: number;
  readonly byCategory: Readonly<Record<string, number>>;
}

/** Items that go from one state to another; `to` null: the row is in an item that another row stands for. */
export interface DryRunMove {
  readonly from: string;
  readonly fromCategory: string | null;
  readonly to: string | null;
  readonly toCategory: string | null;
  readonly items: number;
}

export interface DryRunItem extends Omit<DryRunMove, 'items'> {
  /** Among the items as they stand, from 0. */
  readonly position: number;
  readonly settlementId: string | null;
  /** That would match it. */
  readonly rule: string | null;
  /** Ledger less ETRM, as it stands. */
  readonly difference: string | null;
}

/** What a rule set would change of a month. */
export interface DryRun {
  readonly month: string;
  readonly before: DryRunCounts;
  readonly after: DryRunCounts;
  readonly moves: readonly DryRunMove[];
  /** The first of the items that move. */
  readonly items: readonly DryRunItem[];
}

/** A match that a rule made, or that an analyst decided about. */
export interface MatchView {
  readonly matchId: string;
  /** Null: no longer among the items of the newest reconciliation. */
  readonly state: 'suggested' | 'matched' | null;
  readonly rule: string | null;
  readonly settlementId: string | null;
  readonly etrmRows: number;
  readonly ledgerRows: number;
  readonly etrmAmount: string | null;
  readonly ledgerAmount: string | null;
  readonly difference: string | null;
  readonly currency: string | null;
  /** What was said of it last, which the next reconciliation goes by. */
  readonly decision: string | null;
  readonly decidedBy: string | null;
  readonly reason: string | null;
}
