/** The close of a month: settings, sign-off, late restatements, netting. */
import { z } from 'zod';
import { type Decimal, parseDecimal } from './decimal.ts';

export const RIGHTS = ['prepare', 'review', 'suppress', 'suppress-future', 'write-off'] as const;
export type Right = (typeof RIGHTS)[number];

const name = z.string().trim().min(1).max(200);
const amount = z
  .string()
  .refine((text) => /^\d/.test(text) && parseDecimal(text) !== null, 'a decimal, not negative');
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'YYYY-MM-DD');
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'YYYY-MM');

/** When an invoice is due, as data. */
const dueTerms = z.strictObject({
  /** Of the month after delivery. */
  day: z.int().min(1).max(28),
  /** Days after the invoice was received; the later of the two counts. Null: the day alone. */
  days_after_receipt: z.int().min(0).max(90).nullable(),
  calendar: name,
});

/** The settings of the close (docs/close.md). Unknown members are refused, so that a typing error is no setting. */
export const closeSettings = z.strictObject({
  /** Who may do what. Empty: everybody may all, but nobody approves what they signed. */
  identities: z.array(z.strictObject({ name, rights: z.array(z.enum(RIGHTS)) })),
  /** Ages count from the first reconciliation that had the break, or from the delivery day. */
  age_by: z.enum(['run', 'business']),
  reasons: z.array(z.strictObject({ code: z.string().regex(/^[A-Z][A-Z0-9_-]{0,39}$/), text: name })).min(1),
  /** The most that one break may be written off for, by currency; `*` is every other. */
  write_off_limits: z.record(z.string().regex(/^([A-Z]{3}|\*)$/), amount),
  /** The most that all breaks of a month together may be written off for, by currency, whatever their sign. */
  write_off_month_limits: z.record(z.string().regex(/^([A-Z]{3}|\*)$/), amount).default({ '*': '100' }),
  /** Whether a month may be signed with open breaks, which then needs a reason. */
  sign_with_open_breaks: z.boolean(),
  /** Whether the reviewer must be another login of the operating system too. */
  approve_from_other_login: z.boolean(),
  due_rules: z.record(z.string().regex(/^[A-Z][A-Z0-9_-]{0,39}$/), dueTerms),
  /** First that fits; null fits all. */
  agreements: z.array(
    z.strictObject({
      agreement: name.nullable(),
      counterparty: name.nullable(),
      commodity: name.nullable(),
      rule: z.string(),
    }),
  ),
  /** When invoices of a month were received; null fits all. */
  invoices: z.array(
    z.strictObject({ month, counterparty: name.nullable(), agreement: name.nullable(), received: day }),
  ),
  /** More days on which nobody pays, by calendar: a calendar that the product has not begins here. */
  holidays: z.record(name, z.array(day)),
});
export type CloseSettings = z.infer<typeof closeSettings>;

export const DEFAULT_CLOSE_SETTINGS: CloseSettings = {
  identities: [],
  age_by: 'run',
  reasons: [
    { code: 'TIMING', text: 'Booked in another period' },
    { code: 'ROUNDING', text: 'Rounding of volume, price or amount' },
    { code: 'PRICE-CONFIRMED', text: 'Price confirmed with the counterparty' },
    { code: 'VOLUME-CONFIRMED', text: 'Metered volume confirmed' },
    { code: 'LEDGER-CORRECTED', text: 'A correction was posted' },
    { code: 'ETRM-CORRECTED', text: 'The trade system was corrected' },
    { code: 'DISPUTED', text: 'In dispute with the counterparty' },
    { code: 'DUPLICATE', text: 'Posted twice, the second is reversed' },
    { code: 'IMMATERIAL', text: 'Below what is pursued' },
    { code: 'OTHER', text: 'See the note' },
  ],
  write_off_limits: { '*': '10' },
  write_off_month_limits: { '*': '100' },
  sign_with_open_breaks: false,
  approve_from_other_login: false,
  due_rules: {
    EEI: { day: 20, days_after_receipt: 10, calendar: 'FED' },
    NAESB: { day: 25, days_after_receipt: null, calendar: 'FED' },
  },
  agreements: [
    { agreement: null, counterparty: null, commodity: 'NATURAL_GAS', rule: 'NAESB' },
    { agreement: null, counterparty: null, commodity: null, rule: 'EEI' },
  ],
  invoices: [],
  holidays: {},
};

/** `approved`: the month is locked. */
export const CLOSE_STATES = ['open', 'signed', 'approved', 'returned', 'reopened'] as const;
export type CloseState = (typeof CLOSE_STATES)[number];

export interface CloseAct {
  readonly seq: number;
  readonly act: 'signed' | 'approved' | 'returned' | 'reopened';
  readonly at: string;
  readonly actor: string;
  /** Whom the operating system says. */
  readonly login: string;
  readonly reason: string | null;
  readonly bindingSha256: string | null;
}

export interface BoundRun {
  readonly resource: string;
  readonly run_id: string;
  readonly run_sha256: string;
  readonly profile_sha256: string | null;
}

export interface BoundExtract {
  readonly import_id: string;
  readonly file_name: string;
  readonly file_sha256: string;
  readonly mapping_sha256: string | null;
}

/** What a signature is of, by hashes. Members in this order; their JSON text is what is hashed. */
export interface Binding {
  readonly month: string;
  readonly recon_id: string;
  readonly recon_sha256: string;
  readonly rules_sha256: string;
  readonly runs: readonly BoundRun[];
  readonly extracts: readonly BoundExtract[];
  /** Over the pins of the settlements' run: trades, curve snapshots, tolerances. */
  readonly pins_sha256: string;
  readonly matched: number;
  readonly pending: number;
  readonly breaks: Readonly<Record<string, number>>;
  /** Over each break with its state, category, difference, reason and note. */
  readonly breaks_sha256: string;
  readonly settings_sha256: string;
  readonly audit_seq: number;
  readonly audit_head: string;
}

/** Something that was signed and is not any more what it was. */
export interface MovedPart {
  readonly part: string;
  readonly signed: string;
  readonly now: string;
}

export interface AdjustmentTotals {
  readonly currency: string;
  readonly settlements: number;
  /** Newest run less signed run. */
  readonly amount: Decimal;
}

/** A settlement of a locked month that a later sync restated. */
export interface Adjustment {
  readonly settlementId: string;
  readonly tradeId: string | null;
  readonly counterparty: string | null;
  readonly currency: string;
  readonly signedAmount: Decimal | null;
  readonly newestAmount: Decimal | null;
  /** Newest less signed, less what was given to later months already. */
  readonly amount: Decimal;
  /** The connection whose run restated it. */
  readonly source: string;
}

/** Amounts that a month takes over from a locked one, or gave to a later one. */
export interface GivenAdjustment {
  readonly month: string;
  /** The month that gave it was reopened later: what it reconciles since may have the amount in it too. */
  readonly reopenedSince: boolean;
  readonly toMonth: string;
  readonly currency: string;
  readonly settlements: number;
  readonly amount: Decimal;
  readonly at: string;
  readonly actor: string;
}

export interface CloseStatus {
  readonly month: string;
  readonly state: CloseState;
  readonly locked: boolean;
  readonly actor: string;
  readonly rights: readonly Right[];
  /** Oldest first. */
  readonly history: readonly CloseAct[];
  /** What stands signed; null where nothing is. */
  readonly binding: Binding | null;
  readonly bindingSha256: string | null;
  readonly moved: readonly MovedPart[];
  /** Breaks without a decision. */
  readonly openBreaks: number;
  /** Why the month cannot be signed now; empty where it can. */
  readonly obstacles: readonly string[];
  /** It can be signed once a reason is given: nothing else is in the way. */
  readonly reasonNeeded: boolean;
  /** Both acts under one login of the operating system. */
  readonly sameLogin: boolean;
  /** Restated after the lock, and given to no month yet. */
  readonly waiting: readonly AdjustmentTotals[];
  readonly given: readonly GivenAdjustment[];
  readonly taken: readonly GivenAdjustment[];
}

/** One netting set: what is paid between two parties under one agreement on one day in one currency. */
export interface NettingRow {
  readonly counterparty: string;
  readonly agreement: string | null;
  readonly currency: string;
  /** YYYY-MM-DD; null where no rule fits. */
  readonly dueDate: string | null;
  /** `record`, or the rule that gave the date. */
  readonly dueBy: string;
  readonly settlements: number;
  readonly postings: number;
  readonly etrmReceivable: Decimal;
  readonly etrmPayable: Decimal;
  readonly etrmNet: Decimal;
  readonly ledgerReceivable: Decimal;
  readonly ledgerPayable: Decimal;
  readonly ledgerNet: Decimal;
  /** ledger - ETRM, signed. */
  readonly netDifference: Decimal;
  readonly openBreaks: number;
  /** The differences of breaks that are open: while there is one, the net break is not explained. */
  readonly openDifference: Decimal;
  /** Pending settlements: in the net of the ETRM, not yet final. */
  readonly pending: number;
}
