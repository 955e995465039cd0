/** The channels of the rules screen. */
import { z } from 'zod';
import { askId } from './asks.ts';
import type { Waterfall } from './recon.ts';
import type { DryRun, ListedRules, MatchView } from './rules.ts';
import type { RowWindow } from './views.ts';

interface Channel<Args extends z.ZodType, Result> {
  readonly args: Args;
  /** Type only. */
  readonly result?: Result;
}

function channel<Result>() {
  return <Args extends z.ZodType>(args: Args): Channel<Args, Result> => ({ args });
}

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
const text = z.string().max(1_000_000);
const wanted = z.string().min(1).max(100);

/** What is wrong with a rule text, and where. */
export interface RuleTextFault {
  readonly path: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** What an analyst may look at apart: suggested and not decided, made by a rule, decided about. */
export const MATCH_FILTERS = ['suggested', 'matched', 'decided'] as const;
export type MatchFilter = (typeof MATCH_FILTERS)[number];
/** Matches that one decision may be about. */
export const MOST_DECIDED = 10_000;
export type MatchCounts = Readonly<Record<MatchFilter, number>>;

/** What the rules of a month came to. */
export interface MonthRules {
  /** Of the newest reconciliation; null where there is none. */
  readonly name: string | null;
  readonly waterfall: Waterfall | null;
  /** Matches that are not plain, by what they are. */
  readonly matches: MatchCounts;
}

export const RULE_CHANNELS = {
  'rules.list': channel<readonly ListedRules[]>()(z.undefined()),
  /** By name or SHA-256, as the text of a file. */
  'rules.text': channel<string>()(z.strictObject({ wanted })),
  'rules.check': channel<readonly RuleTextFault[]>()(z.strictObject({ text })),
  'rules.save': channel<{ readonly name: string; readonly sha256: string }>()(z.strictObject({ text })),
  /** Nothing is kept. */
  'rules.dryRun': channel<DryRun>()(z.strictObject({ month, text, askId })),
  'rules.month': channel<MonthRules>()(z.strictObject({ month })),
  'matches.window': channel<RowWindow<MatchView>>()(
    z.strictObject({
      month,
      filter: z.enum(MATCH_FILTERS),
      offset: z.int().min(0),
      limit: z.int().min(1).max(500),
    }),
  ),
  /** The first of them, as many as are decided about at once. */
  'matches.ids': channel<readonly string[]>()(z.strictObject({ month, filter: z.enum(MATCH_FILTERS) })),
  'matches.decide': channel<null>()(
    z.strictObject({
      month,
      act: z.enum(['confirm', 'reject', 'unmatch', 'restore']),
      matches: z.array(z.string().min(1).max(300)).min(1).max(MOST_DECIDED),
      reason: z.string().min(1).max(2000),
    }),
  ),
};
